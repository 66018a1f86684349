#include "event/reader.h"

#include <utility>

#include "event/doors.h"
#include "event/event_view.h"
#include "event/extraction_plan.h"
#include "event/repair_utf8.h"

namespace oncue {

struct EventReader::Impl {
  Impl(const Model& model, EnrichmentOptions options)
      : plan(model), view(plan, std::move(options)), selfDescribing(plan, view.raw()) {}

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

  Event* finish(EventError& error) {
    if (error == EventError::None) error = view.begin();
    return error == EventError::None ? &view : nullptr;
  }

  ReadPlan plan;
  EventView view;
  SelfDescribingReader selfDescribing;
  RecordMemory records;
  std::string text;
};

EventReader::EventReader(const Model& model, EnrichmentOptions options)
    : impl_(std::make_unique<Impl>(model, std::move(options))) {}

EventReader::~EventReader() = default;

Event* EventReader::read(std::string_view text, EventFormat format, EventError& error) {
  impl_->reset(format != EventFormat::Payload);
  impl_->keep(text);
  error = impl_->read(format);
  return impl_->finish(error);
}

Event* EventReader::readRecord(std::span<const std::uint8_t> record, EventError& error) {
  impl_->reset(false);
  error = oncue::readRecord(record, {impl_->plan, impl_->view.raw(), impl_->selfDescribing}, impl_->records);
  return impl_->finish(error);
}

std::string EventReader::extractionPlan() const { return extractionPlanJson(impl_->plan); }

std::string_view eventErrorName(EventError error) {
  constexpr std::string_view kNames[] = {"none",           "not_json",           "missing_columns", "unknown_event_type",
                                         "bad_self_describing", "bad_record"};
  static_assert(std::size(kNames) == kEventErrorCount);
  return kNames[static_cast<std::size_t>(error)];
}

}  // namespace oncue
