// Which attribute keys the definitions have a use for: the built-in ones are there whether or not.
#pragma once

#include <string_view>

#include "definition/model.h"

namespace oncue {

inline constexpr std::string_view kSessionKey = "domain_sessionid";  // built in, so it is always there

// In order, those whose id something needs: a group, a computation or a rule has them, and events carry them.
Vec<std::uint32_t> findUsedKeys(const Model& model);

}  // namespace oncue
