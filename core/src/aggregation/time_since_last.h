// time_since_last: time since the latest event, in time_unit; 0 when that lies in the future.
#pragma once

#include <functional>

#include "aggregation/elapsed.h"

namespace oncue {

using TimeSinceLast = Elapsed<AggregationKind::TimeSinceLast, std::greater<std::int64_t>>;

}  // namespace oncue
