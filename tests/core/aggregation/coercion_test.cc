#include "definition/coercion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/float_bits.h"
#include "support/computations.h"

namespace oncue {
namespace {

using test::text;

// The coerced element as a value; Null when rejected.
Value coerced(ElementType type, const EventValue& in) {
  std::string scratch;
  EventValue out;
  if (!coerceElement(type, in, scratch, out)) return Value::null();
  switch (out.kind) {
    case EventValue::Kind::Bool: return Value::boolean(out.number != 0);
    case EventValue::Kind::Number: return Value::of(out.number);
    default: return Value::of(out.text);
  }
}

const EventValue kYes = EventValue::boolean(true);
const EventValue kNo = EventValue::boolean(false);

EventValue number(double n) { return EventValue::of(n); }

TEST(Evaluation_5, ToStringAndBytes) {
  for (const ElementType type : {ElementType::String, ElementType::Bytes}) {
    EXPECT_EQ(coerced(type, number(3)), Value::of("3"));
    EXPECT_EQ(coerced(type, number(2.5)), Value::of("2.5"));
    EXPECT_EQ(coerced(type, number(-0.0)), Value::of("0"));
    EXPECT_EQ(coerced(type, text(" as is ")), Value::of(" as is "));
    EXPECT_EQ(coerced(type, text("")), Value::of(""));
    EXPECT_EQ(coerced(type, kYes), Value::of("true"));
    EXPECT_EQ(coerced(type, kNo), Value::of("false"));
  }
}

TEST(Evaluation_5, ToInt32) {
  const auto type = ElementType::Int32;
  EXPECT_EQ(coerced(type, number(2.9)), Value::of(2));
  EXPECT_EQ(coerced(type, number(-2.9)), Value::of(-2));
  EXPECT_EQ(coerced(type, number(2147483647.9)), Value::of(2147483647));
  EXPECT_EQ(coerced(type, number(1e300)), Value::of(2147483647));
  EXPECT_EQ(coerced(type, number(-1e300)), Value::of(-2147483648.0));
  EXPECT_EQ(coerced(type, text("9.5")), Value::of(9));
  EXPECT_EQ(coerced(type, text("-1e10")), Value::of(-2147483648.0));
  EXPECT_EQ(coerced(type, text("abc")), Value::null());
  EXPECT_EQ(coerced(type, text(" 1")), Value::null());
  EXPECT_EQ(coerced(type, text("true")), Value::null());
  EXPECT_EQ(coerced(type, kYes), Value::of(1));
  EXPECT_EQ(coerced(type, kNo), Value::of(0));
  EXPECT_FALSE(std::signbit(coerced(type, number(-0.5)).number)) << "no -0";
}

TEST(Evaluation_5, ToInt64) {
  const auto type = ElementType::Int64;
  EXPECT_EQ(coerced(type, number(9007199254740993.0)), Value::of(9007199254740992.0));
  EXPECT_EQ(coerced(type, number(1e300)), Value::of(9223372036854775808.0));
  EXPECT_EQ(coerced(type, number(-1e300)), Value::of(-9223372036854775808.0));
  EXPECT_EQ(coerced(type, text("1e3")), Value::of(1000));
  EXPECT_EQ(coerced(type, text("")), Value::null());
  EXPECT_EQ(coerced(type, kYes), Value::of(1));
}

TEST(Evaluation_5, ToDoubleAndFloat) {
  for (const ElementType type : {ElementType::Double, ElementType::Float}) {
    EXPECT_EQ(coerced(type, number(0.1)), Value::of(0.1)) << "no float32 rounding";
    EXPECT_EQ(coerced(type, text("2.5")), Value::of(2.5));
    EXPECT_EQ(coerced(type, text("1e999")), Value::null());
    EXPECT_EQ(coerced(type, text("NaN")), Value::null());
    EXPECT_EQ(coerced(type, kYes), Value::of(1));
    EXPECT_EQ(coerced(type, kNo), Value::of(0));
    EXPECT_FALSE(std::signbit(coerced(type, text("-0")).number)) << "no -0";
  }
}

TEST(Evaluation_5, ToBool) {
  const auto type = ElementType::Bool;
  EXPECT_EQ(coerced(type, number(0)), Value::boolean(false));
  EXPECT_EQ(coerced(type, number(-0.5)), Value::boolean(true));
  for (const char* yes : {"true", "TRUE", "True", "1"}) EXPECT_EQ(coerced(type, text(yes)), Value::boolean(true));
  for (const char* no : {"false", "FALSE", "fAlse", "0"}) EXPECT_EQ(coerced(type, text(no)), Value::boolean(false));
  for (const char* other : {"", "yes", "2", "1.0", "truee", "tru", " true"}) {
    EXPECT_EQ(coerced(type, text(other)), Value::null()) << other;
  }
  EXPECT_EQ(coerced(type, kYes), Value::boolean(true));
}

TEST(Evaluation_5, ToUnixTimestamp) {
  const auto type = ElementType::UnixTimestamp;
  EXPECT_EQ(coerced(type, number(1710504000)), Value::of(1710504000));
  EXPECT_EQ(coerced(type, text("2024-03-15T12:00:00.999Z")), Value::of(1710504000));
  EXPECT_EQ(coerced(type, text("2024-03-15T14:00:00+02:00")), Value::of(1710504000));
  EXPECT_EQ(coerced(type, text("2024-03-15")), Value::of(1710460800));
  EXPECT_EQ(coerced(type, text("1969-12-31T23:59:59.500Z")), Value::of(-1)) << "floor";
  EXPECT_EQ(coerced(type, text("1710504000")), Value::null());
  EXPECT_EQ(coerced(type, kYes), Value::null());
}

TEST(Evaluation_5, NullsArraysObjectsAndInfinitiesAreRejected) {
  const EventValue item = number(1);
  const EventValue array{.kind = EventValue::Kind::Array, .items = &item, .count = 1};
  const EventValue object{.kind = EventValue::Kind::Object};
  for (int t = 0; t <= static_cast<int>(ElementType::UnixTimestamp); ++t) {
    const auto type = static_cast<ElementType>(t);
    EXPECT_EQ(coerced(type, EventValue{}), Value::null());
    EXPECT_EQ(coerced(type, array), Value::null());
    EXPECT_EQ(coerced(type, object), Value::null());
    EXPECT_EQ(coerced(type, number(std::numeric_limits<double>::infinity())), Value::null());
    EXPECT_EQ(coerced(type, number(std::numeric_limits<double>::quiet_NaN())), Value::null());
  }
}

TEST(CoerceScalar, MayWorkInPlace) {
  Value value = Value::of(std::string(100, 'x'));
  EXPECT_TRUE(coerceScalar(ElementType::String, value, value));
  EXPECT_EQ(value, Value::of(std::string(100, 'x')));
  value = Value::of("12.5");
  EXPECT_TRUE(coerceScalar(ElementType::Int32, value, value));
  EXPECT_EQ(value, Value::of(12));
  EXPECT_TRUE(coerceScalar(ElementType::String, value, value));
  EXPECT_EQ(value, Value::of("12"));
  EXPECT_FALSE(coerceScalar(ElementType::Bool, value, value));
}

TEST(CoerceDefault, ByType) {
  Value out;
  EXPECT_TRUE(coerceDefault({.element = ElementType::Int32}, Value::of("7.9"), out));
  EXPECT_EQ(out, Value::of(7));
  EXPECT_FALSE(coerceDefault({.element = ElementType::Int32}, Value::of("x"), out));
  EXPECT_FALSE(coerceDefault({.element = ElementType::Int32}, Value::list({}), out));
  EXPECT_FALSE(coerceDefault({.element = ElementType::String}, Value::null(), out));

  const ValueType list{.element = ElementType::String, .list = true};
  EXPECT_TRUE(coerceDefault(list, Value::list({Value::of(1), Value::boolean(true)}), out));
  EXPECT_EQ(out, test::listOf({"1", "true"}));
  EXPECT_TRUE(coerceDefault(list, Value::list({}), out));
  EXPECT_EQ(out, Value::list({}));
  EXPECT_FALSE(coerceDefault(list, Value::list({Value::null()}), out));
  EXPECT_FALSE(coerceDefault(list, Value::of("x"), out));

  const ValueType dict{.element = ElementType::String, .dict = true};
  EXPECT_TRUE(coerceDefault(dict, Value::dict({Value::of("a"), Value::of(2.5)}), out));
  EXPECT_EQ(out, Value::dict({Value::of("a"), Value::of(2)}));
  EXPECT_FALSE(coerceDefault(dict, Value::dict({Value::of("a"), Value::of("b")}), out));
  EXPECT_FALSE(coerceDefault(dict, Value::of(1), out));
}

}  // namespace
}  // namespace oncue
