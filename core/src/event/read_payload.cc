#include "base/number_text.h"
#include "event/base64url.h"
#include "event/doors.h"
#include "event/repair_utf8.h"

namespace oncue {
namespace {

// As JavaScript's String(v); objects and arrays are no protocol values.
std::string_view protocolText(const EventValue& value, Arena& arena) {
  switch (value.kind) {
    case EventValue::Kind::String: return value.text;
    case EventValue::Kind::Number: return arena.copy(numberText(value.number));
    case EventValue::Kind::Bool: return value.number != 0 ? "true" : "false";
    default: return {};
  }
}

std::string_view decoded(std::string_view base64, Arena& arena) {
  const std::string_view bytes = decodeBase64(base64, arena).value_or("");
  if (validUtf8Prefix(bytes) == bytes.size()) return bytes;
  std::string repaired;
  appendRepairedUtf8(repaired, bytes);
  return arena.copy(repaired);
}

// The plain variant wins over the encoded one.
std::string_view jsonText(RawEvent& raw, ProtocolKey plain, ProtocolKey encoded) {
  const std::string_view text = raw.protocol(plain);
  return text.empty() ? decoded(raw.protocol(encoded), raw.arena) : text;
}

}  // namespace

EventError readPayload(std::string_view text, const Door& door) {
  RawEvent& raw = door.raw;
  JsonScanner json(text, raw.arena);
  std::string_view name;
  json.enterObject();
  while (json.nextMember(name)) {
    const ProtocolKey key = door.plan.findKey(name);
    if (key == ProtocolKey::none) {
      json.skip();
    } else {
      raw.setProtocol(key, protocolText(json.read(), raw.arena));
    }
  }
  if (!json.ok() || !json.atEnd()) return EventError::NotJson;

  if (raw.protocol(ProtocolKey::e) == "ue") {
    door.selfDescribing.readEvent(jsonText(raw, ProtocolKey::ue_pr, ProtocolKey::ue_px));
  }
  if (door.plan.wantsEntities) {
    const std::string_view entities = jsonText(raw, ProtocolKey::co, ProtocolKey::cx);
    if (!entities.empty()) door.selfDescribing.readEntities(entities);
  }
  return EventError::None;
}

}  // namespace oncue
