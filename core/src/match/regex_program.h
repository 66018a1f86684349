#pragma once

#include <cstdint>

#include "match/pair_list.h"

namespace oncue {

/// Largest number of instructions of one program. RE2 allows about 350,000 of its own under its default memory limit
/// and needs at most 14 where we need one (measured), so what RE2 refuses as too large is above this limit too.
inline constexpr uint32_t kMaxRegexInstructions = 10'000;

/// Empty-width conditions, as bits.
enum RegexAssertion : uint32_t {
  kBeginText = 1,
  kEndText = 2,
  kBeginLine = 4,
  kEndLine = 8,
  kWordBoundary = 16,
  kNotWordBoundary = 32,
};

/// What an instruction does with its argument (24 bits) and its operand (32 bits).
enum class RegexOp : uint32_t {
  kRange,   ///< takes a code point from argument to operand
  kClass,   ///< takes a code point of one of the argument kRange instructions that follow, and goes on behind them
  kSplit,   ///< goes on at the next instruction and also operand instructions further
  kJump,    ///< goes on operand instructions further
  kAssert,  ///< goes on if the conditions in argument hold here
  kMatch,   ///< the text matches
};

/// Instructions as pairs of (op << 24 | argument, operand). Targets are relative, modulo 2^32, so that a run of
/// instructions can be moved and copied as it is.
using RegexProgram = PairList;

inline uint32_t regexWord(RegexOp op, uint32_t argument = 0) { return static_cast<uint32_t>(op) << 24 | argument; }
inline RegexOp regexOp(const NumberPair& instruction) { return static_cast<RegexOp>(instruction.first >> 24); }
inline uint32_t regexArgument(const NumberPair& instruction) { return instruction.first & 0xFFFFFF; }

}  // namespace oncue
