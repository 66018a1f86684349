// Attribute values worked out from every event by the tables of evaluation 3 to 7, with no code of the engine.
#pragma once

#include "oracle/history.h"

namespace oncue::oracle {

// One event that was relevant to one attribute for one id.
struct Fact {
  std::int64_t ts = 0;       // derived_tstamp
  std::uint64_t seq = 0;     // arrival
  std::int64_t receipt = 0;  // `now` at arrival
  Json element;              // what the aggregation takes of it; null where it takes nothing
};

// `receivedAt` is the engine's `now` when the event came.
std::int64_t derivedTstamp(const EventDef& event, std::int64_t receivedAt);
Ids idsOf(const EventDef& event);

bool passesFilter(const AttributeDef& attribute, const EventDef& event, std::int64_t receivedAt);
// What the aggregation takes of the event; nothing when the value is unusable.
std::optional<Json> elementOf(const AttributeDef& attribute, const EventDef& event, std::int64_t receivedAt);

// Takes the fact in, or says that it is no update: too late, or older than all of a full window (evaluation 6,
// decisions 17). `facts` are in order of (ts, seq). `ttlMs` is the effective one.
bool addFact(const AttributeDef& attribute, std::int64_t ttlMs, std::uint32_t windowEventLimit, Fact fact,
             std::vector<Fact>& facts);
Json valueOf(const AttributeDef& attribute, std::int64_t ttlMs, const std::vector<Fact>& facts, std::int64_t now);
// With default_value, and 0 for approx_count_distinct.
Json retrieved(const AttributeDef& attribute, const Json& value);

std::int64_t unitMs(const std::string& unit);

}  // namespace oncue::oracle
