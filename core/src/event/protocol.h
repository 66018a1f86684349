// The tracker protocol: its keys, and which atomic field is made how from which of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "definition/atomic_fields.h"

namespace oncue {

enum class ProtocolKey : std::uint8_t {
#define ONCUE_KEY(name) name,
#include "event/protocol_keys.def"
#undef ONCUE_KEY
  none
};

constexpr std::uint32_t kProtocolKeyCount = static_cast<std::uint32_t>(ProtocolKey::none);

enum class FieldRule : std::uint8_t {
  Unknown,  // never known locally
  Text, UserAgent, Integer, Decimal, Boolean, Uuid, Timestamp, Platform, Width, Height, FirstAddress,
  PageUrl, PageUrlPart, ReferrerUrlPart, Referrer, Campaign, CrossDomain,
  EventType,  // from the event's type and schema
  Settled,    // known once the collector's clock is
};

struct FieldSource {
  FieldRule rule = FieldRule::Unknown;
  ProtocolKey key = ProtocolKey::none;
  ProtocolKey other = ProtocolKey::none;
};

std::string_view protocolKeyName(ProtocolKey key);
FieldSource payloadSource(AtomicField field);

}  // namespace oncue
