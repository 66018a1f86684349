// The cell against an oracle that keeps every event, over random histories.
#include <gtest/gtest.h>

#include "naive_cell.h"
#include "random_history.h"

namespace oncue {
namespace {

using test::bytesOf;
using test::NaiveCell;
using test::RandomHistory;

void roundTrip(const Computation& computation, Cell& cell) {
  const std::string bytes = bytesOf(cell, computation);
  Cell read(computation);
  Reader in(bytes);
  ASSERT_TRUE(read.deserialize(computation, in) && in.atEnd());
  ASSERT_EQ(bytesOf(read, computation), bytes);
  cell = std::move(read);
}

// Clocks that jump both ways, reads at any time.
TEST(CellOracle, RandomHistories) {
  RandomHistory history;
  for (int round = 0; round < 40'000; ++round) {
    const Computation computation = history.randomComputation();
    const std::uint32_t limit = history.randomLimit();
    Cell cell(computation);
    NaiveCell naive(computation, limit);
    std::int64_t now = 1000;
    for (std::uint64_t events = history.random.below(30); events > 0; --events) {
      now += history.random.oneIn(12) ? history.random.between(-60, 60) : history.random.between(0, 6);
      const EventValue value = history.randomValue();
      const Stamp stamp = history.randomStamp(now);
      ASSERT_EQ(cell.update(computation, value, stamp, now, limit), naive.update(value, stamp, now))
          << history.random.description() << " round " << round;
      if (history.random.oneIn(8)) roundTrip(computation, cell);
      const std::int64_t at = history.random.oneIn(2) ? now : now + history.random.between(-40, 70);
      ASSERT_EQ(cell.value(computation, at), naive.value(at))
          << history.random.description() << " round " << round << " "
          << aggregationInfo(computation.aggregation).name;
    }
  }
}

// With a clock that does not run backwards, pruning and dropping dead cells change nothing.
TEST(CellOracle, PruningAndDroppingTheDeadIsInvisible) {
  constexpr std::int64_t kUnit = 3'600'000;
  RandomHistory history;
  for (int round = 0; round < 5'000; ++round) {
    Computation computation = history.randomComputation();
    computation.periodMs *= kUnit;
    computation.ttlMs *= kUnit;
    const std::uint32_t limit = history.randomLimit();
    Cell cell(computation);
    NaiveCell naive(computation, limit);
    std::int64_t now = 1000 * kUnit;
    for (int events = 0; events < 30; ++events) {
      now += history.random.between(0, history.random.oneIn(6) ? 60 : 6) * kUnit;
      cell.prune(computation, now);
      if (cell.dead(computation, now)) cell = Cell(computation);
      const EventValue value = history.randomValue();
      const Stamp stamp = history.randomStamp(now, kUnit);
      ASSERT_EQ(cell.update(computation, value, stamp, now, limit), naive.update(value, stamp, now))
          << history.random.description() << " round " << round;
      ASSERT_EQ(cell.value(computation, now), naive.value(now)) << history.random.description() << " round " << round;
    }
  }
}

TEST(CellOracle, NextDepartureIsTheFirstMillisecondThatDiffers) {
  RandomHistory history;
  for (int round = 0; round < 20'000; ++round) {
    const Computation computation = history.randomComputation();
    const std::uint32_t limit = history.randomLimit();
    Cell cell(computation);
    NaiveCell naive(computation, limit);
    std::int64_t now = 1000;
    for (std::uint64_t events = history.random.below(8); events > 0; --events) {
      now += history.random.between(0, 10);
      const EventValue value = history.randomValue();
      const Stamp stamp = history.randomStamp(now);
      cell.update(computation, value, stamp, now, limit);
      naive.update(value, stamp, now);
    }
    const std::int64_t from = now + history.random.between(-30, 40);
    // Nothing happens later than period or ttl after the last receipt or time.
    const std::int64_t end = from + 150;
    std::int64_t expected = from + 1;
    while (expected < end && naive.members(expected) == naive.members(from)) ++expected;
    ASSERT_EQ(cell.nextDeparture(computation, from), expected == end ? kNever : expected)
        << history.random.description() << " round " << round;
  }
}

}  // namespace
}  // namespace oncue
