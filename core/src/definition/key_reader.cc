#include "definition/key_reader.h"

#include "definition/property_reader.h"

namespace oncue {
namespace {

constexpr const char* kBuiltIns[] = {"domain_userid", "domain_sessionid", "user_id", "network_userid"};

// A second key of the name must be the same as the first.
std::uint32_t addKey(Builder& builder, const std::string& name, std::uint32_t property, std::int64_t ttlMs) {
  Vec<AttributeKey>& keys = builder.model.keys;
  std::uint32_t& index = builder.at(Names::Key, name);
  if (index == kNone) {
    index = static_cast<std::uint32_t>(keys.size());
    AttributeKey& key = keys.emplace_back();
    key.name = name;
    key.property = property;
    key.external = property == kNone;
  } else if (keys[index].property != property) {
    builder.problems.add(ProblemCode::key_conflict, name.c_str());
  }
  if (ttlMs != 0) keys[index].ttlMs = ttlMs;
  return index;
}

std::uint32_t addAtomicKey(Builder& builder, const std::string& name, const std::string& field) {
  const std::uint32_t property = internAtomic(builder, field);
  return property == kNone ? kNone : addKey(builder, name, property, 0);
}

// Where the identifier is read: property, else key, else name. kNone for a column of the warehouse, or after a report.
std::uint32_t readIdentifier(Builder& builder, const Fields& fields, const std::string& name) {
  Problems& problems = builder.problems;
  if (fields.has("property")) {
    const PropertyUse use = readProperty(builder, fields, true);
    if (use.datePart != DatePart::None) problems.add(ProblemCode::date_part_key);
    return use.index;
  }
  std::string field = name;
  if (!fields.text("key", Pattern::Name, field) && fields.has("external_column")) return kNone;
  const std::uint32_t property = internAtomic(builder, field);
  if (property == kNone) {
    problems.add(ProblemCode::unresolvable_key, field.c_str());
  } else {
    warnIfNeverLocal(problems, builder.model.properties[property]);
  }
  return property;
}

void declareKey(Builder& builder, const Fields& fields, std::int64_t ttlMs) {
  Problems& problems = builder.problems;
  const std::size_t errors = problems.errorCount();
  std::string name;
  std::string column;
  if (!fields.text("name", Pattern::Name, name, Need::Required)) return;
  if (fields.text("external_column", Pattern::NotEmpty, column) && column != name) {
    problems.add(ProblemCode::external_column_name, column.c_str());
  }
  const std::uint32_t property = readIdentifier(builder, fields, name);
  if (problems.errorCount() == errors) addKey(builder, name, property, ttlMs);
}

}  // namespace

void addBuiltInKeys(Builder& builder) {
  for (const char* name : kBuiltIns) addAtomicKey(builder, name, name);
}

void readKey(Builder& builder, const Fields& fields) {
  std::int64_t ttlMs = 0;
  fields.duration("ttl", ttlMs);
  declareKey(builder, fields, ttlMs);
}

bool isKeyLink(const Fields& key) { return !key.has("property") && !key.has("key") && !key.has("external_column"); }

void readInlineKey(Builder& builder, const Fields& group) {
  const JsonNode* node = group.find("attribute_key");
  if (node == nullptr || !node->is(JsonNode::Kind::Object)) return;  // readGroup reports it
  const Problems::At at(builder.problems, "attribute_key");
  const Fields key(*node, builder.problems);
  if (!isKeyLink(key)) declareKey(builder, key, 0);
}

std::uint32_t resolveKey(Builder& builder, const std::string& name) {
  const std::uint32_t known = builder.find(Names::Key, name);
  if (known != kNone) return known;
  // The SDK's deprecated constants.
  if (name == "user") return addAtomicKey(builder, name, "domain_userid");
  if (name == "session") return addAtomicKey(builder, name, "domain_sessionid");
  return addAtomicKey(builder, name, name);
}

std::uint32_t addExternalKey(Builder& builder, const std::string& name) { return addKey(builder, name, kNone, 0); }

}  // namespace oncue
