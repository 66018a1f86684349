#include "match/regex.h"

#include "match/regex_matcher.h"
#include "match/regex_parser.h"

namespace oncue {

std::optional<Regex> Regex::compile(std::string_view pattern, RegexError& error) {
  RegexParser parser(pattern, error);
  if (!parser.parse()) return std::nullopt;
  return Regex(parser.takeProgram());
}

bool Regex::search(std::string_view text) const { return runRegexProgram(program_, text); }

}  // namespace oncue
