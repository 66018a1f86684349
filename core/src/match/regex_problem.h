#pragma once

#include <cstdint>

#include "match/regex.h"

namespace oncue {

/// Every reason to refuse a pattern, in the order of the texts in regex_problem.cc.
enum class RegexProblem : uint8_t {
  kTooLong,
  kTooLarge,
  kAnyByte,
  kUnicodeClass,
  kNameNotAscii,
  kShortNamedGroup,
  kBackreference,
  kLookaround,
  kPossessive,
  kNotUtf8,
  kOpenGroup,
  kNoGroup,
  kBadGroup,
  kBadName,
  kOpenClass,
  kBadClass,
  kBadRange,
  kBadEscape,
  kNothingToRepeat,
  kBadRepetition,
  kBadCount,
};

/// The error for `problem` with the part `construct` of the pattern that begins at byte `offset`.
RegexError describe(RegexProblem problem, std::string_view construct, size_t offset);

}  // namespace oncue
