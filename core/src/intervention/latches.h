// What was delivered to which target: the latches, and the history that the limits of
// `delivery` ask for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text_table.h"
#include "base/wire.h"
#include "oncue/vec.h"

namespace oncue {

// (intervention name, version, target key name, target id)
struct LatchKey {
  std::string_view name;
  std::uint32_t version;
  std::string_view key;
  std::string_view id;
};

// Of an intervention, or of an exclusive group: then only `until` and `round`.
struct DeliveryRecord : TextKeyed {
  bool latched = false;
  std::uint64_t total = 0;           // the rest is kept for interventions with limits only
  std::int64_t lastAt = 0;           // ms, the latest delivery
  std::string session;               // of the latest delivery, and how many there were in it
  std::uint64_t inSession = 0;
  Vec<std::int64_t> recent;  // ms, ascending: deliveries of the last 24 hours, with max_per_day only
  std::int64_t until = 0;            // ms: no member of the group before
  std::uint64_t round = 0;           // DeliveryMoment::round of the latest; not persisted
};

class Latches {
 public:
  bool has(const LatchKey& latch) const;
  void set(const LatchKey& latch) { at(latch).latched = true; }
  const DeliveryRecord* find(const LatchKey& key) const;
  DeliveryRecord& at(const LatchKey& key);
  bool eraseTarget(std::string_view key, std::string_view id);  // of every intervention; false when there was none
  void eraseSession(std::string_view id);                       // as the session of a delivery to another key's id
  std::size_t size() const;                                     // latches alone

  void serialize(Writer& out) const;
  bool deserialize(Reader& in, std::uint8_t snapshotVersion);

 private:
  TextTable<DeliveryRecord> records_;
};

}  // namespace oncue
