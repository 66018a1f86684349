#include "match/case_fold.h"
#include "match/code_point.h"
#include "match/regex_names.h"
#include "match/regex_parser.h"

namespace oncue {

namespace {

bool isOctal(uint32_t codePoint) { return codePoint >= '0' && codePoint <= '7'; }

/// The value of a hexadecimal digit; 16 for any other byte.
uint32_t hexValue(char byte) {
  if (byte >= '0' && byte <= '9') return static_cast<uint32_t>(byte - '0');
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? static_cast<uint32_t>(lower - 'a' + 10) : 16;
}

}  // namespace

bool RegexParser::parseBrackets() {
  const uint32_t begin = at_++;
  const bool negated = peek() == '^';
  if (negated) ++at_;
  CodePointSet set;
  // A `]` right at the start is a member.
  for (bool first = true; first || peek() != ']'; first = false) {
    if (!parseBracketItem(set, begin)) return false;
  }
  ++at_;
  if (has(kIgnoreCase)) addCaseVariants(set);
  if (negated) set.negate();
  return addSet(set);
}

bool RegexParser::parseBracketItem(CodePointSet& set, uint32_t begin) {
  const uint32_t itemBegin = at_;
  const char letter = peek(1);
  if (peek() == '[' && letter == ':') {
    const uint32_t nameEnd = find(at_ + 2, ':', ']');
    if (nameEnd != kNone) {
      const std::string_view name = pattern_.substr(at_ + 2, nameEnd - at_ - 2);
      at_ = nameEnd + 2;
      return addNamedClass(set, name, has(kIgnoreCase)) || fail(RegexProblem::kBadClass, itemBegin);
    }
  }
  if (peek() == '\\') {
    if (letter == 'p' || letter == 'P') return refuseProperty();
    if (addEscapedClass(set, letter, has(kIgnoreCase))) {
      at_ += 2;
      return true;
    }
  }
  uint32_t low = 0;
  if (!parseBracketCharacter(low, begin)) return false;
  uint32_t high = low;
  if (peek() == '-' && at_ + 1 < pattern_.size() && peek(1) != ']') {
    ++at_;
    if (!parseBracketCharacter(high, begin)) return false;
    if (high < low) return fail(RegexProblem::kBadRange, itemBegin);
  }
  set.add(low, high);
  return true;
}

bool RegexParser::parseBracketCharacter(uint32_t& codePoint, uint32_t begin) {
  if (atEnd()) return fail(RegexProblem::kOpenClass, begin);
  if (peek() == '\\') return parseEscapedCharacter(codePoint);
  codePoint = next();
  return true;
}

bool RegexParser::parseEscapedCharacter(uint32_t& codePoint) {
  /// Letters and the character each stands for.
  constexpr std::string_view kLetters = "a\af\fn\nr\rt\tv\v";
  const uint32_t begin = at_++;
  if (atEnd()) return fail(RegexProblem::kBadEscape, begin);
  codePoint = next();
  if (codePoint == '0' || (isOctal(codePoint) && isOctal(static_cast<uint8_t>(peek())))) {
    codePoint -= '0';
    for (int i = 0; i < 2 && isOctal(static_cast<uint8_t>(peek())); ++i) codePoint = codePoint * 8 + next() - '0';
    return true;
  }
  if (codePoint >= '1' && codePoint <= '9') return fail(RegexProblem::kBackreference, begin);
  if (codePoint == 'x') return parseHex(codePoint) || fail(RegexProblem::kBadEscape, begin);
  for (size_t i = 0; i < kLetters.size(); i += 2) {
    if (codePoint != static_cast<uint8_t>(kLetters[i])) continue;
    codePoint = static_cast<uint8_t>(kLetters[i + 1]);
    return true;
  }
  const uint32_t lower = codePoint | 0x20;
  return (codePoint < 0x80 && (lower < 'a' || lower > 'z')) || fail(RegexProblem::kBadEscape, begin);
}

bool RegexParser::parseHex(uint32_t& codePoint) {
  const bool braced = peek() == '{';
  if (braced) ++at_;
  const uint32_t begin = at_;
  codePoint = 0;
  while (braced || at_ < begin + 2) {
    const uint32_t digit = hexValue(peek());
    if (digit > 15) break;
    codePoint = codePoint * 16 + digit;
    ++at_;
    if (codePoint > kMaxCodePoint) return false;
  }
  if (!braced) return at_ == begin + 2;
  return at_ > begin && peek() == '}' && next() == '}';
}

bool RegexParser::refuseProperty() {
  const uint32_t begin = at_;
  at_ += 2;
  if (peek() == '{') {
    const uint32_t end = find(at_, '}', '\0');
    at_ = end == kNone ? static_cast<uint32_t>(pattern_.size()) : end + 1;
  } else if (!atEnd()) {
    next();
  }
  return fail(RegexProblem::kUnicodeClass, begin);
}

}  // namespace oncue
