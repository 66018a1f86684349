// The cold calls, as plain functions over an engine's address, texts and numbers. All artefacts are made from this one
// list: full.cc hands each to Embind, page.cc and plain/page.cc put them behind one export. Conversion only; the engine's rules are core's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The order is the page artefact's numbering, which js/engine/src/page_glue.ts repeats: first what answers a number, then
// the one that answers bytes, then what answers text.
#define ONCUE_CALLS(CALL) \
  CALL(create)            \
  CALL(destroy)           \
  CALL(load)              \
  CALL(restore)           \
  CALL(forget)            \
  CALL(receive)           \
  CALL(now)               \
  CALL(snapshot)          \
  CALL(report)            \
  CALL(fired)             \
  CALL(rejection)         \
  CALL(attributes)        \
  CALL(groupAttributes)   \
  CALL(serviceAttributes) \
  CALL(ids)               \
  CALL(latestId)          \
  CALL(catalog)           \
  CALL(explainIntervention) \
  CALL(explainAttribute)  \
  CALL(stats)             \
  CALL(extractionPlan)

// Behind them, where the numbers go on: the calls that not every artefact has.
#define ONCUE_SYNC_CALLS(CALL) CALL(sync)

namespace calls {

using Handle = std::uintptr_t;  // address of an engine; 0 is none
using Text = std::string_view;  // JSON unless said otherwise
using Ms = double;              // JavaScript's milliseconds; "never" is Infinity

// Bytes that are no text.
struct Bytes {
  std::string bytes;
};

// The calls that can fail answer 0 or false, and report() then has {"errors":[{"pointer","code","message"}],"warnings":[...]}.
Handle create(Text options);
void destroy(Handle engine);
bool load(Handle engine, Text definitions);
bool restore(Handle engine, Text bytes);
std::string report();

bool forget(Handle engine, Text key, Text id);
std::uint32_t receive(Handle engine, Text intervention, Ms now);  // how many fired
std::string fired(Handle engine);
std::string rejection(Handle engine);
Ms now(Handle engine);
Bytes snapshot(Handle engine);

std::string attributes(Handle engine, Text key, Text id, Ms now);
std::string groupAttributes(Handle engine, Text group, Text id, Ms now, double version);
std::string serviceAttributes(Handle engine, Text service, Text key, Text id, Ms now);
std::string ids(Handle engine, Text key);
std::string latestId(Handle engine, Text key);  // no JSON
std::string catalog(Handle engine);
std::string explainIntervention(Handle engine, Text name, Text ids, Ms now);
std::string explainAttribute(Handle engine, Text name, Text ids, Ms now);
std::string stats(Handle engine);
std::string extractionPlan(Handle engine);

std::string sync(Handle engine, Text command, Ms now);

}  // namespace calls
