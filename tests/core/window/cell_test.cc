#include "window/cell.h"

#include <gtest/gtest.h>

#include "support/computations.h"
#include "support/results.h"
#include "window/rolling_window.h"

namespace oncue {
namespace {

using enum AggregationKind;
using test::computation;
using test::listOf;
using test::text;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kDay = 86'400'000;

// A cell with its computation; every event gets the next arrival number.
struct Subject {
  explicit Subject(Computation c, std::uint32_t eventLimit = 100) : computation(std::move(c)), limit(eventLimit) {}

  bool see(std::int64_t ts, const EventValue& value, std::int64_t now) {
    return cell.update(computation, value, {ts, 1, ++seq}, now, limit);
  }
  bool see(std::int64_t ts, const EventValue& value = {}) { return see(ts, value, ts); }
  Value at(std::int64_t now) const {
    Value value = test::oldResult();
    cell.read(computation, now, value);
    return value;
  }
  bool dead(std::int64_t now) const { return cell.dead(computation, now); }
  std::int64_t departure(std::int64_t now) const { return cell.nextDeparture(computation, now); }

  Computation computation;
  std::uint32_t limit;
  Cell cell{computation};
  std::uint64_t seq = 0;
};

Computation windowed(AggregationKind kind, std::int64_t periodMs, ElementType element = ElementType::String) {
  return computation(kind, element, periodMs);
}

TEST(Evaluation_13, Trace1_WindowedCounter) {
  Subject counter(windowed(Counter, 600 * kSecond));
  for (const std::int64_t t : {0, 60, 590}) EXPECT_TRUE(counter.see(t * kSecond));
  EXPECT_EQ(counter.at(590 * kSecond), Value::of(3));
  EXPECT_EQ(counter.at(601 * kSecond), Value::of(2));
  EXPECT_EQ(counter.at(661 * kSecond), Value::of(1));
  EXPECT_EQ(counter.at(1'190'001), Value::null());
}

TEST(Evaluation_13, Trace2_WindowedCounterStopsAtTheLimit) {
  Subject counter(windowed(Counter, kDay));
  for (int i = 0; i < 150; ++i) EXPECT_TRUE(counter.see(i * 24 * kSecond));
  EXPECT_EQ(counter.at(kDay / 24), Value::of(100));
  EXPECT_TRUE(counter.cell.windowFull(counter.computation, kDay / 24, 100));
  EXPECT_FALSE(counter.cell.windowFull(counter.computation, kDay + 100 * 24 * kSecond, 100)) << "some have slid out";
}

TEST(Evaluation_13, Trace3_SumTakesNumbersAndNumericStrings) {
  Subject sum(computation(Sum, ElementType::Double, 0, 60 * kSecond));
  EXPECT_TRUE(sum.see(0, EventValue::of(10.0)));
  EXPECT_TRUE(sum.see(1000, text("2.5")));
  for (const EventValue& bad : {EventValue{}, EventValue::boolean(true), text("abc")}) {
    EXPECT_FALSE(sum.see(30 * kSecond, bad));
  }
  EXPECT_EQ(sum.at(60 * kSecond), Value::of(12.5));
  EXPECT_EQ(sum.at(61 * kSecond), Value::null()) << "irrelevant events do not reset the TTL";
}

TEST(Evaluation_13, Traces4And5_LastAndFirst) {
  Subject last(computation(Last));
  for (const auto& [ts, value] : {std::pair{5, "a"}, {9, "b"}, {7, "c"}}) EXPECT_TRUE(last.see(ts, text(value), 10));
  EXPECT_EQ(last.at(10), Value::of("b"));
  last.see(9, text("d"), 10);
  EXPECT_EQ(last.at(10), Value::of("d"));

  Subject first(computation(First));
  for (const auto& [ts, value] : {std::pair{5, "a"}, {3, "b"}, {3, "c"}}) EXPECT_TRUE(first.see(ts, text(value), 10));
  EXPECT_EQ(first.at(10), Value::of("b"));
}

TEST(Evaluation_13, Traces6And7_UniqueList) {
  Subject list(computation(UniqueList));
  for (const auto& [ts, value] : {std::pair{1, "/home"}, {2, "/products"}, {3, "/home"}, {0, "/x"}}) {
    EXPECT_TRUE(list.see(ts, text(value), 10));
  }
  EXPECT_EQ(list.at(10), listOf({"/x", "/products", "/home"}));

  Subject full(computation(UniqueList, ElementType::Int32));
  for (int i = 1; i <= 101; ++i) full.see(i, EventValue::of(static_cast<double>(i)));
  EXPECT_EQ(full.at(101).items.front(), Value::of(2));
  full.see(102, EventValue::of(1.0));
  EXPECT_EQ(full.at(102).items.size(), 100u);
  EXPECT_EQ(full.at(102).items.front(), Value::of(3));
  EXPECT_EQ(full.at(102).items.back(), Value::of(1));
}

TEST(Evaluation_13, Traces8To10_Frequencies) {
  Subject most(computation(MostFrequent));
  Subject least(computation(LeastFrequent));
  for (const auto& [ts, value] : {std::pair{1, "a"}, {2, "b"}, {3, "a"}, {4, "b"}}) {
    most.see(ts, text(value));
    least.see(ts, text(value));
  }
  EXPECT_EQ(most.at(4), Value::of("b"));
  EXPECT_EQ(least.at(4), Value::of("a"));

  Subject counts(computation(CategoryCount));
  for (const char* value : {"a", "b", "a"}) counts.see(1, text(value));
  EXPECT_EQ(counts.at(1), Value::dict({Value::of("a"), Value::of(2), Value::of("b"), Value::of(1)}));
}

TEST(Evaluation_13, Trace11_ApproxCountDistinct) {
  Subject distinct(computation(ApproxCountDistinct, ElementType::Int32));
  EXPECT_EQ(distinct.at(0), Value::null()) << "unpopulated; retrieval makes it 0";
  for (const char* value : {"u1", "u2", "u1"}) distinct.see(1, text(value));
  EXPECT_EQ(distinct.at(1), Value::of(2));
}

TEST(Evaluation_13, Trace12_MeanTruncatesAtOutput) {
  for (const auto& [type, expected] : {std::pair{ElementType::Int32, 1.0}, {ElementType::Double, 1.5}}) {
    Subject mean(computation(Mean, type));
    mean.see(1, EventValue::of(1.0));
    mean.see(2, EventValue::of(2.0));
    EXPECT_EQ(mean.at(2), Value::of(expected));
  }
}

TEST(Evaluation_13, Trace13_TimeSinceLast) {
  Subject since(computation(TimeSinceLast, ElementType::Double));
  since.see(0);
  EXPECT_EQ(since.at(90 * kSecond), Value::of(1.5));
  since.see(200 * kSecond, {}, 100 * kSecond);
  EXPECT_EQ(since.at(150 * kSecond), Value::of(0));
}

TEST(Evaluation_13, Trace14_TtlEndsExactly) {
  Subject last(computation(Last, ElementType::String, 0, 60 * kSecond));
  last.see(0, text("v"));
  EXPECT_EQ(last.at(59'999), Value::of("v"));
  EXPECT_EQ(last.departure(0), 60'000);
  EXPECT_EQ(last.at(60'000), Value::null());
  EXPECT_EQ(last.departure(60'000), kNever);
  EXPECT_TRUE(last.dead(60'000));
  EXPECT_FALSE(last.dead(59'999));
}

TEST(Evaluation_13, Trace15_DatePart) {
  Computation hours = computation(MostFrequent, ElementType::Int32);
  hours.datePart = DatePart::HourOfDay;
  Subject most(hours);
  most.see(1, text("2024-03-15T14:30:00Z"));
  most.see(2, text("2024-03-15T14:30:00Z"));
  most.see(3, text("2024-03-16T09:00Z"));
  EXPECT_EQ(most.at(3), Value::of(14));
}

TEST(Evaluation_13, Trace16_DateTexts) {
  for (const auto& [part, expected] : {std::pair{DatePart::ActiveDay, "2024-03-15"},
                                       {DatePart::ActiveWeek, "2024-03-11"},
                                       {DatePart::ActiveMonth, "2024-03-01"},
                                       {DatePart::DayOfWeek, "5"}}) {
    Computation last = computation(Last);
    last.datePart = part;
    Subject subject(last);
    EXPECT_TRUE(subject.see(1, text("2024-03-15")));
    EXPECT_EQ(subject.at(1), Value::of(expected));
  }
}

TEST(Evaluation_6, WindowsExcludeTheirLowerBoundAndCountTheFuture) {
  Subject counter(windowed(Counter, 100));
  EXPECT_TRUE(counter.see(10, {}, 50));
  EXPECT_TRUE(counter.see(500, {}, 50)) << "future timestamps count";
  EXPECT_EQ(counter.at(109), Value::of(2));
  EXPECT_EQ(counter.at(110), Value::of(1));
  EXPECT_EQ(counter.departure(50), 110);
  EXPECT_EQ(counter.departure(110), 150) << "the last relevant event is a period ago";
  EXPECT_EQ(counter.at(149), Value::of(1));
  EXPECT_EQ(counter.at(150), Value::null());
  EXPECT_EQ(counter.departure(150), kNever);
}

TEST(Evaluation_6, LateEventsAreNotRelevant) {
  Subject counter(windowed(Counter, 100));
  EXPECT_FALSE(counter.see(0, {}, 100));
  EXPECT_TRUE(counter.see(1, {}, 100));
  EXPECT_EQ(counter.at(100), Value::of(1));
}

TEST(Evaluation_6, EvictionTakesTheSmallestTimeThenTheEarliestArrival) {
  Subject list(windowed(UniqueList, 1000), 3);
  EXPECT_TRUE(list.see(5, text("a"), 10));
  EXPECT_TRUE(list.see(5, text("b"), 10));
  EXPECT_TRUE(list.see(7, text("c"), 10));
  EXPECT_TRUE(list.see(6, text("d"), 10));
  EXPECT_EQ(list.at(10), listOf({"b", "d", "c"}));
  EXPECT_FALSE(list.see(4, text("e"), 20)) << "decisions 17: evicted on arrival is not an update";
  EXPECT_EQ(list.cell.lastReceipt(), 10);
  EXPECT_TRUE(list.see(5, text("f"), 20)) << "as old as the oldest, but arrived later";
  EXPECT_EQ(list.at(20), listOf({"f", "d", "c"}));
}

TEST(Evaluation_6, EntriesThatSlidOutDoNotCountAgainstTheLimit) {
  Subject counter(windowed(Counter, 100), 3);
  for (const std::int64_t t : {1, 2, 3}) counter.see(t);
  EXPECT_TRUE(counter.see(102, {}, 102));
  EXPECT_EQ(counter.cell.windowSize(counter.computation, 102), 2u) << "3 and 102";
  EXPECT_TRUE(counter.see(103, {}, 103));
  EXPECT_TRUE(counter.see(104, {}, 104));
  EXPECT_EQ(counter.at(104), Value::of(3));
}

TEST(Evaluation_6, LifetimeHasNoEventLimit) {
  Subject counter(computation(Counter));
  for (int i = 0; i < 1000; ++i) counter.see(i);
  EXPECT_EQ(counter.at(1'000'000'000'000), Value::of(1000));
  EXPECT_EQ(counter.cell.windowSize(counter.computation, 0), 0u);
  EXPECT_FALSE(counter.cell.windowFull(counter.computation, 0, 0));
}

TEST(Evaluation_6, AnyRelevantEventResetsTheTtlAndAnExpiredStateStartsAgain) {
  Subject counter(computation(Counter, ElementType::Int32, 0, 100));
  counter.see(0);
  counter.see(0, {}, 99);
  EXPECT_EQ(counter.at(198), Value::of(2)) << "the clock is the receipt, not the event's time";
  counter.see(198, {}, 199);
  EXPECT_EQ(counter.at(199), Value::of(1));
}

TEST(Decisions_16, ANegativeAgeIsZero) {
  Subject counter(computation(Counter, ElementType::Int32, 0, 100));
  counter.see(1000);
  EXPECT_EQ(counter.at(5), Value::of(1));
  EXPECT_EQ(counter.departure(5), 1100);
  EXPECT_FALSE(counter.dead(5));
}

TEST(Decisions_16, WindowEntriesGoAfterThePeriodAndADay) {
  Subject counter(windowed(Counter, 100));
  counter.see(0);
  counter.cell.prune(counter.computation, 99 + kDay);
  EXPECT_FALSE(counter.dead(99 + kDay));
  EXPECT_EQ(counter.at(99), Value::of(1)) << "a clock that jumped back";
  EXPECT_TRUE(counter.dead(100 + kDay));
  counter.cell.prune(counter.computation, 100 + kDay);
  EXPECT_EQ(counter.at(99), Value::null());
}

TEST(Evaluation_7, WindowedDistinctCountsAreExact) {
  Subject distinct(windowed(ApproxCountDistinct, kDay, ElementType::Int64), kUnlimited);
  for (int i = 0; i < 9'000; ++i) distinct.see(i, EventValue::of(static_cast<double>(i % 4'500)), 9'000);
  EXPECT_EQ(distinct.at(9'000), Value::of(4'500));
  EXPECT_EQ(distinct.at(kDay + 4'500), Value::of(4'499)) << "values of 4,501 to 8,999";
  EXPECT_EQ(distinct.at(kDay + 8'499), Value::of(500));
  EXPECT_EQ(distinct.at(kDay + 9'000), Value::null());
}

TEST(Evaluation_7, TruncationIsReportedForWindowsToo) {
  Subject most(windowed(MostFrequent, kDay, ElementType::Int64), kUnlimited);
  for (int i = 0; i < 10'000; ++i) most.see(i, EventValue::of(static_cast<double>(i)), 10'000);
  EXPECT_FALSE(most.cell.truncated(most.computation));
  most.see(10'000, EventValue::of(-1.0));
  EXPECT_TRUE(most.cell.truncated(most.computation));
  Subject lifetime(computation(MostFrequent, ElementType::Int64));
  EXPECT_FALSE(lifetime.cell.truncated(lifetime.computation));
}

TEST(Cell, SurvivesTheEndsOfTime) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  for (const std::int64_t period : {std::int64_t{1}, kDay, kNever}) {
    for (const std::int64_t ts : {kLeast, kLeast + 1, std::int64_t{0}, kNever - 1, kNever}) {
      for (const std::int64_t now : {kLeast, kLeast + 1, std::int64_t{0}, kNever - 1, kNever}) {
        Subject counter(windowed(Counter, period));
        counter.see(ts, {}, now);
        Subject expiring(computation(TimeSinceFirst, ElementType::Double, 0, period));
        EXPECT_TRUE(expiring.see(ts, {}, now));
        for (const std::int64_t later : {kLeast, std::int64_t{0}, kNever}) {
          for (Subject* subject : {&counter, &expiring}) {
            subject->at(later);
            EXPECT_GT(subject->departure(later - (later == kNever ? 1 : 0)), later - (later == kNever ? 1 : 0));
            subject->dead(later);
            subject->cell.prune(subject->computation, later);
          }
        }
      }
    }
  }
}

TEST(Cell, EmptyCellsAreDead) {
  for (const std::int64_t period : {0, 100}) {
    Subject counter(windowed(Counter, period));
    EXPECT_TRUE(counter.dead(0));
    EXPECT_EQ(counter.at(0), Value::null());
    EXPECT_EQ(counter.departure(0), kNever);
    EXPECT_EQ(counter.cell.lastReceipt(), 0);
  }
}

TEST(Cell, TakesTheSameFactOnce) {
  const Computation counter = windowed(Counter, 100);
  Cell cell(counter);
  EXPECT_TRUE(cell.update(counter, {}, {5, 1, 1}, 5, 100));
  EXPECT_FALSE(cell.update(counter, {}, {5, 1, 1}, 6, 100));
  EXPECT_TRUE(cell.update(counter, {}, {5, 2, 1}, 6, 100));
  EXPECT_EQ(cell.value(counter, 6), Value::of(2));
}

TEST(Cell, IsSmall) { EXPECT_LE(sizeof(Cell), 32u); }

}  // namespace
}  // namespace oncue
