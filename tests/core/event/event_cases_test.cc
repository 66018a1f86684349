// Every case of tests/fixtures/events, through every door it can come in by.
#include <gtest/gtest.h>

#include "event/event_cases.h"

namespace oncue::test {
namespace {

class EventCases : public testing::TestWithParam<const char*> {};

TEST_P(EventCases, TextDoor) {
  for (const Case& one : loadCases(GetParam())) expectCase(one.json, payloadText(one.json), EventFormat::Payload);
}

// Base64 and texts that no object stands behind come in by the text door only.
TEST_P(EventCases, ObjectDoor) {
  std::size_t count = 0;
  for (const Case& one : loadCases(GetParam())) {
    if (!one.json.contains("payload") || one.json["payload"].contains("cx") || one.json["payload"].contains("ue_px")) {
      continue;
    }
    expectCaseByRecord(one.json);
    ++count;
  }
  EXPECT_GT(count, 0u);
}

INSTANTIATE_TEST_SUITE_P(Fixtures, EventCases,
                         testing::Values("protocol_keys.json", "event_types.json", "timestamps.json", "urls.json",
                                         "self_describing.json", "never_known.json", "identifiers.json",
                                         "golden.json", "tracker.json"));

TEST(EnrichedCases, TsvAndJson) {
  for (const Case& one : loadCases("enriched.json")) {
    const Json& json = one.json;
    if (json.contains("tsv")) expectCase(json, json["tsv"], EventFormat::EnrichedTsv);
    if (json.contains("json")) expectCase(json, json["json"].dump(), EventFormat::EnrichedJson);
    if (json.contains("jsonText")) expectCase(json, json["jsonText"], EventFormat::EnrichedJson);
  }
}

}  // namespace
}  // namespace oncue::test
