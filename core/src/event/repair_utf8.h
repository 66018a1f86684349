// UTF-8 at the doors: everything behind them is well-formed.
#pragma once

#include <string>
#include <string_view>

namespace oncue {

// Length in bytes of the longest well-formed beginning of `text`.
std::size_t validUtf8Prefix(std::string_view text);

// Appends `text`, each byte that is not part of a well-formed sequence as U+FFFD.
void appendRepairedUtf8(std::string& out, std::string_view text);

}  // namespace oncue
