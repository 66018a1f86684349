#include "match/regex_matcher.h"

#include "match/code_point.h"

namespace oncue {

namespace {

uint32_t assertionsAt(std::string_view text, size_t position) {
  const bool atBegin = position == 0;
  const bool atEnd = position == text.size();
  uint32_t holds = 0;
  if (atBegin) holds |= kBeginText;
  if (atEnd) holds |= kEndText;
  if (atBegin || text[position - 1] == '\n') holds |= kBeginLine;
  if (atEnd || text[position] == '\n') holds |= kEndLine;
  const bool wordBefore = !atBegin && isWordByte(text[position - 1]);
  const bool wordAfter = !atEnd && isWordByte(text[position]);
  return holds | (wordBefore != wordAfter ? kWordBoundary : kNotWordBoundary);
}

/// The instructions reached at one position of the text, each once, in order of discovery.
class ThreadSet {
 public:
  explicit ThreadSet(uint32_t programSize) : entries_(programSize) {}

  void add(uint32_t instruction) {
    const uint32_t index = entries_[instruction].second;
    if (index < size_ && entries_[index].first == instruction) return;
    entries_[instruction].second = size_;
    entries_[size_++].first = instruction;
  }
  void clear() { size_ = 0; }
  uint32_t size() const { return size_; }
  uint32_t operator[](uint32_t index) const { return entries_[index].first; }

 private:
  /// A sparse set: the first numbers list the instructions, the second ones tell where in that list one is.
  PairList entries_;
  uint32_t size_ = 0;
};

bool accepts(const NumberPair& range, uint32_t codePoint) {
  return regexArgument(range) <= codePoint && codePoint <= range.second;
}

bool classAccepts(const NumberPair* header, uint32_t codePoint) {
  for (uint32_t i = regexArgument(*header); i > 0; --i) {
    if (accepts(header[i], codePoint)) return true;
  }
  return false;
}

/// Follows everything in `threads` over `codePoint` into `next`, given the assertions that hold before it.
/// Returns whether a match ends before `codePoint`.
bool step(const RegexProgram& program, ThreadSet& threads, uint32_t codePoint, uint32_t holds, ThreadSet& next) {
  for (uint32_t i = 0; i < threads.size(); ++i) {
    const uint32_t at = threads[i];
    const NumberPair& instruction = program[at];
    const uint32_t target = at + instruction.second;
    switch (regexOp(instruction)) {
      case RegexOp::kRange:
        if (accepts(instruction, codePoint)) next.add(at + 1);
        break;
      case RegexOp::kClass:
        if (classAccepts(&instruction, codePoint)) next.add(at + 1 + regexArgument(instruction));
        break;
      case RegexOp::kSplit:
        threads.add(at + 1);
        threads.add(target);
        break;
      case RegexOp::kJump:
        threads.add(target);
        break;
      case RegexOp::kAssert:
        if ((regexArgument(instruction) & ~holds) == 0) threads.add(at + 1);
        break;
      case RegexOp::kMatch:
        return true;
    }
  }
  threads.clear();
  return false;
}

}  // namespace

bool runRegexProgram(const RegexProgram& program, std::string_view text) {
  ThreadSet first(program.size());
  ThreadSet second(program.size());
  ThreadSet* threads = &first;
  ThreadSet* next = &second;
  bool triedInsideCharacter = false;
  for (size_t position = 0; position < text.size();) {
    const CodePoint character = decodeCodePoint(text, position);
    threads->add(0);
    if (step(program, *threads, character.value, assertionsAt(text, position), *next)) return true;
    if (character.length > 1 && !triedInsideCharacter) {
      // RE2 searches byte by byte, so it also tries between the bytes of a character. Nothing can be taken there and
      // only \B holds, whatever the character is: one attempt decides for all.
      triedInsideCharacter = true;
      threads->add(0);
      if (step(program, *threads, kInvalidCodePoint, kNotWordBoundary, *next)) return true;
    }
    ThreadSet* done = threads;
    threads = next;
    next = done;
    position += character.length;
  }
  threads->add(0);
  return step(program, *threads, kInvalidCodePoint, assertionsAt(text, text.size()), *next);
}

}  // namespace oncue
