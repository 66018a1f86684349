// Definitions in, and what events have made of the engine carried over to them.

#include <algorithm>

#include "criteria/tree.h"
#include "definition/load.h"
#include "engine/impl.h"
#include "engine/snapshot.h"

namespace oncue {

Engine::Impl::Loaded::Loaded(Model definitions, const EnrichmentOptions& enrichment)
    : model(std::move(definitions)), rules(model), plan(model), reader(model, enrichment) {}

Engine::Impl::Impl(EngineOptions given) : options(std::move(given)), idSource(options.seed) {
  state.replica = idSource.replica();
}

LoadReport Engine::Impl::load(std::string_view definitions) {
  Model model;
  const DefinitionOptions how{.includeUnpublished = options.includeUnpublished, .defaultTtlMs = options.defaultTtlMs, .syncKeys = &options.syncKeys};
  LoadReport report = loadDefinitions(definitions, how, model);
  if (!report.ok()) return report;
  // States are carried over by definition hash, the way a snapshot finds its place among other definitions.
  const std::string carried = loaded ? snapshot() : std::string();
  loaded = std::make_unique<Loaded>(std::move(model), options.enrichment);
  EngineState next;
  if (carried.empty() || !restore(carried, next).ok()) {
    next.replica = state.replica;
    next.tables.resize(loaded->model.keys.size());
  }
  adopt(std::move(next));
  return report;
}

std::string Engine::Impl::snapshot() const {
  static const Model kNoDefinitions;
  return writeSnapshot(state, loaded ? loaded->model : kNoDefinitions, sync != nullptr ? sync->save() : syncSection);
}

// Reads bytes into `next`; nothing else changes unless they are fine.
Status Engine::Impl::restore(std::string_view bytes, EngineState& next) {
  return readSnapshot(bytes, loaded->model, options.keepUnknown, sync.get(), syncSection, next);
}

// Makes `next`, which fits the loaded definitions, the state of the engine.
void Engine::Impl::adopt(EngineState next) {
  state = std::move(next);
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
  if (sync != nullptr) sync->adopt();
  scheduleSleepers();
}

// The state may come from an engine that looked at other ids, or not at time: what could have changed since a context
// was last evaluated, or will, is due. Without time only what is delayed has a moment.
void Engine::Impl::scheduleSleepers() {
  state.contexts.forEach([&](Context& context) {
    const std::int64_t known = context.wakeAt;
    if (!options.timeDriven) {
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
