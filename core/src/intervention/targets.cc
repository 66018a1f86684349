#include "intervention/targets.h"

#include "base/features.h"

namespace oncue {

int syncedTarget(const Vec<Target>& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].synced && !targets[i].id.empty()) return static_cast<int>(i);
  }
  return -1;
}

int chooseTarget(const Vec<Target>& targets, std::string_view name, std::uint32_t version,
                 const Latches& latches) {
  const auto isFree = [&](const Target& target) {
    return !latches.has({.name = name, .version = version, .key = target.key, .id = target.id});
  };
  const int synced = features::sync() ? syncedTarget(targets) : -1;
  if (synced >= 0) return isFree(targets[static_cast<std::size_t>(synced)]) ? synced : -1;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].id.empty() && isFree(targets[i])) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace oncue
