// The plain artefact's event: the extractor has made every value already (js/engine/src/plain/), so a record's slots
// are first what every event has, then Model::properties.
#include "event/reader.h"

#include <cstring>

#include "event/record.h"
#include "event/uuid.h"

namespace oncue {
namespace {

enum Slot : std::uint32_t { Vendor, Name, Version, Id, Created, Sent, True, App, kFirstProperty };

// Behind those of record.h: why the extractor could not make an event of it. Nothing follows.
constexpr std::uint32_t kUnknownTypeMagic = kRecordMagic + 3;
constexpr std::uint32_t kBadSelfDescribingMagic = kRecordMagic + 4;

}  // namespace

struct EventReader::Impl final : Event {
  explicit Impl(const Model& model) {
    for (std::uint32_t i = 0; i < kFirstProperty; ++i) slots_.emplace_back();
    slots_[Vendor].change = slots_[Name].change = slots_[Version].change = EventChange::kName;
    for (std::size_t i = 0; i < model.properties.size(); ++i) slots_.emplace_back();
    for (const AttributeKey& key : model.keys) note(key.property, EventChange::kIds);
    for (const Computation& computation : model.computations) {
      for (const EventCriterion& criterion : computation.filter.criteria) {
        note(criterion.property, EventChange::kFilters);
      }
    }
  }

  Event* read(std::span<const std::uint8_t> record, EventError& error) {
    at_ = record.data();
    const std::uint8_t* const end = at_ + record.size();
    const std::uint32_t magic = u32();
    changes_ = 0;
    switch (magic) {
      case kNotJsonMagic: error = EventError::NotJson; return nullptr;
      case kUnknownTypeMagic: error = EventError::UnknownEventType; return nullptr;
      case kBadSelfDescribingMagic: error = EventError::BadSelfDescribing; return nullptr;
      case kRecordMagic:
        changes_ = EventChange::kAll;
        for (Kept& slot : slots_) slot.value = {};
    }
    // Arrays are written each time.
    for (Kept& slot : slots_) {
      if (slot.value.kind != EventValue::Kind::Array) continue;
      slot.value = {};
      changes_ |= slot.change;
    }
    while (at_ != end) readEntry();
    return this;
  }

  std::string_view vendor() const override { return slots_[Vendor].value.text; }
  std::string_view name() const override { return slots_[Name].value.text; }
  std::string_view version() const override { return slots_[Version].value.text; }
  std::uint8_t changes() const override { return changes_; }
  std::string_view specificationId() const override { return {}; }
  const EventId* id() const override { return has(Id) ? &id_ : nullptr; }
  std::string_view idText() override {
    for (char& c : slots_[Id].text) c |= 0x20;  // digits and hyphens have that bit already
    return slots_[Id].value.text;
  }
  std::optional<std::int64_t> clock() const override { return std::nullopt; }  // replay() is for the larger one

  // Enrich's formula; without `stm`, sent = collected.
  void settle(std::int64_t now) override {
    const std::int64_t sent = has(Sent) ? time(Sent) : now;
    derived_ = has(True) ? time(True) : has(Created) && time(Created) < sent ? now - (sent - time(Created)) : now;
  }

  std::int64_t derivedTstamp() const override { return derived_; }
  EventValue value(std::uint32_t property) override { return slots_[kFirstProperty + property].value; }
  EventValue atomic(AtomicField) override { return slots_[App].value; }  // of no other is asked

  std::optional<std::string_view> identifier(std::uint32_t property) override {
    const EventValue found = value(property);
    if (found.kind != EventValue::Kind::String) return std::nullopt;  // keys are read from atomic texts only
    return found.text;
  }

 private:
  struct Kept {
    EventValue value;
    std::string text;
    Vec<EventValue> items;
    std::uint8_t change = 0;
  };

  void note(std::uint32_t property, std::uint8_t change) {
    if (property != kNone) slots_[kFirstProperty + property].change |= change;
  }

  bool has(Slot slot) const { return !slots_[slot].value.isNull(); }
  std::int64_t time(Slot slot) const { return static_cast<std::int64_t>(slots_[slot].value.number); }

  template <class T>
  T fixed() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  std::uint32_t u32() { return fixed<std::uint32_t>(); }

  EventValue readValue(std::uint8_t tag, Vec<EventValue>& into) {
    switch (static_cast<RecordTag>(tag)) {
      case RecordTag::Null: break;
      case RecordTag::False: return EventValue::boolean(false);
      case RecordTag::True: return EventValue::boolean(true);
      case RecordTag::Number: return EventValue::of(fixed<double>());
      case RecordTag::Object: return {.kind = EventValue::Kind::Object};
      case RecordTag::String: {
        const std::uint32_t size = u32();
        const std::string_view text{reinterpret_cast<const char*>(at_), size};
        at_ += size;
        return EventValue::of(text);
      }
      case RecordTag::Array: {
        // An array inside an array has no items.
        const std::uint32_t count = u32();
        if (count != 0) into.resize(count);
        for (std::uint32_t i = 0; i < count; ++i) into[i] = readValue(static_cast<std::uint8_t>(u32()), into);
        return {.kind = EventValue::Kind::Array, .items = into.data(), .count = count};
      }
    }
    return {};
  }

  void readEntry() {
    const std::uint32_t head = u32();
    Kept& slot = slots_[head >> 8];
    slot.value = readValue(static_cast<std::uint8_t>(head), slot.items);
    if (slot.value.kind == EventValue::Kind::String) {
      slot.text = slot.value.text;
      slot.value.text = slot.text;
    }
    changes_ |= slot.change;
    if (head >> 8 == Id && !parseUuid(slot.value.text, id_)) slot.value = {};
  }

  Vec<Kept> slots_;
  const std::uint8_t* at_ = nullptr;
  EventId id_;
  std::uint8_t changes_ = 0;
  std::int64_t derived_ = 0;
};

EventReader::EventReader(const Model& model, EnrichmentOptions) : impl_(std::make_unique<Impl>(model)) {}

EventReader::~EventReader() = default;

Event* EventReader::read(std::string_view, EventFormat, EventError&) { return nullptr; }

Event* EventReader::readRecord(std::span<const std::uint8_t> record, EventError& error) {
  return impl_->read(record, error);
}

std::string EventReader::extractionPlan() const { return {}; }

std::string_view eventErrorName(EventError error) {
  constexpr std::string_view kNames[] = {"", "not_json", "", "unknown_event_type", "bad_self_describing"};
  return kNames[static_cast<std::size_t>(error)];
}

}  // namespace oncue
