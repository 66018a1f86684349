// The operators of evaluation 8, with no code of the engine.
#pragma once

#include "oracle/history.h"

namespace oncue::oracle {

bool holdsForEvent(const std::string& op, const Json& left, const Json& operand);
bool holdsForAttribute(const std::string& op, const Json& left, const Json& operand);

}  // namespace oncue::oracle
