#include "definition/coercion.h"

#include <cmath>

#include "base/calendar.h"
#include "base/number_text.h"

namespace oncue {
namespace {

using Kind = EventValue::Kind;

constexpr double kInt32Min = -2147483648.0;
constexpr double kInt32Max = 2147483647.0;
// The nearest doubles: 9223372036854775807 itself is not one.
constexpr double kInt64Min = -9223372036854775808.0;
constexpr double kInt64Max = 9223372036854775808.0;

bool equalsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != lower[i]) return false;
  }
  return true;
}

// Adding zero turns -0 into 0: equal values must have equal text and equal bytes.
EventValue numberOf(double number) { return EventValue::of(number + 0.0); }

double truncated(double number, double least, double most) {
  return number <= least ? least : number >= most ? most : std::trunc(number);
}

double limited(ElementType type, double number) {
  switch (type) {
    case ElementType::Int32: return truncated(number, kInt32Min, kInt32Max);
    case ElementType::Int64: return truncated(number, kInt64Min, kInt64Max);
    default: return number;
  }
}

// Whose numbers stay numbers.
bool isNumeric(ElementType type) {
  return type != ElementType::Bytes && type != ElementType::String && type != ElementType::Bool;
}

bool asNumber(const EventValue& in, double& out) {
  if (in.kind == Kind::String) return parseNumber(in.text, out);
  out = in.number;
  return true;
}

bool asText(const EventValue& in, std::string& scratch, EventValue& out) {
  if (in.kind == Kind::Number) {
    scratch.clear();
    appendNumber(scratch, in.number);
    out = EventValue::of(std::string_view(scratch));
  } else {
    out = in.kind == Kind::String ? in : EventValue::of(std::string_view(in.number != 0 ? "true" : "false"));
  }
  return true;
}

bool asBool(const EventValue& in, EventValue& out) {
  if (in.kind != Kind::String) {
    out = EventValue::boolean(in.number != 0);
    return true;
  }
  const bool yes = in.text == "1" || equalsIgnoringCase(in.text, "true");
  out = EventValue::boolean(yes);
  return yes || in.text == "0" || equalsIgnoringCase(in.text, "false");
}

bool asEpochSeconds(const EventValue& in, EventValue& out) {
  if (in.kind == Kind::Number) {
    out = numberOf(in.number);
    return true;
  }
  std::int64_t ms = 0;
  if (in.kind != Kind::String || !parseIsoTimestamp(in.text, ms)) return false;
  out = numberOf(std::floor(static_cast<double>(ms) / 1000));
  return true;
}

EventValue borrowed(const Value& value) {
  switch (value.kind) {
    case Value::Kind::Bool: return EventValue::boolean(value.number != 0);
    case Value::Kind::Number: return EventValue::of(value.number);
    case Value::Kind::String: return EventValue::of(std::string_view(value.text));
    default: return {};
  }
}

bool coerceDict(const Value& in, Value& out) {
  Vec<Value> items(in.items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ElementType type = i % 2 == 0 ? ElementType::String : ElementType::Int64;
    if (!coerceScalar(type, in.items[i], items[i])) return false;
  }
  out = Value::dict(std::move(items));
  return true;
}

}  // namespace

bool coerceElement(ElementType type, const EventValue& in, std::string& scratch, EventValue& out) {
  if (!in.isScalar() || !std::isfinite(in.number)) return false;
  double number = 0;
  switch (type) {
    case ElementType::Bytes:
    case ElementType::String: return asText(in, scratch, out);
    case ElementType::Bool: return asBool(in, out);
    case ElementType::UnixTimestamp: return asEpochSeconds(in, out);
    default:
      if (!asNumber(in, number)) return false;
  }
  out = numberOf(limited(type, number));
  return true;
}

bool coerceNumber(ElementType type, Value& value) {
  if (value.kind != Value::Kind::Number || !isNumeric(type) || !std::isfinite(value.number)) return false;
  value.number = limited(type, value.number) + 0.0;
  return true;
}

bool coerceScalar(ElementType type, const Value& in, Value& out) {
  std::string scratch;
  EventValue element;
  if (!coerceElement(type, borrowed(in), scratch, element)) return false;
  switch (element.kind) {
    case Kind::Bool: out = Value::boolean(element.number != 0); break;
    case Kind::Number: out = Value::of(element.number); break;
    default:
      // Unchanged text would alias what assigning to `out` replaces.
      if (element.text.data() != in.text.data()) {
        out = Value::of(element.text);
      } else if (&out != &in) {
        out = in;
      }
  }
  return true;
}

bool coerceDefault(const ValueType& type, const Value& in, Value& out) {
  if (type.dict) return in.kind == Value::Kind::Dict && coerceDict(in, out);
  if (!type.list) return coerceScalar(type.element, in, out);
  if (in.kind != Value::Kind::List) return false;
  Vec<Value> items(in.items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!coerceScalar(type.element, in.items[i], items[i])) return false;
  }
  out = Value::list(std::move(items));
  return true;
}

}  // namespace oncue
