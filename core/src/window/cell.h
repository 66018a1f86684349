// The stored state of one computation for one id: a lifetime aggregation with its TTL, or a rolling window.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "aggregation/aggregation.h"
#include "aggregation/aggregation_state.h"
#include "definition/model.h"

namespace oncue {

class RollingWindow;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

// A window entry is kept this long after it left the window, for clocks that jump forward and back.
constexpr std::int64_t kPruneDelayMs = 86'400'000;

// Every call takes the computation the cell was made for. Periods and TTLs are not negative.
class Cell {
 public:
  explicit Cell(const Computation& computation);
  Cell(Cell&& other) noexcept;
  Cell& operator=(Cell&& other) noexcept;
  ~Cell();

  // Takes one matching event. `value` is what its property holds (Null when the aggregation reads none). `now` is the
  // receipt time, ms. False, with nothing changed, when the event is not relevant: value not usable, ts at or before
  // now - period, older than everything a full window keeps, or (windows) the very stamp held already.
  // A relevant event after the TTL or the period since the last one has ended starts from nothing.
  bool update(const Computation& computation, const EventValue& value, const Stamp& stamp, std::int64_t now,
              std::uint32_t windowEventLimit);

  // Takes a fact whose place in time the caller has settled: relevant, received at `at` (ms), and of the same run between
  // two resets as what is stored. In any order.
  void add(const Computation& computation, const Element& element, const Stamp& stamp, std::int64_t at,
           std::uint32_t windowEventLimit);

  // The attribute's value at `now`, coerced to its type; Null when nothing is stored, all slid out, or expired
  // (now - last relevant receipt >= ttl; a negative age is 0). Const: the same call at any `now` simulates the future.
  Value value(const Computation& computation, std::int64_t now) const;
  void read(const Computation& computation, std::int64_t now, Value& out) const;  // the same in the place of what `out` was

  // The first ms after `now` at which value() changes without an event, leaving aside the steady growth of
  // time_since_*: an entry leaves the window, or the TTL ends. kNever when nothing will.
  std::int64_t nextDeparture(const Computation& computation, std::int64_t now) const;

  // Frees window entries older than period + one day at `now`; values are not affected.
  void prune(const Computation& computation, std::int64_t now);

  // True when nothing can be read from it again (expired, or the window is past, for windows plus one day): safe to
  // drop. An empty cell is dead.
  bool dead(const Computation& computation, std::int64_t now) const;

  // Events that count at `now`, 0 for a lifetime cell.
  std::uint32_t windowSize(const Computation& computation, std::int64_t now) const;
  // As many of them as may be: older ones inside the period may have been dropped.
  bool windowFull(const Computation& computation, std::int64_t now, std::uint32_t windowEventLimit) const;
  bool truncated(const Computation& computation) const;  // distinct values beyond 10,000 were dropped
  bool empty() const { return !state_ && window_ == nullptr; }
  std::int64_t lastReceipt() const { return lastReceipt_; }  // ms, of the last relevant event; 0 when empty

  // Joins the state of other events into this one (same computation); `from` is not changed. Windows unite by stamp,
  // lifetime states merge, the later receipt counts.
  void merge(const Computation& computation, const Cell& from, std::uint32_t windowEventLimit);

  // Depends on the set of events only. Bytes made for another kind of cell are refused.
  void serialize(const Computation& computation, Writer& out) const;
  bool deserialize(const Computation& computation, Reader& in);

 private:
  bool take(const Computation& computation, const Element& element, const Stamp& stamp, std::int64_t now,
            std::uint32_t windowEventLimit);
  // Instead of what is stored when `fresh`.
  bool put(const Computation& computation, const Element& element, const Stamp& stamp, bool fresh,
           std::uint32_t windowEventLimit);
  bool expired(const Computation& computation, std::int64_t now, std::int64_t grace = 0) const {
    const std::int64_t limit = computation.periodMs != 0 ? computation.periodMs : computation.ttlMs;
    return limit != 0 && outlived(limit, now, grace);
  }
  bool outlived(std::int64_t limit, std::int64_t now, std::int64_t grace) const;

  std::int64_t lastReceipt_ = 0;
  AggregationState state_;                  // lifetime
  std::unique_ptr<RollingWindow> window_;  // windowed
};

}  // namespace oncue
