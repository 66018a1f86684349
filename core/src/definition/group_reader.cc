#include "definition/group_reader.h"

#include <algorithm>

#include "base/contains.h"
#include "base/number_text.h"
#include "definition/attribute_reader.h"
#include "definition/key_reader.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

// A group of the warehouse: batch or external.
bool isOffline(const Fields& fields) {
  bool offline = false;
  fields.boolean("offline", offline);
  return offline || fields.has("fields") || fields.has("batch_source");
}

// Sets the group's key and, when `ttlMs` is 0, the TTL that comes with the key.
void readGroupKey(Builder& builder, const Fields& fields, bool offline, AttributeGroup& group, std::int64_t& ttlMs) {
  Problems& problems = builder.problems;
  const JsonNode* node = fields.get("attribute_key", Kind::Object, Need::Required);
  if (node == nullptr) return;
  const Problems::At at(problems, "attribute_key");
  const Fields key(*node, problems);
  std::int64_t keyTtlMs = 0;
  key.duration("ttl", keyTtlMs);
  std::string name;
  if (isKeyLink(key)) {
    if (!key.text("name", Pattern::Name, name, Need::Required)) return;
  } else if (const JsonNode* text = key.find("name")) {
    name = text->text;  // readInlineKey has reported what is wrong
  }
  group.key = resolveKey(builder, name);
  if (group.key == kNone && isKeyLink(key)) {
    if (offline) {
      group.key = addExternalKey(builder, name);
    } else {
      problems.add(ProblemCode::unresolvable_key, name.c_str());
    }
  }
  if (group.key == kNone) return;
  const AttributeKey& known = builder.model.keys[group.key];
  if (ttlMs == 0) ttlMs = keyTtlMs != 0 ? keyTtlMs : known.ttlMs;
  if (!offline && known.external) problems.add(ProblemCode::never_local, name.c_str());
}

// Lets criteria find group:attribute in its highest active version.
void registerAttribute(Builder& builder, const AttributeGroup& group, const Attribute& attribute) {
  std::string reference = group.name;
  reference += ':';
  reference += attribute.name;
  std::uint32_t& version = builder.at(Names::Rank, reference);
  if (version != kNone && version > group.version) return;
  version = group.version;
  builder.at(Names::Reference, reference) = attribute.computation;
}

void readAttributes(Builder& builder, const JsonNode& array, std::int64_t ttlMs, AttributeGroup& group) {
  Problems& problems = builder.problems;
  group.attributes = Vec<Attribute>(array.items.size());
  for (ObjectsOf objects(array, problems); objects.next();) {
    objects.isCalled("attribute");
    Attribute& attribute = group.attributes[objects.index()];
    readAttribute(builder, Fields(objects.object(), problems), group.key, ttlMs, attribute);
    std::string unique = numberText(static_cast<double>(builder.model.groups.size()));
    unique += ':';
    unique += attribute.name;
    if (!attribute.name.empty()) builder.defineOnce(Names::Attribute, unique, attribute.name);
    if (builder.active) registerAttribute(builder, group, attribute);
  }
  if (array.items.empty()) problems.add(ProblemCode::no_attributes);
  if (!builder.active) group.attributes.clear();
}

// The group is the last of Model::groups.
void registerGroup(Builder& builder, const AttributeGroup& group) {
  const auto self = static_cast<std::uint32_t>(builder.model.groups.size() - 1);
  const std::string versioned = versionedName(group.name, group.version);
  builder.defineOnce(Names::Group, versioned, versioned);
  builder.at(Names::Group, versioned) = self;
  std::uint32_t& highest = builder.at(Names::Group, group.name);
  if (highest == kNone || builder.model.groups[highest].version < group.version) highest = self;
}

bool isSynced(const Builder& builder, const AttributeGroup& group) {
  const Vec<std::string>* synced = builder.options.syncKeys;
  return synced != nullptr && group.key != kNone && contains(*synced, builder.model.keys[group.key].name);
}

}  // namespace

void readGroup(Builder& builder, const Fields& fields) {
  Problems& problems = builder.problems;
  AttributeGroup& group = builder.model.groups.emplace_back();
  const bool isNamed = fields.text("name", Pattern::Name, group.name, Need::Required);
  fields.integer("version", 1, kMaxVersion, group.version);
  if (isNamed) registerGroup(builder, group);

  const bool offline = isOffline(fields);
  std::int64_t ttlMs = 0;
  fields.duration("ttl", ttlMs);
  readGroupKey(builder, fields, offline, group, ttlMs);
  if (ttlMs == 0 && !isSynced(builder, group)) ttlMs = builder.options.defaultTtlMs;

  bool online = true;
  fields.boolean("online", online);
  readPublication(builder, fields);
  builder.active &= online;
  if (offline) {
    problems.add(ProblemCode::not_computed);
  } else if (!fields.has("attributes")) {
    problems.add(ProblemCode::no_attributes);
  } else if (const JsonNode* attributes = fields.get("attributes", Kind::Array)) {
    const Problems::At at(problems, "attributes");
    readAttributes(builder, *attributes, ttlMs, group);
  }
}

void readService(Builder& builder, const Fields& fields) {
  Service& service = builder.model.services.emplace_back();
  if (fields.text("name", Pattern::Name, service.name, Need::Required))
    builder.defineOnce(Names::Service, service.name, service.name);
  readPublication(builder, fields);
  if (!fields.has("attribute_groups")) builder.problems.add(ProblemCode::service_without_groups);
  readGroupLinks(builder, fields, "attribute_groups", service.groups);
  if (!builder.active) builder.model.services.pop_back();
}

void readGroupLinks(Builder& builder, const Fields& fields, const char* field, Vec<std::uint32_t>& groups) {
  Problems& problems = builder.problems;
  const JsonNode* array = fields.get(field, Kind::Array);
  if (array == nullptr) return;
  const Problems::At at(problems, field);
  for (ObjectsOf objects(*array, problems); objects.next();) {
    const Fields link(objects.object(), problems);
    std::string name;
    std::uint32_t version = 1;
    link.integer("version", 1, kMaxVersion, version);
    if (!link.text("name", Pattern::Name, name, Need::Required)) continue;
    const std::uint32_t group = builder.find(Names::Group, versionedName(name, version));
    if (group != kNone) {
      if (!contains(groups, group)) groups.push_back(group);
    } else {
      problems.add(ProblemCode::unknown_group, name.c_str(), numberText(version).c_str());
    }
  }
}

}  // namespace oncue
