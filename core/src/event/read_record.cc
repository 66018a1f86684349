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
  RecordDoor(std::span<const std::uint8_t> record, const Door& door, RecordMemory& memory)
      : at_(record.data()), end_(at_ + record.size()), door_(door), memory_(memory) {}

  EventError read() {
    const std::uint32_t magic = u32();
    if (magic == kNotJsonMagic) return EventError::NotJson;
    if (magic != kRecordMagic) return EventError::BadRecord;
    while (ok_ && at_ != end_) readEntry();
    return ok_ ? EventError::None : EventError::BadRecord;
  }

 private:
  bool has(std::size_t size) { return ok_ = ok_ && remaining() >= size; }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }

  // wasm and every machine it runs on are little-endian.
  template <class T>
  T fixed() {
    T value{};
    if (!has(sizeof value)) return value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  std::uint32_t u32() { return fixed<std::uint32_t>(); }

  EventValue number() {
    const auto value = fixed<double>();
    ok_ = ok_ && std::isfinite(value);
    return EventValue::of(value);
  }

  EventValue string() {
    const std::uint32_t size = u32();
    if (!has(size)) return {};
    const std::string_view text{reinterpret_cast<const char*>(at_), size};
    at_ += size;
    return EventValue::of(text);
  }

  EventValue array(bool nested) {
    const std::uint32_t count = u32();
    ok_ = ok_ && (nested ? count == 0 : count <= remaining() / kSmallestValue);
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
      case RecordTag::Same: break;
    }
    ok_ = false;
    return {};
  }

  void readEntry() {
    const std::uint32_t head = u32();
    const std::uint32_t keyCount = door_.plan.keyCount;
    const std::uint32_t slot = head >> 8;
    const auto tag = static_cast<std::uint8_t>(head);
    if (slot <= keyCount) return readText(slot, tag);
    const EventValue found = value(tag, false);
    ok_ = ok_ && slot - keyCount - 1 < door_.plan.slotCount;
    if (ok_) door_.raw.setValue(slot - keyCount - 1, found);
  }

  void readText(std::uint32_t slot, std::uint8_t tag) {
    const bool isSchema = slot == door_.plan.keyCount;
    PlainList<char>& kept = memory_.texts[slot];
    const bool isText = tag == static_cast<std::uint8_t>(RecordTag::String);
    if (isText) {
      const std::string_view text = string().text;
      if (!ok_) return;
      kept.truncate(0);
      kept.extend(static_cast<std::uint32_t>(text.size()));
      if (!text.empty()) std::memcpy(kept.begin(), text.data(), text.size());
      memory_.isKnown[slot] = true;
      if (isSchema) memory_.schema = parseIgluUri({kept.begin(), kept.size()}).value_or(IgluUri{});
    }
    ok_ = ok_ && memory_.isKnown[slot] && (isText || tag == static_cast<std::uint8_t>(RecordTag::Same));
    if (!ok_) return;
    if (isSchema) {
      door_.raw.schema = memory_.schema;
    } else {
      door_.raw.setProtocol(door_.plan.keys[slot], {kept.begin(), kept.size()});
    }
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const Door& door_;
  RecordMemory& memory_;
  bool ok_ = true;
};

}  // namespace

EventError readRecord(std::span<const std::uint8_t> record, const Door& door, RecordMemory& memory) {
  return RecordDoor(record, door, memory).read();
}

}  // namespace oncue
