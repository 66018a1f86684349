// The limits of an intervention's `delivery`: caps, cooldown and exclusive groups.
#pragma once

#include <string_view>

#include "definition/model.h"
#include "intervention/held.h"
#include "intervention/latches.h"
#include "intervention/targets.h"
#include "oncue/vec.h"

namespace oncue {

// When a delivery happens: `now` in ms, the id of the visitor's session ("" when there is none), and a number that the
// deliveries of one moment share, of which an exclusive group lets one through.
struct DeliveryMoment {
  std::int64_t now;
  std::string_view session;
  std::uint64_t round;
};

struct Gate {
  Held why = Held::No;
  std::int64_t until = 0;  // the first ms at which it no longer holds back; kNever when time alone will not do
};

constexpr std::int64_t kDayMs = 86'400'000;

// What holds a delivery to these targets back the longest, looking at every target that has an id; where one is synced,
// that one alone decides. Latches are not asked.
Gate gateOf(const Intervention& intervention, const Vec<Target>& targets, const DeliveryMoment& moment,
            const Latches& deliveries);

// Enters a delivery for every target that has an id; `latch` as well sets their latches.
void recordDelivery(const Intervention& intervention, const Vec<Target>& targets, const DeliveryMoment& moment,
                    bool latch, Latches& deliveries);

}  // namespace oncue
