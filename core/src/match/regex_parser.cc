#include "match/regex_parser.h"

#include "match/case_fold.h"
#include "match/code_point.h"
#include "match/regex_names.h"

namespace oncue {

bool RegexParser::parse() {
  if (!checkText()) return false;
  while (!atEnd()) {
    const uint32_t begin = at_;
    if (!parseToken()) return false;
    if (emitter_.size() > kMaxRegexInstructions) return fail(RegexProblem::kTooLarge, begin);
  }
  if (group_.offset != kNone) {
    at_ = group_.offset + 1;
    return fail(RegexProblem::kOpenGroup, group_.offset);
  }
  emitter_.finishChoices(group_.lastJump);
  return true;
}

bool RegexParser::checkText() {
  for (size_t count = 0; !atEnd(); ++count) {
    const uint32_t begin = at_;
    // Nothing of a pattern that is not text, or has no end in sight, is worth quoting.
    if (count == kMaxRegexPatternLength) {
      at_ = 0;
      return fail(RegexProblem::kTooLong, 0);
    }
    if (next() > kMaxCodePoint) {
      at_ = begin;
      return fail(RegexProblem::kNotUtf8, begin);
    }
  }
  at_ = 0;
  return true;
}

bool RegexParser::parseToken() {
  int min = 0;
  int max = -1;
  switch (peek()) {
    case '(':
      return parseGroup();
    case ')':
      return closeGroup();
    case '|':
      return parseChoice();
    case '^':
      return parseAssertion(has(kMultiLine) ? kBeginLine : kBeginText, 1);
    case '$':
      return parseAssertion(has(kMultiLine) ? kEndLine : kEndText, 1);
    case '.':
      return parseDot();
    case '[':
      return parseBrackets();
    case '\\':
      return parseEscape();
    case '*':
      return parseRepetition(0, -1, 1);
    case '+':
      return parseRepetition(1, -1, 1);
    case '?':
      return parseRepetition(0, 1, 1);
    case '{':
      if (const uint32_t length = countsLength(min, max)) return parseRepetition(min, max, length);
      return parseLiteral();
    default:
      return parseLiteral();
  }
}

bool RegexParser::parseLiteral() { return addLiteral(next()); }

bool RegexParser::parseDot() {
  CodePointSet set;
  if (!has(kDotNewline)) set.add('\n', '\n');
  set.negate();
  ++at_;
  return addSet(set);
}

bool RegexParser::parseChoice() {
  group_.lastJump = emitter_.beginNextChoice(group_.choiceBegin, group_.lastJump);
  group_.choiceBegin = emitter_.size();
  atomBegin_ = kNone;
  ++at_;
  return true;
}

bool RegexParser::parseAssertion(RegexAssertion assertion, uint32_t length) {
  beginAtom();
  emitter_.emitAssertion(assertion);
  at_ += length;
  return true;
}

bool RegexParser::parseEscape() {
  const char letter = peek(1);
  switch (letter) {
    case 'b':
      return parseAssertion(kWordBoundary, 2);
    case 'B':
      return parseAssertion(kNotWordBoundary, 2);
    case 'A':
      return parseAssertion(kBeginText, 2);
    case 'z':
      return parseAssertion(kEndText, 2);
    case 'C':
      at_ += 2;
      return fail(RegexProblem::kAnyByte, at_ - 2);
    case 'Q':
      return parseQuoted();
    case 'p':
    case 'P':
      return refuseProperty();
    default:
      break;
  }
  CodePointSet set;
  if (addEscapedClass(set, letter, has(kIgnoreCase))) {
    at_ += 2;
    return addSet(set);
  }
  uint32_t codePoint = 0;
  return parseEscapedCharacter(codePoint) && addLiteral(codePoint);
}

bool RegexParser::parseQuoted() {
  for (at_ += 2; !atEnd(); parseLiteral()) {
    if (peek() == '\\' && peek(1) == 'E') {
      at_ += 2;
      break;
    }
  }
  return true;
}

bool RegexParser::addLiteral(uint32_t codePoint) {
  CodePointSet set;
  set.add(codePoint, codePoint);
  if (has(kIgnoreCase)) addCaseVariants(set);
  return addSet(set);
}

bool RegexParser::addSet(const CodePointSet& set) {
  beginAtom();
  emitter_.emitSet(set);
  return true;
}

void RegexParser::beginAtom() {
  atomBegin_ = emitter_.size();
  atomCopies_ = 1;
}

uint32_t RegexParser::next() {
  const CodePoint character = decodeCodePoint(pattern_, at_);
  at_ += character.length;
  return character.value;
}

uint32_t RegexParser::find(uint32_t from, char byte, char second) const {
  for (; from < pattern_.size(); ++from) {
    if (pattern_[from] == byte && (second == '\0' || byteAt(from + 1) == second)) return from;
  }
  return kNone;
}

bool RegexParser::fail(RegexProblem problem, uint32_t begin) {
  error_ = describe(problem, pattern_.substr(begin, at_ - begin), begin);
  return false;
}

}  // namespace oncue
