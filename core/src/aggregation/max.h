// max: the largest value.
#pragma once

#include <functional>

#include "aggregation/extreme.h"

namespace oncue {

using Max = Extreme<AggregationKind::Max, std::greater<double>>;

}  // namespace oncue
