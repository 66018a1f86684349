// Erasure and counters.

#include <algorithm>

#include "engine/impl.h"
#include "engine/snapshot.h"

namespace oncue {

namespace {

// Of the ids that may be kept one in so many goes with those that are too many.
constexpr std::size_t kEvictedShare = 64;

}  // namespace

// The wakes have to be scheduled anew after it.
void Engine::Impl::dropEntity(Entity& entity) {
  wakes.clear();
  Vec<Context*> contexts = entity.own;
  contexts.insert(contexts.end(), entity.shared.begin(), entity.shared.end());
  for (Context* context : contexts) {
    for (Entity* other : context->entities) {
      if (other != nullptr) eraseIf(other->shared, [&](const auto& one) { return one == context; });
    }
    state.contexts.erase(context->key);
  }
  state.tables[entity.attributeKey].erase(entity.key);
}

// Ids not seen for the longest make room, and sessions go that are over; the latest stay. Looking for them takes as long as
// there are ids: so where there are many, a few more go at once.
void Engine::Impl::evict() {
  evictedAt = generation;
  const std::uint64_t before = counters.evicted;
  for (std::uint32_t key = 0; key < state.tables.size(); ++key) {
    EntityTable& table = state.tables[key];
    const bool isSession = options.sessionIdsMs != 0 && key == loaded->rules.session;
    const std::size_t most = options.maxIdsPerKey;
    std::size_t excess = 0;
    if (most != 0 && most < table.size()) excess = table.size() - (most - most / kEvictedShare);
    if ((!isSession && excess == 0) || (syncHook() != nullptr && sync->keeps(key))) continue;
    Vec<Entity*> oldest;
    table.forEach([&](Entity& entity) {
      if (&entity != latestEntities[key]) oldest.push_back(&entity);
    });
    sortBy(oldest, [](const Entity* a, const Entity* b) {
      return a->usedAt != b->usedAt ? a->usedAt < b->usedAt : a->key < b->key;
    });
    for (Entity* entity : oldest) {
      if (excess == 0 && !(isSession && state.now - entity->usedAt >= options.sessionIdsMs)) break;
      excess -= excess != 0;
      ++counters.evicted;
      dropEntity(*entity);
    }
  }
  if (counters.evicted != before) reschedule();
}

// Frees cells from which nothing can be read again. As many events pass between two looks as there were cells.
void Engine::Impl::sweep() {
  std::uint64_t cells = 1024;
  for (EntityTable& table : state.tables) {
    table.forEach([&](Entity& entity) {
      eraseIf(entity.cells, [&](const Entity::Slot& slot) { return isDead(loaded->model, slot, state.now); });
      cells += entity.cells.size();
    });
  }
  nextSweep = counters.events + cells;
}

bool Engine::Impl::forget(std::string_view keyName, std::string_view id) {
  const std::uint32_t key = findKey(keyName);
  bool known = state.latches.eraseTarget(keyName, id);
  if (SyncHook* hook = syncHook()) hook->forget(keyName, id);
  if (keyName == "domain_sessionid") state.latches.eraseSession(id);
  Entity* entity = key == kNone || id.empty() ? nullptr : state.tables[key].find(id);
  const auto carriesId = [&](const SharedIds& ids) { return key != kNone && !id.empty() && idOf(ids, key) == id; };
  if (entity != nullptr) {
    known = true;
    dropEntity(*entity);
    ++generation;
    reschedule();
  }
  // The id must not survive in the company of others either.
  const auto strip = [&](SharedIds& ids) {
    if (!carriesId(ids)) return;
    IdSet rest = *ids;
    rest[key].clear();
    ids = std::make_shared<const IdSet>(std::move(rest));
    known = true;
  };
  for (EntityTable& table : state.tables) {
    table.forEach([&](Entity& one) { strip(one.lastIds); });
  }
  state.contexts.forEach([&](Context& context) { strip(context.lastIds); });
  if (carriesId(state.latestIds)) {
    strip(state.latestIds);
    // The contexts of the ids that are left, as a load or a restore would form them.
    adoptIds(state.latestIds, true);
  }
  return known;
}

std::string Engine::Impl::stats() const {
  JsonWriter out;
  const auto count = [&](std::string_view name, std::uint64_t n) { out.key(name).integer(static_cast<std::int64_t>(n)); };
  out.beginObject();
  count("events", counters.events);
  count("counted", counters.counted);
  count("duplicates", counters.duplicates);
  count("other_apps", counters.otherApps);
  out.key("rejected").beginObject();
  for (std::size_t i = 1; i < counters.rejected.size(); ++i) {
    if (counters.rejected[i] != 0) count(eventErrorName(static_cast<EventError>(i)), counters.rejected[i]);
  }
  out.endObject();
  count("fired", counters.fired);
  count("received", counters.received);
  out.key("held_back").beginObject();
  for (std::size_t i = 1; i < counters.held.size(); ++i) {
    if (counters.held[i] != 0) count(heldName(static_cast<Held>(i)), counters.held[i]);
  }
  out.endObject();
  std::uint64_t ids = 0;
  for (const EntityTable& table : state.tables) ids += table.size();
  count("ids", ids);
  count("contexts", state.contexts.size());
  count("latches", state.latches.size());
  count("evicted", counters.evicted);
  out.endObject();
  return out.take();
}

}  // namespace oncue
