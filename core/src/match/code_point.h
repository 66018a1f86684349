#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oncue {

/// Largest Unicode code point.
inline constexpr uint32_t kMaxCodePoint = 0x10FFFF;
/// Value of a three- or four-byte sequence of the right shape that encodes nothing (overlong, or above kMaxCodePoint).
inline constexpr uint32_t kLooseCodePoint = kMaxCodePoint + 1;
/// Value of a byte that starts no UTF-8 sequence.
inline constexpr uint32_t kInvalidCodePoint = kMaxCodePoint + 2;

/// One decoded unit of text.
struct CodePoint {
  uint32_t value;   ///< a code point (surrogates included, as in RE2), kLooseCodePoint or kInvalidCodePoint
  uint32_t length;  ///< bytes, 1 to 4; 1 for kInvalidCodePoint
};

/// Decodes the unit that starts at byte `position` of `text`; `position` must be below `text.size()`.
CodePoint decodeCodePoint(std::string_view text, size_t position);

/// Whether `byte` is an ASCII letter, an ASCII digit or `_`: what `\w` and `\b` mean by a word.
bool isWordByte(char byte);

}  // namespace oncue
