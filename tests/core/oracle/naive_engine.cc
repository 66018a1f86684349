#include "oracle/naive_engine.h"

#include <algorithm>
#include <cmath>

#include "oracle/naive_criteria.h"

namespace oncue::oracle {
namespace {

constexpr std::size_t kUser = 2;

bool usesChanged(const NodeDef& node) {
  return node.op == "changed" || std::any_of(node.children.begin(), node.children.end(), usesChanged);
}

}  // namespace

bool NaiveEngine::ContextId::operator<(const ContextId& other) const {
  if (intervention != other.intervention) return intervention < other.intervention;
  return std::lexicographical_compare(
      ids.begin(), ids.end(), other.ids.begin(), other.ids.end(), [](const std::string& a, const std::string& b) {
        return std::tuple(a.size(), a) < std::tuple(b.size(), b);
      });
}

NaiveEngine::NaiveEngine(const HistoryDef& history) : history_(history) {
  for (const GroupDef& group : history.groups) {
    if (!group.published) continue;
    for (const AttributeDef& def : group.attributes) {
      Attribute attribute{.def = def, .key = group.key, .ttlMs = 0, .facts = {}, .thresholds = {}, .updated = false};
      if (def.periodMs == 0) {
        // What one device is told does not count for keys that span devices.
        const bool spansDevices = history.options.syncUser && group.key == kUser;
        const std::int64_t defaultTtlMs = spansDevices ? 0 : history.options.defaultTtlMs;
        for (const std::int64_t ttl : {def.ttlMs, group.ttlMs, group.keyTtlMs, defaultTtlMs}) {
          if (attribute.ttlMs == 0) attribute.ttlMs = ttl;
        }
      }
      attributes_.emplace(AttributePath(group.name, group.version, def.name), std::move(attribute));
    }
  }
  for (const InterventionDef& intervention : history.interventions) {
    collectThresholds(intervention.criteria);
    for (const NodeDef& tree : intervention.delivery.cancelIf) collectThresholds(tree);
  }
}

void NaiveEngine::collectThresholds(const NodeDef& node) {
  for (const NodeDef& child : node.children) collectThresholds(child);
  const auto* found = const_cast<Attribute*>(find(node.group, node.attribute));
  if (found == nullptr) return;
  auto& thresholds = const_cast<Attribute*>(found)->thresholds;
  if (node.value.is_number()) thresholds.push_back(node.value.get<double>());
  if (!node.value.is_array()) return;
  for (const Json& one : node.value) {
    if (one.is_number()) thresholds.push_back(one.get<double>());
  }
}

// The highest published version of the group that has the attribute.
const NaiveEngine::Attribute* NaiveEngine::find(const std::string& group, const std::string& attribute) const {
  const Attribute* best = nullptr;
  int highest = 0;
  for (const auto& [path, one] : attributes_) {
    const auto& [ofGroup, version, name] = path;
    if (ofGroup != group || name != attribute || version < highest) continue;
    highest = version;
    best = &one;
  }
  return best;
}

std::vector<std::size_t> NaiveEngine::criteriaKeys(const InterventionDef& intervention) const {
  std::vector<std::size_t> keys;
  const auto visit = [&](const NodeDef& node, const auto& self) -> void {
    for (const NodeDef& child : node.children) self(child, self);
    if (node.kind != "leaf") return;
    for (const GroupDef& group : history_.groups) {
      if (group.name != node.group) continue;
      if (std::find(keys.begin(), keys.end(), group.key) == keys.end()) keys.push_back(group.key);
    }
  };
  visit(intervention.criteria, visit);
  return keys;
}

Json NaiveEngine::value(const Attribute* attribute, const Ids& ids, std::int64_t at) const {
  if (attribute == nullptr) return nullptr;
  const auto facts = attribute->facts.find(ids[attribute->key]);
  if (facts == attribute->facts.end()) return nullptr;
  return valueOf(attribute->def, attribute->ttlMs, facts->second, at);
}

// `previous` are the values before the event in hand; null on ticks, where `changed` is false.
bool NaiveEngine::holds(const NodeDef& node, const Ids& ids, const std::map<const Attribute*, Json>* previous) const {
  const auto childHolds = [&](const NodeDef& child) { return holds(child, ids, previous); };
  if (node.kind == "all") return std::all_of(node.children.begin(), node.children.end(), childHolds);
  if (node.kind == "any") return std::any_of(node.children.begin(), node.children.end(), childHolds);
  if (node.kind == "none") return std::none_of(node.children.begin(), node.children.end(), childHolds);
  const Attribute* attribute = find(node.group, node.attribute);
  const Json now = value(attribute, ids, now_);
  if (node.op != "changed") return holdsForAttribute(node.op, now, node.value);
  return previous != nullptr && attribute != nullptr && !now.is_null() && now != previous->at(attribute);
}

Ids NaiveEngine::idsOfContext(const ContextId& id) const {
  Ids ids;
  const auto keys = criteriaKeys(history_.interventions[id.intervention]);
  for (std::size_t i = 0; i < keys.size(); ++i) ids[keys[i]] = id.ids[i];
  return ids;
}

void NaiveEngine::formContexts() {
  if (!latest_) return;
  for (std::size_t i = 0; i < history_.interventions.size(); ++i) {
    const InterventionDef& intervention = history_.interventions[i];
    if (!isPublished(intervention)) continue;
    if (usesChanged(intervention.criteria) && intervention.delivery.delayMs == 0) continue;
    ContextId id{.intervention = i, .ids = {}};
    bool any = false;
    for (const std::size_t key : criteriaKeys(intervention)) {
      id.ids.push_back((*latest_)[key]);
      any = any || !id.ids.back().empty();
    }
    if (any) contexts_[id].lastIds = *latest_;
  }
}

void NaiveEngine::evaluateAll() {
  for (auto& [id, context] : contexts_) {
    const InterventionDef& intervention = history_.interventions[id.intervention];
    const Ids ids = idsOfContext(id);
    bool inScope = history_.options.wakeAll;
    if (!inScope) {
      inScope = latest_.has_value();
      for (const std::size_t key : criteriaKeys(intervention)) inScope = inScope && (*latest_)[key] == ids[key];
    }
    if (!inScope) continue;
    if (history_.options.timeDriven) {
      const bool mayFire = context.evaluated && !context.truth;
      context.evaluated = true;
      context.truth = holds(intervention.criteria, ids, nullptr);
      if (mayFire && context.truth) fire(id.intervention, context.lastIds, "");
    }
    settle(id.intervention, context);
  }
  deliverAll();
}

void NaiveEngine::tick(std::int64_t now) {
  now_ = now;
  ++round_;
  evaluateAll();
}

void NaiveEngine::publishLate() {
  lateToo_ = true;
  if (history_.options.timeDriven) formContexts();
}

// Evaluation 2: of the keys of groups and targets.
Ids NaiveEngine::usedIds(const EventDef& event) const {
  std::array<bool, kKeyCount> used{};
  for (const GroupDef& group : history_.groups) used[group.key] = true;
  for (const InterventionDef& intervention : history_.interventions) {
    for (const std::size_t key : intervention.targets) used[key] = used[key] || isPublished(intervention);
    if (intervention.delivery.maxPerSession != 0) used[1] = used[1] || isPublished(intervention);
  }
  Ids ids = idsOf(event);
  for (std::size_t key = 0; key < kKeyCount; ++key) {
    if (!used[key]) ids[key].clear();
  }
  return ids;
}

void NaiveEngine::track(const EventDef& event, std::int64_t now) {
  tick(now);
  if (!event.eid.empty() && !seen_.insert(event.eid).second) return;
  const Ids ids = usedIds(event);
  latest_ = ids;
  formContexts();
  evaluateAll();

  std::map<const Attribute*, Json> previous;
  for (const auto& [path, attribute] : attributes_) previous[&attribute] = value(&attribute, ids, now);
  std::vector<bool> held;
  for (const InterventionDef& one : history_.interventions) held.push_back(holds(one.criteria, ids, nullptr));

  const std::int64_t ts = derivedTstamp(event, now);
  ++seq_;
  for (auto& [path, attribute] : attributes_) {
    attribute.updated = false;
    const std::string& id = ids[attribute.key];
    if (id.empty() || !passesFilter(attribute.def, event, now)) continue;
    const auto element = elementOf(attribute.def, event, now);
    if (!element) continue;
    attribute.updated = addFact(attribute.def, attribute.ttlMs, history_.options.windowEventLimit,
                                {.ts = ts, .seq = seq_, .receipt = now, .element = *element}, attribute.facts[id]);
  }

  const bool mayFire = event.vendor != "com.snowplowanalytics.signals";
  for (std::size_t i = 0; i < history_.interventions.size(); ++i) {
    const InterventionDef& intervention = history_.interventions[i];
    if (!isPublished(intervention) || !readsUpdated(intervention.criteria)) continue;
    if (usesChanged(intervention.criteria)) {
      if (mayFire && holds(intervention.criteria, ids, &previous)) fire(i, ids, event.eid);
      continue;
    }
    ContextId id{.intervention = i, .ids = {}};
    for (const std::size_t key : criteriaKeys(intervention)) id.ids.push_back(ids[key]);
    Context& context = contexts_[id];
    context.evaluated = true;
    context.truth = holds(intervention.criteria, ids, nullptr);
    if (mayFire && context.truth && !held[i]) fire(i, ids, event.eid);
  }
  for (auto& [id, context] : contexts_) {
    if (context.lastIds == ids) settle(id.intervention, context);
  }
  deliverAll();
}

bool NaiveEngine::readsUpdated(const NodeDef& node) const {
  if (node.kind == "leaf") {
    const Attribute* attribute = find(node.group, node.attribute);
    return attribute != nullptr && attribute->updated;
  }
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const NodeDef& child) { return readsUpdated(child); });
}

bool NaiveEngine::latches(const InterventionDef& intervention) const {
  return !history_.options.refireOnEdge && !intervention.delivery.refireEdge && !usesChanged(intervention.criteria);
}

std::vector<std::size_t> NaiveEngine::targetsOf(const InterventionDef& intervention, const Ids& ids) const {
  std::vector<std::size_t> targets =
      intervention.targets.empty() ? criteriaKeys(intervention) : intervention.targets;
  std::erase_if(targets, [&](std::size_t key) { return ids[key].empty(); });
  return targets;
}

bool NaiveEngine::userDecides(const InterventionDef& intervention, const Ids& ids) const {
  const auto targets = targetsOf(intervention, ids);
  return history_.options.syncUser && std::find(targets.begin(), targets.end(), kUser) != targets.end();
}

std::optional<std::size_t> NaiveEngine::freeTarget(const InterventionDef& intervention, const Ids& ids) const {
  const bool user = userDecides(intervention, ids);
  for (const std::size_t key : targetsOf(intervention, ids)) {
    if (user && key != kUser) continue;
    if (latches_.count({intervention.name, intervention.version, key, ids[key]}) == 0) return key;
    if (!latches(intervention)) return key;
  }
  return std::nullopt;
}

void NaiveEngine::fire(std::size_t i, const Ids& ids, const std::string& eventId) {
  const InterventionDef& intervention = history_.interventions[i];
  if (intervention.delivery.delayMs == 0) {
    candidates_.push_back({&intervention, ids, eventId});
    return;
  }
  if (!freeTarget(intervention, ids)) return;
  ContextId id{.intervention = i, .ids = {}};
  for (const std::size_t key : criteriaKeys(intervention)) id.ids.push_back(ids[key]);
  Context& context = contexts_.at(id);
  if (context.dueAt) return;
  context.dueAt = now_ + intervention.delivery.delayMs;
  context.dueEventId = eventId;
}

void NaiveEngine::settle(std::size_t i, Context& context) {
  if (!context.dueAt) return;
  const InterventionDef& intervention = history_.interventions[i];
  for (const NodeDef& tree : intervention.delivery.cancelIf) {
    if (!holds(tree, context.lastIds, nullptr)) continue;
    context.dueAt.reset();
    return;
  }
  if (*context.dueAt > now_) return;
  candidates_.push_back({&intervention, context.lastIds, context.dueEventId});
  context.dueAt.reset();
}

void NaiveEngine::deliverAll() {
  std::stable_sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.intervention->delivery.priority > b.intervention->delivery.priority;
  });
  for (const Candidate& one : std::exchange(candidates_, {})) deliver(*one.intervention, one.ids, one.eventId);
}

void NaiveEngine::deliver(const InterventionDef& intervention, const Ids& ids, const std::string& eventId) {
  const std::optional<std::size_t> chosen = freeTarget(intervention, ids);
  const std::vector<std::size_t> targets = targetsOf(intervention, ids);
  const std::vector<std::size_t> deciding =
      userDecides(intervention, ids) ? std::vector<std::size_t>{kUser} : targets;
  if (!chosen || !deliveries_.mayDeliver(intervention, deciding, ids, now_, round_)) return;
  deliveries_.record(intervention, targets, ids, now_, round_);
  for (const std::size_t key : targets) {
    if (latches(intervention)) latches_.insert({intervention.name, intervention.version, key, ids[key]});
  }
  FireRecord record{.name = intervention.name,
                    .version = intervention.version,
                    .targetKey = kKeyNames[*chosen],
                    .targetId = ids[*chosen],
                    .at = now_,
                    .eventId = eventId};
  for (const auto& [group, version] : intervention.payloadGroups) {
    for (const GroupDef& def : history_.groups) {
      if (def.name != group || def.version != version || !def.published) continue;
      for (const AttributeDef& one : def.attributes) {
        Json now = value(&attributes_.at({group, version, one.name}), ids, now_);
        if (!now.is_null()) record.attributes[group + ":" + one.name] = std::move(now);
      }
    }
  }
  fired_.push_back(std::move(record));
}

void NaiveEngine::forget(std::size_t key, const std::string& id) {
  for (auto& [path, attribute] : attributes_) {
    if (attribute.key == key) attribute.facts.erase(id);
  }
  std::erase_if(contexts_, [&](const auto& entry) { return idsOfContext(entry.first)[key] == id; });
  std::erase_if(latches_, [&](const auto& latch) { return std::get<2>(latch) == key && std::get<3>(latch) == id; });
  deliveries_.forget(key, id);
  const auto strip = [&](Ids& ids) {
    if (ids[key] == id) ids[key].clear();
  };
  for (auto& [contextId, context] : contexts_) strip(context.lastIds);
  if (!latest_ || (*latest_)[key] != id) return;
  strip(*latest_);
  if (history_.options.timeDriven) formContexts();
}

Json NaiveEngine::groupAttributes(const GroupDef& group, const std::string& id, std::int64_t at) const {
  Json out = Json::object();
  Ids ids;
  ids[group.key] = id;
  for (const AttributeDef& def : group.attributes) {
    out[def.name] = retrieved(def, value(&attributes_.at({group.name, group.version, def.name}), ids, at));
  }
  return out;
}

Json NaiveEngine::attributes(std::size_t key, const std::string& id, std::int64_t at) const {
  Json out = Json::object();
  for (const GroupDef& group : history_.groups) {
    if (group.key != key || !group.published) continue;
    const Json values = groupAttributes(group, id, at);
    for (const auto& [name, one] : values.items()) {
      const Attribute& own = attributes_.at({group.name, group.version, name});
      if (&own == find(group.name, name)) out[group.name][name] = one;
    }
  }
  return out;
}

std::int64_t NaiveEngine::nextDue() const {
  std::int64_t soonest = INT64_MAX;
  for (const auto& [id, context] : contexts_) {
    if (context.dueAt && *context.dueAt > now_) soonest = std::min(soonest, *context.dueAt);
  }
  return soonest;
}

std::set<std::int64_t> NaiveEngine::candidates(std::int64_t until) const {
  std::set<std::int64_t> instants = {now_};
  instants.insert(nextDue());
  const auto add = [&](std::int64_t at, std::int64_t around) {
    for (std::int64_t t = at - around; t <= at + around; ++t) instants.insert(t);
  };
  for (const auto& [path, attribute] : attributes_) {
    for (const auto& [id, facts] : attribute.facts) {
      for (const Fact& fact : facts) {
        if (attribute.def.periodMs != 0) add(fact.ts + attribute.def.periodMs, 1);
        if (attribute.def.periodMs != 0) add(fact.receipt + attribute.def.periodMs, 1);
        if (attribute.ttlMs != 0) add(fact.receipt + attribute.ttlMs, 1);
        if (attribute.def.unit.empty()) continue;
        for (const double threshold : attribute.thresholds) {
          const double ahead = threshold * static_cast<double>(unitMs(attribute.def.unit));
          if (std::fabs(ahead) < 1e9) add(fact.ts + std::llround(ahead), 2);
        }
      }
    }
  }
  instants.erase(instants.begin(), instants.lower_bound(now_));
  instants.erase(instants.lower_bound(until), instants.end());
  return instants;
}

}  // namespace oncue::oracle
