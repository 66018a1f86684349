#include "intervention/targets.h"

namespace oncue {

int chooseTarget(const std::vector<Target>& targets, std::string_view name, std::uint32_t version,
                 const Latches& latches) {
  const auto isFree = [&](const Target& target) {
    return !latches.has({.name = name, .version = version, .key = target.key, .id = target.id});
  };
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].synced && !targets[i].id.empty()) return isFree(targets[i]) ? static_cast<int>(i) : -1;
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].id.empty() && isFree(targets[i])) return static_cast<int>(i);
  }
  return -1;
}

void latchTargets(const std::vector<Target>& targets, std::string_view name, std::uint32_t version, Latches& latches) {
  for (const Target& target : targets) {
    if (!target.id.empty()) latches.set({.name = name, .version = version, .key = target.key, .id = target.id});
  }
}

}  // namespace oncue
