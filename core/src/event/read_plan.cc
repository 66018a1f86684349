#include "event/read_plan.h"

#include "definition/used_keys.h"

namespace oncue {
namespace {

// Every event needs these, whatever the definitions.
constexpr AtomicField kAlways[] = {
    AtomicField::event,         AtomicField::event_id,         AtomicField::event_vendor,
    AtomicField::event_name,    AtomicField::event_version,    AtomicField::collector_tstamp,
    AtomicField::derived_tstamp, AtomicField::dvce_sent_tstamp, AtomicField::dvce_created_tstamp,
    AtomicField::true_tstamp};

bool carriesJson(ProtocolKey key) {
  return key == ProtocolKey::ue_pr || key == ProtocolKey::ue_px || key == ProtocolKey::co || key == ProtocolKey::cx;
}

void want(ReadPlan& plan, ProtocolKey key) {
  if (key != ProtocolKey::none) plan.wantedKeys[static_cast<std::size_t>(key)] = true;
}

void want(ReadPlan& plan, AtomicField field) {
  plan.wantedFields[static_cast<std::size_t>(field)] = true;
  const FieldSource source = payloadSource(field);
  want(plan, source.key);
  want(plan, source.other);
}

void addPath(ReadPlan& plan, const Property& property, std::uint32_t slot) {
  if (property.path.size() > kDeepestPath) return;
  const bool isEntity = property.source == Property::Source::Entity;
  plan.wantsEntities |= isEntity;
  Trie& trie = plan.trie;
  std::uint32_t node = trie.add(trie.add(Trie::kRoot, property.vendor), property.name);
  node = trie.add(trie.add(node, "", property.majorVersion), "", isEntity ? property.index : kEventData);
  for (const PathStep& step : property.path) node = trie.add(node, step.key, step.index);
  trie.setSlot(node, slot);
}

void note(ReadPlan& plan, std::uint32_t property, std::uint8_t change) {
  const Property& read = plan.model.properties[property];
  if (read.source != Property::Source::Atomic) {
    plan.changes[property] |= change;
    return;
  }
  const FieldSource source = payloadSource(read.atomic);
  if (source.rule == FieldRule::Settled) plan.alwaysChanging |= change;
  for (const ProtocolKey key : {source.key, source.other}) {
    if (key != ProtocolKey::none) plan.dependents[static_cast<std::size_t>(key)].changes |= change;
  }
}

void noteDependents(ReadPlan& plan) {
  const auto of = [&](ProtocolKey key) -> Dependents& { return plan.dependents[static_cast<std::size_t>(key)]; };
  of(ProtocolKey::e) = {EventChange::kName, Beginning::kName};
  of(ProtocolKey::eid).beginning = Beginning::kId;
  of(ProtocolKey::dtm).beginning = Beginning::kCreated;
  of(ProtocolKey::stm).beginning = Beginning::kSent;
  of(ProtocolKey::ttm).beginning = Beginning::kTrue;
  for (const std::uint32_t key : findUsedKeys(plan.model)) note(plan, plan.model.keys[key].property, EventChange::kIds);
  for (const Computation& computation : plan.model.computations) {
    for (const EventCriterion& criterion : computation.filter.criteria) note(plan, criterion.property, EventChange::kFilters);
  }
  if (plan.specificationSlot != kNone) plan.changes[plan.specificationSlot] = EventChange::kFilters;
}

// By property: whether it is there for nothing but keys that nothing uses.
Vec<bool> findIdle(const Model& model) {
  Vec<bool> idle(model.properties.size());
  for (const AttributeKey& key : model.keys) {
    if (key.property != kNone) idle[key.property] = true;
  }
  for (const std::uint32_t key : findUsedKeys(model)) idle[model.keys[key].property] = false;
  for (const Computation& computation : model.computations) {
    if (computation.property != kNone) idle[computation.property] = false;
    for (const EventCriterion& criterion : computation.filter.criteria) idle[criterion.property] = false;
  }
  return idle;
}

// Of a lifetime these come to the same whenever the events happened.
bool comparesTimes(const Computation& computation) {
  if (computation.periodMs > 0) return true;
  switch (computation.aggregation) {
    case AggregationKind::Counter:
    case AggregationKind::Sum:
    case AggregationKind::Min:
    case AggregationKind::Max:
    case AggregationKind::Mean:
    case AggregationKind::ApproxCountDistinct: return false;
    default: return true;
  }
}

bool isOwnTime(AtomicField field) {
  return field == AtomicField::dvce_created_tstamp || field == AtomicField::dvce_sent_tstamp ||
         field == AtomicField::true_tstamp || field == AtomicField::derived_tstamp;
}

bool readsSpecification(const Model& model) {
  for (const Computation& computation : model.computations) {
    for (const EventMatcher& matcher : computation.filter.matchers) {
      if (!matcher.eventSpecificationId.empty()) return true;
    }
  }
  return false;
}

}  // namespace

ReadPlan::ReadPlan(const Model& from, bool readsAppId) : model(from) {
  for (const AtomicField field : kAlways) want(*this, field);
  if (readsAppId) want(*this, AtomicField::app_id);
  for (const Computation& computation : model.computations) readsTimes |= comparesTimes(computation);
  const Vec<bool> idle = findIdle(model);
  for (const Property& property : model.properties) {
    if (property.source == Property::Source::Atomic) {
      if (!idle[slotCount]) {
        want(*this, property.atomic);
        readsTimes |= isOwnTime(property.atomic);
      }
    } else {
      addPath(*this, property, slotCount);
    }
    ++slotCount;
  }
  if (readsSpecification(model)) {
    wantsEntities = true;
    specificationSlot = slotCount++;
    // Vendors are the root's other children, and named.
    specificationRoot = trie.add(Trie::kRoot, "", 0);
    trie.setSlot(trie.add(specificationRoot, "id"), specificationSlot);
  }
  // The event's own body is read for its schema even when no path into it is wanted.
  want(*this, ProtocolKey::ue_pr);
  want(*this, ProtocolKey::ue_px);
  if (wantsEntities) {
    want(*this, ProtocolKey::co);
    want(*this, ProtocolKey::cx);
  }
  for (std::uint32_t i = 0; i < kProtocolKeyCount; ++i) {
    const auto key = static_cast<ProtocolKey>(i);
    if (wants(key) && !carriesJson(key)) keys[keyCount++] = key;
  }
  changes.extend(slotCount);
  noteDependents(*this);
}

std::uint32_t ReadPlan::findSchema(std::string_view vendor, std::string_view name, std::uint32_t major) const {
  std::uint32_t node = trie.find(Trie::kRoot, vendor);
  if (node != kNone) node = trie.find(node, name);
  return node == kNone ? kNone : trie.find(node, "", major);
}

ProtocolKey ReadPlan::findKey(std::string_view name) const {
  std::uint32_t low = 0;
  for (std::uint32_t high = kProtocolKeyCount; low < high;) {
    const std::uint32_t middle = (low + high) / 2;
    if (protocolKeyName(static_cast<ProtocolKey>(middle)) < name) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const auto key = static_cast<ProtocolKey>(low);
  return key != ProtocolKey::none && wants(key) && protocolKeyName(key) == name ? key : ProtocolKey::none;
}

}  // namespace oncue
