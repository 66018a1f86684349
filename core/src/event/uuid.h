// UUIDs, as text and as bytes.
#pragma once

#include <string>
#include <string_view>

#include "event/event.h"

namespace oncue {

// 16 bytes of a UUID's text in any case; false when it is none.
bool parseUuid(std::string_view text, EventId& out);
std::string uuidText(const EventId& id);  // canonical lower case

}  // namespace oncue
