// Well-formed UTF-8 and how to write it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oncue {

// Length of the well-formed sequence that begins at `at`, or 0: overlong forms, surrogates, values past 10FFFF and the
// end of the text included.
std::size_t utf8SequenceLength(std::string_view text, std::size_t at);

void appendUtf8(std::string& out, std::uint32_t codePoint);

}  // namespace oncue
