// Design, two doors, one room: random events answer the same through their text and through their objects, and an
// enriched event the same as TSV and as JSON.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <random>

#include "event/event_cases.h"
#include "event/record_encoder.h"

namespace oncue::test {
namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(engine_() % n); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class List>
  auto pick(const List& list) { return *(std::begin(list) + below(static_cast<unsigned>(std::size(list)))); }

 private:
  std::mt19937 engine_;
};

unsigned seed() {
  const char* given = std::getenv("ONCUE_SEED");
  return given != nullptr ? static_cast<unsigned>(std::atoi(given)) : static_cast<unsigned>(std::time(nullptr));
}

const char* const kMembers[] = {"a", "b", "c", "id", "price", "é", "", "schema", "data", "length"};
const char* const kTexts[] = {"", "x", "12.5", "a\tb\n", "Grüße 👋", "\"\\/", "\u0000", "2024-01-01T00:00:00Z", "true", "com.acme"};
const char* const kSchemas[] = {"iglu:com.acme/thing/jsonschema/1-0-0", "iglu:com.acme/thing/jsonschema/1-7-3",
                                "iglu:com.acme/thing/jsonschema/2-0-0", "iglu:com.acme/product/jsonschema/1-0-0",
                                "iglu:com.acme/product/jsonschema/1-0-1", "iglu:com.acme/unwanted/jsonschema/1-0-0",
                                "iglu:com.snowplowanalytics.snowplow/event_specification/jsonschema/1-0-2", "iglu:bad", ""};
const char* const kValues[] = {"1", "0", "web", "1280x720", "1700000000000", "-5", "abc", "9.5", "https://shop.example/p?utm_source=a&_sp=u.1#f",
                               "https://www.google.com/?q=x", "C6EF3124-B53A-4B13-A233-0088F79DCBCB", "a\tb", "é", "10.0.0.1, 2", ""};

Json scalar(Random& random) {
  switch (random.below(7)) {
    case 0: return nullptr;
    case 1: return random.chance(50);
    case 2: return static_cast<int>(random.below(2000)) - 1000;
    case 3: return (static_cast<double>(random.below(100000)) - 50000) / 64;
    case 4: return random.pick(std::vector<Json>{1e300, 5e-324, 0, 1e21, 123456789012345678.0});
    default: return random.pick(kTexts);
  }
}

Json any(Random& random, int depth) {
  if (depth == 0 || random.chance(30)) return scalar(random);
  Json value = random.chance(40) ? Json::array() : Json::object();
  for (unsigned i = random.below(5); i > 0; --i) {
    if (value.is_array()) {
      value.push_back(any(random, depth - 1));
    } else {
      value[random.pick(kMembers)] = any(random, depth - 1);
    }
  }
  return value;
}

Json selfDescribing(Random& random) {
  if (random.chance(5)) return any(random, 2);
  Json json = {{"schema", random.pick(kSchemas)}, {"data", any(random, 4)}};
  if (random.chance(80)) json["data"] = {{"a", any(random, 3)}, {"id", any(random, 1)}, {"price", any(random, 2)}};
  if (random.chance(5)) json.erase(random.chance(50) ? "schema" : "data");
  return json;
}

Vec<Property> randomProperties(Random& random) {
  Vec<Property> properties;
  std::vector<std::string> seen;
  for (int i = 0; i < 25; ++i) {
    const bool isEvent = random.chance(40);
    std::string path = random.pick(std::vector<std::string>{"a", "id", "price", "a.b", "b", "é.a"});
    for (unsigned steps = random.below(3); steps > 0; --steps) {
      path += random.chance(50) ? "[" + std::to_string(random.below(3)) + "]" : std::string(".") + random.pick(std::vector<std::string>{"a", "b", "c"});
    }
    Json json = {{"type", isEvent ? "event" : "entity"}, {"vendor", "com.acme"}, {"name", random.pick(std::vector<std::string>{"thing", "product"})},
                 {"major_version", 1 + random.below(2)}, {"path", path}, {"index", isEvent ? 0 : random.below(3)}};
    if (std::find(seen.begin(), seen.end(), json.dump()) != seen.end()) continue;
    seen.push_back(json.dump());
    properties.push_back(propertyOf(json));
  }
  return properties;
}

Json randomPayload(Random& random) {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all = {"unknown", "constructor"};
#define ONCUE_KEY(name) all.emplace_back(#name);
#include "event/protocol_keys.def"
#undef ONCUE_KEY
    all.resize(all.size() - 4);  // without those that carry JSON
    return all;
  }();
  Json payload = {{"e", random.pick(std::vector<std::string>{"pv", "pp", "se", "tr", "ti", "ue", "ue", "ue", "ad", ""})}};
  for (unsigned i = random.below(30); i > 0; --i) {
    payload[random.pick(keys)] = random.chance(90) ? Json(random.pick(kValues)) : random.chance(90) ? scalar(random) : any(random, 1);
  }
  return payload;
}

TEST(Doors, RandomPayloadsAnswerTheSame) {
  const unsigned from = seed();
  SCOPED_TRACE("ONCUE_SEED=" + std::to_string(from));
  Random random(from);
  std::uint32_t usable = 0;
  for (int model = 0; model < 10; ++model) {
    const Wanted wanted(randomProperties(random), random.chance(50));
    EventReader reader(wanted.model, {.internalDomains = {}, .campaigns = "", .referrers = "", .userAgent = "agent"});
    const Json plan = Json::parse(reader.extractionPlan());
    Written written;
    for (int round = 0; round < 150; ++round) {
      Json payload = randomPayload(random);
      Json event, entities;
      if (random.chance(95)) {
        event = selfDescribing(random);
        payload["ue_pr"] = Json{{"schema", "x"}, {"data", event}}.dump();
      }
      if (random.chance(80)) {
        entities = Json::array();
        for (unsigned i = random.below(7); i > 0; --i) entities.push_back(selfDescribing(random));
        if (random.chance(3)) entities = any(random, 2);
        payload["co"] = Json{{"schema", "x"}, {"data", entities}}.dump();
      }
      const std::string text = payload.dump();
      SCOPED_TRACE(text);
      EventError byText, byObjects;
      Event* first = reader.read(text, EventFormat::Payload, byText);
      const Json expected = first != nullptr ? answersOf(*first, wanted) : Json();
      const std::string record = encodeRecord(plan, payload, event, entities, &written);
      Event* second = reader.readRecord({reinterpret_cast<const std::uint8_t*>(record.data()), record.size()}, byObjects);
      ASSERT_EQ(eventErrorName(byText), eventErrorName(byObjects));
      ASSERT_EQ(second != nullptr ? answersOf(*second, wanted) : Json(), expected);
      usable += first != nullptr;
    }
  }
  EXPECT_GT(usable, 600u);
}

std::string tsvOf(const Json& columns) {
  std::string line;
  for (std::uint32_t i = 0; i < kAtomicFieldCount; ++i) {
    const std::string name(atomicName(static_cast<AtomicField>(i)));
    if (i > 0) line += '\t';
    if (columns.contains(name)) line += columns[name].get<std::string>();
  }
  return line;
}

TEST(Doors, RandomEnrichedEventsAnswerTheSame) {
  const unsigned from = seed();
  SCOPED_TRACE("ONCUE_SEED=" + std::to_string(from));
  Random random(from);
  std::uint32_t usable = 0;
  for (int model = 0; model < 5; ++model) {
    const Wanted wanted(randomProperties(random), random.chance(50));
    EventReader reader(wanted.model, {});
    for (int round = 0; round < 200; ++round) {
      Json columns = {{"event", random.pick(std::vector<std::string>{"page_view", "unstruct", "unstruct", "own"})}};
      if (random.chance(90)) columns["event_name"] = "named";
      for (unsigned i = random.below(30); i > 0; --i) {
        const auto field = static_cast<AtomicField>(random.below(kAtomicFieldCount));
        const std::string value = random.pick(kValues);
        if (atomicType(field) != AtomicType::Json && value.find('\t') == std::string::npos) {
          columns[std::string(atomicName(field))] = value;
        }
      }
      for (const char* column : {"contexts", "derived_contexts"}) {
        if (random.chance(50)) continue;
        Json entities = Json::array();
        for (unsigned i = random.below(4); i > 0; --i) entities.push_back(selfDescribing(random));
        columns[column] = Json{{"data", entities}}.dump();
      }
      if (random.chance(80)) columns["unstruct_event"] = Json{{"data", selfDescribing(random)}}.dump();
      const std::string text = columns.dump();
      SCOPED_TRACE(text);
      EventError byTsv, byJson;
      Event* first = reader.read(tsvOf(columns), EventFormat::EnrichedTsv, byTsv);
      const Json expected = first != nullptr ? answersOf(*first, wanted) : Json();
      Event* second = reader.read(text, EventFormat::EnrichedJson, byJson);
      ASSERT_EQ(eventErrorName(byTsv), eventErrorName(byJson));
      ASSERT_EQ(second != nullptr ? answersOf(*second, wanted) : Json(), expected);
      usable += first != nullptr;
    }
  }
  EXPECT_GT(usable, 300u);
}

}  // namespace
}  // namespace oncue::test
