// All that events have made of the engine: what a snapshot holds.
#pragma once

#include <string>

#include "intervention/latches.h"
#include "oncue/vec.h"
#include "state/entity.h"
#include "state/seen_events.h"

namespace oncue {

struct EngineState {
  std::uint64_t replica = 0;
  std::uint64_t seq = 0;      // events that touched an attribute, counted
  std::uint64_t idsUsed = 0;  // intervention ids given
  bool hasNow = false;
  std::int64_t now = 0;       // of the latest call, ms
  SharedIds latestIds;        // of the latest event
  Vec<EntityTable> tables;  // by Model::keys
  TextTable<Context> contexts;
  Latches latches;
  SeenEvents seen;
  SeenEvents received;        // intervention ids: fired here or sent by a server
};

// Identity of a context among the current model's: intervention, then the ids of its criteria keys.
std::string contextKey(std::uint32_t intervention, const Vec<std::string_view>& ids);

}  // namespace oncue
