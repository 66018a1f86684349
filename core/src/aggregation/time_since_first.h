// time_since_first: time since the earliest event, in time_unit; 0 when that lies in the future.
#pragma once

#include <functional>

#include "aggregation/elapsed.h"

namespace oncue {

using TimeSinceFirst = Elapsed<AggregationKind::TimeSinceFirst, std::less<std::int64_t>>;

}  // namespace oncue
