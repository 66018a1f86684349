// first: the value of the earliest event by derived_tstamp; at equal times the earlier arrival stays.
#pragma once

#include <functional>

#include "aggregation/sighting.h"

namespace oncue {

using First = Sighting<AggregationKind::First, std::less<Stamp>>;

}  // namespace oncue
