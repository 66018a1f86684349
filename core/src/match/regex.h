#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "match/regex_program.h"

namespace oncue {

/// Largest pattern, in code points (evaluation.md 8.2).
inline constexpr size_t kMaxRegexPatternLength = 1000;

/// Why a pattern was refused.
struct RegexError {
  /// Stable: "regex_syntax", "regex_backreference", "regex_lookaround", "regex_possessive" (RE2 refuses these),
  /// "regex_too_long" (above kMaxRegexPatternLength), "regex_unsupported" (RE2 may accept it, this matcher does not).
  std::string_view code;
  /// The offending part of the pattern; empty where the pattern as a whole is meant or is not valid UTF-8.
  std::string construct;
  /// Where `construct` begins, in bytes.
  size_t offset = 0;
  /// One sentence without the construct.
  std::string_view message;
};

/// A compiled pattern in RE2 syntax with RE2's defaults: UTF-8, case-sensitive, `.` not matching a newline, `^` and
/// `$` meaning the begin and end of the text (decisions.md 7). A search takes time linear in the text, whatever the
/// pattern. Can be moved, not copied; a moved-from one must not be searched.
///
/// Answers as RE2 does or refuses the pattern. Refused although RE2 accepts it, always as "regex_unsupported": `\C`,
/// `\p` and `\P`, group names outside ASCII, `(?<name>...)` of newer RE2, programs above kMaxRegexInstructions.
class Regex {
 public:
  /// Null if the pattern is refused; then `error` says why, else `error` is left alone.
  static std::optional<Regex> compile(std::string_view pattern, RegexError& error);

  /// Whether the pattern matches anywhere in `text`. Bytes that are not UTF-8 are matched by nothing, as in RE2.
  bool search(std::string_view text) const;

 private:
  explicit Regex(RegexProgram program) : program_(std::move(program)) {}

  RegexProgram program_;
};

}  // namespace oncue
