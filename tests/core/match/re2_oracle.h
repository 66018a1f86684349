#pragma once

#include <re2/re2.h>

#include <string>
#include <string_view>
#include <vector>

#include "match/regex.h"

namespace oncue::match_test {

/// What became of one pattern.
enum class Verdict { kBothRefuse, kBothAccept, kUnsupported, kWrong };

struct Comparison {
  Verdict verdict;
  std::string detail;   ///< for kWrong what is wrong, for kUnsupported the kind of construct
  size_t matching = 0;  ///< how many of the texts matched
};

/// `bytes` with everything but printable ASCII as `\xHH`, to be read in a message.
inline std::string printable(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string shown;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0x20 && value < 0x7F && byte != '\\') {
      shown += byte;
    } else if (byte == '\\') {
      shown += "\\\\";
    } else {
      shown += "\\x";
      shown += kDigits[value >> 4];
      shown += kDigits[value & 15];
    }
  }
  return shown;
}

/// The kind of construct of regex.h's list that a "regex_unsupported" names; empty if it is none of them.
inline std::string unsupportedKind(const RegexError& error) {
  const std::string_view construct = error.construct;
  if (construct == "\\C") return "\\C";
  if (construct.substr(0, 2) == "\\p" || construct.substr(0, 2) == "\\P") return "\\p";
  if (construct.substr(0, 4) == "(?P<") return "group name outside ASCII";
  if (construct.substr(0, 3) == "(?<") return "(?<name>";
  if (error.message == "the pattern is too large") return "too large";
  return "";
}

/// Holds our matcher against RE2 with its default options: what RE2 refuses we refuse; what we refuse beyond that is
/// "regex_unsupported" and in the list of regex.h; what both accept has the same answer for each text.
inline Comparison compareWithRe2(const std::string& pattern, const std::vector<std::string>& texts) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 theirs(pattern, options);
  RegexError error;
  const std::optional<Regex> ours = Regex::compile(pattern, error);
  const std::string shown = "pattern " + printable(pattern);
  if (!ours) {
    const std::string said = std::string(error.code) + " " + printable(error.construct);
    if (error.message.empty() || error.offset > pattern.size() ||
        pattern.compare(error.offset, error.construct.size(), error.construct) != 0) {
      return {Verdict::kWrong, shown + ": the error does not point into the pattern: " + said};
    }
    if (!theirs.ok()) return {Verdict::kBothRefuse, ""};
    if (error.code == "regex_too_long") return {Verdict::kUnsupported, "more than 1000 characters"};
    const std::string kind = error.code == "regex_unsupported" ? unsupportedKind(error) : "";
    if (kind.empty()) return {Verdict::kWrong, shown + ": RE2 accepts, we say " + said};
    return {Verdict::kUnsupported, kind};
  }
  if (!theirs.ok()) return {Verdict::kWrong, shown + ": we accept, RE2 says " + theirs.error()};
  size_t matching = 0;
  for (const std::string& text : texts) {
    const bool expected = RE2::PartialMatch(text, theirs);
    matching += expected ? 1 : 0;
    if (ours->search(text) == expected) continue;
    return {Verdict::kWrong, shown + " text " + printable(text) + ": RE2 says " + (expected ? "match" : "no match")};
  }
  return {Verdict::kBothAccept, "", matching};
}

/// Splits `bytes` as the fuzzer does: the first byte is the length of the pattern, the rest behind it the text.
inline Comparison compareFuzzInput(std::string_view bytes) {
  if (bytes.empty()) return {Verdict::kBothRefuse, ""};
  const size_t length = static_cast<unsigned char>(bytes[0]);
  const std::string pattern(bytes.substr(1, length));
  const std::string text(bytes.size() > length + 1 ? bytes.substr(length + 1) : "");
  return compareWithRe2(pattern, {text, ""});
}

}  // namespace oncue::match_test
