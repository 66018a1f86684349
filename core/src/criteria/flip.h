// When a criterion's truth can change although no event arrives.
#pragma once

#include "window/cell.h"

namespace oncue {

// The first ms after `now` at which `criterion` on this cell may change truth: never later than the real moment, and
// exact where a time_since_* value crosses a number of the operand. kNever when it cannot change.
std::int64_t nextFlip(const CriteriaNode& criterion, const Computation& computation, const Cell& cell,
                      std::int64_t now);

// Whether an attribute can change by time alone: it has a period or a ttl, or is a time_since_*.
bool changesWithTime(const Computation& computation);

}  // namespace oncue
