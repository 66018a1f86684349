#include "aggregation/column.h"

#include <cmath>
#include <utility>

#include "base/calendar.h"
#include "definition/coercion.h"

namespace oncue {
namespace {

constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::int64_t kMsPerDay = 24 * kMsPerHour;

std::int64_t floorDays(std::int64_t epochMs) { return epochMs / kMsPerDay - (epochMs % kMsPerDay < 0 ? 1 : 0); }

void dateText(std::int64_t days, std::string& scratch, EventValue& out) {
  scratch.clear();
  appendIsoDate(scratch, days);
  out = EventValue::of(std::string_view(scratch));
}

// What is compared and counted: the string form for approx_count_distinct and the keys of a dict, whatever `type`;
// plain numbers for sum, min, max, mean, which are coerced at output only (evaluation 7).
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

bool applyDatePart(DatePart part, const EventValue& value, std::string& scratch, EventValue& out) {
  if (part == DatePart::None) {
    out = value;
    return true;
  }
  std::int64_t ms = 0;
  if (value.kind != EventValue::Kind::String || !parseIsoTimestamp(value.text, ms)) return false;
  const std::int64_t days = floorDays(ms);
  const CivilDate date = civilFromDays(days);
  switch (part) {
    case DatePart::HourOfDay: out = EventValue::of(static_cast<double>((ms - days * kMsPerDay) / kMsPerHour)); break;
    case DatePart::DayOfWeek: out = EventValue::of(static_cast<double>(isoWeekday(days))); break;
    case DatePart::MonthOfYear: out = EventValue::of(static_cast<double>(date.month)); break;
    case DatePart::ActiveWeek: {
      const std::int64_t monday = days - (isoWeekday(days) - 1);
      // The first days of year 0 belong to a week whose Monday has no four-digit year.
      if (!isRepresentable(monday * kMsPerDay)) return false;
      dateText(monday, scratch, out);
      break;
    }
    case DatePart::ActiveMonth: dateText(days - (date.day - 1), scratch, out); break;
    default: dateText(days, scratch, out);
  }
  return true;
}

bool prepareElement(const Computation& computation, const EventValue& value, std::string& scratch, Element& out) {
  EventValue part;
  EventValue coerced;
  switch (aggregationInfo(computation.aggregation).reads) {
    case Reads::Nothing:
    case Reads::Time: break;
    case Reads::Numbers:
      // The general way through text and back to an element takes several times as long.
      if (value.kind == EventValue::Kind::Number && std::isfinite(value.number)) {
        out = {.kind = Value::Kind::Number, .number = value.number + 0.0};
        return true;
      }
      if (value.kind == EventValue::Kind::Bool) return false;
      if (!coerceElement(ElementType::Double, value, scratch, coerced)) return false;
      break;
    case Reads::Scalars:
      if (!applyDatePart(computation.datePart, value, scratch, part)) return false;
      if (!coerceElement(elementType(computation), part, scratch, coerced)) return false;
      break;
  }
  out = elementOf(coerced);
  return true;
}

namespace {

bool coerceInPlace(const ValueType& type, Value& value) {
  switch (value.kind) {
    case Value::Kind::Null: return true;
    case Value::Kind::Dict: return type.dict;
    case Value::Kind::List:
      for (Value& item : value.items) {
        if (!coerceScalar(type.element, item, item)) return false;
      }
      return true;
    default: break;
  }
  // A scalar aggregation of a list type (first of a string_list) gives the element itself.
  return !type.dict && coerceScalar(type.element, value, value);
}

}  // namespace

Value coerceResult(const ValueType& type, Value raw) {
  if (!coerceInPlace(type, raw)) raw = Value::null();
  return raw;
}

}  // namespace oncue
