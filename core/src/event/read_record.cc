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
  RecordDoor(std::span<const std::uint8_t> record, const ReadPlan& plan, RawEvent& raw, RecordMemory& memory)
      : at_(record.data()), end_(at_ + record.size()), plan_(plan), raw_(raw), memory_(memory) {}

  EventError read() {
    const std::uint32_t magic = u32();
    if (magic == kNotJsonMagic) return EventError::NotJson;
    raw_.goOn();
    if (magic == kRecordMagic) {
      forget();
    } else {
      ok_ = memory_.isWhole && magic == kNextRecordMagic;
    }
    if (!memory_.arrays.empty()) forgetArrays();
    for (readTexts(); ok_ && at_ != end_; readTexts()) readEntry();
    memory_.isWhole = ok_;
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
    auto* items = static_cast<EventValue*>(raw_.arena.allocate(count * sizeof(EventValue)));
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

  void forget() {
    if (!memory_.texts) memory_.texts = std::make_unique<PlainList<char>[]>(plan_.keyCount + 1 + plan_.slotCount);
    raw_.reset(false);
    for (std::uint32_t slot = 0; slot < plan_.slotCount; ++slot) raw_.changeValue(slot, {});
  }

  void forgetArrays() {
    for (const std::uint32_t slot : memory_.arrays) raw_.changeValue(slot, {});
    memory_.arrays.truncate(0);
  }

  // Most events differ in these alone: as long as entries are well-formed texts of the payload. EventView::begin() makes
  // ids and times of the record itself.
  void readTexts() {
    const std::uint8_t* at = at_;
    while (ok_ && end_ - at >= 8) {
      std::uint32_t entry[2];  // head, byte length
      std::memcpy(entry, at, sizeof entry);
      const std::uint32_t slot = entry[0] >> 8;
      const bool isText = static_cast<RecordTag>(entry[0] & 0xFF) == RecordTag::String;
      if (!isText || slot >= plan_.keyCount || static_cast<std::size_t>(end_ - at) - 8 < entry[1]) break;
      std::string_view text{reinterpret_cast<const char*>(at) + 8, entry[1]};
      at += 8 + text.size();
      const ProtocolKey key = plan_.keys[slot];
      if (!plan_.isTaken(key)) text = keep(memory_.texts[slot], text);
      raw_.changeProtocol(key, text);
    }
    at_ = at;
  }

  void readEntry() {
    const std::uint32_t head = u32();
    const std::uint32_t slot = head >> 8;
    ok_ = ok_ && slot <= plan_.keyCount + plan_.slotCount;
    EventValue found = value(static_cast<std::uint8_t>(head), false);
    if (!ok_) return;
    const bool isText = found.kind == EventValue::Kind::String;
    if (isText) found.text = keep(memory_.texts[slot], found.text);
    if (slot > plan_.keyCount) {
      const std::uint32_t planned = slot - plan_.keyCount - 1;
      raw_.changeValue(planned, found);
      if (found.kind == EventValue::Kind::Array) memory_.arrays.push(planned);
    } else if (!isText && !found.isNull()) {
      ok_ = false;
    } else if (slot == plan_.keyCount) {
      raw_.changeSchema(parseIgluUri(found.text).value_or(IgluUri{}));
    } else {
      raw_.changeProtocol(plan_.keys[slot], found.text);
    }
  }

  static std::string_view keep(PlainList<char>& kept, std::string_view text) {
    kept.truncate(0);
    kept.extend(static_cast<std::uint32_t>(text.size()));
    if (!text.empty()) std::memcpy(kept.begin(), text.data(), text.size());
    return {kept.begin(), text.size()};
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const ReadPlan& plan_;
  RawEvent& raw_;
  RecordMemory& memory_;
  bool ok_ = true;
};

}  // namespace

EventError readRecord(std::span<const std::uint8_t> record, const ReadPlan& plan, RawEvent& raw, RecordMemory& memory) {
  return RecordDoor(record, plan, raw, memory).read();
}

}  // namespace oncue
