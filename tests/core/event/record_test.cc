// The object door: what it refuses, what it costs, and the plan it hands to the page.
#include "event/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>
#include <set>
#include <string>

#include "base/wire.h"
#include "event/event_cases.h"
#include "event/record_encoder.h"

namespace oncue::test {
namespace {

const Json kPrice = {{"type", "entity"}, {"vendor", "com.acme"}, {"name", "product"}, {"major_version", 1}, {"path", "a.price"}};
const Json kSecond = {{"type", "entity"}, {"vendor", "com.acme"}, {"name", "product"}, {"major_version", 1}, {"path", "l[2]"}, {"index", 1}};
const Json kType = {{"type", "event"}, {"vendor", "com.acme"}, {"name", "thing"}, {"major_version", 1}, {"path", "type"}};

std::span<const std::uint8_t> bytesOf(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Record, ThePlanNamesWhatIsWanted) {
  Model model;
  model.properties = {propertyOf({{"type", "atomic"}, {"name", "page_urlhost"}}), propertyOf(kPrice), propertyOf(kSecond), propertyOf(kType)};
  EventReader reader(model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  const auto first = plan["keys"].size() + 1;
  EXPECT_EQ(plan["magic"], kRecordMagic);
  EXPECT_EQ(plan["keys"], Json::parse(R"(["aid","dtm","e","eid","stm","ttm","url"])"));
  EXPECT_EQ(plan["schema"], plan["keys"].size());
  EXPECT_EQ(plan["event"]["com.acme/thing/1"], Json::array({Json::array({first + 3, "type"})}));
  EXPECT_EQ(plan["entities"]["com.acme/product/1"],
            Json::array({Json::array({1, Json::array({first + 2, "l", 2})}), Json::array({0, Json::array({first + 1, "a", "price"})})}));
  EXPECT_FALSE(plan.contains("specification"));
}

TEST(Record, ThePlanLeavesOutTheFieldsOfKeysThatNothingUses) {
  Model model;
  for (const char* field : {"user_id", "domain_userid", "domain_sessionid"}) {
    model.keys.push_back({.name = field, .property = static_cast<std::uint32_t>(model.properties.size())});
    model.properties.push_back(propertyOf({{"type", "atomic"}, {"name", field}}));
  }
  const auto keys = [&] { return Json::parse(EventReader(model, {}).extractionPlan())["keys"]; };
  const Json always = Json::parse(R"(["aid","dtm","e","eid","stm","ttm"])");
  EXPECT_EQ(keys(), always);
  model.computations.emplace_back().key = 1;
  EXPECT_EQ(keys(), Json::parse(R"(["aid","dtm","duid","e","eid","stm","ttm"])"));
  model.computations[0].filter.criteria.emplace_back().property = 2;
  EXPECT_EQ(keys(), Json::parse(R"(["aid","dtm","duid","e","eid","sid","stm","ttm"])"));
  model.computations[0].property = 0;
  EXPECT_EQ(keys(), Json::parse(R"(["aid","dtm","duid","e","eid","sid","stm","ttm","uid"])"));
}

TEST(Record, ThePlanSaysWhetherAnEventsOwnTimesMatter) {
  const auto times = [](const Model& model) { return Json::parse(EventReader(model, {}).extractionPlan())["times"].get<bool>(); };
  Model visitors;
  visitors.keys = {{.name = "domain_userid", .property = 0}};
  visitors.properties = {propertyOf({{"type", "atomic"}, {"name", "domain_userid"}})};
  EXPECT_FALSE(times(visitors));
  for (std::size_t i = 0; i < kAggregationCount; ++i) {
    Model model = visitors;
    Computation& computation = model.computations.emplace_back();
    computation.key = 0;
    computation.aggregation = static_cast<AggregationKind>(i);
    const auto timeless = {AggregationKind::Counter, AggregationKind::Sum, AggregationKind::Min, AggregationKind::Max,
                           AggregationKind::Mean, AggregationKind::ApproxCountDistinct};
    EXPECT_EQ(times(model), std::find(timeless.begin(), timeless.end(), computation.aggregation) == timeless.end()) << i;
    computation.periodMs = 1;
    EXPECT_TRUE(times(model)) << i;
  }
  const std::set<std::string> own = {"dvce_created_tstamp", "dvce_sent_tstamp", "true_tstamp", "derived_tstamp"};
  std::set<std::string> others = {"collector_tstamp", "etl_tstamp", "refr_device_tstamp", "page_url"};
  others.insert(own.begin(), own.end());
  for (const std::string& field : others) {
    Model model = visitors;
    model.properties.push_back(propertyOf({{"type", "atomic"}, {"name", field}}));
    Computation& computation = model.computations.emplace_back();
    computation.key = 0;
    computation.filter.criteria.emplace_back().property = 1;
    EXPECT_EQ(times(model), own.contains(field)) << field;
    Model keyed = visitors;
    keyed.keys.push_back({.name = "moment", .property = 1});
    keyed.properties.push_back(model.properties[1]);
    EXPECT_FALSE(times(keyed)) << field << ", of a key that nothing uses";
    keyed.computations.emplace_back().key = 1;
    EXPECT_EQ(times(keyed), own.contains(field)) << field << ", of a key";
  }
}

TEST(Record, ThePlanLeavesOutTheAppWhereNobodyAsks) {
  const auto keys = [](const Model& model) { return Json::parse(EventReader(model, {}, false).extractionPlan())["keys"]; };
  Model model;
  EXPECT_EQ(keys(model), Json::parse(R"(["dtm","e","eid","stm","ttm"])"));
  model.properties = {propertyOf({{"type", "atomic"}, {"name", "app_id"}})};
  EXPECT_EQ(keys(model), Json::parse(R"(["aid","dtm","e","eid","stm","ttm"])"));
}

TEST(Record, ThePlanAsksForTheSpecificationWhenAMatcherDoes) {
  const Wanted wanted({}, true);
  EventReader reader(wanted.model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  EXPECT_EQ(plan["specification"], plan["keys"].size() + 1 + wanted.model.properties.size());
}

TEST(Record, APathTooDeepForTheStackIsNotWanted) {
  Json deep = kPrice;
  std::string path = "a";
  for (int i = 0; i < 100; ++i) path += ".a";
  deep["path"] = path;
  Model model;
  model.properties = {propertyOf(deep)};
  EventReader reader(model, {});
  EXPECT_TRUE(Json::parse(reader.extractionPlan())["entities"].empty());
}

// What a record with one entry of `slot` and `tag` and these bytes after it is answered with.
EventError errorOf(std::uint32_t slot, std::uint32_t tag, std::string_view payload = {}) {
  const Wanted wanted({propertyOf(kPrice)});
  EventReader reader(wanted.model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  Writer out;
  out.raw(encodeRecord(plan, {{"e", "pv"}}));
  out.u32(slot << 8 | tag);
  out.raw(payload);
  EventError error;
  const Event* event = reader.readRecord(bytesOf(out.bytes()), error);
  EXPECT_EQ(event == nullptr, error != EventError::None);
  return error;
}

TEST(Record, TextThatIsNoJsonObjectIsRefusedAsTheTextDoorDoes) {
  const Wanted wanted({propertyOf(kPrice)});
  EventReader reader(wanted.model, {});
  Writer out;
  out.u32(kNotJsonMagic);
  EventError error;
  EXPECT_EQ(reader.readRecord(bytesOf(out.bytes()), error), nullptr);
  EXPECT_EQ(error, EventError::NotJson);
}

TEST(Record, MalformedRecordsAreRefused) {
  const Wanted wanted({propertyOf(kPrice)});
  EventReader reader(wanted.model, {});
  const auto slots = static_cast<std::uint32_t>(Json::parse(reader.extractionPlan())["keys"].size()) + 1 +
                     static_cast<std::uint32_t>(wanted.model.properties.size());
  const std::uint32_t price = slots - 1;
  using namespace std::string_view_literals;
  EXPECT_EQ(errorOf(price, 3, "\0\0\0\0\0\0\xF0\x3F"sv), EventError::None);
  EXPECT_EQ(errorOf(price, 5), EventError::None);
  EXPECT_EQ(errorOf(0, 4, "\2\0\0\0pv"sv), EventError::None);
  EXPECT_EQ(errorOf(slots, 5), EventError::BadRecord) << "slot out of range";
  EXPECT_EQ(errorOf(price, 7), EventError::BadRecord) << "unknown tag";
  EXPECT_EQ(errorOf(0, 7), EventError::BadRecord) << "unknown tag";
  EXPECT_EQ(errorOf(0, 5), EventError::BadRecord) << "protocol value that is no text";
  EXPECT_EQ(errorOf(price, 3, "\0\0\0\0"sv), EventError::BadRecord) << "number cut off";
  EXPECT_EQ(errorOf(price, 3, "\0\0\0\0\0\0\xF0\x7F"sv), EventError::BadRecord) << "infinity";
  EXPECT_EQ(errorOf(price, 4, "\3\0\0\0ab"sv), EventError::BadRecord) << "text cut off";
  EXPECT_EQ(errorOf(price, 4, "\xFF\xFF\xFF\xFF"sv), EventError::BadRecord) << "huge text";
  EXPECT_EQ(errorOf(price, 6, "\xFF\xFF\xFF\x7F"sv), EventError::BadRecord) << "huge array";
  EXPECT_EQ(errorOf(price, 6, "\2\0\0\0\0\0\0\0"sv), EventError::BadRecord) << "array cut off";
  EXPECT_EQ(errorOf(price, 6, "\1\0\0\0\6\0\0\0\1\0\0\0\0\0\0\0"sv), EventError::BadRecord) << "array in an array with items";
  EventError error;
  EXPECT_EQ(reader.readRecord({}, error), nullptr);
  EXPECT_EQ(error, EventError::BadRecord);
  EXPECT_EQ(reader.readRecord(bytesOf("garbage!"), error), nullptr);
  EXPECT_EQ(error, EventError::BadRecord);
}

TEST(Record, WhatIsNotWrittenIsAsInTheRecordBefore) {
  Model model;
  model.properties = {propertyOf(kType), propertyOf(kPrice)};
  EventReader reader(model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  Written written;
  EventError error;
  const auto read = [&](const Json& payload, const char* schema, const Json& entities = nullptr) {
    const Json event = schema == nullptr ? Json() : Json{{"schema", schema}, {"data", {{"type", "x"}}}};
    const std::string record = encodeRecord(plan, payload, event, entities, &written);
    Event* read = reader.readRecord(bytesOf(record), error);
    EXPECT_EQ(error, EventError::None);
    read->settle(0);
    const auto text = [](const EventValue& value) { return std::string(value.kind == EventValue::Kind::Number ? "number" : value.text); };
    return std::pair(record.size(), text(read->atomic(AtomicField::app_id)) + ' ' + std::string(read->name()) + ' ' +
                                        std::string(read->version()) + ' ' + text(read->value(0)) + ' ' + text(read->value(1)));
  };
  const char* thing = "iglu:com.acme/thing/jsonschema/1-0-0";
  const Json shop = {{"e", "ue"}, {"aid", "shop"}};
  const Json products = {{{"schema", "iglu:com.acme/product/jsonschema/1-0-0"}, {"data", {{"a", {{"price", 2}}}}}}};
  EXPECT_EQ(read(shop, thing).second, "shop thing 1-0-0 x ");
  EXPECT_EQ(read(shop, thing), std::pair(std::size_t{4}, std::string("shop thing 1-0-0 x "))) << "nothing but the magic";
  EXPECT_EQ(read(shop, thing, products).second, "shop thing 1-0-0 x number");
  EXPECT_EQ(read({{"e", "ue"}, {"aid", "another"}}, "iglu:com.acme/other/jsonschema/1-0-1").second, "another other 1-0-1  ");
  // Events by other doors leave it alone.
  reader.read(R"({"e":"pv","aid":"text"})", EventFormat::Payload, error);
  EXPECT_EQ(read({{"e", "ue"}, {"aid", "another"}}, thing).second, "another thing 1-0-0 x ");
  EXPECT_EQ(read({{"e", "pv"}}, nullptr).second, " page_view 1-0-0  ");
  EXPECT_EQ(reader.readRecord(bytesOf(encodeRecord(plan, {{"aid", "x"}}, nullptr, nullptr, &written)), error), nullptr);
  EXPECT_EQ(error, EventError::UnknownEventType);
  EXPECT_EQ(read(shop, thing).second, "shop thing 1-0-0 x ") << "an event that is no event changes what comes after it, too";
}

TEST(Record, WhatWasMadeOfARecordOutlivesIt) {
  Model model;
  const char* fields[] = {"event_id", "dvce_created_tstamp", "dvce_sent_tstamp", "true_tstamp", "page_url", "page_urlpath",
                          "mkt_source", "refr_urlhost", "refr_medium", "domain_sessionid", "app_id", "event_name", "derived_tstamp"};
  for (const char* field : fields) model.properties.push_back(propertyOf({{"type", "atomic"}, {"name", field}}));
  EventReader reader(model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  Written written;
  EventError error;
  Json payload = {{"e", "pv"}, {"eid", "8C9B3F4E-2f5b-4a4d-9d7e-0f1a2b3c4d5e"}, {"dtm", "1767225600000"}, {"stm", "1767225600250"},
                  {"ttm", "1767225600125"}, {"url", "https://a.com/a b?utm_source=x"}, {"refr", "https://b.com/\t"}, {"aid", "a\tz"},
                  {"sid", "7C9A1F0E-52b6-4f63-9a55-000000000000"}};
  // Also whether the events in between look at anything must not matter: what is looked at is kept, or lost with its memory.
  const auto read = [&](bool looks) {
    std::string record = encodeRecord(plan, payload, nullptr, nullptr, &written);
    Event* event = reader.readRecord(bytesOf(record), error);
    EXPECT_EQ(error, EventError::None);
    record.assign(record.size(), '?');
    event->settle(1767225600500);
    Json found;
    for (std::uint32_t i = 0; looks && i < model.properties.size(); ++i) found.push_back(std::string(event->value(i).text));
    if (looks) found.push_back(event->id() == nullptr ? "no id" : std::string(event->idText()));
    return found;
  };
  const auto fromText = [&] {
    EventReader fresh(model, {});
    Event* event = fresh.read(payload.dump(), EventFormat::Payload, error);
    event->settle(1767225600500);
    Json found;
    for (std::uint32_t i = 0; i < model.properties.size(); ++i) found.push_back(std::string(event->value(i).text));
    found.push_back(event->id() == nullptr ? "no id" : std::string(event->idText()));
    return found;
  };
  const std::pair<const char*, const char*> changes[] = {
      {"eid", "00000000-2f5b-4a4d-9d7e-0f1a2b3c4d5e"}, {"dtm", "1767225600001"}, {"eid", "no id"}, {"url", "https://a.com/c?utm_source=y"},
      {"stm", ""}, {"refr", "https://a.com/"}, {"ttm", "no time"}, {"url", ""}, {"aid", "b"}, {"sid", "none"}, {"dtm", "-1"}, {"ttm", "5"},
      {"eid", "ABCDEFAB-cdef-4a4d-9d7e-0f1a2b3c4d5e"}, {"ttm", ""}, {"stm", "1767225600251"}, {"dtm", ""}};
  EXPECT_EQ(read(true), fromText());
  for (const auto& [key, value] : changes) {
    payload[key] = value;
    for (const bool looks : {true, true, false, true}) {
      const Json found = read(looks);
      EXPECT_EQ(found, looks ? fromText() : Json()) << key << ' ' << value;
    }
  }
}

TEST(Record, WhatGoesOnFromNothingIsRefused) {
  const Wanted wanted({propertyOf(kPrice)});
  EventReader reader(wanted.model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  const std::string whole = encodeRecord(plan, {{"e", "pv"}});
  Writer next;
  next.u32(kNextRecordMagic);
  EventError error;
  EXPECT_EQ(reader.readRecord(bytesOf(next.bytes()), error), nullptr);
  EXPECT_EQ(error, EventError::BadRecord) << "there was no record before";
  EXPECT_NE(reader.readRecord(bytesOf(whole), error), nullptr);
  EXPECT_NE(reader.readRecord(bytesOf(next.bytes()), error), nullptr);
  reader.readRecord(bytesOf("garbage!"), error);
  EXPECT_EQ(reader.readRecord(bytesOf(next.bytes()), error), nullptr);
  EXPECT_EQ(error, EventError::BadRecord) << "the one before was not understood";
}

TEST(Record, AnArrayLivesAsLongAsItsRecord) {
  Model model;
  model.properties = {propertyOf({{"type", "event"}, {"vendor", "com.acme"}, {"name", "thing"}, {"major_version", 1}, {"path", "l"}})};
  EventReader reader(model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  const Json event = {{"schema", "iglu:com.acme/thing/jsonschema/1-0-0"}, {"data", {{"l", {1, 2}}}}};
  EventError error;
  EXPECT_EQ(reader.readRecord(bytesOf(encodeRecord(plan, {{"e", "ue"}}, event, nullptr)), error)->value(0).count, 2u);
  Writer next;
  next.u32(kNextRecordMagic);
  EXPECT_TRUE(reader.readRecord(bytesOf(next.bytes()), error)->value(0).isNull());
}

// A computation of the first key whose filter reads the first property.
void addFilterOnFirst(Model& model) {
  Computation& computation = model.computations.emplace_back();
  computation.key = 0;
  computation.filter.criteria.emplace_back().property = 0;
}

TEST(Record, WhatChangedIsSaid) {
  Model model;
  model.properties = {propertyOf(kType), propertyOf(kPrice), propertyOf({{"type", "atomic"}, {"name", "domain_userid"}})};
  model.keys.emplace_back().property = 2;
  addFilterOnFirst(model);
  EventReader reader(model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  Written written;
  EventError error;
  const auto changes = [&](const char* id, const char* schema, const char* type, const char* visitor, int price) {
    const Json event = {{"schema", schema}, {"data", {{"type", type}}}};
    const Json products = {{{"schema", "iglu:com.acme/product/jsonschema/1-0-0"}, {"data", {{"a", {{"price", price}}}}}}};
    const Json payload = {{"e", "ue"}, {"eid", id}, {"dtm", id}, {"duid", visitor}};
    return int{reader.readRecord(bytesOf(encodeRecord(plan, payload, event, products, &written)), error)->changes()};
  };
  const char* thing = "iglu:com.acme/thing/jsonschema/1-0-0";
  EXPECT_EQ(changes("1", thing, "x", "ann", 1), EventChange::kAll);
  EXPECT_EQ(changes("2", thing, "x", "ann", 2), 0);
  EXPECT_EQ(changes("3", thing, "y", "ann", 2), EventChange::kFilters);
  EXPECT_EQ(changes("4", thing, "y", "bob", 2), EventChange::kIds);
  EXPECT_EQ(changes("5", "iglu:com.acme/thing/jsonschema/1-0-1", "y", "bob", 2), EventChange::kName);
  reader.read(R"({"e":"pv"})", EventFormat::Payload, error);
  EXPECT_EQ(changes("6", "iglu:com.acme/thing/jsonschema/1-0-1", "y", "bob", 2), EventChange::kAll) << "the event before came by the other door";
}

TEST(Record, AFilterOnTheClockIsNeverTheSame) {
  Model model;
  model.keys.emplace_back();
  model.properties = {propertyOf({{"type", "atomic"}, {"name", "derived_tstamp"}})};
  addFilterOnFirst(model);
  EventReader reader(model, {});
  const Json plan = Json::parse(reader.extractionPlan());
  Written written;
  EventError error;
  for (const int expected : {int{EventChange::kAll}, int{EventChange::kFilters}}) {
    EXPECT_EQ(reader.readRecord(bytesOf(encodeRecord(plan, {{"e", "pv"}}, nullptr, nullptr, &written)), error)->changes(), expected);
  }
}

TEST(Record, NothingOfTheEventBeforeIsLeft) {
  const Wanted wanted({propertyOf(kPrice), propertyOf(kType)}, true);
  EventReader reader(wanted.model, {});
  EventError error;
  const std::string full =
      R"({"e":"ue","eid":"8c9b3f4e-2f5b-4a4d-9d7e-0f1a2b3c4d5e","aid":"x","url":"https://a.com/?utm_source=s","refr":"https://b.com/","dtm":"1","stm":"2","ttm":"3","ue_pr":"{\"data\":{\"schema\":\"iglu:com.acme/thing/jsonschema/1-0-0\",\"data\":{\"type\":1}}}","co":"{\"data\":[{\"schema\":\"iglu:com.acme/product/jsonschema/1-0-0\",\"data\":{\"a\":{\"price\":2}}},{\"schema\":\"iglu:com.snowplowanalytics.snowplow/event_specification/jsonschema/1-0-0\",\"data\":{\"id\":\"s\"}}]}"})";
  const Json empty = answersOf(*reader.read(R"({"e":"pv"})", EventFormat::Payload, error), wanted);
  const auto expectEmpty = [&](Event* event) {
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(answersOf(*event, wanted), empty);
  };
  const std::string record = encodeRecord(Json::parse(reader.extractionPlan()), {{"e", "pv"}});
  const std::string enriched = R"({"event":"page_view","app_id":"x","contexts_com_acme_product_1":[{"a":{"price":2}}]})";
  const std::pair<std::string, EventFormat> disturbances[] = {
      {full, EventFormat::Payload}, {enriched, EventFormat::EnrichedJson}, {full.substr(0, full.size() - 1), EventFormat::Payload}};
  for (const auto& [text, format] : disturbances) {
    reader.read(text, format, error);
    expectEmpty(reader.readRecord(bytesOf(record), error));
    reader.read(text, format, error);
    expectEmpty(reader.read(R"({"e":"pv"})", EventFormat::Payload, error));
  }
}

TEST(Record, OnlyWantedFieldsAreKnown) {
  Model model;
  model.properties = {propertyOf({{"type", "atomic"}, {"name", "page_title"}})};
  EventReader reader(model, {});
  EventError error;
  Event* event = reader.read(R"({"e":"pv","page":"t","uid":"u","aid":"a"})", EventFormat::Payload, error);
  ASSERT_NE(event, nullptr);
  event->settle(0);
  EXPECT_EQ(event->atomic(AtomicField::page_title).text, "t");
  EXPECT_TRUE(event->atomic(AtomicField::user_id).isNull());
  EXPECT_EQ(event->atomic(AtomicField::app_id).text, "a") << "asked for unless a reader is told not to";
}

TEST(Record, TheIdAsBytes) {
  const Wanted wanted;
  EventReader reader(wanted.model, {});
  EventError error;
  Event* event = reader.read(R"({"e":"pv","eid":"8C9B3F4E-2f5b-4a4d-9d7e-0f1a2b3c4d5e"})", EventFormat::Payload, error);
  ASSERT_NE(event, nullptr);
  const EventId expected = {0x8c, 0x9b, 0x3f, 0x4e, 0x2f, 0x5b, 0x4a, 0x4d, 0x9d, 0x7e, 0x0f, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e};
  ASSERT_NE(event->id(), nullptr);
  EXPECT_EQ(*event->id(), expected);
  EXPECT_EQ(event->idText(), "8c9b3f4e-2f5b-4a4d-9d7e-0f1a2b3c4d5e");
  EXPECT_FALSE(reader.read(R"({"e":"pv"})", EventFormat::Payload, error)->id());
}

TEST(Record, ErrorNames) {
  const char* names[] = {"none", "not_json", "missing_columns", "unknown_event_type", "bad_self_describing", "bad_record"};
  for (std::uint32_t i = 0; i < kEventErrorCount; ++i) EXPECT_EQ(eventErrorName(static_cast<EventError>(i)), names[i]);
}

}  // namespace
}  // namespace oncue::test
