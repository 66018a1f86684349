// What one replica's facts have made of one computation: a state for each run of facts without a reset between them.
#pragma once

#include <cstdint>

#include "sync/synced_computations.h"
#include "window/cell.h"

namespace oncue {

// Neighbouring segments are at least a reset apart, so a reset of the union of all replicas never falls inside of one.
struct Segment {
  std::int64_t firstAt = 0;  // receipts, ms
  std::int64_t lastAt = 0;
  Cell cell;
};

struct Partial {
  std::uint64_t computation = 0;  // computationId()
  Vec<Segment> segments;          // ascending in time, never empty
};

// Takes the replica's next fact; `at` is not behind the last.
void addToPartial(Partial& partial, const Computation& computation, const Element& element, const Stamp& stamp,
                  std::int64_t at);

// Adds what `from`, of the same replica, has beyond `partial`. Both hold the same facts but for some at the end, or
// segments behind a floor, which one of them has dropped.
void joinPartial(Partial& partial, Partial from);

// The segments of all replicas, and facts that are in none yet: collects them, then finds where the union resets.
// It refers to what was added.
class SegmentUnion {
 public:
  explicit SegmentUnion(const Computation& computation) : computation_(computation) {}

  void add(const Segment& segment);
  void add(const Element& element, const Stamp& stamp, std::int64_t at);

  // The state since the last reset: what the attribute is read from. Empty when nothing was added.
  Cell latest();

  // The greatest lastAt of what can no longer matter, given that no fact will come that was received before `floor`.
  // False when there is none.
  bool deadUntil(std::int64_t floor, std::int64_t& lastAt);

 private:
  struct Piece {
    std::int64_t firstAt;
    std::int64_t lastAt;
    const Cell* cell;  // null: one fact
    Element element;
    Stamp stamp;
  };

  void sortLatestFirst();
  // Of the pieces from `begin` on, the first that a reset parts from `begin`.
  std::size_t endOfRun(std::size_t begin) const;

  const Computation& computation_;
  Vec<Piece> pieces_;
};

}  // namespace oncue
