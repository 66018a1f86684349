// Reading attribute values.

#include <algorithm>

#include "base/contains.h"
#include "engine/impl.h"

namespace oncue {

std::uint32_t Engine::Impl::findKey(std::string_view name) const {
  return loaded ? oncue::findKey(loaded->model, name) : kNone;
}

const Entity* Engine::Impl::findEntity(std::uint32_t key, std::string_view id) const {
  return id.empty() ? nullptr : state.tables[key].find(id);
}

// Without default_value, which criteria and payloads never see.
Value Engine::Impl::currentValue(std::uint32_t computation, const SharedIds& ids, std::int64_t at) const {
  if (computation == kNone) return {};
  const Computation& definition = loaded->model.computations[computation];
  const std::string_view id = idOf(ids, definition.key);
  const Entity* holder = ids == state.latestIds && latestEntities[definition.key] != nullptr
                             ? latestEntities[definition.key]
                             : findEntity(definition.key, id);
  const Cell* cell = holder == nullptr ? nullptr : holder->find(computation);
  return cell == nullptr ? Value::null() : cell->value(definition, at);
}

Value Engine::Impl::retrieve(const Attribute& attribute, const Entity* holder, std::int64_t at) const {
  const Computation& computation = loaded->model.computations[attribute.computation];
  const Cell* cell = holder == nullptr ? nullptr : holder->find(attribute.computation);
  Value value = cell == nullptr ? Value::null() : cell->value(computation, at);
  if (!value.isNull()) return value;
  if (!attribute.defaultValue.isNull()) return attribute.defaultValue;
  const bool countsToZero = features::distinctCounts() && computation.aggregation == AggregationKind::ApproxCountDistinct;
  return countsToZero ? Value::of(0) : Value::null();
}

bool isShadowed(const Model& model, const AttributeGroup& group, const Attribute& attribute,
                const Vec<std::uint32_t>* among) {
  for (std::uint32_t g = 0; g < model.groups.size(); ++g) {
    const AttributeGroup& other = model.groups[g];
    if (other.name != group.name || other.version <= group.version) continue;
    if (among == nullptr ? other.key != group.key : !contains(*among, g)) continue;
    for (const Attribute& candidate : other.attributes) {
      if (candidate.name == attribute.name) return true;
    }
  }
  return false;
}

namespace {

bool isFirstOfItsName(const Model& model, std::size_t index) {
  for (std::size_t i = 0; i < index; ++i) {
    if (model.groups[i].name == model.groups[index].name && model.groups[i].key == model.groups[index].key) return false;
  }
  return true;
}

}  // namespace

std::string Engine::attributes(std::string_view keyName, std::string_view id, std::int64_t now) const {
  const std::uint32_t key = impl_->findKey(keyName);
  if (key == kNone) return {};
  const Model& model = impl_->loaded->model;
  const Entity* holder = impl_->findEntity(key, id);
  JsonWriter out;
  out.beginObject();
  for (std::size_t g = 0; g < model.groups.size(); ++g) {
    if (model.groups[g].key != key || !isFirstOfItsName(model, g)) continue;
    out.key(model.groups[g].name).beginObject();
    for (const AttributeGroup& group : model.groups) {
      if (group.name != model.groups[g].name || group.key != key) continue;
      for (const Attribute& attribute : group.attributes) {
        if (isShadowed(model, group, attribute, nullptr)) continue;
        out.key(attribute.name).value(impl_->retrieve(attribute, holder, now));
      }
    }
    out.endObject();
  }
  out.endObject();
  return out.take();
}

std::string Engine::groupAttributes(std::string_view name, std::uint32_t version, std::string_view id,
                                    std::int64_t now) const {
  if (!impl_->loaded) return {};
  for (const AttributeGroup& group : impl_->loaded->model.groups) {
    if (group.name != name || group.version != version) continue;
    const Entity* holder = impl_->findEntity(group.key, id);
    JsonWriter out;
    out.beginObject();
    for (const Attribute& attribute : group.attributes) {
      out.key(attribute.name).value(impl_->retrieve(attribute, holder, now));
    }
    out.endObject();
    return out.take();
  }
  return {};
}

std::string Engine::serviceAttributes(std::string_view service, std::string_view keyName, std::string_view id,
                                      std::int64_t now) const {
  const std::uint32_t key = impl_->findKey(keyName);
  if (key == kNone) return {};
  const Model& model = impl_->loaded->model;
  for (const Service& candidate : model.services) {
    if (candidate.name != service) continue;
    const Entity* holder = impl_->findEntity(key, id);
    JsonWriter out;
    out.beginObject();
    out.key(keyName).string(id);
    for (const std::uint32_t g : candidate.groups) {
      if (model.groups[g].key != key) continue;
      for (const Attribute& attribute : model.groups[g].attributes) {
        out.key(attribute.name).value(impl_->retrieve(attribute, holder, now));
      }
    }
    out.endObject();
    return out.take();
  }
  return {};
}

std::string Engine::latestId(std::string_view keyName) const {
  const std::uint32_t key = impl_->findKey(keyName);
  return key == kNone ? std::string() : std::string(idOf(impl_->state.latestIds, key));
}

std::string Engine::ids(std::string_view keyName) const { return impl_->ids(keyName); }

std::string Engine::Impl::ids(std::string_view keyName) const {
  JsonWriter out;
  out.beginArray();
  const std::uint32_t key = findKey(keyName);
  if (key != kNone) {
    for (const TextKeyed* one : state.tables[key].sorted()) {
      const auto& entity = *static_cast<const Entity*>(one);
      const bool holdsState = !entity.cells.empty() || (features::unknownCells() && !entity.unknown.empty());
      if (remembersIds() || holdsState) out.string(one->key);
    }
  }
  out.endArray();
  return out.take();
}

std::string Engine::catalog() const {
  JsonWriter out;
  out.beginObject();
  out.key("groups").beginArray();
  if (impl_->loaded) {
    for (const AttributeGroup& group : impl_->loaded->model.groups) {
      out.beginObject().key("name").string(group.name).key("version").integer(group.version);
      out.key("attribute_key").string(impl_->loaded->model.keys[group.key].name);
      out.key("attributes").beginArray();
      for (const Attribute& attribute : group.attributes) out.string(attribute.name);
      out.endArray().endObject();
    }
  }
  out.endArray().key("services").beginArray();
  if (impl_->loaded) {
    for (const Service& service : impl_->loaded->model.services) {
      out.beginObject().key("name").string(service.name).key("groups").beginArray();
      for (const std::uint32_t g : service.groups) {
        const AttributeGroup& group = impl_->loaded->model.groups[g];
        out.beginObject().key("name").string(group.name).key("version").integer(group.version).endObject();
      }
      out.endArray().endObject();
    }
  }
  out.endArray().key("interventions").beginArray();
  if (impl_->loaded) {
    for (const Intervention& intervention : impl_->loaded->model.interventions) {
      out.beginObject().key("name").string(intervention.name).key("version").integer(intervention.version).endObject();
    }
  }
  out.endArray().endObject();
  return out.take();
}

}  // namespace oncue
