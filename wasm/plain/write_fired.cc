// What the page is handed, without what plain options and definitions cannot ask for; of the attributes, model.cc has put
// the whole names.
#include "engine/impl.h"

namespace oncue {

void Engine::Impl::writeFired(const Intervention& intervention, const Target& target, const SharedIds& ids,
                              std::string_view eventId, const Context*) {
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
    for (const Attribute& attribute : loaded->model.groups[g].attributes) {
      const Value value = currentValue(attribute.computation, ids, state.now);
      if (!value.isNull()) out.key(attribute.name).value(value);
    }
  }
  out.endObject();
  out.key("at").integer(state.now);
  out.key("event_id");
  eventId.empty() ? out.null() : out.string(eventId);
  out.endObject();
  state.idsUsed = idSource.used();
}

}  // namespace oncue
