// The commands of the sync protocol as JSON (docs/sync-protocol.md), checked before anything happens.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "oncue/vec.h"

namespace oncue {

enum class SyncVerb : std::uint8_t { Status, Upload, Ack, Fork, Refused, Facts, State, Merge, Claims, Forget, Append, Floor, Stitch };

struct SyncClaim {
  std::string name;
  std::uint32_t version = 1;
};

// Only what the verb uses is set.
struct SyncCommand {
  SyncVerb verb{};
  std::string key;
  std::string id;
  std::uint64_t epoch = 0;
  std::uint64_t replica = 0;
  std::uint64_t base = 0;   // facts before the first
  std::uint64_t n = 0;
  std::uint64_t chain = 0;
  Vec<std::string> facts;   // base64url
  std::string state;        // base64url
  Vec<SyncClaim> claims;
  std::uint64_t seed = 0;
  std::int64_t offset = 0;  // ms
  std::uint64_t limit = 1000;
  std::uint64_t bytes = 65'536;
  bool isFuture = false;    // why it was refused: future, or floor
  std::int64_t floor = 0;   // ms
  std::int64_t newest = std::numeric_limits<std::int64_t>::max();
  bool hasStitchable = false;
  bool stitchable = false;      // keep what happens without an id, for Stitch
};

// False when it is no command; `error` says what is wrong with it.
bool parseSyncCommand(std::string_view json, SyncCommand& command, std::string& error);

}  // namespace oncue
