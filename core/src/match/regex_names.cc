#include "match/regex_names.h"

#include "match/case_fold.h"

namespace oncue {

namespace {

/// A name and the first and last character of each range, all in one text. RE2's \s has no vertical tab, [:space:] has.
constexpr std::string_view kClasses[][2] = {
    {"alnum", "09AZaz"},   {"alpha", "AZaz"},           {"ascii", std::string_view("\0\x7F", 2)},
    {"blank", "\t\t  "},   {"cntrl", std::string_view("\0\x1F\x7F\x7F", 4)},
    {"digit", "09"},       {"graph", "!~"},             {"lower", "az"},
    {"print", " ~"},       {"punct", "!/:@[`{~"},       {"space", "\t\r  "},
    {"upper", "AZ"},       {"word", "09AZ__az"},        {"xdigit", "09AFaf"},
    {"d", "09"},           {"s", "\t\n\f\r  "},         {"w", "09AZ__az"},
};

bool addClass(CodePointSet& set, std::string_view name, bool negated, bool ignoreCase) {
  for (const std::string_view(&entry)[2] : kClasses) {
    if (entry[0] != name) continue;
    const std::string_view ends = entry[1];
    CodePointSet found;
    for (size_t i = 0; i < ends.size(); i += 2) {
      found.add(static_cast<uint8_t>(ends[i]), static_cast<uint8_t>(ends[i + 1]));
    }
    if (ignoreCase) addCaseVariants(found);
    if (negated) found.negate();
    for (uint32_t i = 0; i < found.size(); ++i) set.add(found[i].first, found[i].second);
    return true;
  }
  return false;
}

}  // namespace

bool addNamedClass(CodePointSet& set, std::string_view name, bool ignoreCase) {
  const bool negated = !name.empty() && name[0] == '^';
  if (negated) name.remove_prefix(1);
  return name.size() > 1 && addClass(set, name, negated, ignoreCase);
}

bool addEscapedClass(CodePointSet& set, char letter, bool ignoreCase) {
  const char lower = static_cast<char>(letter | 0x20);
  return addClass(set, std::string_view(&lower, 1), letter != lower, ignoreCase);
}

}  // namespace oncue
