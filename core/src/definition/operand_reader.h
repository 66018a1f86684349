// Operator and value of a criterion.
#pragma once

#include "definition/fields.h"

namespace oncue {

// Reads the fields `operator`, one of `words`, and `value`. The operator is the one of that number in `words`, 0 when
// it could not be read.
void readComparison(const Fields& fields, const Words& words, Problems& problems, Operator& op, Operand& operand);

// A scalar, list or object as a value; null inside it stays null.
void toValue(const JsonNode& node, Value& out);

}  // namespace oncue
