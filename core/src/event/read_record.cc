#include <cmath>
#include <cstring>
#include <new>

#include "event/doors.h"
#include "event/record.h"

namespace oncue {
namespace {

constexpr std::uint32_t kSmallestValue = 4;  // bytes of a head

class RecordDoor {
 public:
  RecordDoor(std::span<const std::uint8_t> record, const Door& door) : rest_(record), door_(door) {}

  EventError read() {
    if (u32() != kRecordMagic) return EventError::BadRecord;
    while (ok_ && !rest_.empty()) readEntry();
    return ok_ ? EventError::None : EventError::BadRecord;
  }

 private:
  bool take(void* out, std::size_t size) {
    ok_ = ok_ && rest_.size() >= size;
    if (!ok_) return false;
    std::memcpy(out, rest_.data(), size);
    rest_ = rest_.subspan(size);
    return true;
  }

  // wasm and every machine it runs on are little-endian.
  std::uint32_t u32() {
    std::uint32_t value = 0;
    take(&value, sizeof value);
    return value;
  }

  EventValue number() {
    double value = 0;
    take(&value, sizeof value);
    ok_ = ok_ && std::isfinite(value);
    return EventValue::of(value);
  }

  EventValue string() {
    const std::uint32_t size = u32();
    ok_ = ok_ && rest_.size() >= size;
    if (!ok_) return {};
    const std::string_view text{reinterpret_cast<const char*>(rest_.data()), size};
    rest_ = rest_.subspan(size);
    return EventValue::of(text);
  }

  EventValue array(bool nested) {
    const std::uint32_t count = u32();
    ok_ = ok_ && (nested ? count == 0 : count <= rest_.size() / kSmallestValue);
    if (!ok_) return {};
    auto* items = static_cast<EventValue*>(door_.raw.arena.allocate(count * sizeof(EventValue)));
    for (std::uint32_t i = 0; i < count; ++i) new (items + i) EventValue(value(static_cast<std::uint8_t>(u32()), true));
    return {.kind = EventValue::Kind::Array, .items = items, .count = count};
  }

  EventValue value(std::uint8_t tag, bool nested) {
    switch (static_cast<RecordTag>(tag)) {
      case RecordTag::Null: return {};
      case RecordTag::False: return EventValue::boolean(false);
      case RecordTag::True: return EventValue::boolean(true);
      case RecordTag::Number: return number();
      case RecordTag::String: return string();
      case RecordTag::Object: return {.kind = EventValue::Kind::Object};
      case RecordTag::Array: return array(nested);
    }
    ok_ = false;
    return {};
  }

  void readEntry() {
    const std::uint32_t head = u32();
    const EventValue found = value(static_cast<std::uint8_t>(head), false);
    if (!ok_) return;
    const std::uint32_t keyCount = door_.plan.keyCount;
    const std::uint32_t slot = head >> 8;
    if (slot < keyCount) {
      ok_ = found.kind == EventValue::Kind::String;
      if (ok_) door_.raw.setProtocol(door_.plan.keys[slot], found.text);
    } else if (slot == keyCount) {
      door_.raw.schema = parseIgluUri(found.text).value_or(IgluUri{});
    } else {
      ok_ = slot - keyCount - 1 < door_.plan.slotCount;
      if (ok_) door_.raw.setValue(slot - keyCount - 1, found);
    }
  }

  std::span<const std::uint8_t> rest_;
  const Door& door_;
  bool ok_ = true;
};

}  // namespace

EventError readRecord(std::span<const std::uint8_t> record, const Door& door) {
  return RecordDoor(record, door).read();
}

}  // namespace oncue
