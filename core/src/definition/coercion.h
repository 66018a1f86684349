// Values as an attribute's type, for elements on their way in, results and defaults.
#pragma once

#include <string>

#include "definition/model.h"

namespace oncue {

// A scalar as `type`. Text that had to be made is put into `scratch`. False when null, array, object or not coercible.
bool coerceElement(ElementType type, const EventValue& in, std::string& scratch, EventValue& out);

// The same for an owned scalar. `in` and `out` may be one object.
bool coerceScalar(ElementType type, const Value& in, Value& out);

// A number as a number of `type`; false, with nothing done, when either is none.
bool coerceNumber(ElementType type, Value& value);

// A definition's default_value as `type`; lists element-wise. False when it cannot be converted.
bool coerceDefault(const ValueType& type, const Value& in, Value& out);

}  // namespace oncue
