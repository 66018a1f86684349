// Nulls, casts and date parts, once, before an aggregation sees a value and after it has given one.
#pragma once

#include <string>

#include "aggregation/aggregation.h"
#include "definition/coercion.h"

namespace oncue {

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
