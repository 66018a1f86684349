#include "event/read_plan.h"

#include <algorithm>
#include <tuple>

namespace oncue {
namespace {

using Link = std::pair<std::uint32_t, std::uint32_t>;



// Every event needs these, whatever the definitions (events 3 and 4; app_id for the engine's option appIds).
constexpr AtomicField kAlways[] = {
    AtomicField::app_id,         AtomicField::event,          AtomicField::event_id,         AtomicField::event_vendor,
    AtomicField::event_name,     AtomicField::event_version,    AtomicField::collector_tstamp,
    AtomicField::derived_tstamp, AtomicField::dvce_sent_tstamp, AtomicField::dvce_created_tstamp,
    AtomicField::true_tstamp};

bool carriesJson(ProtocolKey key) {
  return key == ProtocolKey::ue_pr || key == ProtocolKey::ue_px || key == ProtocolKey::co || key == ProtocolKey::cx;
}

auto order(const SchemaPlan& schema) { return std::tie(schema.vendor, schema.name, schema.major); }

class Builder {
 public:
  explicit Builder(ReadPlan& plan) : plan_(plan) {}

  void build() {
    const std::vector<Property>& properties = plan_.model.properties;
    for (const AtomicField field : kAlways) want(field);
    for (const Property& property : properties) {
      if (property.source == Property::Source::Atomic) {
        want(property.atomic);
      } else {
        plan_.schemas.push_back({property.vendor, property.name, property.majorVersion, kNone, {}});
      }
    }
    sortSchemas();
    for (std::uint32_t slot = 0; slot < properties.size(); ++slot) {
      if (properties[slot].source != Property::Source::Atomic) addPath(properties[slot], slot);
    }
    plan_.slotCount = static_cast<std::uint32_t>(properties.size());
    if (readsSpecification()) addSpecification();
    listKeys();
  }

 private:
  void want(AtomicField field) {
    plan_.fields[static_cast<std::size_t>(field)] = true;
    const FieldSource source = payloadSource(field);
    for (const ProtocolKey key : {source.key, source.other}) {
      if (key != ProtocolKey::none) want(key);
    }
  }

  void want(ProtocolKey key) { plan_.wantedKeys[static_cast<std::size_t>(key)] = true; }

  void sortSchemas() {
    std::vector<SchemaPlan>& schemas = plan_.schemas;
    std::sort(schemas.begin(), schemas.end(),
              [](const SchemaPlan& a, const SchemaPlan& b) { return order(a) < order(b); });
    schemas.erase(std::unique(schemas.begin(), schemas.end(),
                              [](const SchemaPlan& a, const SchemaPlan& b) { return order(a) == order(b); }),
                  schemas.end());
  }

  std::uint32_t addNode() {
    plan_.nodes.emplace_back();
    return static_cast<std::uint32_t>(plan_.nodes.size() - 1);
  }

  // The node under `key`, added when it is new; `list` answers the sorted list afresh, for adding a node moves lists.
  template <class Key, class List>
  std::uint32_t child(const Key& key, List list) {
    auto& links = list();
    const auto at = std::lower_bound(links.begin(), links.end(), key,
                                     [](const auto& link, const Key& wanted) { return link.first < wanted; });
    if (at != links.end() && at->first == key) return at->second;
    const auto position = at - links.begin();
    const std::uint32_t id = addNode();
    list().emplace(list().begin() + position, key, id);
    return id;
  }

  std::uint32_t step(std::uint32_t node, const PathStep& step) {
    if (step.index != kNone) {
      return child(step.index, [&]() -> auto& { return plan_.nodes[node].elements; });
    }
    return child(step.key, [&]() -> auto& { return plan_.nodes[node].members; });
  }

  std::uint32_t root(SchemaPlan& schema, const Property& property) {
    if (property.source == Property::Source::Entity) {
      plan_.wantsEntities = true;
      return child(property.index, [&]() -> auto& { return schema.entityRoots; });
    }
    if (schema.eventRoot == kNone) schema.eventRoot = addNode();
    return schema.eventRoot;
  }

  void addPath(const Property& property, std::uint32_t slot) {
    if (property.path.size() > kDeepestPath) return;
    SchemaPlan& schema = plan_.schemas[plan_.findSchema(property.vendor, property.name, property.majorVersion)];
    std::uint32_t node = root(schema, property);
    for (const PathStep& next : property.path) node = step(node, next);
    plan_.nodes[node].slot = slot;
  }

  bool readsSpecification() const {
    for (const Computation& computation : plan_.model.computations) {
      for (const EventMatcher& matcher : computation.filter.matchers) {
        if (!matcher.eventSpecificationId.empty()) return true;
      }
    }
    return false;
  }

  void addSpecification() {
    plan_.wantsEntities = true;
    plan_.specificationSlot = plan_.slotCount++;
    plan_.specificationRoot = addNode();
    plan_.nodes[step(plan_.specificationRoot, {.key = "id"})].slot = plan_.specificationSlot;
  }

  void listKeys() {
    // The event's own body is read for its schema even when no path into it is wanted.
    want(ProtocolKey::ue_pr);
    want(ProtocolKey::ue_px);
    if (plan_.wantsEntities) {
      want(ProtocolKey::co);
      want(ProtocolKey::cx);
    }
    for (std::uint32_t i = 0; i < kProtocolKeyCount; ++i) {
      const auto key = static_cast<ProtocolKey>(i);
      if (!plan_.wants(key)) continue;
      plan_.byName.push_back(key);
      if (!carriesJson(key)) plan_.keys.push_back(key);
    }
    std::sort(plan_.byName.begin(), plan_.byName.end(),
              [](ProtocolKey a, ProtocolKey b) { return protocolKeyName(a) < protocolKeyName(b); });
  }

  ReadPlan& plan_;
};

}  // namespace

ReadPlan::ReadPlan(const Model& from) : model(from) { Builder(*this).build(); }

std::uint32_t ReadPlan::findSchema(std::string_view vendor, std::string_view name, std::uint32_t major) const {
  const auto key = std::make_tuple(vendor, name, major);
  const auto at = std::lower_bound(schemas.begin(), schemas.end(), key, [](const SchemaPlan& schema, const auto& wanted) {
    return std::tuple<std::string_view, std::string_view, std::uint32_t>(schema.vendor, schema.name, schema.major) <
           wanted;
  });
  const bool found = at != schemas.end() && at->vendor == vendor && at->name == name && at->major == major;
  return found ? static_cast<std::uint32_t>(at - schemas.begin()) : kNone;
}

std::uint32_t ReadPlan::findMember(std::uint32_t node, std::string_view name) const {
  const auto& members = nodes[node].members;
  const auto at = std::lower_bound(members.begin(), members.end(), name,
                                   [](const auto& member, std::string_view wanted) { return member.first < wanted; });
  return at != members.end() && at->first == name ? at->second : kNone;
}

std::uint32_t ReadPlan::find(const std::vector<Link>& sorted, std::uint32_t index) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), index,
                                   [](const Link& link, std::uint32_t wanted) { return link.first < wanted; });
  return at != sorted.end() && at->first == index ? at->second : kNone;
}

}  // namespace oncue
