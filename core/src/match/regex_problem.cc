#include "match/regex_problem.h"

namespace oncue {

namespace {

struct Text {
  const char* code;
  const char* message;
};

constexpr const char* kUnsupported = "regex_unsupported";
constexpr const char* kSyntax = "regex_syntax";

/// In the order of RegexProblem.
constexpr Text kTexts[] = {
    {"regex_too_long", "the pattern has more than 1000 characters"},
    {kUnsupported, "the pattern is too large"},
    {kUnsupported, "matching single bytes is not supported"},
    {kUnsupported, "Unicode classes are not supported"},
    {kUnsupported, "group names outside ASCII are not supported"},
    {kUnsupported, "a named group is written (?P<name>...)"},
    {"regex_backreference", "RE2 syntax has no backreferences"},
    {"regex_lookaround", "RE2 syntax has no lookaround"},
    {"regex_possessive", "RE2 syntax has no possessive repetition"},
    {kSyntax, "the pattern is not valid UTF-8"},
    {kSyntax, "the group is not closed"},
    {kSyntax, "there is no group to close"},
    {kSyntax, "there is no such group or flag"},
    {kSyntax, "the group name is not valid"},
    {kSyntax, "the class is not closed"},
    {kSyntax, "there is no such class"},
    {kSyntax, "the range is not valid"},
    {kSyntax, "there is no such escape"},
    {kSyntax, "there is nothing to repeat"},
    {kSyntax, "the repetition is repeated"},
    {kSyntax, "the repetition count is not valid"},
};

}  // namespace

RegexError describe(RegexProblem problem, std::string_view construct, size_t offset) {
  const Text& text = kTexts[static_cast<uint8_t>(problem)];
  return {text.code, std::string(construct), offset, text.message};
}

}  // namespace oncue
