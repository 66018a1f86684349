#pragma once

#include "match/code_point_set.h"
#include "match/regex_program.h"

namespace oncue {

/// Builds a program from left to right. A part is the run of instructions from some index to the end; matching it means
/// arriving behind its last instruction.
class RegexEmitter {
 public:
  static constexpr uint32_t kNoJump = static_cast<uint32_t>(-1);

  uint32_t size() const { return program_.size(); }

  /// Appends an instruction that takes one code point of `set`; nothing matches an empty set.
  void emitSet(const CodePointSet& set);
  void emitAssertion(RegexAssertion assertion) { program_.push(regexWord(RegexOp::kAssert, assertion), 0); }
  /// Appends an instruction without effect.
  void emitNothing() { program_.push(regexWord(RegexOp::kJump), 1); }

  /// Turns the part from `begin` into the first choice of two; the second one is appended next. Returns the index of a
  /// jump that needs finishChoices; `previous` is the jump of the choice before, or kNoJump.
  uint32_t beginNextChoice(uint32_t begin, uint32_t previous);
  /// Lets the jumps of beginNextChoice, the last of which is `jump` (or kNoJump), arrive behind the program.
  void finishChoices(uint32_t jump);

  /// Repeats the part from `begin`; `max` below 0 means without end. Returns false, changing nothing, if the program
  /// would exceed kMaxRegexInstructions.
  bool repeat(uint32_t begin, int min, int max);

  RegexProgram finish();

 private:
  RegexProgram program_;
};

}  // namespace oncue
