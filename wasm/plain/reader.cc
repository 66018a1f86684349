// The plain artefact's event: the extractor has made every value already (js/engine/src/plain/), so a record's slots
// are first what every event has, then Model::properties.
#include "event/reader.h"

#include <cstring>

#include "event/record.h"
#include "event/uuid.h"

namespace oncue {
namespace {

enum Slot : std::uint32_t { Vendor, Name, Version, Id, Created, Sent, True, App, kFirstProperty };

// By magic behind kNextRecordMagic, of which record.h has the first: why the extractor could not make an event of it.
// Nothing follows.
constexpr EventError kErrors[] = {EventError::NotJson, EventError::UnknownEventType, EventError::BadSelfDescribing};
static_assert(kNotJsonMagic == kNextRecordMagic + 1);

}  // namespace

struct EventReader::Impl final : Event {
  explicit Impl(const Model& model) {
    slots_.resize(kFirstProperty + model.properties.size());
    slots_[Vendor].change = slots_[Name].change = slots_[Version].change = EventChange::kName;
    for (const AttributeKey& key : model.keys) note(key.property, EventChange::kIds);
    for (const Computation& computation : model.computations) {
      for (const EventCriterion& criterion : computation.filter.criteria) {
        note(criterion.property, EventChange::kFilters);
      }
    }
  }

  Event* read(const std::uint8_t* record, std::size_t size, EventError& error) {
    at_ = record;
    const std::uint8_t* const end = record + size;
    const std::uint32_t magic = u32();
    changes_ = 0;
    if (magic > kNextRecordMagic) {
      error = kErrors[magic - kNotJsonMagic];
      return nullptr;
    }
    const bool isWhole = magic == kRecordMagic;
    if (isWhole || hasArrays_) forget(isWhole);
    while (at_ != end) readEntry();
    return this;
  }

  std::string_view vendor() const override { return slots_[Vendor].value.text; }
  std::string_view name() const override { return slots_[Name].value.text; }
  std::string_view version() const override { return slots_[Version].value.text; }
  std::uint8_t changes() const override { return changes_; }
  std::string_view specificationId() const override { return {}; }
  const EventId* id() const override { return hasId_ ? &id_ : nullptr; }
  // Good until the next call.
  std::string_view idText() override {
    if (!hasId_) return {};
    return idText_ = uuidText(id_);
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
  static RecordTag tagOf(std::uint32_t head) { return static_cast<RecordTag>(head & 0xFF); }

  // Arrays are written each time.
  void forget(bool isWhole) {
    hasArrays_ = false;
    if (isWhole) {
      hasId_ = false;
      changes_ = EventChange::kAll;
    }
    for (Kept& slot : slots_) {
      if (!isWhole && slot.value.kind != EventValue::Kind::Array) continue;
      slot.value = {};
      changes_ |= slot.change;
    }
  }

  std::string_view text() {
    const std::uint32_t size = u32();
    const std::string_view text{reinterpret_cast<const char*>(at_), size};
    at_ += size;
    return text;
  }

  // In place: a whole value, copied right after its parts were written, waits for them.
  void readValue(RecordTag tag, EventValue& value, Vec<EventValue>& items) {
    using Kind = EventValue::Kind;
    value = {};
    if (tag == RecordTag::Number) {
      value.kind = Kind::Number;
      value.number = fixed<double>();
    } else if (tag == RecordTag::String) {
      value.kind = Kind::String;
      value.text = text();
    } else if (tag == RecordTag::Array) {
      hasArrays_ = true;
      value.kind = Kind::Array;
      // An array inside an array has no items.
      value.count = u32();
      if (value.count != 0) items.resize(value.count);
      for (std::uint32_t i = 0; i < value.count; ++i) readValue(tagOf(u32()), items[i], items);
      value.items = items.data();
    } else {
      value.kind = tag == RecordTag::Null ? Kind::Null : tag == RecordTag::Object ? Kind::Object : Kind::Bool;
      value.number = tag == RecordTag::True ? 1 : 0;
    }
  }

  void readEntry() {
    const std::uint32_t head = u32();
    const RecordTag tag = tagOf(head);
    // In most events nothing but id and time is another than before. Of the id no text is kept.
    if (head >> 8 == Id) {
      hasId_ = tag == RecordTag::String && parseUuid(text(), id_);
      return;
    }
    Kept& slot = slots_[head >> 8];
    changes_ |= slot.change;
    readValue(tag, slot.value, slot.items);
    if (tag != RecordTag::String) return;
    slot.text = slot.value.text;
    slot.value.text = slot.text;
  }

  Vec<Kept> slots_;
  const std::uint8_t* at_ = nullptr;
  bool hasArrays_ = false;
  bool hasId_ = false;
  EventId id_;
  std::string idText_;
  std::uint8_t changes_ = 0;
  std::int64_t derived_ = 0;
};

EventReader::EventReader(const Model& model, EnrichmentOptions, bool) : impl_(std::make_unique<Impl>(model)) {}

EventReader::~EventReader() = default;

Event* EventReader::read(std::string_view, EventFormat, EventError&) { return nullptr; }

Event* EventReader::readRecord(const std::uint8_t* record, std::size_t size, EventError& error) {
  return impl_->read(record, size, error);
}

std::string EventReader::extractionPlan() const { return {}; }

std::string_view eventErrorName(EventError error) {
  constexpr std::string_view kNames[] = {"", "not_json", "", "unknown_event_type", "bad_self_describing"};
  return kNames[static_cast<std::size_t>(error)];
}

}  // namespace oncue
