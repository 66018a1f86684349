// The doors an event comes in by. Each fills the RawEvent with what the plan wants; None, or why the input is unusable.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "event/event.h"
#include "event/raw_event.h"
#include "event/self_describing.h"

namespace oncue {

struct Door {
  const ReadPlan& plan;
  RawEvent& raw;
  SelfDescribingReader& selfDescribing;
};

// Texts are well-formed UTF-8 and outlive the event.

// A tracker payload: one JSON object of protocol keys, its values texts or scalars.
EventError readPayload(std::string_view text, const Door& door);

// One line of the enriched format: 131 columns in the order of AtomicField.
EventError readEnrichedTsv(std::string_view line, const Door& door);

// The Analytics SDKs' JSON: atomic names, contexts_<vendor>_<name>_<major> lists, unstruct_event_<...> objects; or the
// columns contexts, derived_contexts and unstruct_event as they stand in the TSV, as JSON or as text.
EventError readEnrichedJson(std::string_view text, const Door& door);

// What later records go on from, besides the RawEvent (record.h).
struct RecordMemory {
  std::unique_ptr<PlainList<char>[]> texts;  // by slot of the record
  PlainList<std::uint32_t> arrays;           // slots of the plan that hold one: they live as long as their record
  bool isWhole = false;                      // the record before was understood
};

// The page's record (record.h), which outlives the event. `raw` is this door's own.
EventError readRecord(std::span<const std::uint8_t> record, const ReadPlan& plan, RawEvent& raw, RecordMemory& memory);

}  // namespace oncue
