#include "match/regex_parser.h"

namespace oncue {

namespace {

/// The largest count, and the largest product of counts inside each other.
constexpr uint32_t kMaxCopies = 1000;

bool isDigit(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace

bool RegexParser::parseRepetition(int min, int max, uint32_t length) {
  const uint32_t begin = at_;
  const char sign = peek();
  at_ += length;
  // Whether as much or as little as possible is taken does not change whether the text matches.
  if (peek() == '?') ++at_;
  if (begin > 0 && repetitionEnd_ == begin) {
    return fail(sign == '+' ? RegexProblem::kPossessive : RegexProblem::kBadRepetition, repetitionBegin_);
  }
  if (atomBegin_ == kNone) return fail(RegexProblem::kNothingToRepeat, begin);
  const auto most = static_cast<uint32_t>(max < 0 ? min : max);
  if (most < static_cast<uint32_t>(min) || most > kMaxCopies) return fail(RegexProblem::kBadCount, begin);
  if (most >= 2) {
    if (most * atomCopies_ > kMaxCopies) return fail(RegexProblem::kBadCount, begin);
    setCopies(most * atomCopies_);
  }
  if (!emitter_.repeat(atomBegin_, min, max)) return fail(RegexProblem::kTooLarge, begin);
  repetitionBegin_ = begin;
  repetitionEnd_ = at_;
  return true;
}

void RegexParser::setCopies(uint32_t copies) {
  atomCopies_ = copies;
  if (copies > group_.copies) group_.copies = copies;
}

uint32_t RegexParser::countsLength(int& min, int& max) const {
  uint32_t at = at_ + 1;
  if (!readCount(at, min)) return 0;
  max = min;
  if (byteAt(at) == ',') {
    max = -1;
    if (byteAt(++at) != '}' && !readCount(at, max)) return 0;
  }
  return byteAt(at) == '}' ? at + 1 - at_ : 0;
}

bool RegexParser::readCount(uint32_t& at, int& count) const {
  const uint32_t begin = at;
  count = 0;
  for (; isDigit(byteAt(at)); ++at) {
    if (count >= 100'000'000) return false;
    count = count * 10 + (pattern_[at] - '0');
  }
  const uint32_t digits = at - begin;
  return digits > 0 && (digits == 1 || pattern_[begin] != '0');
}

}  // namespace oncue
