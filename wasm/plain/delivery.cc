// Plain interventions have no limits of delivery: only the latch counts (core/src/intervention/delivery_gate.cc).
#include "intervention/delivery_gate.h"

namespace oncue {

std::string_view heldName(Held why) {
  switch (why) {
    case Held::NoTarget: return "no_target";
    case Held::Latched: return "latched";
    case Held::Malformed: return "bad_intervention";
    case Held::Duplicate: return "duplicate";
    case Held::EvaluatedHere: return "evaluated_here";
    default: return {};
  }
}

Gate gateOf(const Intervention&, const Vec<Target>&, const DeliveryMoment&, const Latches&) { return {}; }

void recordDelivery(const Intervention& intervention, const Vec<Target>& targets, const DeliveryMoment&, bool latch,
                    Latches& deliveries) {
  if (!latch) return;
  for (const Target& target : targets) {
    if (target.id.empty()) continue;
    const LatchKey key{.name = intervention.name, .version = intervention.version, .key = target.key, .id = target.id};
    deliveries.at(key).latched = true;
  }
}

}  // namespace oncue
