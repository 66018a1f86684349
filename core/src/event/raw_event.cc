#include "event/raw_event.h"

namespace oncue {

void RawEvent::reset(bool isEnriched) {
  if (isEnriched_) {
    for (EventValue& value : given_) value = {};
  }
  for (std::uint32_t i = 0; i < plan_.keyCount; ++i) setProtocol(plan_.keys[i], {});
  for (const ProtocolKey key : {ProtocolKey::ue_pr, ProtocolKey::ue_px, ProtocolKey::co, ProtocolKey::cx}) setProtocol(key, {});
  rollBack(0);
  arena.reset();
  schema = {};
  isEnriched_ = isEnriched;
  lostAt_ = ++number_;
  changes = EventChange::kAll;
  beginning = Beginning::kAll;
}

void RawEvent::goOn() {
  ++number_;
  changes = plan_.alwaysChanging;
  if (!arena.used()) return;
  // What was made in there is lost.
  lostAt_ = number_;
  arena.reset();
}

void RawEvent::changeSchema(const IgluUri& uri) {
  schema = uri;
  change(ProtocolKey::e);
}

void RawEvent::changeValue(std::uint32_t slot, const EventValue& value) {
  values_[slot] = value;
  changes |= plan_.changes[slot];
}

void RawEvent::setValue(std::uint32_t slot, const EventValue& value) {
  if (values_[slot].isNull() && !value.isNull()) touched_.push(slot);
  values_[slot] = value;
}

void RawEvent::rollBack(std::uint32_t mark) {
  for (std::uint32_t i = mark; i < touched_.size(); ++i) values_[touched_[i]] = {};
  touched_.truncate(mark);
}

}  // namespace oncue
