// Interventions that a server sends: each id once, and none that this page has shown already.

#include <algorithm>
#include <cmath>

#include "definition/json_tree.h"
#include "engine/impl.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

constexpr double kLargestVersion = 4'294'967'295.0;

// The member's text; "" when it is absent or no text.
std::string_view textOf(const JsonNode& object, const char* name) {
  const JsonNode* member = object.find(name);
  return member == nullptr ? std::string_view() : std::string_view(member->text);
}

bool isAbsentOrObject(const JsonNode* node) { return node == nullptr || node->is(Kind::Object); }

void copy(JsonWriter& out, const JsonNode& node) {
  switch (node.kind) {
    case Kind::Null: out.null(); return;
    case Kind::Boolean: out.boolean(node.number != 0); return;
    case Kind::Number: out.number(node.number); return;
    case Kind::String: out.string(node.text); return;
    case Kind::Array: out.beginArray(); break;
    case Kind::Object: out.beginObject(); break;
  }
  for (const JsonNode& item : node.items) {
    if (node.is(Kind::Object)) out.key(item.key);
    copy(out, item);
  }
  node.is(Kind::Object) ? out.endObject() : out.endArray();
}

}  // namespace

Held Engine::Impl::passReceived(const JsonNode& sent) {
  const JsonNode* version = sent.find("version");
  const JsonNode* target = sent.find("target_attribute_key");
  const std::string_view id = textOf(sent, "intervention_id");
  const std::string_view name = textOf(sent, "name");
  const bool isWellFormed = !id.empty() && !name.empty() && version != nullptr && version->is(Kind::Number) &&
                            version->number >= 0 && version->number <= kLargestVersion &&
                            version->number == std::floor(version->number) && isAbsentOrObject(target) &&
                            isAbsentOrObject(sent.find("attributes"));
  if (!isWellFormed) return Held::Malformed;
  const Target sentTo = target == nullptr ? Target{} : Target{.key = textOf(*target, "name"), .id = textOf(*target, "id")};
  return passReceived(id, name, version->number, sentTo);
}

void Engine::Impl::receive(std::string_view json, std::int64_t at) {
  letTimePass(at);
  JsonNode sent;
  std::string error;
  const bool isObject = parseJsonTree(json, sent, error) && sent.is(Kind::Object);
  const Held held = isObject ? passReceived(sent) : Held::Malformed;
  if (held != Held::No) {
    rejection = holdBack(held);
    return;
  }
  ++counters.received;
  ++firedCount;
  firedJson.beginObject();
  for (const char* name : {"intervention_id", "name", "version", "target_attribute_key", "attributes"}) {
    const JsonNode* member = sent.find(name);
    if (member != nullptr) {
      copy(firedJson.key(name), *member);
    } else if (*name == 'a') {
      firedJson.key(name).beginObject().endObject();
    }
  }
  firedJson.key("at").integer(at).key("event_id").null().endObject();
}

}  // namespace oncue
