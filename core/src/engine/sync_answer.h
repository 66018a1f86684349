// How 64-bit numbers and words stand in answers to sync commands.
#pragma once

#include <string_view>

#include "base/json_writer.h"
#include "sync/replica_map.h"

namespace oncue {

// Counts: they stay within what a JSON number holds exactly.
inline void putCount(JsonWriter& out, std::string_view name, std::uint64_t value) {
  out.key(name).integer(static_cast<std::int64_t>(value));
}
inline void putHex(JsonWriter& out, std::string_view name, std::uint64_t value) { out.key(name).string(hexText(value)); }
inline void putStatus(JsonWriter& out, std::string_view word) { out.key("status").string(word); }

}  // namespace oncue
