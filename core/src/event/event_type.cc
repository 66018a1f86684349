#include "event/event_type.h"

namespace oncue {
namespace {

constexpr std::string_view kSnowplow = "com.snowplowanalytics.snowplow";

constexpr EventType kTypes[] = {
    {"pv", "page_view", kSnowplow, "page_view"},
    {"pp", "page_ping", kSnowplow, "page_ping"},
    {"se", "struct", "com.google.analytics", "event"},
    {"ev", "struct", "com.google.analytics", "event"},
    {"tr", "transaction", kSnowplow, "transaction"},
    {"ti", "transaction_item", kSnowplow, "transaction_item"},
    {"ue", "unstruct", "", ""},
};

const EventType* find(std::string_view EventType::*member, std::string_view value) {
  for (const EventType& type : kTypes) {
    if (type.*member == value) return &type;
  }
  return nullptr;
}

}  // namespace

const EventType* eventTypeOfCode(std::string_view code) { return find(&EventType::code, code); }

const EventType* eventTypeOfName(std::string_view event) { return find(&EventType::event, event); }

}  // namespace oncue
