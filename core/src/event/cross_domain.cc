#include "event/cross_domain.h"

#include <cstdint>
#include <optional>

#include "event/coerce.h"
#include "event/query_string.h"

namespace oncue {
namespace {

constexpr std::size_t kMostParts = 7;

}  // namespace

CrossDomain readCrossDomain(std::string_view query, Arena& arena) {
  QueryString pairs(query, arena);
  std::string_view name, value, link;
  while (pairs.next(name, value)) {
    if (name == "_sp") link = value;
  }
  std::string_view parts[2];
  std::size_t count = 0;
  for (std::string_view rest = link;; ++count) {
    const std::size_t dot = rest.find('.');
    if (count < 2) parts[count] = rest.substr(0, dot);
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (count >= kMostParts) return {};
  CrossDomain result{.userId = tsvSafe(parts[0], arena), .timestamp = {}};
  if (const std::optional<std::int64_t> ms = asEpochMs(parts[1])) result.timestamp = timestampValue(*ms, arena);
  return result;
}

}  // namespace oncue
