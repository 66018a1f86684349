// One event: dedupe, ids, updates, then the interventions that read what changed.

#include <algorithm>

#include "base/contains.h"
#include "criteria/event_filter.h"
#include "criteria/operators.h"
#include "criteria/tree.h"
#include "engine/impl.h"

namespace oncue {

void Engine::Impl::beginCall() {
  if (!isFiredOpen) {
    firedJson = {};
    firedJson.beginArray();
    isFiredOpen = true;
  }
  firedCount = 0;
  rejection = {};
  ++round;
}

std::uint32_t Engine::Impl::finishCall() {
  if (firedCount != 0 || firedText.size() != 2) {
    firedText = firedJson.endArray().take();
    isFiredOpen = false;
  }
  if (wakes.crowded(state.contexts.size())) reschedule();
  if (loaded && generation != evictedAt) evict();
  if (loaded && counters.events >= nextSweep) sweep();
  return firedCount;
}

// The event's own clock, never behind the latest call.
std::int64_t Engine::Impl::clockOf(const Event* event) const {
  const std::int64_t own = event == nullptr ? state.now : event->clock().value_or(state.now);
  return state.hasNow ? std::max(own, state.now) : own;
}

// Counts the event under why it is left out, if it is.
bool Engine::Impl::accept(Event& event, EventError error) {
  if (error != EventError::None) return false;
  if (!options.appIds.empty() && !contains(options.appIds, event.atomic(AtomicField::app_id).text)) {
    rejection = "app_id";
    ++counters.otherApps;
    return false;
  }
  const EventId* id = event.id();
  if (id != nullptr && !state.seen.insert(*id)) {
    rejection = "duplicate";
    ++counters.duplicates;
    return false;
  }
  return true;
}

SharedIds Engine::Impl::readIds(Event& event) const {
  const auto& keys = loaded->model.keys;
  bool isSame = state.latestIds != nullptr;
  IdSet ids;
  for (const std::uint32_t key : loaded->rules.usedKeys) {
    const std::string_view id = event.identifier(keys[key].property).value_or(std::string_view());
    if (isSame && id == idOf(state.latestIds, key)) continue;
    if (isSame && ids.empty()) ids = *state.latestIds;
    isSame = false;
    ids.resize(keys.size());
    ids[key] = id;
  }
  return isSame ? state.latestIds : std::make_shared<const IdSet>(std::move(ids));
}

void Engine::Impl::noteChanges(const Event* event) {
  changed |= event == nullptr ? EventChange::kAll : event->changes();
}

void Engine::Impl::ingest(Event* event, EventError error, std::int64_t at) {
  letTimePass(at);
  ++counters.events;
  noteChanges(event);
  if (event == nullptr) {
    ++counters.rejected[static_cast<std::size_t>(error)];
    rejection = eventErrorName(error);
    return;
  }
  event->settle(at);
  if (!accept(*event, error)) return;
  ++counters.counted;
  useIds(*event, at);
  apply(*event);
}

// With the event's own clock: what would have fired on the way to it fires first.
void Engine::Impl::replay(Event* event, EventError error) {
  const std::int64_t at = clockOf(event);
  for (std::int64_t wake = nextWake(); wake < at; wake = nextWake()) {
    letTimePass(std::max(wake, state.now));
    ++round;
  }
  ingest(event, error, at);
}

void Engine::Impl::useIds(Event& event, std::int64_t at) {
  if ((changed & EventChange::kIds) == 0 && idsReadAt == generation) return;
  SharedIds ids = readIds(event);
  if (ids != state.latestIds) {
    adoptIds(std::move(ids), true);
    letTimePass(at);
  }
  idsReadAt = generation;
  changed |= EventChange::kIds;
}

void Engine::Impl::apply(Event& event) {
  ++epoch;
  if (SyncHook* hook = syncHook()) hook->overhear(event);
  if (changed != 0) findMatched(event);
  changed = 0;
  if (matched.empty()) return;
  rememberPrevious();
  if (!updateCells(event)) return;
  if (timeDriven() && !loaded->rules.watchedAcrossKeys.empty()) wakeOthers();
  evaluateAffected(event);
}

void Engine::Impl::findMatched(Event& event) {
  matched.clear();
  loaded->plan.candidates(event, changed & EventChange::kName, matched);
  const auto& computations = loaded->model.computations;
  eraseIf(matched, [&](std::uint32_t i) {
    return idOf(state.latestIds, computations[i].key).empty() || !meetsCriteria(computations[i].filter, event);
  });
  findAffected();
}

void Engine::Impl::findAffected() {
  affected.clear();
  baselined = 0;
  for (const std::uint32_t computation : matched) {
    for (const std::uint32_t intervention : loaded->rules.readers[computation]) {
      if (affectedAt[intervention] == epoch) continue;
      affectedAt[intervention] = epoch;
      // What only cancel_if reads may have another key.
      if (!hasCriteriaId(intervention)) continue;
      affected.push_back(intervention);
    }
  }
  sortAscending(affected);
}

// Before any update: what the criteria held. A context that the tick before this event has just looked at knows.
void Engine::Impl::rememberPrevious() {
  if (baselined == generation) return;
  bool again = !timeDriven();
  previousValues.clear();
  for (const std::uint32_t i : affected) {
    const Intervention& intervention = loaded->model.interventions[i];
    if (!features::changed() || !intervention.usesChanged) {
      Context& context = contextOf(i);
      if (!context.evaluated || !timeDriven()) evaluate(context, state.now);
      continue;
    }
    again = true;
    forEachCriterion(intervention.criteria, [&](const CriteriaNode& criterion) {
      if (criterion.op != Operator::Changed || criterion.computation == kNone) return;
      previousValues.push_back(
          {criterion.computation, currentValue(criterion.computation, state.latestIds, state.now)});
    });
  }
  if (!again) baselined = generation;
}

// False when the event was relevant to nothing.
bool Engine::Impl::updateCells(Event& event) {
  bool any = false;
  SyncHook* const hook = syncHook();
  const Stamp stamp{.ts = event.derivedTstamp(), .replica = state.replica, .seq = state.seq + 1};
  for (const std::uint32_t i : matched) {
    const Computation& computation = loaded->model.computations[i];
    Entity* holder = latestEntities[computation.key];
    if (holder == nullptr) holder = &entity(computation.key, idOf(state.latestIds, computation.key));
    const EventValue value = computation.property == kNone ? EventValue{} : event.value(computation.property);
    if (hook != nullptr) {
      const SyncTake taken = hook->take(i, *holder, value, stamp.ts);
      any |= taken == SyncTake::Updated;
      if (taken != SyncTake::NotSynced) continue;
    }
    Cell* found = holder->find(i, readings[i].place);
    const bool isNew = found == nullptr;
    Cell& cell = isNew ? holder->findOrMake(i, computation) : *found;
    if (cell.update(computation, value, stamp, state.now, options.windowEventLimit)) {
      updatedAt[i] = epoch;
      holder->usedAt = state.now;
      any = true;
      cell.prune(computation, state.now);
    } else if (isNew) {
      eraseIf(holder->cells, [&](const Entity::Slot& slot) { return slot.computation == i; });
    }
  }
  ++moment;
  if (any) ++state.seq;
  return any;
}

bool Engine::Impl::wasUpdated(const Intervention& intervention) const {
  for (const std::uint32_t computation : intervention.computations) {
    if (updatedAt[computation] == epoch) return true;
  }
  return false;
}

// Events about interventions must not trigger interventions.
bool Engine::Impl::mayFire(const Event& event) const { return event.vendor() != "com.snowplowanalytics.signals"; }

void Engine::Impl::evaluateAffected(Event& event) {
  for (const std::uint32_t i : affected) {
    const Intervention& intervention = loaded->model.interventions[i];
    if (!wasUpdated(intervention)) continue;
    if (features::changed() && intervention.usesChanged) {
      evaluateChanged(i, event);
      if (features::delays() && loaded->rules.rules[i].delayed) settleDelayed(contextOf(i));
      continue;
    }
    Context& context = contextOf(i);
    const bool held = context.truth;
    const bool holds = evaluate(context, state.now);
    if (holds && !held && mayFire(event)) fire(i, state.latestIds, event.idText(), &context);
    settleDelayed(context);
  }
  deliverAll();
}

// `changed` has no edge and no latch: it fires whenever the tree holds on an update.
void Engine::Impl::evaluateChanged(std::uint32_t i, Event& event) {
  const auto truth = [&](const CriteriaNode& criterion) {
    const Value value = currentValue(criterion.computation, state.latestIds, state.now);
    if (criterion.op != Operator::Changed) return holdsForAttribute(criterion.op, value, criterion.operand);
    const auto previous = std::find_if(previousValues.begin(), previousValues.end(), [&](const Previous& known) {
      return known.computation == criterion.computation;
    });
    return !value.isNull() && previous != previousValues.end() && !(previous->value == value);
  };
  TruthMask mask;
  std::uint32_t leaf = 0;
  const bool holds = evaluateTree(loaded->model.interventions[i].criteria, truth, mask, leaf);
  if (holds && mayFire(event)) fire(i, state.latestIds, event.idText(), nullptr);
}

}  // namespace oncue
