// What events have made of the engine, carried over to other definitions or brought back by a snapshot.

#include <algorithm>

#include "engine/impl.h"
#include "engine/snapshot.h"

namespace oncue {

void Engine::Impl::Loaded::compile(const EngineOptions& options) {
  rules.compile(model);
  reader.emplace(model, options.enrichment, !options.appIds.empty());
}

void Engine::Impl::begin() {
  idSource = IdSource(options.seed);
  state.replica = idSource.replica();
}

// States are carried over by definition hash, the way a snapshot finds its place among other definitions.
void Engine::Impl::take(LoadedPtr compiled) {
  const std::string carried = loaded ? snapshot() : std::string();
  loaded = std::move(compiled);
  if (!carried.empty() && restore(carried)) return;
  EngineState next;
  next.replica = state.replica;
  next.tables.resize(loaded->model.keys.size());
  adopt(next);
}

std::string Engine::Impl::snapshot() const {
  return writeSnapshot(state, loaded->model, syncHook() != nullptr ? sync->save() : syncSection);
}

bool Engine::Impl::read(std::string_view bytes, EngineState& next) {
  return readSnapshot(bytes, loaded->model, options.keepUnknown, syncHook(), syncSection, next);
}

bool Engine::Impl::restore(std::string_view bytes) {
  EngineState next;
  if (!read(bytes, next)) return false;
  adopt(next);
  return true;
}

// Makes `next`, which fits the loaded definitions, the state of the engine, and leaves the one before in it.
void Engine::Impl::adopt(EngineState& next) {
  swapBytes(state, next);
  idSource.skipTo(state.idsUsed);
  wakes.clear();
  ++generation;
  changed = EventChange::kAll;
  latestEntities.assign(loaded->model.keys.size(), nullptr);
  latestContexts.assign(loaded->model.interventions.size(), {});
  affectedAt.assign(loaded->model.interventions.size(), 0);
  updatedAt.assign(loaded->model.computations.size(), 0);
  readings.assign(loaded->model.computations.size(), {});
  reschedule();
  if (SharedIds latest = std::move(state.latestIds)) {
    state.latestIds = nullptr;
    adoptIds(std::move(latest), false);
  }
  if (SyncHook* hook = syncHook()) hook->adopt();
  scheduleSleepers();
}

// The state may come from an engine that looked at other ids, or not at time: what could have changed since a context
// was last evaluated, or will, is due. Without time only what is delayed has a moment.
void Engine::Impl::scheduleSleepers() {
  state.contexts.forEach([&](Context& context) {
    const std::int64_t known = context.wakeAt;
    if (!timeDriven()) {
      if (context.dueAt == kNever) wakes.schedule(context, kNever);
    } else if (context.evaluated && inScope(context)) {
      scheduleNext(context, context.evaluatedAt);
      wakes.schedule(context, std::min(known, std::max(context.wakeAt, state.now)));
    }
  });
}

void Engine::Impl::reschedule() {
  wakes.clear();
  state.contexts.forEach([&](Context& context) {
    const std::int64_t at = context.wakeAt;
    context.wakeAt = kNever;
    wakes.schedule(context, at);
  });
}

}  // namespace oncue
