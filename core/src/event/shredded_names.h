// The Analytics SDKs' spelling of a schema: <vendor>_<name>_<major>, lower-case, vendor dots as underscores, camelCase
// as snake_case.
#pragma once

#include <cstdint>
#include <string_view>

#include "event/read_plan.h"

namespace oncue {

// Whether `spelling` may mean the schema. The Go SDK parts every capital and keeps dashes, the Scala SDK parts the first
// of a run and turns dashes into underscores: both are known. Definitions that differ only in what this loses match both.
bool isSpelled(std::string_view spelling, std::string_view vendor, std::string_view name, std::uint32_t major);

// Calls `found(node)` for each of the plan's schemas that `spelling` may mean.
template <class Found>
void findSpelled(const ReadPlan& plan, std::string_view spelling, Found found) {
  const Trie& trie = plan.trie;
  const auto next = [&](std::uint32_t node) { return trie[node].nextSibling; };
  for (std::uint32_t vendor = trie[Trie::kRoot].firstChild; vendor != kNone; vendor = next(vendor)) {
    for (std::uint32_t name = trie[vendor].firstChild; name != kNone; name = next(name)) {
      for (std::uint32_t major = trie[name].firstChild; major != kNone; major = next(major)) {
        if (isSpelled(spelling, trie[vendor].name, trie[name].name, trie[major].index)) found(major);
      }
    }
  }
}

}  // namespace oncue
