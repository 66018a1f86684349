// UTF-8 at the doors: everything behind them is well-formed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oncue {

// Length in bytes of the longest well-formed beginning of `text`.
std::size_t validUtf8Prefix(std::string_view text);

// Appends `text`, each byte that is not part of a well-formed sequence as U+FFFD.
void appendRepairedUtf8(std::string& out, std::string_view text);

// Writes a code point (surrogates too, as three bytes) at `out`; returns the end.
char* writeUtf8(char* out, std::uint32_t codePoint);

}  // namespace oncue
