#include "match/regex_emitter.h"

#include "match/code_point.h"

namespace oncue {

void RegexEmitter::emitSet(const CodePointSet& set) {
  if (set.size() != 1) program_.push(regexWord(RegexOp::kClass, set.size()), 0);
  for (uint32_t i = 0; i < set.size(); ++i) {
    const auto [low, high] = set[i];
    // RE2 compiles the range 80-10FFFF to byte ranges that also take overlong and too large sequences.
    const bool takesLoose = low <= 0x80 && high == kMaxCodePoint;
    program_.push(regexWord(RegexOp::kRange, low), takesLoose ? kLooseCodePoint : high);
  }
}

uint32_t RegexEmitter::beginNextChoice(uint32_t begin, uint32_t previous) {
  program_.insert(begin, regexWord(RegexOp::kSplit), size() - begin + 2);
  program_.push(regexWord(RegexOp::kJump), previous);
  return size() - 1;
}

void RegexEmitter::finishChoices(uint32_t jump) {
  while (jump != kNoJump) {
    const uint32_t previous = program_[jump].second;
    program_[jump].second = size() - jump;
    jump = previous;
  }
}

bool RegexEmitter::repeat(uint32_t begin, int min, int max) {
  const uint32_t length = size() - begin;
  const bool endless = max < 0;
  const auto least = static_cast<uint32_t>(min);
  const uint32_t copies = !endless ? static_cast<uint32_t>(max) : least > 0 ? least : 1;
  if (begin + (copies > 0 ? copies : 1) * (length + 1) + 1 > kMaxRegexInstructions) return false;
  uint32_t part = begin;
  if (copies == 0) {
    program_.insert(begin, regexWord(RegexOp::kJump), length + 1);
  } else if (least == 0) {
    program_.insert(part++, regexWord(RegexOp::kSplit), endless ? length + 2 : copies * (length + 1));
  }
  for (uint32_t copy = 1; copy < copies; ++copy) {
    if (!endless && copy >= least) program_.push(regexWord(RegexOp::kSplit), (copies - copy) * (length + 1));
    for (uint32_t i = 0; i < length; ++i) program_.push(program_[part + i].first, program_[part + i].second);
  }
  if (endless && least == 0) {
    program_.push(regexWord(RegexOp::kJump), 0 - (length + 1));
  } else if (endless) {
    program_.push(regexWord(RegexOp::kSplit), 0 - length);
  }
  return true;
}

RegexProgram RegexEmitter::finish() {
  program_.push(regexWord(RegexOp::kMatch), 0);
  return std::move(program_);
}

}  // namespace oncue
