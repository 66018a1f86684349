// From an edge to the intervention handed to the page.

#include <algorithm>

#include "base/contains.h"
#include "criteria/operators.h"
#include "criteria/tree.h"
#include "engine/impl.h"

namespace oncue {

std::string_view Engine::Impl::holdBack(Held why) {
  ++counters.held[static_cast<std::size_t>(why)];
  return heldName(why);
}

bool Engine::Impl::latches(const Intervention& intervention) const {
  return (!features::changed() || !intervention.usesChanged) && !options.refireOnEdge && !intervention.delivery.refireOnEdge;
}

Vec<Target> Engine::Impl::targetsOf(const Intervention& intervention, const SharedIds& ids) const {
  Vec<Target> targets;
  for (const std::uint32_t key : intervention.targetKeys) {
    const std::string_view name = loaded->model.keys[key].name;
    targets.push_back({.key = name, .id = idOf(ids, key), .synced = features::sync() && contains(options.syncKeys, name)});
  }
  return targets;
}

DeliveryMoment Engine::Impl::momentOf(const SharedIds& ids) const {
  return {.now = state.now, .session = idOf(ids, loaded->rules.session), .round = round};
}

// `chosen` becomes the place of the target that receives it.
Held Engine::Impl::mayDeliver(const Intervention& intervention, const Vec<Target>& targets,
                              const DeliveryMoment& moment, int& chosen) const {
  static const Latches kNoLatches;
  chosen = chooseTarget(targets, intervention.name, intervention.version,
                        latches(intervention) ? state.latches : kNoLatches);
  if (chosen >= 0) return gateOf(intervention, targets, moment, state.latches).why;
  const bool hasTarget =
      std::any_of(targets.begin(), targets.end(), [](const Target& target) { return !target.id.empty(); });
  return hasTarget ? Held::Latched : Held::NoTarget;
}

// An edge, or a change. Delivered by deliverAll(), or later.
void Engine::Impl::fire(std::uint32_t i, const SharedIds& ids, std::string_view eventId, Context* context) {
  const Intervention& intervention = loaded->model.interventions[i];
  const DeliveryRules& rules = intervention.delivery;
  if (!features::delays() || rules.delayMs == 0) {
    candidates.push_back({i, 0, rules.priority, ids, std::string(eventId), context});
    return;
  }
  if (context == nullptr) context = &contextOf(i);
  int chosen = 0;
  const Held why = mayDeliver(intervention, targetsOf(intervention, ids), momentOf(ids), chosen);
  if (why == Held::NoTarget || why == Held::Latched) {
    holdBack(why);
  } else if (context->dueAt != kNever) {
    holdBack(Held::Pending);
  } else {
    context->dueAt = state.now + rules.delayMs;
    context->dueEventId = eventId;
  }
}

void Engine::Impl::settle(Context& context) {
  const Intervention& intervention = loaded->model.interventions[context.intervention];
  const SharedIds ids = lastIdsOf(context);
  const bool isDue = context.dueAt <= state.now;
  if (cancels(intervention, ids)) {
    holdBack(Held::Canceled);
    context.dueAt = kNever;
  } else if (isDue) {
    candidates.push_back(
        {context.intervention, 0, intervention.delivery.priority, ids, std::move(context.dueEventId), &context});
    context.dueAt = kNever;
  }
  // From there on a restore schedules, and what asks `changed` is not evaluated when it changes.
  if (timeDriven()) context.evaluatedAt = state.now;
  scheduleNext(context, state.now);
}

bool Engine::Impl::cancels(const Intervention& intervention, const SharedIds& ids) const {
  TruthMask mask;
  std::uint32_t leaf = 0;
  const auto truth = [&](const CriteriaNode& criterion) {
    return holdsForAttribute(criterion.op, currentValue(criterion.computation, ids, state.now), criterion.operand);
  };
  return evaluateTree(intervention.delivery.cancelIf, truth, mask, leaf);
}

// By priority, then in the order of firing.
void Engine::Impl::deliverCandidates() {
  if (features::deliveryLimits()) {
    for (std::uint32_t i = 0; i < candidates.size(); ++i) candidates[i].place = i;
    sortBy(candidates, [](const Candidate& a, const Candidate& b) {
      return a.priority != b.priority ? a.priority > b.priority : a.place < b.place;
    });
  }
  for (const Candidate& candidate : candidates) {
    const Intervention& intervention = loaded->model.interventions[candidate.intervention];
    const Vec<Target> targets = targetsOf(intervention, candidate.ids);
    int chosen = 0;
    const DeliveryMoment moment = momentOf(candidate.ids);
    const Held why = mayDeliver(intervention, targets, moment, chosen);
    if (why != Held::No) {
      holdBack(why);
      continue;
    }
    recordDelivery(intervention, targets, moment, latches(intervention), state.latches);
    ++counters.fired;
    ++firedCount;
    writeFired(intervention, targets[static_cast<std::size_t>(chosen)], candidate.ids, candidate.eventId,
               candidate.context);
  }
  candidates.clear();
}

}  // namespace oncue
