// Interventions that a server sends (evaluation 10): each id once, and none that this page has shown already.

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "definition/json_tree.h"
#include "engine/impl.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

constexpr double kLargestVersion = 4'294'967'295.0;

// Ids are texts of the server's choice; 16 bytes of hash stand for one.
SeenEvents::Id idOfText(std::string_view text) {
  SeenEvents::Id id;
  const std::uint64_t halves[] = {hash64(text, 1), hash64(text, 2)};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(halves[i / 8] >> 8 * (i % 8));
  return id;
}

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

bool Engine::Impl::isNewIntervention(std::string_view id) { return state.received.insert(idOfText(id)); }

// The rule's own latches decide when the definitions have it. Those without a latch fire at each edge or change, which
// this page evaluates itself: the server's word for it would be a second one.
Held Engine::Impl::passRule(std::uint32_t i, const Target& sent) {
  const Intervention& intervention = loaded->model.interventions[i];
  if (!latches(intervention)) return Held::EvaluatedHere;
  Vec<Target> targets = targetsOf(intervention, state.latestIds);
  const auto isSent = [&](const Target& target) { return target.key == sent.key && target.id == sent.id; };
  const bool named = !sent.key.empty() && !sent.id.empty();
  // Another visitor's is not tied to the ids of this one.
  if (named && std::find_if(targets.begin(), targets.end(), isSent) == targets.end()) targets = {sent};
  const bool isTaken = named && state.latches.has({.name = intervention.name,
                                                   .version = intervention.version,
                                                   .key = sent.key,
                                                   .id = sent.id});
  if (isTaken || chooseTarget(targets, intervention.name, intervention.version, state.latches) < 0) return Held::Latched;
  const DeliveryMoment moment = momentOf(state.latestIds);
  const Gate gate = gateOf(intervention, targets, moment, state.latches);
  if (gate.why == Held::No) recordDelivery(intervention, targets, moment, true, state.latches);
  return gate.why;
}

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
  if (!isNewIntervention(id)) return Held::Duplicate;
  if (!loaded) return Held::No;
  const auto& interventions = loaded->model.interventions;
  for (std::uint32_t i = 0; i < interventions.size(); ++i) {
    if (interventions[i].name != name || interventions[i].version != version->number) continue;
    return passRule(i, target == nullptr ? Target{} : Target{.key = textOf(*target, "name"), .id = textOf(*target, "id")});
  }
  return Held::No;
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
