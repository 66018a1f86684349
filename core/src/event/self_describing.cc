#include "event/self_describing.h"

#include <new>

namespace oncue {

using Kind = JsonScanner::Kind;

SelfDescribingReader::SelfDescribingReader(const ReadPlan& plan, RawEvent& raw)
    : trie_(plan.trie), plan_(plan), raw_(raw) {
  visits_.extend(trie_.size());
}

void SelfDescribingReader::reset() {
  ++event_;
  specificationSeen_ = false;
}

bool SelfDescribingReader::readEvent(std::string_view text) {
  const std::uint32_t mark = raw_.mark();
  JsonScanner json(text, raw_.arena);
  if (readEvent(json) && json.ok() && json.atEnd()) return true;
  raw_.rollBack(mark);
  raw_.schema = {};
  return false;
}

void SelfDescribingReader::readEntities(std::string_view text) {
  const std::uint32_t mark = raw_.mark();
  JsonScanner json(text, raw_.arena);
  if (readEntities(json) && json.ok() && json.atEnd()) return;
  raw_.rollBack(mark);
  reset();
}

bool SelfDescribingReader::readEvent(JsonScanner& json) { return readWrapped(json, true); }
bool SelfDescribingReader::readEntities(JsonScanner& json) { return readWrapped(json, false); }

bool SelfDescribingReader::readWrapped(JsonScanner& json, bool isEvent) {
  const std::uint32_t mark = raw_.mark();
  bool found = false;
  std::string_view name;
  if (json.peek() != Kind::Object) return false;
  json.enterObject();
  while (json.nextMember(name)) {
    if (name != "data") {
      json.skip();
      continue;
    }
    // Of two members with one name the last counts, as in JavaScript.
    raw_.rollBack(mark);
    if (found && !isEvent) reset();
    found = isEvent ? readEventBody(json) : readEntityList(json);
  }
  return found;
}

bool SelfDescribingReader::readEventBody(JsonScanner& json) {
  IgluUri schema;
  std::size_t dataAt;
  raw_.schema = {};
  if (!findParts(json, schema, dataAt)) return false;
  raw_.schema = schema;
  const std::uint32_t node = plan_.findSchema(schema.vendor, schema.name, schema.major);
  const std::uint32_t root = node == kNone ? kNone : trie_.find(node, "", kEventData);
  if (root == kNone) return true;
  const std::size_t end = json.position();
  json.seek(dataAt);
  readData(json, root);
  json.seek(end);
  return true;
}

bool SelfDescribingReader::readEntityList(JsonScanner& json) {
  if (json.peek() != Kind::Array) {
    json.skip();
    return false;
  }
  json.enterArray();
  while (json.nextElement()) readEntity(json);
  return true;
}

// Reads past {"schema":S,"data":D}. False when S is not an iglu URI or D is not an object.
bool SelfDescribingReader::findParts(JsonScanner& json, IgluUri& schema, std::size_t& dataAt) {
  if (json.peek() != Kind::Object) {
    json.skip();
    return false;
  }
  std::optional<IgluUri> uri;
  bool hasData = false;
  std::string_view name;
  json.enterObject();
  while (json.nextMember(name)) {
    if (name == "schema") {
      uri = parseIgluUri(json.read().text);
    } else if (name == "data") {
      hasData = json.peek() == Kind::Object;
      dataAt = json.position();
      json.skip();
    } else {
      json.skip();
    }
  }
  if (!json.ok() || !uri || !hasData) return false;
  schema = *uri;
  return true;
}

void SelfDescribingReader::readEntity(JsonScanner& json) {
  IgluUri schema;
  std::size_t dataAt;
  if (!findParts(json, schema, dataAt)) return;
  const std::size_t end = json.position();
  readEntityData(json, schema, dataAt);
  json.seek(end);
}

void SelfDescribingReader::readEntityData(JsonScanner& json, const IgluUri& schema, std::size_t dataAt) {
  const std::uint32_t node = plan_.findSchema(schema.vendor, schema.name, schema.major);
  if (node != kNone) {
    Visit& visit = visits_[node];
    if (visit.event != event_) visit = {event_, 0, 0};
    const std::uint32_t root = trie_.find(node, "", visit.count++);
    if (root != kNone) {
      json.seek(dataAt);
      readData(json, root);
    }
  }
  if (plan_.specificationRoot != kNone && !specificationSeen_ && schema.vendor == kSpecificationVendor &&
      schema.name == kSpecificationName) {
    specificationSeen_ = true;
    json.seek(dataAt);
    readData(json, plan_.specificationRoot);
  }
}

void SelfDescribingReader::readData(JsonScanner& json, std::uint32_t root) {
  ++walk_;
  walk(json, root);
}

void SelfDescribingReader::walk(JsonScanner& json, std::uint32_t node) {
  // A member met twice replaces everything that was found below its first value.
  if (visits_[node].walk == walk_) clear(node);
  visits_[node].walk = walk_;
  switch (json.peek()) {
    case Kind::Object: return walkObject(json, node);
    case Kind::Array: return walkArray(json, node);
    default: {
      const EventValue value = json.read();
      const std::uint32_t slot = trie_[node].slot;
      if (slot != kNone) raw_.setValue(slot, value);
    }
  }
}

void SelfDescribingReader::walkObject(JsonScanner& json, std::uint32_t node) {
  const Trie::Node& wanted = trie_[node];
  if (wanted.slot != kNone) raw_.setValue(wanted.slot, {.kind = EventValue::Kind::Object});
  if (wanted.firstChild == kNone) return json.skip();
  std::string_view name;
  json.enterObject();
  while (json.nextMember(name)) {
    const std::uint32_t member = trie_.find(node, name);
    if (member == kNone) {
      json.skip();
    } else {
      walk(json, member);
    }
  }
}

void SelfDescribingReader::walkArray(JsonScanner& json, std::uint32_t node) {
  const Trie::Node& wanted = trie_[node];
  const bool collect = wanted.slot != kNone;
  if (!collect && wanted.firstChild == kNone) return json.skip();
  const std::uint32_t first = items_.size();
  json.enterArray();
  for (std::uint32_t index = 0; json.nextElement(); ++index) {
    const std::uint32_t element = trie_.find(node, "", index);
    const std::size_t at = json.position();
    if (collect) {
      items_.push(json.read());
      if (element != kNone) json.seek(at);
    }
    if (element != kNone) {
      walk(json, element);
    } else if (!collect) {
      json.skip();
    }
  }
  if (!collect) return;
  const std::uint32_t count = items_.size() - first;
  auto* items = static_cast<EventValue*>(raw_.arena.allocate(count * sizeof(EventValue)));
  for (std::uint32_t i = 0; i < count; ++i) new (items + i) EventValue(items_[first + i]);
  items_.truncate(first);
  raw_.setValue(wanted.slot, {.kind = EventValue::Kind::Array, .items = items, .count = count});
}

void SelfDescribingReader::clear(std::uint32_t node) {
  const Trie::Node& wanted = trie_[node];
  if (wanted.slot != kNone) raw_.setValue(wanted.slot, {});
  for (std::uint32_t child = wanted.firstChild; child != kNone; child = trie_[child].nextSibling) clear(child);
}

}  // namespace oncue
