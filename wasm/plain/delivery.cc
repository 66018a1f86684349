// Plain interventions have no limits of delivery: only the latch counts (core/src/intervention/delivery_gate.cc).
#include "intervention/delivery_gate.h"

namespace oncue {

std::string_view heldName(Held why) {
  constexpr const char* kNames[] = {
#define ONCUE_HELD(name, reason) reason,
#include "intervention/held.def"
#undef ONCUE_HELD
  };
  return kNames[static_cast<std::size_t>(why)];
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
