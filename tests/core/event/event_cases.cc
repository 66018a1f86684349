#include "event/event_cases.h"

#include <gtest/gtest.h>

#include <fstream>

#include "definition/path.h"
#include "event/record_encoder.h"

namespace oncue::test {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

EnrichmentOptions optionsOf(const Json& json) {
  EnrichmentOptions options;
  const auto domains = json.value("internalDomains", std::vector<std::string>{});
  options.internalDomains.assign(domains.begin(), domains.end());
  options.campaigns = json.value("campaigns", "");
  options.referrers = json.value("referrers", "");
  options.campaignAttribution = json.value("campaignAttribution", true);
  options.userAgent = json.value("userAgent", "");
  return options;
}

Vec<Property> propertiesOf(const Json& expected) {
  Vec<Property> properties;
  for (const char* list : {"values", "identifiers"}) {
    for (const Json& item : expected.value(list, Json::array())) properties.push_back(propertyOf(item["property"]));
  }
  return properties;
}

void expectAnswers(const Json& expected, Event& event, const Wanted& wanted) {
  event.settle(expected.value("now", kNow));
  const Json atomics = expected.value("atomic", Json::object());
  for (const auto& [name, value] : atomics.items()) {
    const auto field = atomicField(name);
    ASSERT_TRUE(field) << name;
    EXPECT_EQ(jsonOf(event.atomic(*field)), value) << name;
    EXPECT_EQ(jsonOf(event.value(Wanted::atomic(*field))), value) << name;
  }
  std::size_t extra = 0;
  for (const Json& item : expected.value("values", Json::array())) {
    EXPECT_EQ(jsonOf(event.value(wanted.extra(extra++))), item["value"]) << item["property"];
  }
  for (const Json& item : expected.value("identifiers", Json::array())) {
    const auto id = event.identifier(wanted.extra(extra++));
    EXPECT_EQ(id ? Json(std::string(*id)) : Json(), item["value"]) << item["property"];
  }
  if (expected.contains("vendor")) { EXPECT_EQ(event.vendor(), expected["vendor"].get<std::string>()); }
  if (expected.contains("name")) { EXPECT_EQ(event.name(), expected["name"].get<std::string>()); }
  if (expected.contains("version")) { EXPECT_EQ(event.version(), expected["version"].get<std::string>()); }
  if (expected.contains("specification")) {
    EXPECT_EQ(event.specificationId(), expected["specification"].get<std::string>());
  }
  if (expected.contains("derived")) { EXPECT_EQ(event.derivedTstamp(), expected["derived"].get<std::int64_t>()); }
  if (expected.contains("clock")) {
    const auto clock = event.clock();
    EXPECT_EQ(clock ? Json(*clock) : Json(), expected["clock"]);
  }
  if (expected.contains("id")) { EXPECT_EQ(event.idText(), expected["id"].get<std::string>()); }
}

template <class Read>
void expectRead(const Json& expected, Read read) {
  SCOPED_TRACE(expected["row"].get<std::string>() + ": " + expected.dump(-1, ' ', true).substr(0, 500));
  const Wanted wanted(propertiesOf(expected), expected.contains("specification"));
  EventReader reader(wanted.model, optionsOf(expected.value("options", Json::object())));
  EventError error;
  Event* event = read(reader, error);
  EXPECT_EQ(eventErrorName(error), expected.value("error", "none"));
  EXPECT_EQ(event != nullptr, !expected.contains("error"));
  if (event != nullptr) expectAnswers(expected, *event, wanted);
}

}  // namespace

Property propertyOf(const Json& json) {
  Property property;
  if (json["type"] == "atomic") {
    property.atomic = *atomicField(json["name"].get<std::string>());
    return property;
  }
  property.source = json["type"] == "event" ? Property::Source::Event : Property::Source::Entity;
  property.vendor = json["vendor"];
  property.name = json["name"];
  property.majorVersion = json["major_version"];
  property.index = json.value("index", 0u);
  EXPECT_TRUE(parsePath(json["path"].get<std::string>(), property.path)) << json;
  return property;
}

Wanted::Wanted(Vec<Property> extra, bool specification) {
  for (std::uint32_t i = 0; i < kAtomicFieldCount; ++i) {
    model.properties.emplace_back().atomic = static_cast<AtomicField>(i);
  }
  for (Property& property : extra) model.properties.push_back(std::move(property));
  if (!specification) return;
  model.keys.emplace_back();
  Computation& computation = model.computations.emplace_back();
  computation.key = 0;
  computation.filter.matchers.emplace_back().eventSpecificationId = "any";
}

Json jsonOf(const EventValue& value, bool nested) {
  switch (value.kind) {
    case EventValue::Kind::Null: return nullptr;
    case EventValue::Kind::Bool: return value.number != 0;
    case EventValue::Kind::Number: return value.number;
    case EventValue::Kind::String: return std::string(value.text);
    case EventValue::Kind::Object: return {{"$kind", "object"}};
    case EventValue::Kind::Array: break;
  }
  if (nested) return {{"$kind", "array"}};
  Json items = Json::array();
  for (std::uint32_t i = 0; i < value.count; ++i) items.push_back(jsonOf(value.items[i], true));
  return items;
}

Json answersOf(Event& event, const Wanted& wanted) {
  event.settle(kNow);
  Json values = Json::array();
  Json identifiers = Json::array();
  for (std::uint32_t i = 0; i < wanted.model.properties.size(); ++i) {
    values.push_back(jsonOf(event.value(i)));
    const auto id = event.identifier(i);
    identifiers.push_back(id ? Json(std::string(*id)) : Json());
  }
  const auto clock = event.clock();
  return {{"values", values},
          {"identifiers", identifiers},
          {"vendor", std::string(event.vendor())},
          {"name", std::string(event.name())},
          {"version", std::string(event.version())},
          {"specification", std::string(event.specificationId())},
          {"id", std::string(event.idText())},
          {"clock", clock ? Json(*clock) : Json()},
          {"derived", event.derivedTstamp()}};
}

std::vector<Case> loadCases(const std::string& file) {
  std::ifstream in(ONCUE_FIXTURES_DIR "/events/" + file);
  EXPECT_TRUE(in) << file;
  std::vector<Case> cases;
  for (const Json& json : Json::parse(in)) cases.push_back({file, json});
  return cases;
}

void expectCase(const Json& expected, const std::string& text, EventFormat format) {
  expectRead(expected, [&](EventReader& reader, EventError& error) { return reader.read(text, format, error); });
}

void expectCaseByRecord(const Json& expected) {
  expectRead(expected, [&](EventReader& reader, EventError& error) {
    static std::string record;
    record = encodeRecord(Json::parse(reader.extractionPlan()), payloadOf(expected));
    return reader.readRecord({reinterpret_cast<const std::uint8_t*>(record.data()), record.size()}, error);
  });
}

Json payloadOf(const Json& json) {
  Json payload = json["payload"];
  if (!payload.contains("e")) payload["e"] = "pv";
  return payload;
}

std::string payloadText(const Json& json) {
  return json.contains("text") ? json["text"].get<std::string>() : payloadOf(json).dump();
}

}  // namespace oncue::test
