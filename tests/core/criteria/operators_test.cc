// Evaluation 8: every operator, for event properties and for attributes.

#include "criteria/operators.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

Operand operand(Value value) { return {.value = std::move(value), .regex = nullptr}; }
Operand number(double n) { return operand(Value::of(n)); }
Operand text(std::string_view s) { return operand(Value::of(s)); }
Operand texts(std::vector<std::string_view> all) {
  Vec<Value> values;
  for (const std::string_view s : all) values.push_back(Value::of(s));
  return operand(Value::list(std::move(values)));
}

Operand pattern(std::string_view source) {
  RegexError error;
  auto regex = Regex::compile(source, error);
  EXPECT_TRUE(regex.has_value());
  return {.value = Value::of(source), .regex = std::make_shared<const Regex>(std::move(*regex))};
}

constexpr Operator kAll[] = {Operator::Equal,       Operator::NotEqual,       Operator::Less,     Operator::Greater,
                             Operator::LessOrEqual, Operator::GreaterOrEqual, Operator::Like,     Operator::NotLike,
                             Operator::Rlike,       Operator::NotRlike,       Operator::In,       Operator::NotIn,
                             Operator::IsNull,      Operator::IsNotNull,      Operator::Changed};

Operand suitable(Operator op) {
  const bool isRegex = op == Operator::Rlike || op == Operator::NotRlike;
  return isRegex ? pattern("a") : text("a");
}

TEST(Evaluation_8, LeftNull) {
  for (const Operator op : kAll) {
    const Operand any = suitable(op);
    EXPECT_EQ(holdsForAttribute(op, Value::null(), any), op == Operator::IsNull) << operatorName(op);
    const bool holdsForMissing = op == Operator::IsNull || op == Operator::NotEqual;
    EXPECT_EQ(holdsForEvent(op, EventValue{}, any), holdsForMissing) << operatorName(op);
  }
}

TEST(Evaluation_8, EqualityHasNoCoercion) {
  EXPECT_TRUE(holdsForAttribute(Operator::Equal, Value::of(3), number(3.0)));
  EXPECT_FALSE(holdsForAttribute(Operator::Equal, Value::of("3"), number(3)));
  EXPECT_FALSE(holdsForAttribute(Operator::Equal, Value::boolean(true), number(1)));
  EXPECT_TRUE(holdsForAttribute(Operator::NotEqual, Value::boolean(true), number(1)));
  EXPECT_FALSE(holdsForAttribute(Operator::Equal, Value::of("A"), text("a")));
  EXPECT_TRUE(holdsForEvent(Operator::Equal, EventValue::of(3), number(3)));
  EXPECT_FALSE(holdsForEvent(Operator::Equal, EventValue::of("3"), number(3)));
  EXPECT_FALSE(holdsForEvent(Operator::Equal, EventValue::boolean(true), number(1)));
}

TEST(Evaluation_8, ListsAreEqualDeepAndOrdered) {
  const Value ab = texts({"a", "b"}).value;
  EXPECT_TRUE(holdsForAttribute(Operator::Equal, ab, texts({"a", "b"})));
  EXPECT_FALSE(holdsForAttribute(Operator::Equal, ab, texts({"b", "a"})));
  EXPECT_TRUE(holdsForAttribute(Operator::NotEqual, ab, texts({"b", "a"})));
}

TEST(Evaluation_8, OrderComparesLikeWithLike) {
  struct Row {
    Operator op;
    bool below, equal, above;
  };
  const Row rows[] = {{Operator::Less, true, false, false},
                      {Operator::LessOrEqual, true, true, false},
                      {Operator::Greater, false, false, true},
                      {Operator::GreaterOrEqual, false, true, true}};
  for (const Row& row : rows) {
    EXPECT_EQ(holdsForAttribute(row.op, Value::of(1), number(2)), row.below);
    EXPECT_EQ(holdsForAttribute(row.op, Value::of(2), number(2)), row.equal);
    EXPECT_EQ(holdsForAttribute(row.op, Value::of(3), number(2)), row.above);
    EXPECT_EQ(holdsForEvent(row.op, EventValue::of("a"), text("b")), row.below);
    EXPECT_EQ(holdsForEvent(row.op, EventValue::of("b"), text("b")), row.equal);
    EXPECT_EQ(holdsForEvent(row.op, EventValue::of("c"), text("b")), row.above);
    EXPECT_FALSE(holdsForAttribute(row.op, Value::of("1"), number(2)));
    EXPECT_FALSE(holdsForAttribute(row.op, Value::of(1), text("2")));
    EXPECT_FALSE(holdsForAttribute(row.op, texts({"a"}).value, text("b")));
    // U+FF5E sorts after U+1F600 in UTF-16 but before it by code point.
    EXPECT_EQ(holdsForAttribute(row.op, Value::of("\xEF\xBD\x9E"), text("\xF0\x9F\x98\x80")), row.below);
  }
}

TEST(Evaluation_8, PatternsMatchStringsOnly) {
  EXPECT_TRUE(holdsForAttribute(Operator::Like, Value::of("/pricing"), text("%pricing%")));
  EXPECT_TRUE(holdsForAttribute(Operator::NotLike, Value::of("/home"), text("%pricing%")));
  EXPECT_TRUE(holdsForAttribute(Operator::Rlike, Value::of("xay"), pattern("a.?$")));
  EXPECT_TRUE(holdsForAttribute(Operator::NotRlike, Value::of("b"), pattern("a")));
  for (const Operator op : {Operator::Like, Operator::NotLike, Operator::Rlike, Operator::NotRlike}) {
    const Operand any = suitable(op);
    EXPECT_FALSE(holdsForAttribute(op, Value::of(1), any)) << operatorName(op);
    EXPECT_FALSE(holdsForAttribute(op, texts({"a"}).value, any)) << operatorName(op);
    EXPECT_FALSE(holdsForAttribute(op, Value::dict({Value::of("a"), Value::of(1)}), any)) << operatorName(op);
  }
  EXPECT_TRUE(holdsForEvent(Operator::Like, EventValue::of("/pricing"), text("%pricing%")));
  EXPECT_FALSE(holdsForEvent(Operator::Like, EventValue::of(5), text("%5%")));
}

TEST(Evaluation_8, InList) {
  EXPECT_TRUE(holdsForAttribute(Operator::In, Value::of("b"), texts({"a", "b"})));
  EXPECT_FALSE(holdsForAttribute(Operator::In, Value::of("c"), texts({"a", "b"})));
  EXPECT_TRUE(holdsForAttribute(Operator::In, texts({"c", "b"}).value, texts({"a", "b"})));
  EXPECT_FALSE(holdsForAttribute(Operator::In, texts({"c"}).value, texts({"a", "b"})));
  EXPECT_TRUE(holdsForEvent(Operator::In, EventValue::of("b"), texts({"a", "b"})));
  EXPECT_FALSE(holdsForEvent(Operator::In, EventValue::of(1), texts({"1"})));
}

TEST(Evaluation_8, InScalarReversesTheOperands) {
  EXPECT_TRUE(holdsForAttribute(Operator::In, texts({"a", "b"}).value, text("b")));
  EXPECT_FALSE(holdsForAttribute(Operator::In, texts({"a", "b"}).value, text("c")));
  EXPECT_TRUE(holdsForAttribute(Operator::In, Value::dict({Value::of("a"), Value::of(2)}), text("a")));
  EXPECT_FALSE(holdsForAttribute(Operator::In, Value::dict({Value::of("a"), Value::of(2)}), number(2)));
  EXPECT_TRUE(holdsForAttribute(Operator::NotIn, texts({"a"}).value, text("c")));
  EXPECT_FALSE(holdsForAttribute(Operator::NotIn, texts({"a"}).value, text("a")));
  const EventValue items[] = {EventValue::of("a"), EventValue::of(2)};
  const EventValue array{.kind = EventValue::Kind::Array, .items = items, .count = 2};
  EXPECT_TRUE(holdsForEvent(Operator::In, array, text("a")));
  EXPECT_TRUE(holdsForEvent(Operator::In, array, number(2)));
  EXPECT_FALSE(holdsForEvent(Operator::In, array, text("2")));
  EXPECT_TRUE(holdsForEvent(Operator::In, EventValue::of("a"), text("a")));
}

TEST(Evaluation_8, NullOrEmptyAttributes) {
  const Value empties[] = {Value::of(""), Value::list({}), Value::dict({})};
  for (const Value& empty : empties) {
    EXPECT_TRUE(holdsForAttribute(Operator::IsNull, empty, {}));
    EXPECT_FALSE(holdsForAttribute(Operator::IsNotNull, empty, {}));
  }
  for (const Value& full : {Value::of(0), Value::boolean(false), Value::of("x")}) {
    EXPECT_FALSE(holdsForAttribute(Operator::IsNull, full, {}));
    EXPECT_TRUE(holdsForAttribute(Operator::IsNotNull, full, {}));
  }
}

TEST(Evaluation_8, AnEventsEmptyTextIsNotNull) {
  EXPECT_FALSE(holdsForEvent(Operator::IsNull, EventValue::of(""), {}));
  EXPECT_TRUE(holdsForEvent(Operator::IsNotNull, EventValue::of(""), {}));
}

TEST(Decisions_20, NotEqualOnObjectsAndArraysOfEvents) {
  for (const auto kind : {EventValue::Kind::Object, EventValue::Kind::Array}) {
    const EventValue value{.kind = kind};
    EXPECT_FALSE(holdsForEvent(Operator::NotEqual, value, text("a")));
    EXPECT_FALSE(holdsForEvent(Operator::Equal, value, text("a")));
    EXPECT_TRUE(holdsForEvent(Operator::IsNotNull, value, {}));
  }
}

}  // namespace
}  // namespace oncue
