#include "aggregation/aggregation.h"

#include <gtest/gtest.h>

#include "aggregation/aggregation_state.h"
#include "aggregation/held_element.h"
#include "support/computations.h"
#include "support/results.h"

namespace oncue {
namespace {

using enum AggregationKind;
using test::listOf;

// One event: its time, its value, and by its place in the list its arrival.
struct Sighting {
  std::int64_t ts;
  Value value;
};

Element elementOf(const Value& value) {
  return {.kind = value.kind, .number = value.number, .text = value.text};
}

Value aggregated(AggregationKind kind, const std::vector<Sighting>& events, ReadContext context = {}) {
  AggregationState state(kind);
  std::uint64_t seq = 0;
  for (const Sighting& event : events) state.update(elementOf(event.value), {event.ts, 7, ++seq});
  return test::resultOf(state, context);
}

Value a() { return Value::of("a"); }
Value b() { return Value::of("b"); }
Value c() { return Value::of("c"); }

TEST(Evaluation_4, NothingStoredIsNullForEveryAggregation) {
  for (std::uint32_t kind = 0; kind < kAggregationCount; ++kind) {
    EXPECT_TRUE(aggregated(static_cast<AggregationKind>(kind), {}).isNull());
  }
}

TEST(Evaluation_7, CounterStartsAtOne) {
  EXPECT_EQ(aggregated(Counter, {{1, {}}}), Value::of(1));
  EXPECT_EQ(aggregated(Counter, {{1, {}}, {1, {}}}), Value::of(2));
}

TEST(Evaluation_7, SumIsRoundedOnce) {
  const std::vector<Sighting> events = {{1, Value::of(1e100)}, {2, Value::of(1)}, {3, Value::of(-1e100)}};
  EXPECT_EQ(aggregated(Sum, events), Value::of(1));
  EXPECT_EQ(aggregated(Sum, {{1, Value::of(0.0)}}), Value::of(0)) << "zero is not null";
}

TEST(Evaluation_7, MeanDividesTheRoundedSum) {
  EXPECT_EQ(aggregated(Mean, {{1, Value::of(1)}, {2, Value::of(2)}}), Value::of(1.5));
  EXPECT_EQ(aggregated(Mean, {{1, Value::of(0.1)}, {2, Value::of(0.2)}, {3, Value::of(0.4)}}),
            Value::of((0.1 + 0.2 + 0.4) / 3));
}

TEST(Evaluation_7, MinAndMax) {
  const std::vector<Sighting> events = {{1, Value::of(-2)}, {2, Value::of(5.5)}, {3, Value::of(0.0)}};
  EXPECT_EQ(aggregated(Min, events), Value::of(-2));
  EXPECT_EQ(aggregated(Max, events), Value::of(5.5));
}

TEST(Evaluation_7, FirstAndLastGoByTimeNotArrival) {
  EXPECT_EQ(aggregated(First, {{5, a()}, {3, b()}, {3, c()}}), b()) << "trace 5: the earlier arrival stays";
  EXPECT_EQ(aggregated(Last, {{5, a()}, {9, b()}, {7, c()}}), b()) << "trace 4";
  EXPECT_EQ(aggregated(Last, {{5, a()}, {9, b()}, {7, c()}, {9, Value::of("d")}}), Value::of("d"))
      << "trace 4: the later arrival wins";
}

TEST(Evaluation_7, MostAndLeastFrequentTies) {
  const std::vector<Sighting> events = {{1, a()}, {2, b()}, {3, a()}, {4, b()}};
  EXPECT_EQ(aggregated(MostFrequent, events), b()) << "trace 8";
  EXPECT_EQ(aggregated(LeastFrequent, events), a()) << "trace 9";
  EXPECT_EQ(aggregated(MostFrequent, {{4, a()}, {4, b()}}), b()) << "equal times: the later arrival";
  EXPECT_EQ(aggregated(LeastFrequent, {{4, a()}, {4, b()}}), a()) << "equal times: the earlier arrival";
  EXPECT_EQ(aggregated(MostFrequent, {{9, a()}, {4, b()}}), a()) << "by time, not arrival";
  EXPECT_EQ(aggregated(MostFrequent, {{1, a()}, {2, a()}, {3, b()}}), a());
  EXPECT_EQ(aggregated(LeastFrequent, {{1, a()}, {2, a()}, {3, b()}}), b());
}

TEST(Evaluation_7, CategoryCountOrdersByCountThenKey) {
  EXPECT_EQ(aggregated(CategoryCount, {{1, a()}, {2, b()}, {3, a()}}),
            Value::dict({a(), Value::of(2), b(), Value::of(1)}))
      << "trace 10";
  EXPECT_EQ(aggregated(CategoryCount, {{1, b()}, {2, Value::of("Z")}, {3, a()}}),
            Value::dict({Value::of("Z"), Value::of(1), a(), Value::of(1), b(), Value::of(1)}));
}

TEST(Evaluation_7, CategoryCountKeepsTheHundredHighest) {
  std::vector<Sighting> events;
  for (int i = 0; i < 150; ++i) {
    for (int times = 0; times <= i / 50; ++times) events.push_back({i, Value::of("v" + std::to_string(1000 + i))});
  }
  const Value counts = aggregated(CategoryCount, events);
  ASSERT_EQ(counts.items.size(), 200u);
  EXPECT_EQ(counts.items[0], Value::of("v1100"));
  EXPECT_EQ(counts.items[1], Value::of(3));
  EXPECT_EQ(counts.items[100], Value::of("v1050"));
  EXPECT_EQ(counts.items[198], Value::of("v1099"));
  EXPECT_EQ(counts.items[199], Value::of(2));
}

TEST(Evaluation_7, ApproxCountDistinctCountsSmallSetsExactly) {
  EXPECT_EQ(aggregated(ApproxCountDistinct, {{1, a()}, {2, b()}, {3, a()}}), Value::of(2)) << "trace 11";
}

TEST(Evaluation_7, UniqueListMovesSeenValuesToTheEnd) {
  EXPECT_EQ(aggregated(UniqueList, {{1, Value::of("/home")}, {2, Value::of("/products")}, {3, Value::of("/home")}}),
            listOf({"/products", "/home"}));
  EXPECT_EQ(aggregated(UniqueList, {{1, Value::of("/home")},
                                    {2, Value::of("/products")},
                                    {3, Value::of("/home")},
                                    {0, Value::of("/x")}}),
            listOf({"/x", "/products", "/home"}))
      << "trace 6";
  EXPECT_EQ(aggregated(UniqueList, {{5, a()}, {6, b()}, {2, a()}}), listOf({"a", "b"})) << "older sighting";
}

TEST(Evaluation_7, UniqueListKeepsTheHundredSeenLast) {
  std::vector<Sighting> events;
  for (int i = 1; i <= 101; ++i) events.push_back({i, Value::of(i)});
  Value list = aggregated(UniqueList, events);
  ASSERT_EQ(list.items.size(), 100u) << "trace 7";
  EXPECT_EQ(list.items.front(), Value::of(2));
  EXPECT_EQ(list.items.back(), Value::of(101));

  events.push_back({102, Value::of(1)});
  list = aggregated(UniqueList, events);
  ASSERT_EQ(list.items.size(), 100u);
  EXPECT_EQ(list.items.front(), Value::of(3));
  EXPECT_EQ(list.items.back(), Value::of(1));

  events.push_back({0, Value::of(500)});
  EXPECT_EQ(aggregated(UniqueList, events), list) << "older than all hundred";
}

TEST(Evaluation_7, TimeSinceIsFractionalAndNeverNegative) {
  const std::vector<Sighting> events = {{60'000, {}}, {0, {}}};
  EXPECT_EQ(aggregated(TimeSinceLast, events, {.now = 150'000, .unitMs = 60'000}), Value::of(1.5)) << "trace 13";
  EXPECT_EQ(aggregated(TimeSinceFirst, events, {.now = 150'000, .unitMs = 60'000}), Value::of(2.5));
  EXPECT_EQ(aggregated(TimeSinceLast, {{200'000, {}}}, {.now = 150'000, .unitMs = 60'000}), Value::of(0));
  EXPECT_EQ(aggregated(TimeSinceLast, {{std::numeric_limits<std::int64_t>::min(), {}}},
                       {.now = std::numeric_limits<std::int64_t>::max(), .unitMs = 1})
                .number,
            18446744073709551615.0);
}

TEST(Registry, EveryKindHasItsOwnRow) {
  for (std::uint32_t kind = 0; kind < kAggregationCount; ++kind) {
    const AggregationOps& ops = aggregationOps(static_cast<AggregationKind>(kind));
    void* state = ops.create();
    ASSERT_NE(state, nullptr);
    EXPECT_FALSE(ops.truncated(state));
    ops.destroy(state);
  }
}

}  // namespace
}  // namespace oncue
