// What the page is handed.
#include "engine/impl.h"

namespace oncue {

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
      if (isShadowed(loaded->model, group, attribute, &intervention.payloadGroups)) continue;
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
  if (SyncHook* hook = syncHook()) hook->claim(out, intervention, target, context);
  out.endObject();
  state.idsUsed = idSource.used();
}

}  // namespace oncue
