// Runs the cases of tests/fixtures/events: one event, and what is expected of it. tests/fixtures/events/README.md
// explains the format.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "event/reader.h"

namespace oncue::test {

using Json = nlohmann::json;

// {"type":"atomic","name":...} or {"type":"event"|"entity","vendor":...,"name":...,"major_version":...,"path":...,"index":n}.
Property propertyOf(const Json& json);

// A model that reads all atomic fields and the given properties; `specification` adds a matcher on a specification id.
struct Wanted {
  explicit Wanted(Vec<Property> extra = {}, bool specification = false);

  static std::uint32_t atomic(AtomicField field) { return static_cast<std::uint32_t>(field); }
  std::uint32_t extra(std::size_t i) const { return kAtomicFieldCount + static_cast<std::uint32_t>(i); }

  Model model;
};

// JSON of a value; an object is {"$kind":"object"}, an array inside an array {"$kind":"array"}.
Json jsonOf(const EventValue& value, bool nested = false);

// Everything an event answers, as JSON, for comparing doors.
Json answersOf(Event& event, const Wanted& wanted);

struct Case {
  std::string file;
  Json json;
};

std::vector<Case> loadCases(const std::string& file);

// Reads `text` as `format` and compares with the case's expectations.
void expectCase(const Json& expected, const std::string& text, EventFormat format);

// The case's payload through the record door, written the way the page's extractor does it.
void expectCaseByRecord(const Json& expected);

// Text of the case's payload: `text`, or `payload` with "e":"pv" when it has no "e".
std::string payloadText(const Json& json);
Json payloadOf(const Json& json);

}  // namespace oncue::test
