#pragma once

#include <string_view>

#include "match/regex_program.h"

namespace oncue {

/// Whether `program` matches anywhere in `text`. Simulates all alternatives at once: at most
/// text.size() * program.size() steps, and memory for 4 * program.size() numbers.
bool runRegexProgram(const RegexProgram& program, std::string_view text);

}  // namespace oncue
