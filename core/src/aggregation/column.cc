#include "aggregation/column.h"

#include <utility>

#include "base/features.h"
#include "definition/coercion.h"

namespace oncue {
namespace {

// What is compared and counted: the string form for approx_count_distinct and the keys of a dict, whatever `type`;
// plain numbers for sum, min, max, mean, which are coerced at output only.
ElementType elementType(const Computation& computation) {
  if (computation.type.dict || computation.aggregation == AggregationKind::ApproxCountDistinct) {
    return ElementType::String;
  }
  return computation.type.element;
}

Element elementOf(const EventValue& value) {
  switch (value.kind) {
    case EventValue::Kind::Bool: return {.kind = Value::Kind::Bool, .number = value.number};
    case EventValue::Kind::Number: return {.kind = Value::Kind::Number, .number = value.number};
    case EventValue::Kind::String: return {.kind = Value::Kind::String, .text = value.text};
    default: return {};
  }
}

}  // namespace

bool coerceToElement(const Computation& computation, const EventValue& value, std::string& scratch, Element& out) {
  EventValue part;
  EventValue coerced;
  if (aggregationInfo(computation.aggregation).reads == Reads::Numbers) {
    if (value.kind == EventValue::Kind::Bool) return false;
    if (!coerceElement(ElementType::Double, value, scratch, coerced)) return false;
  } else {
    if (!applyDatePart(computation.datePart, value, scratch, part)) return false;
    if (!coerceElement(elementType(computation), part, scratch, coerced)) return false;
  }
  out = elementOf(coerced);
  return true;
}

bool prepareElement(const Computation& computation, const EventValue& value, std::string& scratch, Element& out) {
  return isPrepared(computation, value, out) || coerceToElement(computation, value, scratch, out);
}

namespace {

bool coerceInPlace(const ValueType& type, Value& value) {
  if (!features::foreignResults()) return value.kind != Value::Kind::Number;
  switch (value.kind) {
    case Value::Kind::Null: return true;
    case Value::Kind::Dict: return type.dict;
    case Value::Kind::List:
      for (Value& item : value.items) {
        if (!coerceNumber(type.element, item) && !coerceScalar(type.element, item, item)) return false;
      }
      return true;
    default: break;
  }
  // A scalar aggregation of a list type (first of a string_list) gives the element itself.
  return !type.dict && coerceScalar(type.element, value, value);
}

}  // namespace

void coerceOtherResult(const ValueType& type, Value& value) {
  if (!coerceInPlace(type, value)) value.become(Value::Kind::Null);
}

}  // namespace oncue
