// What becomes true because facts of other replicas came in: it fires, but only with a claim.

#include "engine/sync_edges.h"

#include <algorithm>

#include "base/sort.h"

namespace oncue {

// The contexts that read something of this id. Of the ids of the latest event they are formed where they are missing.
Vec<Context*> Sync::contextsOf(const Shared& one, Entity& holder) {
  Vec<Context*> found = holder.own;
  found.insert(found.end(), holder.shared.begin(), holder.shared.end());
  const auto addOnce = [&](Context& context) {
    if (std::find(found.begin(), found.end(), &context) == found.end()) found.push_back(&context);
  };
  const auto& interventions = engine_.loaded->model.interventions;
  const bool isLatest = engine_.latestEntities[holder.attributeKey] == &holder;
  for (const SyncedComputation& computation : known(one)) {
    if (engine_.options.syncFacts) break;
    for (const std::uint32_t i : engine_.loaded->rules.readers[computation.index]) {
      const Intervention& intervention = interventions[i];
      if (intervention.usesChanged) continue;
      const bool isOverThisAlone = intervention.criteriaKeys.size() == 1 && intervention.criteriaKeys[0] == holder.attributeKey;
      if (isLatest && engine_.hasCriteriaId(i)) {
        addOnce(engine_.contextOf(i));
      } else if (engine_.options.wake == WakeScope::All && isOverThisAlone) {
        addOnce(engine_.makeContext(i, {&holder}));
      }
    }
  }
  sortBy(found, [](const Context* a, const Context* b) { return a->key < b->key; });
  return found;
}

// What never latches would fire on every device: it does not fire on merges.
void Sync::look(Context& context, const Vec<std::uint32_t>& touched) {
  const Intervention& intervention = engine_.loaded->model.interventions[context.intervention];
  const auto& reads = intervention.computations;
  const bool isTouched = std::any_of(reads.begin(), reads.end(), [&](std::uint32_t computation) {
    return contains(touched, computation);
  });
  if (!isTouched) return;
  if (!intervention.usesChanged) {
    const bool held = context.truth;
    const bool holds = engine_.evaluate(context, engine_.state.now);
    const bool mayFire = !engine_.options.syncFacts && engine_.inScope(context) && engine_.latches(intervention);
    if (holds && !held && mayFire) {
      const bool wasDue = context.dueAt != kNever;
      engine_.fire(context.intervention, engine_.lastIdsOf(context), {}, &context);
      if (!wasDue && context.dueAt != kNever) dueByMerge_.push_back(dueName(context));
    }
  }
  engine_.settleDelayed(context);
}

// By name, so that it outlives a reload of definitions.
std::string Sync::dueName(const Context& context) const {
  const Intervention& intervention = engine_.loaded->model.interventions[context.intervention];
  Writer out;
  out.text(intervention.name);
  out.varint(intervention.version);
  for (const Entity* entity : context.entities) out.text(entity == nullptr ? std::string_view() : std::string_view(entity->key));
  return out.take();
}

bool Sync::takeDue(const Context& context) {
  if (dueByMerge_.empty()) return false;
  const std::string name = dueName(context);
  return eraseIf(dueByMerge_, [&](const std::string& one) { return one == name; }) != 0;
}

// Leaves those whose delivery still waits, in order.
void Sync::pruneDue() {
  if (dueByMerge_.empty()) return;
  Vec<std::string> live;
  engine_.state.contexts.forEach([&](const Context& context) {
    if (context.dueAt == kNever) return;
    std::string name = dueName(context);
    if (contains(dueByMerge_, name)) live.push_back(std::move(name));
  });
  sortAscending(live);
  dueByMerge_ = std::move(live);
}

Vec<std::uint32_t> Sync::all(const Shared& one) const {
  Vec<std::uint32_t> indexes;
  for (const SyncedComputation& computation : known(one)) indexes.push_back(computation.index);
  return indexes;
}

}  // namespace oncue
