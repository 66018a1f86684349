#include "definition/property_reader.h"

#include <limits>

#include "definition/path.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

constexpr std::uint32_t kMaxInteger = std::numeric_limits<std::int32_t>::max();

// Entities that a pipeline derives; the browser has none of them.
constexpr const char* kDerivedEntities[] = {"nl.basjes/yauaa_context",
                                            "com.snowplowanalytics.snowplow/ua_parser_context",
                                            "com.iab.snowplow/spiders_and_robots", "org.openweathermap/weather"};

void readAtomic(Problems& problems, const Fields& fields, Property& property) {
  const JsonNode* name = fields.get("name", Kind::String, Need::Required);
  if (name == nullptr) return;
  if (const auto field = atomicField(name->text)) {
    property.atomic = *field;
    return;
  }
  const Problems::At at(problems, "name");
  problems.add(ProblemCode::unknown_atomic_field, name->text.c_str());
}

void readSchemaProperty(Problems& problems, const Fields& fields, Property& property) {
  fields.text("vendor", Pattern::NotEmpty, property.vendor, Need::Required);
  fields.text("name", Pattern::SchemaName, property.name, Need::Required);
  fields.integer("major_version", 1, kMaxInteger, property.majorVersion, Need::Required);
  if (property.source == Property::Source::Entity) fields.integer("index", 0, kMaxInteger, property.index);
  const JsonNode* path = fields.get("path", Kind::String, Need::Required);
  if (path == nullptr || parsePath(path->text, property.path)) return;
  const Problems::At at(problems, "path");
  problems.add(ProblemCode::invalid_path, path->text.c_str());
}

// Reports and keeps Atomic when the type is missing beside a vendor, or unknown.
void readSource(Problems& problems, const Fields& fields, Property& property) {
  if (!fields.has("type")) {
    if (fields.has("vendor")) problems.add(ProblemCode::missing_property_type);
    return;
  }
  const JsonNode* type = fields.get("type", Kind::String);
  if (type == nullptr || type->text == "atomic") return;
  if (type->text == "event") {
    property.source = Property::Source::Event;
  } else if (type->text == "entity") {
    property.source = Property::Source::Entity;
  } else {
    const Problems::At at(problems, "type");
    problems.add(ProblemCode::unsupported_property, type->text.c_str());
  }
}

DatePart readDatePart(Problems& problems, const Fields& fields, const Property& property) {
  std::uint32_t word = 0;
  if (!fields.word("date_part", kDatePartWords, word)) return DatePart::None;
  if (property.source == Property::Source::Atomic && atomicType(property.atomic) != AtomicType::Timestamp) {
    const Problems::At at(problems, "date_part");
    problems.add(ProblemCode::date_part_property, atomicName(property.atomic).data());
  }
  return static_cast<DatePart>(word + 1);
}

// False after a report.
bool readInto(Problems& problems, const Fields& fields, Property& property) {
  const std::size_t errors = problems.errorCount();
  readSource(problems, fields, property);
  if (problems.errorCount() != errors) return false;
  if (property.source == Property::Source::Atomic) {
    readAtomic(problems, fields, property);
  } else {
    readSchemaProperty(problems, fields, property);
  }
  return problems.errorCount() == errors;
}

}  // namespace

void warnIfNeverLocal(Problems& problems, const Property& property) {
  if (property.source == Property::Source::Atomic) {
    if (!isKnownLocally(property.atomic)) problems.add(ProblemCode::never_local, atomicName(property.atomic).data());
    return;
  }
  std::string schema = property.vendor;
  schema += '/';
  schema += property.name;
  for (const char* derived : kDerivedEntities) {
    if (schema == derived) problems.add(ProblemCode::never_local, derived);
  }
}

PropertyUse readProperty(Builder& builder, const Fields& object, bool keep) {
  Problems& problems = builder.problems;
  PropertyUse use;
  const JsonNode* node = object.get("property", Kind::Object);
  if (node == nullptr) return use;

  const Problems::At at(problems, "property");
  const Fields fields(*node, problems);
  Property& property = builder.model.properties.emplace_back();
  const bool ok = readInto(problems, fields, property);
  if (ok) {
    use.datePart = readDatePart(problems, fields, property);
    use.isDerivedTstamp = property.source == Property::Source::Atomic && property.atomic == AtomicField::derived_tstamp;
    warnIfNeverLocal(problems, property);
  }
  use.index = builder.internProperty(ok && keep);
  return use;
}

std::uint32_t internAtomic(Builder& builder, const std::string& name) {
  const auto field = atomicField(name);
  if (!field) return kNone;
  builder.model.properties.emplace_back().atomic = *field;
  return builder.internProperty(true);
}

}  // namespace oncue
