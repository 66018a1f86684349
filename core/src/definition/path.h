// Paths into self-describing data.
#pragma once

#include <string_view>

#include "definition/model.h"
#include "oncue/vec.h"

namespace oncue {

// ["$" | "$."] seg ("." seg)*, seg = name ("[" digits "]")*, name = one or more characters except . [ ].
// False for anything else; then `steps` is unspecified.
bool parsePath(std::string_view text, Vec<PathStep>& steps);

}  // namespace oncue
