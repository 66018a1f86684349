#include "event/shredded_names.h"

#include <algorithm>

namespace oncue {
namespace {

enum class Dialect { Go, Scala };

bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
char lower(char c) { return isUpper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string spell(const SchemaPlan& schema, Dialect dialect) {
  const bool scala = dialect == Dialect::Scala;
  const auto plain = [&](char c) { return c == '.' || (scala && c == '-') ? '_' : lower(c); };
  std::string text;
  for (const char c : schema.vendor) text += plain(c);
  text += '_';
  char previous = '_';
  for (const char c : schema.name) {
    const bool parted = isUpper(c) && previous != '_' && !(scala && (isUpper(previous) || previous == '-'));
    if (parted) text += '_';
    text += plain(c);
    previous = c;
  }
  return text + '_' + std::to_string(schema.major);
}

}  // namespace

ShreddedNames::ShreddedNames(const ReadPlan& plan) {
  for (std::uint32_t i = 0; i < plan.schemas.size(); ++i) {
    names_.emplace_back(spell(plan.schemas[i], Dialect::Go), i);
    names_.emplace_back(spell(plan.schemas[i], Dialect::Scala), i);
  }
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
}

std::vector<std::uint32_t> ShreddedNames::find(std::string_view spelling) const {
  std::vector<std::uint32_t> schemas;
  auto at = std::lower_bound(names_.begin(), names_.end(), spelling,
                             [](const auto& name, std::string_view wanted) { return name.first < wanted; });
  for (; at != names_.end() && at->first == spelling; ++at) schemas.push_back(at->second);
  return schemas;
}

}  // namespace oncue
