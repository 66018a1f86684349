#include "aggregation/column.h"

#include <gtest/gtest.h>

#include "aggregation/held_element.h"
#include "support/computations.h"
#include "support/results.h"

namespace oncue {
namespace {

using test::computation;
using test::text;

// The prepared element as a value; Null when the event is not relevant.
Value prepared(const Computation& computation, const EventValue& value) {
  std::string scratch;
  Element element;
  return prepareElement(computation, value, scratch, element) ? valueOf(element) : Value::null();
}

bool usable(AggregationKind aggregation, const EventValue& value) {
  std::string scratch;
  Element element;
  return prepareElement(computation(aggregation), value, scratch, element);
}

EventValue datePart(DatePart part, std::string_view value, std::string& scratch) {
  EventValue out;
  return applyDatePart(part, text(value), scratch, out) ? out : EventValue{};
}

const EventValue kItem = EventValue::of(1.0);
const EventValue kArray{.kind = EventValue::Kind::Array, .items = &kItem, .count = 1};
const EventValue kObject{.kind = EventValue::Kind::Object};

TEST(Evaluation_5, NumericAggregationsAcceptNumbersAndNumericStrings) {
  using enum AggregationKind;
  for (const AggregationKind aggregation : {Sum, Min, Max, Mean}) {
    const Computation numeric = computation(aggregation, ElementType::Int32);
    EXPECT_EQ(prepared(numeric, EventValue::of(9.5)), Value::of(9.5)) << "coerced at output only";
    EXPECT_EQ(prepared(numeric, text("9.5")), Value::of(9.5));
    for (const EventValue& bad : {EventValue{}, EventValue::boolean(true), text("abc"), text(""), kArray, kObject}) {
      EXPECT_FALSE(usable(aggregation, bad));
    }
  }
}

TEST(Evaluation_5, ValueAggregationsAcceptScalars) {
  using enum AggregationKind;
  for (const AggregationKind aggregation :
       {First, Last, MostFrequent, LeastFrequent, CategoryCount, ApproxCountDistinct, UniqueList}) {
    const Computation strings = computation(aggregation);
    EXPECT_EQ(prepared(strings, EventValue::of(9.5)), Value::of("9.5"));
    EXPECT_EQ(prepared(strings, text("x")), Value::of("x"));
    EXPECT_EQ(prepared(strings, EventValue::boolean(false)), Value::of("false"));
    for (const EventValue& bad : {EventValue{}, kArray, kObject}) EXPECT_FALSE(usable(aggregation, bad));
  }
  EXPECT_EQ(prepared(computation(First, ElementType::Int32), text("2.9")), Value::of(2));
  EXPECT_EQ(prepared(computation(First, ElementType::Int32), text("x")), Value::null());
  EXPECT_EQ(prepared(computation(UniqueList, ElementType::Bool), EventValue::of(2.0)), Value::boolean(true));
}

TEST(Evaluation_5, CounterAndTimeSinceIgnoreTheProperty) {
  using enum AggregationKind;
  for (const AggregationKind aggregation : {Counter, TimeSinceLast, TimeSinceFirst}) {
    for (const EventValue& any : {EventValue{}, text("x"), kArray, kObject}) EXPECT_TRUE(usable(aggregation, any));
  }
}

TEST(Evaluation_7, ApproxCountDistinctIdentifiesByStringForm) {
  const Computation distinct = computation(AggregationKind::ApproxCountDistinct, ElementType::Int32);
  EXPECT_EQ(prepared(distinct, text("u1")), Value::of("u1")) << "whatever `type`";
  EXPECT_EQ(prepared(distinct, EventValue::of(3.0)), Value::of("3"));
}

// Worked traces 15 and 16.
TEST(Evaluation_7, DateParts) {
  std::string scratch;
  const char* friday = "2024-03-15T14:30:00Z";
  EXPECT_EQ(datePart(DatePart::HourOfDay, friday, scratch).number, 14);
  EXPECT_EQ(datePart(DatePart::DayOfWeek, friday, scratch).number, 5);
  EXPECT_EQ(datePart(DatePart::MonthOfYear, friday, scratch).number, 3);
  EXPECT_EQ(datePart(DatePart::ActiveDay, friday, scratch).text, "2024-03-15");
  EXPECT_EQ(datePart(DatePart::ActiveWeek, friday, scratch).text, "2024-03-11");
  EXPECT_EQ(datePart(DatePart::ActiveMonth, friday, scratch).text, "2024-03-01");
  EXPECT_EQ(datePart(DatePart::None, friday, scratch).text, friday);
}

TEST(Evaluation_7, DatePartsAreUtc) {
  std::string scratch;
  EXPECT_EQ(datePart(DatePart::ActiveDay, "2024-01-01T00:30:00+01:00", scratch).text, "2023-12-31");
  EXPECT_EQ(datePart(DatePart::ActiveMonth, "2024-01-01T00:30:00+01:00", scratch).text, "2023-12-01");
  EXPECT_EQ(datePart(DatePart::HourOfDay, "2024-01-01T00:30:00+01:00", scratch).number, 23);
  EXPECT_EQ(datePart(DatePart::DayOfWeek, "2024-01-07", scratch).number, 7) << "Sunday";
  EXPECT_EQ(datePart(DatePart::ActiveWeek, "2024-01-07", scratch).text, "2024-01-01");
  EXPECT_EQ(datePart(DatePart::ActiveWeek, "2025-01-01", scratch).text, "2024-12-30");
  EXPECT_EQ(datePart(DatePart::HourOfDay, "1969-12-31T23:59:59.999Z", scratch).number, 23);
}

TEST(Evaluation_7, UnparsableDatesAreNotRelevant) {
  std::string scratch;
  EventValue out;
  EXPECT_FALSE(applyDatePart(DatePart::ActiveDay, text("yesterday"), scratch, out));
  EXPECT_FALSE(applyDatePart(DatePart::ActiveDay, EventValue::of(1710504000.0), scratch, out));
  EXPECT_FALSE(applyDatePart(DatePart::ActiveDay, EventValue{}, scratch, out));
  EXPECT_FALSE(applyDatePart(DatePart::ActiveWeek, text("0000-01-01"), scratch, out)) << "Monday is in year -1";
  EXPECT_TRUE(applyDatePart(DatePart::ActiveWeek, text("0000-01-03"), scratch, out));
}

TEST(Evaluation_7, DatePartsAreCoercedToTheType) {
  Computation first = computation(AggregationKind::First, ElementType::Int32);
  first.datePart = DatePart::HourOfDay;
  EXPECT_EQ(prepared(first, text("2024-03-15T14:30:00Z")), Value::of(14));
  first.type.element = ElementType::String;
  EXPECT_EQ(prepared(first, text("2024-03-15T14:30:00Z")), Value::of("14"));
  first.datePart = DatePart::ActiveDay;
  EXPECT_EQ(prepared(first, text("2024-03-15T14:30:00Z")), Value::of("2024-03-15"));
  first.type.element = ElementType::Int32;
  EXPECT_EQ(prepared(first, text("2024-03-15T14:30:00Z")), Value::null()) << "a date is no number";
}

TEST(Evaluation_7, ResultsAreCoercedToTheType) {
  EXPECT_EQ(test::coerced({.element = ElementType::Int32}, Value::of(1.5)), Value::of(1));
  EXPECT_EQ(test::coerced({.element = ElementType::String}, Value::of(3)), Value::of("3"));
  EXPECT_EQ(test::coerced({.element = ElementType::Bool}, Value::of(3)), Value::boolean(true));
  EXPECT_EQ(test::coerced({.element = ElementType::Int32}, Value::null()), Value::null());
  EXPECT_EQ(test::coerced({.element = ElementType::String, .list = true}, Value::list({Value::of(1), Value::of("x")})),
            test::listOf({"1", "x"}));
  const Value counts = Value::dict({Value::of("a"), Value::of(2)});
  EXPECT_EQ(test::coerced({.element = ElementType::String, .dict = true}, counts), counts);
}

}  // namespace
}  // namespace oncue
