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
  // Of those at most so many are sent before the first of them is acknowledged: what was sent keeps its number and cannot make
  // room.
  static constexpr std::uint32_t kMaxFrozen = kMaxPending - 1'000;
  // Forms that are remembered, the latest.
  static constexpr std::uint32_t kMaxForms = 16;
  static constexpr std::uint32_t kPresent = kMaxForms;

  const Vec<PendingFact>& pending() const { return pending_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(pending_.size()); }
  std::uint32_t frozen() const { return frozen_; }  // the first ones

  // Begins the next fact. `lastAt` is the latest receipt of the replica's acknowledged facts.
  void begin(std::int64_t ts, std::int64_t at, std::int64_t lastAt);
  void add(FactUpdate update) { addUpdate(pending_.back().fact, std::move(update)); }

  bool canFreeze() const { return frozen_ < pending_.size() && frozen_ < kMaxFrozen; }
  // Freezes one more, its times `offset` ms later. True when what it counts for may have changed by that.
  bool freezeNext(std::int64_t offset, std::int64_t lastAt);
  // What is not frozen counts from the device's time on, but never before the fact before it. To be called when `lastAt`
  // or the facts before have changed.
  void settle(std::int64_t lastAt);
  // Another replica id: nothing was sent under that.
  void renumber(std::int64_t lastAt);
  // All facts go back to the device's times. The form in which they were sent is remembered until others are known to be
  // taken: a copy of a request that was refused once may still arrive, and be taken then.
  void unfreeze(std::int64_t lastAt);

  // The form in which the first `count` make `chain`, given the one before them: kPresent, or another in which they were
  // sent; kNone when there is none.
  std::uint32_t findForm(std::uint64_t before, std::uint64_t count, std::uint64_t chain) const;
  // Freezes the first facts in that form, another than the present one.
  void takeForm(std::uint32_t form, std::int64_t lastAt);

  // The first ones were taken, in their present form.
  void dropFirst(std::uint32_t count);
  std::uint32_t dropBefore(std::int64_t floor);  // received before it; returns how many
  // When the log is full: drops the oldest that are not frozen, in a batch; returns how many.
  std::uint32_t makeRoom();
  void clear();

  void serialize(Writer& out) const;
  bool deserialize(Reader& in);

 private:
  struct Times {
    std::int64_t ts;
    std::int64_t at;
    bool operator==(const Times&) const = default;
  };
  using Form = Vec<Times>;  // of the first facts

  static bool beginsWith(const Form& form, const Form& with);
  Form presentForm(std::uint32_t count) const;
  void rememberForm();
  bool readForms(Reader& in);

  Vec<PendingFact> pending_;
  std::uint32_t frozen_ = 0;
  Vec<Form> forms_;  // sent and refused, the latest last
};

}  // namespace oncue
