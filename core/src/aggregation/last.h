// last: the value of the latest event by derived_tstamp; at equal times the later arrival wins.
#pragma once

#include <functional>

#include "aggregation/sighting.h"

namespace oncue {

using Last = Sighting<AggregationKind::Last, std::greater<Stamp>>;

}  // namespace oncue
