// The operators of event criteria and of intervention criteria, side by side.
#pragma once

#include "definition/model.h"
#include "oncue/value.h"

namespace oncue {

// `left` is what the property holds in the event. `!=` is true on null and false on an object or array;
// `in` with a scalar operand asks whether an array holds it.
bool holdsForEvent(Operator op, const EventValue& left, const Operand& operand);

// `left` is an attribute's value. Null makes everything false but `is null`. Changed is not decided here: false.
bool holdsForAttribute(Operator op, const Value& left, const Operand& operand);

}  // namespace oncue
