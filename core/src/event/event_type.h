// Event types of the tracker protocol and the schema fields they imply.
#pragma once

#include <string_view>

namespace oncue {

struct EventType {
  std::string_view code;   // protocol `e`
  std::string_view event;  // atomic `event`
  std::string_view vendor; // "" when they come from the self-describing event's schema
  std::string_view name;
};

// nullptr when unknown (legacy `ad` included: its schema does not exist).
const EventType* eventTypeOfCode(std::string_view code);
const EventType* eventTypeOfName(std::string_view event);

constexpr std::string_view kTypedFormat = "jsonschema";
constexpr std::string_view kTypedVersion = "1-0-0";

}  // namespace oncue
