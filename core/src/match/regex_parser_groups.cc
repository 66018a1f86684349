#include "match/code_point.h"
#include "match/regex_parser.h"

namespace oncue {

bool RegexParser::parseGroup() {
  if (peek(1) != '?') return openGroup(at_, at_ + 1, flags_ | kCaptures);
  if (peek(2) == 'P' && peek(3) == '<') return parseNamedGroup();
  return parseFlags();
}

bool RegexParser::parseNamedGroup() {
  const uint32_t begin = at_;
  at_ += 4;
  const uint32_t nameBegin = at_;
  while (isWordByte(peek())) ++at_;
  const bool named = at_ > nameBegin;
  if (named && peek() == '>') return openGroup(begin, at_ + 1, flags_ | kCaptures);
  // RE2 takes letters of all languages; telling which code points are letters would need the Unicode tables.
  const bool isAscii = static_cast<uint8_t>(peek()) < 0x80;
  const uint32_t end = find(at_, '>', '\0');
  if (end != kNone) at_ = end + 1;
  return fail(isAscii || end == kNone ? RegexProblem::kBadName : RegexProblem::kNameNotAscii, begin);
}

bool RegexParser::parseFlags() {
  const uint32_t begin = at_;
  uint32_t flags = flags_;
  bool negated = false;
  bool sawFlag = false;
  for (at_ += 2; !atEnd();) {
    const char letter = pattern_[at_];
    uint32_t flag = 0;
    switch (letter) {
      case 'i':
        flag = kIgnoreCase;
        break;
      case 'm':
        flag = kMultiLine;
        break;
      case 's':
        flag = kDotNewline;
        break;
      case 'U':
        // Whether as much or as little as possible is taken does not change whether the text matches.
        break;
      case '-':
        if (negated) return failGroup(begin);
        negated = true;
        sawFlag = false;
        ++at_;
        continue;
      case ':':
      case ')':
        if (negated && !sawFlag) return failGroup(begin);
        ++at_;
        if (letter == ':') openGroup(begin, at_, flags_);
        flags_ = flags;
        return true;
      default:
        return failGroup(begin);
    }
    ++at_;
    sawFlag = true;
    flags = negated ? flags & ~flag : flags | flag;
  }
  return failGroup(begin);
}

bool RegexParser::failGroup(uint32_t begin) {
  const char sign = byteAt(begin + 2);
  const char second = byteAt(begin + 3);
  const bool isAngle = sign == '<';
  const bool looksBehind = isAngle && (second == '=' || second == '!');
  RegexProblem problem = RegexProblem::kBadGroup;
  if (!atEnd()) next();
  if (sign == '=' || sign == '!' || looksBehind) {
    problem = RegexProblem::kLookaround;
  } else if (isAngle) {
    problem = RegexProblem::kShortNamedGroup;
  } else if (sign == 'P' && second == '=') {
    problem = RegexProblem::kBackreference;
  }
  if (looksBehind || problem == RegexProblem::kBackreference) ++at_;
  return fail(problem, begin);
}

bool RegexParser::openGroup(uint32_t begin, uint32_t end, uint32_t outerFlags) {
  outerGroups_.push(group_.offset, group_.begin);
  outerGroups_.push(group_.choiceBegin, group_.lastJump);
  outerGroups_.push(group_.copies, group_.outerFlags);
  group_ = {begin, emitter_.size(), emitter_.size(), RegexEmitter::kNoJump, 1, outerFlags};
  at_ = end;
  atomBegin_ = kNone;
  return true;
}

bool RegexParser::closeGroup() {
  ++at_;
  if (group_.offset == kNone) return fail(RegexProblem::kNoGroup, at_ - 1);
  emitter_.finishChoices(group_.lastJump);
  // RE2 spends instructions on captures and on nothing; one of ours keeps the two limits on size comparable.
  const bool isEmpty = emitter_.size() == group_.begin;
  if (isEmpty || (group_.outerFlags & kCaptures) != 0) emitter_.emitNothing();
  flags_ = group_.outerFlags & ~kCaptures;
  atomBegin_ = group_.begin;
  const uint32_t copies = group_.copies;
  const uint32_t saved = outerGroups_.size() - 3;
  group_ = {outerGroups_[saved].first,      outerGroups_[saved].second,     outerGroups_[saved + 1].first,
            outerGroups_[saved + 1].second, outerGroups_[saved + 2].first, outerGroups_[saved + 2].second};
  outerGroups_.remove(saved, saved + 3);
  setCopies(copies);
  return true;
}

}  // namespace oncue
