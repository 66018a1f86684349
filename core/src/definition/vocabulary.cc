#include "definition/vocabulary.h"

namespace oncue {
namespace {

// Scalars in the order of ElementType, then their lists, then dict.
constexpr const char* kTypes[] = {"bytes",       "string",      "int32",      "int64",
                                  "double",      "float",       "bool",       "unix_timestamp",
                                  "bytes_list",  "string_list", "int32_list", "int64_list",
                                  "double_list", "float_list",  "bool_list",  "unix_timestamp_list",
                                  "dict"};
constexpr std::uint32_t kScalars = 8;
constexpr std::uint32_t kDict = 16;

constexpr const char* kDateParts[] = {"hour_of_day", "day_of_week", "month_of_year",
                                      "active_day",  "active_week", "active_month"};

constexpr const char* kTimeUnits[] = {"s", "min", "h", "d"};
constexpr std::int64_t kTimeUnitMs[] = {1'000, 60'000, 3'600'000, 86'400'000};

constexpr const char* kOperators[] = {
    "=",     "!=",        "<",  ">",      "<=",      ">=",          "like",   "not like",
    "rlike", "not rlike", "in", "not in", "is null", "is not null", "changed"};

constexpr Operator kEventOperators[] = {
    Operator::Equal,          Operator::NotEqual, Operator::Less, Operator::Greater, Operator::LessOrEqual,
    Operator::GreaterOrEqual, Operator::Like,     Operator::In,   Operator::IsNull,  Operator::IsNotNull};

const char* operatorWord(std::uint32_t i) { return kOperators[i]; }

}  // namespace

const Words kTypeWords{17, [](std::uint32_t i) { return kTypes[i]; }};
const Words kAggregationWords{
    kAggregationCount, [](std::uint32_t i) { return aggregationInfo(static_cast<AggregationKind>(i)).name.data(); }};
const Words kDatePartWords{6, [](std::uint32_t i) { return kDateParts[i]; }};
const Words kTimeUnitWords{4, [](std::uint32_t i) { return kTimeUnits[i]; }};
const Words kOperatorWords{15, operatorWord};
const Words kEventOperatorWords{
    10, [](std::uint32_t i) { return operatorWord(static_cast<std::uint32_t>(kEventOperators[i])); }};

ValueType valueType(std::uint32_t word) {
  if (word == kDict) return {.element = ElementType::String, .list = false, .dict = true};
  return {.element = static_cast<ElementType>(word % kScalars), .list = word >= kScalars, .dict = false};
}

const char* typeName(const ValueType& type) {
  if (type.dict) return kTypes[kDict];
  return kTypes[static_cast<std::uint8_t>(type.element) + (type.list ? kScalars : 0)];
}

const char* datePartName(DatePart part) { return kDateParts[static_cast<std::uint8_t>(part) - 1]; }

std::int64_t timeUnitMs(std::uint32_t word) { return kTimeUnitMs[word]; }

Operator eventOperator(std::uint32_t word) { return kEventOperators[word]; }

std::string_view operatorName(Operator op) { return operatorWord(static_cast<std::uint32_t>(op)); }

}  // namespace oncue
