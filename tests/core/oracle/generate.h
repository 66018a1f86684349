// Random histories, small and short: periods, lifetimes and thresholds are of the size of the gaps between events.
#pragma once

#include "oracle/history.h"

namespace oncue::oracle {

HistoryDef generateHistory(std::uint64_t seed);

}  // namespace oncue::oracle
