// Drives the engine and the oracle through one history.
#pragma once

#include "oracle/history.h"

namespace oncue::oracle {

struct Outcome {
  std::string difference;  // "" when they agree
  std::uint64_t fires = 0;
  std::uint64_t firesByTime = 0;
  std::uint64_t ticks = 0;
};

Outcome compare(const HistoryDef& history);

// The smallest history found, by leaving parts out, on which they still differ.
HistoryDef shrink(HistoryDef history);

}  // namespace oncue::oracle
