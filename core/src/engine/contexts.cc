// Contexts, ticks and wakes.

#include <algorithm>

#include "base/contains.h"
#include "criteria/flip.h"
#include "criteria/operators.h"
#include "criteria/tree.h"
#include "engine/impl.h"

namespace oncue {

std::string contextKey(std::uint32_t intervention, const Vec<std::string_view>& ids) {
  Writer out;
  // Big-endian, so that keys sort by intervention.
  for (int shift = 24; shift >= 0; shift -= 8) out.u8(static_cast<std::uint8_t>(intervention >> shift));
  for (const std::string_view id : ids) out.text(id);
  return out.take();
}

Entity& Engine::Impl::entity(std::uint32_t key, std::string_view id) {
  const auto [made, isNew] = state.tables[key].findOrMake(id);
  Entity& found = *made;
  found.attributeKey = key;
  if (isNew) found.usedAt = state.now;
  if (id == idOf(state.latestIds, key)) {
    found.lastIds = state.latestIds;
    latestEntities[key] = &found;
  }
  return found;
}

Context& Engine::Impl::makeContext(std::uint32_t intervention, Vec<Entity*> entities) {
  Vec<std::string_view> ids;
  for (const Entity* one : entities) ids.push_back(one ? std::string_view(one->key) : std::string_view());
  const auto [made, isNew] = state.contexts.findOrMake(contextKey(intervention, ids));
  Context& context = *made;
  if (!isNew) return context;
  context.intervention = intervention;
  context.entities = std::move(entities);
  for (Entity* one : context.entities) {
    if (one != nullptr) one->link(context);
  }
  return context;
}

Context& Engine::Impl::makeLatestContext(std::uint32_t intervention) {
  LatestContext& latest = latestContexts[intervention];
  Vec<Entity*> entities;
  for (const std::uint32_t key : loaded->model.interventions[intervention].criteriaKeys) {
    const std::string_view id = idOf(state.latestIds, key);
    entities.push_back(id.empty() ? nullptr : &entity(key, id));
  }
  latest = {&makeContext(intervention, std::move(entities)), generation};
  latest.context->lastIds = state.latestIds;
  return *latest.context;
}

SharedIds Engine::Impl::lastIdsOf(const Context& context) const {
  return context.entities.size() == 1 ? context.entities[0]->lastIds : context.lastIds;
}

bool Engine::Impl::inScope(const Context& context) const {
  if (wakesAll()) return true;
  const auto& keys = loaded->model.interventions[context.intervention].criteriaKeys;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (context.entities[i] != latestEntities[keys[i]]) return false;
  }
  return true;
}

bool Engine::Impl::hasCriteriaId(std::uint32_t intervention) const {
  const auto& keys = loaded->model.interventions[intervention].criteriaKeys;
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::uint32_t key) { return !idOf(state.latestIds, key).empty(); });
}

// Makes `ids` the latest. The contexts they belong to are formed where they are missing and, when the ids come with an
// event, due at once: out of scope they may have slept through a change, and a delayed delivery may go with the ids.
void Engine::Impl::adoptIds(SharedIds ids, bool wakeSleepers) {
  state.latestIds = std::move(ids);
  ++generation;
  const RuleSet& rules = loaded->rules;
  for (const std::uint32_t key : rules.usedKeys) {
    latestEntities[key] = nullptr;
    const std::string_view id = idOf(state.latestIds, key);
    if (id.empty()) continue;
    const bool wanted = remembersIds() || (timeDriven() && !rules.watchedByKey[key].empty());
    Entity* found = wanted ? &entity(key, id) : state.tables[key].find(id);
    latestEntities[key] = found;
    if (found == nullptr) continue;
    found->lastIds = state.latestIds;
    if (wakeSleepers) found->usedAt = state.now;
  }
  const auto wake = [&](Context& context) {
    const bool sleeping = !context.evaluated || (wakeSleepers && !wakesAll());
    const bool isWatched = timeDriven() && sleeping && rules.rules[context.intervention].watched;
    if (isWatched || (features::delays() && wakeSleepers && context.dueAt != kNever)) wakes.schedule(context, state.now);
  };
  for (const std::uint32_t key : rules.usedKeys) {
    Entity* found = latestEntities[key];
    if (found == nullptr) continue;
    if (timeDriven() && !found->contextsFormed) {
      found->contextsFormed = true;
      for (const std::uint32_t intervention : rules.watchedByKey[key]) contextOf(intervention);
    }
    for (Context* context : found->own) wake(*context);
  }
  for (const std::uint32_t intervention : rules.watchedAcrossKeys) {
    const bool wanted = timeDriven() || (features::delays() && rules.rules[intervention].delayed);
    if (wanted && hasCriteriaId(intervention)) wake(contextOf(intervention));
  }
}

const Value& Engine::Impl::read(std::uint32_t computation, Entity& holder, std::int64_t at) {
  Reading& reading = readings[computation];
  if (reading.holder == &holder && reading.moment == moment) return reading.value;
  const Cell* cell = holder.find(computation, reading.place);
  reading.holder = &holder;
  reading.moment = moment;
  if (cell == nullptr) {
    reading.value.become(Value::Kind::Null);
  } else {
    cell->read(loaded->model.computations[computation], at, reading.value);
  }
  return reading.value;
}

bool Engine::Impl::holds(const CriteriaNode& criterion, const Context& context, std::uint32_t position,
                         std::int64_t at) {
  Entity* holder = position == kNone ? nullptr : context.entities[position];
  // Of what has no value only that holds.
  if (holder == nullptr) return criterion.op == Operator::IsNull;
  return holdsForAttribute(criterion.op, read(criterion.computation, *holder, at), criterion.operand);
}

bool Engine::Impl::holdsTree(const CriteriaNode& tree, const Context& context, std::int64_t at, TruthMask& mask) {
  const Rule& rule = loaded->rules.rules[context.intervention];
  std::uint32_t next = 0;
  std::uint32_t leaf = 0;
  const auto truth = [&](const CriteriaNode& criterion) {
    return holds(criterion, context, rule.keyPositions[next++], at);
  };
  return evaluateTree(tree, truth, mask, leaf);
}

// Evaluates at `at` what is stored; true when the tree holds. Leaves firing to the caller.
bool Engine::Impl::evaluate(Context& context, std::int64_t at) {
  const CriteriaNode& criteria = loaded->model.interventions[context.intervention].criteria;
  const Rule& rule = loaded->rules.rules[context.intervention];
  std::uint64_t truths;
  // Most interventions ask one thing.
  if (criteria.kind == CriteriaNode::Kind::Criterion) {
    context.truth = holds(criteria, context, rule.keyPositions[0], at);
    truths = context.truth;
  } else {
    TruthMask mask;
    context.truth = holdsTree(criteria, context, at, mask);
    truths = mask.bits();
  }
  context.before = context.evaluated ? context.after : truths;
  context.after = truths;
  context.evaluated = true;
  context.evaluatedAt = at;
  // Otherwise nothing is scheduled, and nothing has to be.
  if (rule.changesWithTime || context.wakeAt != kNever || context.dueAt != kNever) scheduleNext(context, at);
  return context.truth;
}

void Engine::Impl::scheduleNext(Context& context, std::int64_t at) {
  const Rule& rule = loaded->rules.rules[context.intervention];
  const Intervention& intervention = loaded->model.interventions[context.intervention];
  std::int64_t soonest = features::delays() ? context.dueAt : kNever;
  const auto consider = [&](const CriteriaNode& criterion, const Entity* holder) {
    const Cell* cell = holder == nullptr ? nullptr : holder->find(criterion.computation);
    if (cell == nullptr) return;
    soonest = std::min(soonest, nextFlip(criterion, loaded->model.computations[criterion.computation], *cell, at));
  };
  if (timeDriven() && rule.changesWithTime) {
    std::uint32_t leaf = 0;
    forEachCriterion(intervention.criteria, [&](const CriteriaNode& criterion) {
      const std::uint32_t position = rule.keyPositions[leaf++];
      consider(criterion, position == kNone ? nullptr : context.entities[position]);
    });
  }
  if (features::delays() && timeDriven() && context.dueAt != kNever) {
    const SharedIds ids = lastIdsOf(context);
    forEachCriterion(intervention.delivery.cancelIf, [&](const CriteriaNode& criterion) {
      if (criterion.computation == kNone) return;
      const std::uint32_t key = loaded->model.computations[criterion.computation].key;
      consider(criterion, findEntity(key, idOf(ids, key)));
    });
  }
  wakes.schedule(context, soonest);
}

// Contexts of other ids that read what this event updated look at it on the next tick.
void Engine::Impl::wakeOthers() {
  for (const std::uint32_t updated : matched) {
    if (updatedAt[updated] != epoch) continue;
    const Entity* holder = latestEntities[loaded->model.computations[updated].key];
    for (Context* context : holder->shared) {
      const auto& reads = loaded->model.interventions[context->intervention].computations;
      const bool isLatest = latestContexts[context->intervention].generation == generation &&
                            latestContexts[context->intervention].context == context;
      if (isLatest || !contains(reads, updated)) continue;
      wakes.schedule(*context, state.now);
    }
  }
}

// The queue's first context that a tick may evaluate; those out of scope leave it until their ids come back.
Context* Engine::Impl::firstDue() {
  for (;;) {
    Context* context = wakes.first();
    if (context == nullptr || inScope(*context)) return context;
    wakes.pop();
    context->wakeAt = kNever;
  }
}

std::int64_t Engine::Impl::nextWake() {
  if (!loaded) return kNever;
  const Context* context = firstDue();
  return context == nullptr ? kNever : context->wakeAt;
}

// A clock set back brings events back into their windows, and what was past is to come.
void Engine::Impl::wakeAll() {
  state.contexts.forEach([&](Context& context) {
    if (loaded->rules.rules[context.intervention].changesWithTime) wakes.schedule(context, state.now);
  });
}

void Engine::Impl::letTimePass(std::int64_t at) {
  const bool backwards = state.hasNow && at < state.now;
  state.now = at;
  state.hasNow = true;
  ++moment;
  if (!loaded) return;
  if (backwards && timeDriven()) wakeAll();
  Context* context = firstDue();
  if (context == nullptr || context->wakeAt > at) return;
  Vec<Context*> due;
  for (; context != nullptr && context->wakeAt <= at; context = firstDue()) {
    wakes.pop();
    context->wakeAt = kNever;
    due.push_back(context);
  }
  sortBy(due, [](const Context* a, const Context* b) { return a->key < b->key; });
  for (Context* one : due) {
    const bool hadBaseline = one->evaluated;
    const bool held = one->truth;
    if (timeDriven() && evaluate(*one, at) && hadBaseline && !held) {
      fire(one->intervention, lastIdsOf(*one), {}, one);
    }
    settleDelayed(*one);
  }
  deliverAll();
}

}  // namespace oncue
