#pragma once

#include <string_view>

namespace oncue {

/// SQL LIKE over the whole of `text` (evaluation.md 8.1): case-sensitive; `%` matches any run, also an empty one and
/// newlines; `_` matches exactly one code point; every other character, `\` too, stands for itself. There is no escape.
/// Never fails. A byte that is not part of valid UTF-8 counts as one code point, on both sides, and equals only itself.
/// Takes at most about text.size() * pattern.size() steps and no memory.
bool likeMatch(std::string_view text, std::string_view pattern);

}  // namespace oncue
