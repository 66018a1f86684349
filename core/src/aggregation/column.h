// Nulls, casts and date parts, once, before an aggregation sees a value and after it has given one.
#pragma once

#include <cmath>
#include <string>

#include "aggregation/aggregation.h"
#include "definition/coercion.h"

namespace oncue {

// As prepareElement(), of a value that is an element already, as most are, or is not looked at; false says nothing.
inline bool isPrepared(const Computation& computation, const EventValue& value, Element& out) {
  const Reads reads = aggregationInfo(computation.aggregation).reads;
  if (reads == Reads::Nothing || reads == Reads::Time) return true;
  if (reads != Reads::Numbers || value.kind != EventValue::Kind::Number || !std::isfinite(value.number)) return false;
  out.kind = Value::Kind::Number;
  out.number = value.number + 0.0;
  return true;
}

// As prepareElement(), of a value for which isPrepared() is false.
bool coerceToElement(const Computation& computation, const EventValue& value, std::string& scratch, Element& out);

// Turns the value read from an event into an element for `computation`; text that had to be made is put into
// `scratch`. `out` comes in empty. False when the value is not usable: the event is then not relevant.
bool prepareElement(const Computation& computation, const EventValue& value, std::string& scratch, Element& out);

// Applies a date part to an ISO 8601 string value (UTC); false when unparsable.
bool applyDatePart(DatePart part, const EventValue& value, std::string& scratch, EventValue& out);

// Makes a finalised raw value one of the attribute's `type`; Null stays Null, lists element-wise.
void coerceOtherResult(const ValueType& type, Value& value);
inline void coerceResult(const ValueType& type, Value& value) {
  if (!coerceNumber(type.element, value)) coerceOtherResult(type, value);
}

}  // namespace oncue
