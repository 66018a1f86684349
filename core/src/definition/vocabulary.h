// The words of definitions that stand for an enumerator, and back.
#pragma once

#include <cstdint>
#include <string_view>

#include "definition/model.h"

namespace oncue {

// A closed list of words; the position of a word is its number.
struct Words {
  std::uint32_t count;
  const char* (*word)(std::uint32_t index);
};

extern const Words kTypeWords;           // see valueType()
extern const Words kAggregationWords;    // AggregationKind
extern const Words kDatePartWords;       // DatePart - 1
extern const Words kTimeUnitWords;       // see timeUnitMs()
extern const Words kOperatorWords;       // Operator
extern const Words kEventOperatorWords;  // see eventOperator()

// These names end with a NUL.
ValueType valueType(std::uint32_t word);
const char* typeName(const ValueType& type);
const char* datePartName(DatePart part);  // not None
std::int64_t timeUnitMs(std::uint32_t word);
Operator eventOperator(std::uint32_t word);

}  // namespace oncue
