#include "event/raw_event.h"

namespace oncue {

void RawEvent::reset(bool isEnriched) {
  if (isEnriched_) {
    for (EventValue& value : given_) value = {};
  }
  for (std::string_view& text : protocol_) text = {};
  rollBack(0);
  arena.reset();
  schema = {};
  isEnriched_ = isEnriched;
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
