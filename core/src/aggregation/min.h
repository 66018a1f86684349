// min: the smallest value.
#pragma once

#include <functional>

#include "aggregation/extreme.h"

namespace oncue {

using Min = Extreme<AggregationKind::Min, std::less<double>>;

}  // namespace oncue
