// This replica's facts of one id that the server has not acknowledged yet.
#pragma once

#include <cstdint>

#include "sync/fact.h"

namespace oncue {

// A fact's times are the device's until it is first uploaded, then frozen in the server's.
struct PendingFact {
  Fact fact;                // as it counts here
  std::int64_t deviceTs = 0;  // ms, as it was recorded
  std::int64_t deviceAt = 0;
};

class OwnLog {
 public:
  // Facts kept for one id; a device that is offline for longer loses the oldest that were never uploaded.
  static constexpr std::uint32_t kMaxPending = 20'000;

  const Vec<PendingFact>& pending() const { return pending_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(pending_.size()); }
  std::uint32_t frozen() const { return frozen_; }  // the first ones

  // Begins the next fact. `lastAt` is the latest receipt of the replica's acknowledged facts.
  void begin(std::int64_t ts, std::int64_t at, std::int64_t lastAt);
  void add(FactUpdate update) { addUpdate(pending_.back().fact, std::move(update)); }

  // Freezes one more, its times `offset` ms later. True when what it counts for may have changed by that.
  bool freezeNext(std::int64_t offset, std::int64_t lastAt);
  // What is not frozen counts from the device's time on, but never before the fact before it. To be called when the
  // numbering or `lastAt` has changed.
  void settle(std::int64_t lastAt);
  // All facts go back to the device's times.
  void unfreeze(std::int64_t lastAt);

  // The chain after the first `count`, all frozen, given the one before them.
  std::uint64_t chainAfter(std::uint64_t chain, std::uint32_t count) const;

  void dropFirst(std::uint32_t count);
  std::uint32_t dropBefore(std::int64_t floor);  // received before it; returns how many
  // When the log is full: drops the oldest that are not frozen, in a batch; returns how many.
  std::uint32_t makeRoom();
  void clear();

  void serialize(Writer& out) const;
  bool deserialize(Reader& in);

 private:
  Vec<PendingFact> pending_;
  std::uint32_t frozen_ = 0;
};

}  // namespace oncue
