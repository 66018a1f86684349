#include "definition/filter_reader.h"

#include "definition/operand_reader.h"
#include "definition/property_reader.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

void readMatcher(const Fields& fields, Problems& problems, EventMatcher& matcher) {
  const bool named = fields.has("name") || fields.has("vendor") || fields.has("version");
  fields.text("name", Pattern::SchemaName, matcher.name);
  fields.text("vendor", Pattern::Vendor, matcher.vendor);
  fields.text("version", Pattern::Version, matcher.version);
  if (fields.text("event_specification_id", Pattern::NotEmpty, matcher.eventSpecificationId) && named) {
    problems.add(ProblemCode::exclusive_fields, "\"event_specification_id\"", "\"name\", \"vendor\", \"version\"");
  }
}

void readCriterion(Builder& builder, const Fields& fields, EventCriterion& criterion) {
  if (!fields.has("property")) fields.missing("property");
  const PropertyUse use = readProperty(builder, fields, builder.active);
  criterion.property = use.index;
  criterion.datePart = use.datePart;
  readComparison(fields, kEventOperatorWords, builder.problems, criterion.op, criterion.operand);
}

void readCriteria(Builder& builder, const Fields& criteria, const char* list, EventFilter& filter) {
  Problems& problems = builder.problems;
  const JsonNode* array = criteria.get(list, Kind::Array);
  if (array == nullptr) return;
  const Problems::At at(problems, list);
  if (array->items.empty()) problems.add(ProblemCode::empty_list);
  filter.criteria = Vec<EventCriterion>(array->items.size());
  for (ObjectsOf objects(*array, problems); objects.next();) {
    readCriterion(builder, Fields(objects.object(), problems), filter.criteria[objects.index()]);
  }
}

}  // namespace

void readFilter(Builder& builder, const Fields& attribute, EventFilter& filter) {
  Problems& problems = builder.problems;
  if (const JsonNode* events = attribute.get("events", Kind::Array)) {
    const Problems::At at(problems, "events");
    filter.matchers = Vec<EventMatcher>(events->items.size());
    for (ObjectsOf objects(*events, problems); objects.next();) {
      readMatcher(Fields(objects.object(), problems), problems, filter.matchers[objects.index()]);
    }
  }
  if (const JsonNode* node = attribute.get("criteria", Kind::Object)) {
    const Problems::At at(problems, "criteria");
    const Fields criteria(*node, problems);
    const bool any = criteria.has("any");
    if (any && criteria.has("all")) problems.add(ProblemCode::exclusive_fields, "\"all\"", "\"any\"");
    readCriteria(builder, criteria, "all", filter);
    readCriteria(builder, criteria, "any", filter);
    // One criterion is the same under either, and so should be its hash.
    filter.any = any && filter.criteria.size() > 1;
  }
}

}  // namespace oncue
