#pragma once

#include <cstdint>
#include <string_view>

#include "match/regex_emitter.h"
#include "match/regex_problem.h"

namespace oncue {

/// Reads a pattern once, from left to right and without recursion, and emits its program as it goes. Accepts what RE2
/// 2022-06-01 accepts (its re2/parse.cc is the source of every rule here), short of what regex.h lists.
class RegexParser {
 public:
  /// `pattern` and `error` must outlive the parser.
  RegexParser(std::string_view pattern, RegexError& error) : pattern_(pattern), error_(error) {}

  /// Whether the pattern is accepted; if not, the error is set.
  bool parse();
  /// The program; only once, after parse() returned true.
  RegexProgram takeProgram() { return emitter_.finish(); }

 private:
  enum Flag : uint32_t { kIgnoreCase = 1, kMultiLine = 2, kDotNewline = 4, kCaptures = 8 };
  static constexpr uint32_t kNone = static_cast<uint32_t>(-1);

  struct Group {
    uint32_t offset = kNone;                    ///< byte of its `(`; kNone for the whole pattern
    uint32_t begin = 0;                         ///< index of its first instruction
    uint32_t choiceBegin = 0;                   ///< index of the first instruction of the current alternative
    uint32_t lastJump = RegexEmitter::kNoJump;  ///< see RegexEmitter::beginNextChoice
    uint32_t copies = 1;                        ///< how often counts repeat the most repeated atom inside
    uint32_t outerFlags = 0;                    ///< flags to restore behind it; kCaptures if it captures itself
  };

  bool checkText();
  bool parseToken();

  bool parseLiteral();
  bool parseDot();
  bool parseChoice();
  bool parseEscape();
  bool parseQuoted();
  bool parseAssertion(RegexAssertion assertion, uint32_t length);
  bool addLiteral(uint32_t codePoint);
  /// Emits `set` as an atom.
  bool addSet(const CodePointSet& set);
  void beginAtom();

  bool parseGroup();
  bool parseNamedGroup();
  bool parseFlags();
  /// Opens a group; `end` is the byte behind what opens it.
  bool openGroup(uint32_t begin, uint32_t end, uint32_t outerFlags);
  bool closeGroup();
  bool failGroup(uint32_t begin);

  /// Applies the repetition of `length` bytes that begins here to the atom before it; max below 0: without end.
  bool parseRepetition(int min, int max, uint32_t length);
  /// The length in bytes of the `{min}`, `{min,}` (max -1) or `{min,max}` that begins here; 0 if none does.
  uint32_t countsLength(int& min, int& max) const;
  bool readCount(uint32_t& at, int& count) const;
  void setCopies(uint32_t copies);

  bool parseBrackets();
  bool parseBracketItem(CodePointSet& set, uint32_t begin);
  bool parseBracketCharacter(uint32_t& codePoint, uint32_t begin);
  bool parseEscapedCharacter(uint32_t& codePoint);
  bool parseHex(uint32_t& codePoint);
  bool refuseProperty();

  bool atEnd() const { return at_ >= pattern_.size(); }
  /// The byte at `at`, or 0 behind the end.
  char byteAt(uint32_t at) const { return at < pattern_.size() ? pattern_[at] : '\0'; }
  char peek(uint32_t ahead = 0) const { return byteAt(at_ + ahead); }
  /// Takes one code point.
  uint32_t next();
  /// The first place from `from` on that holds `byte` and then `second` (0: anything); kNone if there is none.
  uint32_t find(uint32_t from, char byte, char second) const;
  bool has(Flag flag) const { return (flags_ & flag) != 0; }
  /// Sets the error for the pattern from byte `begin` up to here. Always false.
  bool fail(RegexProblem problem, uint32_t begin);

  std::string_view pattern_;
  RegexError& error_;
  RegexEmitter emitter_;
  Group group_;          ///< the innermost open group
  PairList outerGroups_;  ///< the fields of the groups around it
  uint32_t at_ = 0;
  uint32_t flags_ = 0;
  uint32_t atomBegin_ = kNone;  ///< first instruction of what a repetition would repeat
  uint32_t atomCopies_ = 1;     ///< as Group::copies, for the atom
  uint32_t repetitionBegin_ = 0;
  uint32_t repetitionEnd_ = 0;  ///< behind the last repetition; 0 if there was none
};

}  // namespace oncue
