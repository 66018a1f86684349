#include "event/protocol.h"

#include <array>

namespace oncue {
namespace {

constexpr const char* kKeyNames[] = {
#define ONCUE_KEY(name) #name,
#include "event/protocol_keys.def"
#undef ONCUE_KEY
};
static_assert(sizeof kKeyNames / sizeof *kKeyNames == kProtocolKeyCount);

constexpr auto kSources = [] {
  std::array<FieldSource, kAtomicFieldCount> sources{};
#define ONCUE_FIELD(field, rule, key, other) \
  sources[static_cast<std::size_t>(AtomicField::field)] = {FieldRule::rule, ProtocolKey::key, ProtocolKey::other};
#include "event/payload_fields.def"
#undef ONCUE_FIELD
  return sources;
}();

}  // namespace

std::string_view protocolKeyName(ProtocolKey key) { return kKeyNames[static_cast<std::size_t>(key)]; }

FieldSource payloadSource(AtomicField field) { return kSources[static_cast<std::size_t>(field)]; }

}  // namespace oncue
