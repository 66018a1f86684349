#include "event/reader.h"

#include <utility>

#include "event/doors.h"
#include "event/event_view.h"
#include "event/extraction_plan.h"
#include "event/repair_utf8.h"

namespace oncue {

struct EventReader::Impl {
  Impl(const Model& model, EnrichmentOptions given, bool readsAppId)
      : options(std::move(given)), plan(model, readsAppId), view(plan, options), selfDescribing(plan, view.raw()), recordView(plan, options) {}

  void reset(bool isEnriched) {
    view.raw().reset(isEnriched);
    selfDescribing.reset();
  }

  // The event borrows from the text, so it is kept; behind this everything is well-formed UTF-8.
  void keep(std::string_view given) {
    text.clear();
    appendRepairedUtf8(text, given);
  }

  EventError read(EventFormat format) {
    const Door door{plan, view.raw(), selfDescribing};
    switch (format) {
      case EventFormat::Payload: return readPayload(text, door);
      case EventFormat::EnrichedTsv: return readEnrichedTsv(text, door);
      case EventFormat::EnrichedJson: return readEnrichedJson(text, door);
    }
    return EventError::NotJson;
  }

  static Event* finish(EventView& view, EventError& error) {
    if (error == EventError::None) error = view.begin();
    return error == EventError::None ? &view : nullptr;
  }

  const EnrichmentOptions options;
  ReadPlan plan;
  EventView view;
  SelfDescribingReader selfDescribing;
  EventView recordView;
  RecordMemory records;
  bool isTextLast = false;
  std::string text;
};

EventReader::EventReader(const Model& model, EnrichmentOptions options, bool readsAppId)
    : impl_(std::make_unique<Impl>(model, std::move(options), readsAppId)) {}

EventReader::~EventReader() = default;

Event* EventReader::read(std::string_view text, EventFormat format, EventError& error) {
  impl_->isTextLast = true;
  impl_->reset(format != EventFormat::Payload);
  impl_->keep(text);
  error = impl_->read(format);
  return Impl::finish(impl_->view, error);
}

Event* EventReader::readRecord(const std::uint8_t* record, std::size_t size, EventError& error) {
  RawEvent& raw = impl_->recordView.raw();
  error = oncue::readRecord({record, size}, impl_->plan, raw, impl_->records);
  if (impl_->isTextLast) raw.changes = EventChange::kAll;
  impl_->isTextLast = false;
  return Impl::finish(impl_->recordView, error);
}

std::string EventReader::extractionPlan() const { return extractionPlanJson(impl_->plan); }

std::string_view eventErrorName(EventError error) {
  constexpr std::string_view kNames[] = {"none",           "not_json",           "missing_columns", "unknown_event_type",
                                         "bad_self_describing", "bad_record"};
  static_assert(std::size(kNames) == kEventErrorCount);
  return kNames[static_cast<std::size_t>(error)];
}

}  // namespace oncue
