#include "intervention/delivery_gate.h"

#include <algorithm>

#include "window/cell.h"

namespace oncue {
namespace {

constexpr const char* kNames[] = {
#define ONCUE_HELD(name, reason) reason,
#include "intervention/held.def"
#undef ONCUE_HELD
};

// A group's records stand among those of interventions, whose versions begin at 1.
constexpr std::uint32_t kGroupVersion = 0;

LatchKey keyOf(const Intervention& intervention, const Target& target) {
  return {.name = intervention.name, .version = intervention.version, .key = target.key, .id = target.id};
}

LatchKey groupKeyOf(const Intervention& intervention, const Target& target) {
  return {.name = intervention.delivery.exclusiveGroup, .version = kGroupVersion, .key = target.key, .id = target.id};
}

}  // namespace

std::string_view heldName(Held why) { return kNames[static_cast<std::size_t>(why)]; }

Gate gateOf(const Intervention& intervention, const Vec<Target>& targets, const DeliveryMoment& moment,
            const Latches& deliveries) {
  const DeliveryRules& rules = intervention.delivery;
  Gate gate;
  const auto hold = [&](Held why, std::int64_t until) {
    if (moment.now < until && (gate.why == Held::No || gate.until < until)) gate = {why, until};
  };
  if (!rules.limits()) return gate;
  const int decides = syncedTarget(targets);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].id.empty() || (decides >= 0 && static_cast<int>(i) != decides)) continue;
    if (const DeliveryRecord* own = deliveries.find(keyOf(intervention, targets[i]))) {
      const Vec<std::int64_t>& recent = own->recent;
      if (rules.maxTotal != 0 && own->total >= rules.maxTotal) hold(Held::MaxTotal, kNever);
      if (rules.maxPerSession != 0 && own->session == moment.session && own->inSession >= rules.maxPerSession) {
        hold(Held::MaxPerSession, kNever);
      }
      if (rules.maxPerDay != 0 && recent.size() >= rules.maxPerDay) {
        hold(Held::MaxPerDay, recent[recent.size() - rules.maxPerDay] + kDayMs);
      }
      if (rules.cooldownMs != 0 && own->total != 0) hold(Held::Cooldown, own->lastAt + rules.cooldownMs);
    }
    if (rules.exclusiveGroup.empty()) continue;
    if (const DeliveryRecord* group = deliveries.find(groupKeyOf(intervention, targets[i]))) {
      hold(Held::ExclusiveGroup, group->round == moment.round ? std::max(group->until, moment.now + 1) : group->until);
    }
  }
  return gate;
}

void recordDelivery(const Intervention& intervention, const Vec<Target>& targets, const DeliveryMoment& moment,
                    bool latch, Latches& deliveries) {
  const DeliveryRules& rules = intervention.delivery;
  for (const Target& target : targets) {
    if (target.id.empty() || (!latch && !rules.limits())) continue;
    DeliveryRecord& own = deliveries.at(keyOf(intervention, target));
    own.latched = own.latched || latch;
    if (!rules.limits()) continue;
    ++own.total;
    own.lastAt = moment.now;
    if (own.session != moment.session) own.inSession = 0;
    own.session = moment.session;
    ++own.inSession;
    // In order, so that the oldest that counts is found by place; a clock may run backwards.
    eraseIf(own.recent, [&](std::int64_t at) { return at <= moment.now - kDayMs; });
    if (rules.maxPerDay != 0) {
      own.recent.insert(std::upper_bound(own.recent.begin(), own.recent.end(), moment.now), moment.now);
    }
    if (rules.exclusiveGroup.empty()) continue;
    DeliveryRecord& group = deliveries.at(groupKeyOf(intervention, target));
    if (rules.cooldownMs != 0) group.until = std::max(group.until, moment.now + rules.cooldownMs);
    group.round = moment.round;
  }
}

}  // namespace oncue
