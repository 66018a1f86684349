// Texts as atomic values, the way Enrich reads them. Null where Enrich would fail the event: locally only
// the field is lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/arena.h"
#include "event/event.h"
#include "oncue/value.h"

namespace oncue {

// Tabs become four spaces, other ASCII control characters go, "" is null.
EventValue tsvSafe(std::string_view text, Arena& arena);

EventValue asInteger(std::string_view text);  // 32 bits, optional sign
EventValue asDecimal(std::string_view text);
EventValue asBoolean(std::string_view text);  // "1" and "0" only
EventValue asPlatform(std::string_view text);
EventValue asUuid(std::string_view text, Arena& arena);  // canonical form, lower-cased

// Decimal epoch milliseconds in the years 0 to 9999.
std::optional<std::int64_t> asEpochMs(std::string_view text);

// ISO 8601 UTC with milliseconds; null outside the years 0 to 9999.
EventValue timestampValue(std::int64_t epochMs, Arena& arena);

// One side of "WxH"; null unless the whole is two 32-bit numbers.
EventValue asDimension(std::string_view text, bool height);

// First of a list separated by comma, vertical bar or space.
std::string_view firstAddress(std::string_view text);

}  // namespace oncue
