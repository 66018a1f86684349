// The doors an event comes in by. Each fills the RawEvent with what the plan wants; None, or why the input is unusable.
#pragma once

#include <cstdint>
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

// A tracker payload: one JSON object of protocol keys, its values texts or scalars (events 1).
EventError readPayload(std::string_view text, const Door& door);

// One line of the enriched format: 131 columns in the order of AtomicField.
EventError readEnrichedTsv(std::string_view line, const Door& door);

// The Analytics SDKs' JSON: atomic names, contexts_<vendor>_<name>_<major> lists, unstruct_event_<...> objects; or the
// columns contexts, derived_contexts and unstruct_event as they stand in the TSV, as JSON or as text.
EventError readEnrichedJson(std::string_view text, const Door& door);

// Texts of earlier records that a later one refers to (record.h, Same).
struct RecordMemory {
  PlainList<char> texts[kProtocolKeyCount + 1];  // by slot
  bool isKnown[kProtocolKeyCount + 1] = {};
  IgluUri schema;  // parsed from the text in the schema's slot
};

// The page's record (record.h). Strings stay where they are: the record outlives the event.
EventError readRecord(std::span<const std::uint8_t> record, const Door& door, RecordMemory& memory);

}  // namespace oncue
