#include "engine/sync.h"

#include <algorithm>

#include "aggregation/column.h"
#include "base/contains.h"
#include "base/hash.h"
#include "base/sort.h"
#include "criteria/event_filter.h"
#include "intervention/id_source.h"
#include "window/saturating.h"

namespace oncue {
namespace {

// Facts kept for stitching, the latest.
constexpr std::uint32_t kMaxAnonymous = 1000;

}  // namespace

void Sync::bind() {
  const Model& model = engine_.loaded->model;
  const Vec<std::string>& names = engine_.options.syncKeys;
  isSynced_.clear();
  byKey_.clear();
  ownKeys_.clear();
  becomesFacts_.assign(model.computations.size(), false);
  Vec<std::uint64_t> ids;
  for (std::uint32_t key = 0; key < model.keys.size(); ++key) {
    const AttributeKey& definition = model.keys[key];
    isSynced_.push_back(contains(names, definition.name));
    if (isSynced_[key] && definition.property != kNone && isDevicesOwn(model.properties[definition.property])) {
      ownKeys_.push_back(definition.name);
      isSynced_.back() = false;
    }
    byKey_.push_back(isSynced_.back() ? syncedComputations(model, key) : SyncedComputations());
    for (const SyncedComputation& computation : byKey_.back()) {
      ids.push_back(computation.id);
      becomesFacts_[computation.index] = true;
      const auto at = std::lower_bound(everKnown_.begin(), everKnown_.end(), computation.id);
      if (at == everKnown_.end() || *at != computation.id) everKnown_.insert(at, computation.id);
    }
  }
  sortAscending(ids);
  Writer all;
  for (const std::uint64_t id : ids) writeBigEndian(all, id);
  definitionsHash_ = hash64(all.bytes());
}

std::string Sync::sharedKey(std::string_view keyName, std::string_view id) {
  Writer out;
  out.text(keyName);
  out.text(id);
  return out.take();
}

Sync::Shared& Sync::shared(std::string_view keyName, std::string_view id) {
  const auto [made, isNew] = shared_.findOrMake(sharedKey(keyName, id));
  if (isNew) {
    made->keyName = keyName;
    made->id = id;
  }
  return *made;
}

// Of a key that is no longer loaded: none.
const SyncedComputations& Sync::known(const Shared& one) const {
  static const SyncedComputations kNothing;
  const std::uint32_t key = engine_.findKey(one.keyName);
  return key == kNone ? kNothing : byKey_[key];
}

Entity& Sync::entityOf(const Shared& one) {
  const std::uint32_t key = engine_.findKey(one.keyName);
  Entity& holder = engine_.entity(key, one.id);
  if (holder.lastIds) return holder;
  IdSet ids(engine_.loaded->model.keys.size());
  ids[key] = one.id;
  holder.lastIds = std::make_shared<const IdSet>(std::move(ids));
  return holder;
}

std::uint64_t Sync::acknowledged(const Shared& one) const {
  const Replica* mine = one.map.find(engine_.state.replica);
  return mine == nullptr ? 0 : mine->n;
}

std::int64_t Sync::lastAt(const Shared& one) const {
  const Replica* mine = one.map.find(engine_.state.replica);
  return mine == nullptr ? -kLatestMs : mine->lastAt;
}

// From the shared state and what is not acknowledged.
void Sync::rebuild(const Shared& one, Entity& holder, const SyncedComputation& computation) {
  SegmentUnion pieces(*computation.definition);
  one.map.collect(computation.id, pieces);
  std::uint64_t seq = acknowledged(one);
  for (const PendingFact& pending : one.own.pending()) {
    ++seq;
    const FactUpdate* update = findUpdate(pending.fact, computation.id);
    if (update == nullptr) continue;
    pieces.add(update->element.view(), {.ts = pending.fact.ts, .replica = engine_.state.replica, .seq = seq}, pending.fact.at);
  }
  Cell cell = pieces.latest();
  if (!cell.empty()) {
    holder.findOrMake(computation.index, *computation.definition) = std::move(cell);
  } else {
    eraseIf(holder.cells, [&](const Entity::Slot& slot) { return slot.computation == computation.index; });
  }
}

void Sync::rebuildAll(const Shared& one) {
  const SyncedComputations& computations = known(one);
  if (computations.empty()) return;
  Entity& holder = entityOf(one);
  for (const SyncedComputation& computation : computations) rebuild(one, holder, computation);
}

SyncTake Sync::take(std::uint32_t index, Entity& holder, const EventValue& value, std::int64_t ts) {
  const Computation& definition = engine_.loaded->model.computations[index];
  if (!isSynced_[definition.key]) return SyncTake::NotSynced;
  if (engine_.options.syncFacts) return SyncTake::NotRelevant;
  if (!becomesFacts_[index]) return SyncTake::NotSynced;
  const std::int64_t now = engine_.state.now;
  if (definition.periodMs > 0 && ts <= saturatingSubtract(now, definition.periodMs)) return SyncTake::NotRelevant;
  std::string scratch;
  Element element;
  if (!prepareElement(definition, value, scratch, element)) return SyncTake::NotRelevant;

  Shared& one = shared(engine_.loaded->model.keys[definition.key].name, holder.key);
  if (one.eventEpoch != engine_.epoch) {
    one.eventEpoch = engine_.epoch;
    if (const std::uint32_t dropped = one.own.makeRoom()) {
      counters_.dropped += dropped;
      rebuildAll(one);
    }
    one.own.begin(ts, now, lastAt(one));
    ++counters_.recorded;
  }
  const SyncedComputation computation{computationId(definition), index, &definition};
  one.own.add({computation.id, HeldElement(element)});
  const Fact& fact = one.own.pending().back().fact;
  Cell* cell = holder.find(index);
  if (cell == nullptr || fact.at < cell->lastReceipt()) {
    rebuild(one, holder, computation);
  } else {
    const std::int64_t reset = resetOf(definition);
    if (reset > 0 && saturatingSubtract(fact.at, cell->lastReceipt()) >= reset) *cell = Cell(definition);
    const Stamp stamp{.ts = fact.ts, .replica = engine_.state.replica, .seq = acknowledged(one) + one.own.size()};
    cell->add(definition, element, stamp, fact.at, kSyncedWindowLimit);
  }
  engine_.updatedAt[index] = engine_.epoch;
  holder.usedAt = now;
  return SyncTake::Updated;
}

void Sync::overhear(Event& event) {
  if (!stitchable_) return;
  const Model& model = engine_.loaded->model;
  const std::int64_t now = engine_.state.now;
  for (std::uint32_t key = 0; key < isSynced_.size(); ++key) {
    if (!isSynced_[key] || !idOf(engine_.state.latestIds, key).empty()) continue;
    OwnLog* log = nullptr;
    for (const SyncedComputation& computation : byKey_[key]) {
      const Computation& definition = *computation.definition;
      const std::int64_t ts = event.derivedTstamp();
      if (definition.periodMs > 0 && ts <= saturatingSubtract(now, definition.periodMs)) continue;
      if (!matchesAny(definition.filter.matchers, event) || !meetsCriteria(definition.filter, event)) continue;
      const EventValue value = definition.property == kNone ? EventValue{} : event.value(definition.property);
      std::string scratch;
      Element element;
      if (!prepareElement(definition, value, scratch, element)) continue;
      if (log == nullptr) {
        log = &anonymous_.findOrMake(model.keys[key].name).first->log;
        if (log->size() >= kMaxAnonymous) log->dropFirst(1);
        log->begin(ts, now, -kLatestMs);
      }
      log->add({computation.id, HeldElement(element)});
    }
  }
}

void Sync::claim(JsonWriter& out, const Intervention& intervention, const Target& target, const Context* context) {
  const bool isDue = context != nullptr && takeDue(*context);
  if (!target.synced || !engine_.latches(intervention)) return;
  out.key("claim").beginObject().key("key").string(target.key).key("id").string(target.id);
  out.key("required").boolean(isMerging_ || isDue).endObject();
}

// Values of synced keys come from facts alone, whatever the cells of the adopted state say.
void Sync::adopt() {
  shared_ = std::move(read_);
  read_.clear();
  anonymous_ = std::move(readAnonymous_);
  readAnonymous_.clear();
  std::swap(dueByMerge_, readDue_);
  readDue_.clear();
  for (std::uint32_t key = 0; key < isSynced_.size(); ++key) {
    if (!isSynced_[key]) continue;
    engine_.state.tables[key].forEach([&](Entity& entity) {
      eraseIf(entity.cells, [&](const Entity::Slot& slot) { return becomesFacts_[slot.computation] || engine_.options.syncFacts; });
    });
  }
  for (const TextKeyed* one : shared_.sorted()) rebuildAll(*static_cast<const Shared*>(one));
  reseed();
  engine_.syncSection.clear();
  ++engine_.moment;
}

// The copy that a replica forked from goes on with the same seed: what fires is to have other ids than there.
void Sync::reseed() {
  std::uint64_t seed = engine_.options.seed;
  const std::uint64_t replica = engine_.state.replica;
  if (IdSource(seed).replica() != replica) seed ^= replica;
  engine_.idSource = IdSource(seed);
  engine_.idSource.skipTo(engine_.state.idsUsed);
}

// What happened anonymously is of this browser, whose own ids are not synced.
void Sync::forget(std::string_view key, std::string_view id) {
  shared_.erase(sharedKey(key, id));
  if (!contains(engine_.options.syncKeys, key)) anonymous_.clear();
}

// Attributes of synced groups that read what is a device's own: each device counts them for itself.
void Sync::writeLocal(JsonWriter& out) const {
  bool any = false;
  for (const AttributeGroup& group : engine_.loaded->model.groups) {
    if (group.key == kNone || !isSynced_[group.key]) continue;
    for (const Attribute& attribute : group.attributes) {
      if (attribute.computation == kNone || becomesFacts_[attribute.computation]) continue;
      if (!any) out.key("local").beginArray();
      any = true;
      out.string(group.name + ':' + attribute.name);
    }
  }
  if (any) out.endArray();
}

void Sync::writeStats(JsonWriter& out) const {
  const auto count = [&](const char* name, std::uint64_t n) { out.key(name).integer(static_cast<std::int64_t>(n)); };
  out.key("stats").beginObject();
  count("recorded", counters_.recorded);
  count("applied", counters_.applied);
  count("ignored", counters_.ignored);
  count("merges", counters_.merges);
  count("forks", counters_.forks);
  count("refused", counters_.refused);
  count("dropped", counters_.dropped);
  out.endObject();
}

}  // namespace oncue
