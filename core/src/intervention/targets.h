// Who receives an intervention.
#pragma once

#include <string_view>

#include "intervention/latches.h"
#include "oncue/vec.h"

namespace oncue {

struct Target {
  std::string_view key;
  std::string_view id;  // "" when the event had none: then it receives nothing
  bool synced = false;  // a key that spans devices
};

// Index of the first target that has an id and is synced, or -1.
int syncedTarget(const Vec<Target>& targets);

// Index into `targets` of the one to deliver to, or -1: the first without a latch, in list order. When a target that
// has an id is synced, the first such target's latch alone decides.
int chooseTarget(const Vec<Target>& targets, std::string_view name, std::uint32_t version,
                 const Latches& latches);

}  // namespace oncue
