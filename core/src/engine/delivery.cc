// From an edge to the intervention handed to the page (evaluation 9 and 10).

#include <algorithm>

#include "engine/impl.h"

namespace oncue {
namespace {

constexpr const char* kHeldNames[] = {
#define ONCUE_HELD(name, reason) reason,
#include "engine/held.def"
#undef ONCUE_HELD
};

}  // namespace

std::string_view heldName(Held why) { return kHeldNames[static_cast<std::size_t>(why)]; }

std::string_view Engine::Impl::holdBack(Held why) {
  ++counters.held[static_cast<std::size_t>(why)];
  return heldName(why);
}

bool Engine::Impl::latches(const Intervention& intervention) const {
  return !intervention.usesChanged && !options.refireOnEdge;
}

std::vector<Target> Engine::Impl::targetsOf(const Intervention& intervention, const SharedIds& ids) const {
  std::vector<Target> targets;
  for (const std::uint32_t key : intervention.targetKeys) {
    const std::string_view name = loaded->model.keys[key].name;
    const bool synced = std::find(options.syncKeys.begin(), options.syncKeys.end(), name) != options.syncKeys.end();
    targets.push_back({.key = name, .id = idOf(ids, key), .synced = synced});
  }
  return targets;
}

void Engine::Impl::fire(std::uint32_t i, const SharedIds& ids, std::string_view eventId, const Context* context) {
  const Intervention& intervention = loaded->model.interventions[i];
  const std::vector<Target> targets = targetsOf(intervention, ids);
  const bool latched = latches(intervention);
  static const Latches kNoLatches;
  const int chosen =
      chooseTarget(targets, intervention.name, intervention.version, latched ? state.latches : kNoLatches);
  if (chosen < 0) {
    const bool hasTarget =
        std::any_of(targets.begin(), targets.end(), [](const Target& target) { return !target.id.empty(); });
    holdBack(hasTarget ? Held::Latched : Held::NoTarget);
    return;
  }
  if (latched) latchTargets(targets, intervention.name, intervention.version, state.latches);
  ++counters.fired;
  ++firedCount;
  writeFired(intervention, targets[static_cast<std::size_t>(chosen)], ids, eventId, context);
}

void Engine::Impl::writeFired(const Intervention& intervention, const Target& target, const SharedIds& ids,
                              std::string_view eventId, const Context* context) {
  JsonWriter& out = firedJson;
  out.beginObject();
  const std::string id = idSource.uuid();
  isNewIntervention(id);
  out.key("intervention_id").string(id);
  out.key("name").string(intervention.name);
  out.key("version").integer(intervention.version);
  out.key("target_attribute_key").beginObject();
  out.key("name").string(target.key);
  out.key("id").string(target.id);
  out.endObject();
  out.key("attributes").beginObject();
  for (const std::uint32_t g : intervention.payloadGroups) {
    const AttributeGroup& group = loaded->model.groups[g];
    for (const Attribute& attribute : group.attributes) {
      const Value value = currentValue(attribute.computation, ids, state.now);
      if (!value.isNull()) out.key(group.name + ":" + attribute.name).value(value);
    }
  }
  out.endObject();
  out.key("at").integer(state.now);
  out.key("event_id");
  eventId.empty() ? out.null() : out.string(eventId);
  if (options.explainFires) {
    out.key("explain");
    const auto i = static_cast<std::uint32_t>(&intervention - loaded->model.interventions.data());
    writeExplanation(out, i, ids, state.now, context, true);
  }
  out.endObject();
  state.idsUsed = idSource.used();
}

}  // namespace oncue
