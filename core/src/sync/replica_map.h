// The shared state of one id of a synced key: for each replica how many of its facts are in, and what they add up to.
// Joining keeps the larger number for each replica, so replicas agree whatever way and order facts took.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "sync/fact.h"
#include "sync/partial.h"

namespace oncue {

struct Replica {
  std::uint64_t id = 0;
  std::uint64_t n = 0;      // facts
  std::uint64_t chain = 0;  // over them
  std::int64_t lastAt = -kLatestMs;
  Vec<Partial> partials;  // ascending by computation; only what the loaded definitions have
};

class ReplicaMap {
 public:
  ReplicaMap() = default;
  ReplicaMap(ReplicaMap&&) noexcept = default;
  ReplicaMap& operator=(ReplicaMap&&) noexcept = default;

  const Replica* find(std::uint64_t replica) const;  // null when none of its facts is in
  const Vec<Replica>& replicas() const { return replicas_; }  // ascending by id

  // Takes the replica's next fact, whose chain the caller has checked. Returns how many of its updates are of
  // computations that are not known here; they are ignored.
  std::uint32_t apply(std::uint64_t replica, const Fact& fact, std::uint64_t chain, const SyncedComputations& known);

  // Takes what `from` has beyond this. Epochs must be equal.
  void join(ReplicaMap from, const SyncedComputations& known);

  // Facts received before the floor are refused from now on; what they alone could bring back to life goes.
  void raiseFloor(std::int64_t floor, const SyncedComputations& known);

  // Adds the segments of one computation.
  void collect(std::uint64_t computation, SegmentUnion& pieces) const;

  // Every replica with its n and chain: as JSON {"<replica>":{"n","chain"}}.
  void writeVector(JsonWriter& out) const;
  // Of all that makes the canonical bytes: the vector, and the epoch and the floor, whose news a device may miss as well.
  std::uint64_t digest() const;

  // The canonical bytes: they depend only on the epoch, the floor, the facts taken and the computations known.
  void serialize(const SyncedComputations& known, Writer& out) const;
  // False, with an unspecified map, on anything else. Computations that are not known are left out; `isComplete` tells
  // whether the writer knew all that are known here.
  bool deserialize(const SyncedComputations& known, Reader& in, bool& isComplete);

  std::uint64_t epoch = 0;  // raised by forgetting
  std::int64_t floor = 0;   // ms

 private:
  Replica& findOrMake(std::uint64_t replica);
  bool readReplica(const SyncedComputations& known, const Vec<std::uint64_t>& writers, Reader& in);

  Vec<Replica> replicas_;
};

// 64 bits as 16 lower-case hex digits, the way they travel in JSON.
std::string hexText(std::uint64_t number);
bool parseHex(std::string_view text, std::uint64_t& number);

}  // namespace oncue
