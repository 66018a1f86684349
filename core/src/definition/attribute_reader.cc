#include "definition/attribute_reader.h"

#include "definition/coercion.h"
#include "definition/filter_reader.h"
#include "definition/operand_reader.h"
#include "definition/property_reader.h"

namespace oncue {
namespace {

bool isInteger(const ValueType& type) {
  return !type.list && !type.dict && (type.element == ElementType::Int32 || type.element == ElementType::Int64);
}

bool isReal(const ValueType& type) {
  return !type.list && !type.dict && (type.element == ElementType::Double || type.element == ElementType::Float);
}

// The words for what a type must be; null when it is that.
const char* unmetType(ResultTypes need, const ValueType& type) {
  switch (need) {
    case ResultTypes::Any:
      return type.dict ? "other than dict" : nullptr;
    case ResultTypes::Numeric: {
      const bool isOther =
          type.list || type.dict || type.element == ElementType::Bool || type.element == ElementType::Bytes;
      return isOther ? "int32, int64, float or double" : nullptr;
    }
    case ResultTypes::List:
      return type.list ? nullptr : "string_list or another list";
    case ResultTypes::Dict:
      return type.dict ? nullptr : "dict";
    case ResultTypes::Integer:
      return isInteger(type) ? nullptr : "int32 or int64";
    case ResultTypes::Real:
      return isReal(type) ? nullptr : "double or float";
  }
  return nullptr;
}

// The same for the values that a date_part yields.
const char* unmetDatePartType(const Computation& c) {
  const ResultTypes results = aggregationInfo(c.aggregation).results;
  if (results == ResultTypes::Dict || results == ResultTypes::Integer) return nullptr;
  const bool list = results == ResultTypes::List;
  const ValueType element{.element = c.type.element};
  if (c.datePart >= DatePart::ActiveDay) {
    if (element.element == ElementType::String && c.type.list == list) return nullptr;
    return list ? "string_list" : "string";
  }
  if (isInteger(element) && c.type.list == list) return nullptr;
  return list ? "int32_list or int64_list" : "int32 or int64";
}

void checkType(Problems& problems, const Computation& c) {
  const AggregationInfo& info = aggregationInfo(c.aggregation);
  const Problems::At at(problems, "type");
  const char* subject = info.name.data();
  const char* unmet = unmetType(info.results, c.type);
  if (unmet == nullptr && c.datePart != DatePart::None && info.acceptsDatePart) {
    subject = datePartName(c.datePart);
    unmet = unmetDatePartType(c);
  }
  if (unmet != nullptr) {
    problems.add(ProblemCode::type_mismatch, subject, unmet, typeName(c.type));
  } else if (c.aggregation == AggregationKind::Counter && !isInteger(c.type) && !isReal(c.type)) {
    problems.add(ProblemCode::counter_type, typeName(c.type));
  }
}

void readInput(Builder& builder, const Fields& fields, Computation& c) {
  Problems& problems = builder.problems;
  const AggregationInfo& info = aggregationInfo(c.aggregation);
  const char* name = info.name.data();
  const bool reads = info.reads != Reads::Nothing && info.reads != Reads::Time;
  const std::size_t errors = problems.errorCount();
  const PropertyUse use = readProperty(builder, fields, builder.active && reads);
  if (use.datePart != DatePart::None && !info.acceptsDatePart) problems.add(ProblemCode::date_part_aggregation, name);
  if (reads) {
    if (!fields.has("property")) problems.add(ProblemCode::missing_property, name);
    c.property = use.index;
    c.datePart = use.datePart;
  } else if (info.reads == Reads::Time && fields.has("property") && !use.isDerivedTstamp &&
             problems.errorCount() == errors) {
    problems.add(ProblemCode::time_since_property, name);
  }
}

void readTimes(Problems& problems, const Fields& fields, Computation& c) {
  fields.duration("period", c.periodMs);
  fields.duration("ttl", c.ttlMs);
  if (fields.has("period")) {
    if (fields.has("ttl")) problems.add(ProblemCode::exclusive_fields, "\"ttl\"", "\"period\"");
    c.ttlMs = 0;
  } else if (c.ttlMs == 0) {
    problems.add(ProblemCode::no_ttl);
  }
}

void readTimeUnit(Problems& problems, const Fields& fields, Computation& c) {
  std::uint32_t word = 0;
  if (aggregationInfo(c.aggregation).reads == Reads::Time) {
    if (fields.word("time_unit", kTimeUnitWords, word, Need::Required)) c.unitMs = timeUnitMs(word);
  } else if (fields.has("time_unit")) {
    const Problems::At at(problems, "time_unit");
    problems.add(ProblemCode::unexpected_time_unit);
  }
}

void readDefault(Problems& problems, const Fields& fields, const ValueType& type, Value& out) {
  const JsonNode* node = fields.find("default_value");
  if (node == nullptr) return;
  Value value;
  toValue(*node, value);
  if (coerceDefault(type, value, out)) return;
  const Problems::At at(problems, "default_value");
  problems.add(ProblemCode::invalid_default, typeName(type));
}

}  // namespace

void readAttribute(Builder& builder, const Fields& fields, std::uint32_t key, std::int64_t ttlMs,
                   Attribute& attribute) {
  Problems& problems = builder.problems;
  const std::size_t errors = problems.errorCount();
  Computation& c = builder.model.computations.emplace_back();
  c.key = key;
  c.ttlMs = ttlMs;
  fields.text("name", Pattern::Name, attribute.name, Need::Required);

  std::uint32_t type = 0;
  const bool hasType = fields.word("type", kTypeWords, type, Need::Required);
  std::uint32_t aggregation = 0;
  const bool hasAggregation = fields.word("aggregation", kAggregationWords, aggregation, Need::Required);
  readFilter(builder, fields, c.filter);
  readTimes(problems, fields, c);
  if (hasType) {
    c.type = valueType(type);
    readDefault(problems, fields, c.type, attribute.defaultValue);
  }
  if (hasAggregation) {
    c.aggregation = static_cast<AggregationKind>(aggregation);
    readInput(builder, fields, c);
    readTimeUnit(problems, fields, c);
    if (hasType) checkType(problems, c);
  }
  attribute.computation = builder.internComputation(builder.active && key != kNone && problems.errorCount() == errors);
}

}  // namespace oncue
