// Cells as bytes: canonical, refused when corrupt, mergeable.
#include <gtest/gtest.h>

#include "random_history.h"

namespace oncue {
namespace {

using test::bytesOf;
using test::RandomHistory;

// A computation whose cell never drops anything by time, so that only the set of events matters.
Computation patient(RandomHistory& history) {
  Computation computation = history.randomComputation();
  if (computation.periodMs > 0) computation.periodMs = 1'000'000;
  computation.ttlMs = 0;
  return computation;
}

void exercise(const Computation& computation, Cell& cell, RandomHistory& history) {
  for (const std::int64_t now : {std::int64_t{0}, std::int64_t{1010}, kNever}) {
    (void)cell.value(computation, now);
    (void)cell.nextDeparture(computation, now);
    (void)cell.dead(computation, now);
    (void)cell.windowSize(computation, now);
  }
  (void)cell.truncated(computation);
  cell.update(computation, history.randomValue(), history.randomStamp(1010), 1010, 5);
  Cell other(computation);
  other.update(computation, EventValue::of(1.0), history.randomStamp(1010), 1010, 5);
  other.merge(computation, cell, 100);
  cell.merge(computation, other, 3);
  (void)cell.value(computation, 1011);
  cell.prune(computation, 1011);
  (void)bytesOf(cell, computation);
}

TEST(CellWire, MergedPartsEqualTheWhole) {
  RandomHistory history;
  for (int round = 0; round < 5'000; ++round) {
    const Computation computation = patient(history);
    const std::uint32_t limit = history.randomLimit();
    Cell whole(computation);
    Cell parts[3] = {Cell(computation), Cell(computation), Cell(computation)};
    for (std::uint64_t events = history.random.below(40); events > 0; --events) {
      const EventValue value = history.randomValue();
      const Stamp stamp = history.randomStamp(1000);
      whole.update(computation, value, stamp, 1000, limit);
      parts[history.random.below(3)].update(computation, value, stamp, 1000, limit);
      // The same fact may have reached several replicas' windows.
      if (computation.periodMs > 0 && history.random.oneIn(4)) {
        parts[history.random.below(3)].update(computation, value, stamp, 1000, limit);
      }
    }
    const std::string untouched = bytesOf(parts[1], computation);
    parts[2].merge(computation, parts[1], limit);
    parts[0].merge(computation, parts[2], limit);
    ASSERT_EQ(bytesOf(parts[1], computation), untouched);
    ASSERT_EQ(bytesOf(parts[0], computation), bytesOf(whole, computation))
        << history.random.description() << " round " << round;
    parts[0].merge(computation, Cell(computation), limit);
    ASSERT_EQ(bytesOf(parts[0], computation), bytesOf(whole, computation));
  }
}

TEST(CellWire, MergeKeepsTheLaterReceipt) {
  const Computation counter = test::computation(AggregationKind::Counter, ElementType::Int32, 0, 100);
  Cell a(counter);
  Cell b(counter);
  a.update(counter, {}, {1, 1, 1}, 50, 100);
  b.update(counter, {}, {1, 2, 1}, 20, 100);
  b.merge(counter, a, 100);
  EXPECT_EQ(b.lastReceipt(), 50);
  EXPECT_EQ(b.value(counter, 149), Value::of(2));
  EXPECT_EQ(b.value(counter, 150), Value::null());
}

TEST(CellWire, TruncatedBytesAreRefused) {
  RandomHistory history;
  for (int round = 0; round < 300; ++round) {
    const Computation computation = patient(history);
    Cell cell(computation);
    for (int events = 0; events < 8; ++events) {
      cell.update(computation, history.randomValue(), history.randomStamp(1000), 1000, 100);
    }
    const std::string bytes = bytesOf(cell, computation);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      Cell read(computation);
      Reader in(std::string_view(bytes).substr(0, size));
      ASSERT_FALSE(read.deserialize(computation, in)) << history.random.description();
      ASSERT_EQ(read.value(computation, 1000), Value::null()) << "empty after a refusal";
    }
  }
}

TEST(CellWire, PatchedBytesAreRefusedOrWork) {
  RandomHistory history;
  for (int round = 0; round < 250; ++round) {
    const Computation computation = history.randomComputation();
    Cell cell(computation);
    for (int events = 0; events < 8; ++events) {
      cell.update(computation, history.randomValue(), history.randomStamp(1000), 1000, 100);
    }
    const std::string bytes = bytesOf(cell, computation);
    for (int patch = 0; patch < 100; ++patch) {
      std::string patched = bytes;
      for (std::uint64_t n = 1 + history.random.below(3); n > 0; --n) {
        patched[history.random.below(patched.size())] = static_cast<char>(history.random.below(256));
      }
      Cell read(computation);
      Reader in(patched);
      if (!read.deserialize(computation, in)) continue;
      if (in.atEnd()) {
        ASSERT_EQ(bytesOf(read, computation), patched) << history.random.description();
      }
      exercise(computation, read, history);
    }
  }
}

TEST(CellWire, BytesOfAnotherKindAreRefused) {
  const Computation sum = test::computation(AggregationKind::Sum, ElementType::Double);
  const Computation windowedSum = test::computation(AggregationKind::Sum, ElementType::Double, 100);
  const Computation mean = test::computation(AggregationKind::Mean, ElementType::Double);
  Cell cell(sum);
  cell.update(sum, EventValue::of(1.0), {1, 1, 1}, 1, 100);
  const std::string bytes = bytesOf(cell, sum);
  for (const Computation& other : {windowedSum, mean}) {
    Cell read(other);
    Reader in(bytes);
    EXPECT_FALSE(read.deserialize(other, in));
  }
}

// Part of the snapshot format: changes need a new version there.
TEST(CellWire, GoldenBytes) {
  const Computation counter = test::computation(AggregationKind::Counter);
  Cell lifetime(counter);
  lifetime.update(counter, {}, {5, 9, 1}, 7, 100);
  lifetime.update(counter, {}, {6, 9, 2}, 8, 100);
  EXPECT_EQ(bytesOf(lifetime, counter), std::string("\x00\x08\0\0\0\0\0\0\0\x02", 10));

  const Computation last = test::computation(AggregationKind::Last, ElementType::String, 100);
  Cell windowed(last);
  EXPECT_EQ(bytesOf(windowed, last), "\xC6");
  windowed.update(last, test::text("ab"), {5, 9, 1}, 7, 100);
  windowed.update(last, test::text(""), {6, 9, 2}, 8, 100);
  EXPECT_EQ(bytesOf(windowed, last),
            std::string("\x86\x08\0\0\0\0\0\0\0\x02"
                        "\x0a\x01\x09\0\0\0\0\0\0\0\x01\x03\x02"
                        "ab"
                        "\x02\0\x02\x03\0",
                        30));
}

}  // namespace
}  // namespace oncue
