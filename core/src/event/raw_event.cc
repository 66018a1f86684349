#include "event/raw_event.h"

namespace oncue {

void RawEvent::reset(bool isEnriched) {
  if (isEnriched_) given_.fill({});
  for (const ProtocolKey key : plan_.byName) setProtocol(key, {});
  rollBack(0);
  arena.reset();
  schema = {};
  isEnriched_ = isEnriched;
}

void RawEvent::setValue(std::uint32_t slot, const EventValue& value) {
  if (values_[slot].isNull() && !value.isNull()) touched_.push_back(slot);
  values_[slot] = value;
}

void RawEvent::rollBack(std::size_t mark) {
  for (std::size_t i = mark; i < touched_.size(); ++i) values_[touched_[i]] = {};
  touched_.resize(mark);
}

}  // namespace oncue
