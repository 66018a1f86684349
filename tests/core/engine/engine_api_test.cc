// The calls of the public engine that the traces do not reach.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/shop_history.h"

namespace oncue {
namespace {

using namespace testing_shop;
using nlohmann::json;

json parsed(const std::string& text) { return json::parse(text, nullptr, false); }

Engine shop(EngineOptions options = {}) {
  Engine engine(std::move(options));
  EXPECT_TRUE(engine.load(definitions()).ok());
  return engine;
}

TEST(Engine, FiresNothingBeforeDefinitionsAreLoaded) {
  Engine engine{EngineOptions{}};
  EXPECT_EQ(track(engine, "add_to_cart", 60, 1), 0u);
  EXPECT_EQ(engine.fired(), "[]");
  EXPECT_EQ(engine.nextWake(), INT64_MAX);
  EXPECT_EQ(engine.attributes("domain_userid", kUser, kStart), "");
}

TEST(Decisions_8, ABadBundleLeavesThePreviousOneActive) {
  Engine engine = shop();
  track(engine, "add_to_cart", 60, 1);
  const std::string before = engine.snapshot();
  EXPECT_FALSE(engine.load(R"({"attribute_groups":[{"name":"!"}]})").ok());
  EXPECT_EQ(engine.snapshot(), before);
  EXPECT_EQ(track(engine, "add_to_cart", 60, 2), 1u);
}

TEST(Decisions_9, BadEventsAreCountedByReason) {
  Engine engine = shop();
  engine.track("nonsense", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.rejection(), "not_json");
  engine.track(R"({"e":"zz"})", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.rejection(), "unknown_event_type");
  engine.track(R"({"e":"ue","ue_pr":"{}"})", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.rejection(), "bad_self_describing");
  track(engine, "product_view", 1, 1);
  EXPECT_EQ(engine.rejection(), "");
  track(engine, "product_view", 1, 1);
  EXPECT_EQ(engine.rejection(), "duplicate");
  const json stats = parsed(engine.stats());
  EXPECT_EQ(stats["events"], 5);
  EXPECT_EQ(stats["counted"], 1);
  EXPECT_EQ(stats["duplicates"], 1);
  EXPECT_EQ(stats["rejected"], (json{{"not_json", 1}, {"unknown_event_type", 1}, {"bad_self_describing", 1}}));
}

TEST(Engine, AppIdsLeaveOtherEventsOut) {
  EngineOptions options;
  options.appIds = {"shop"};
  Engine engine = shop(std::move(options));
  track(engine, "product_view", 1, 1);
  EXPECT_EQ(engine.rejection(), "app_id");
  EXPECT_EQ(engine.ids("domain_userid"), "[]");
}

TEST(Engine, RememberIdsListsEveryIdSeen) {
  EngineOptions options;
  options.rememberIds = true;
  Engine engine = shop(std::move(options));
  engine.track(R"({"e":"pv","duid":"quiet"})", EventFormat::Payload, kStart);
  EXPECT_EQ(engine.ids("domain_userid"), R"(["quiet"])");
  EXPECT_EQ(parsed(engine.groupAttributes("ecom_attributes", 1, "quiet", kStart))["count_add_to_cart"], nullptr);
}

TEST(Engine, ServiceAttributesIsADictionaryWithTheKey) {
  Engine engine = shop();
  track(engine, "add_to_cart", 60, 1);
  EXPECT_EQ(parsed(engine.serviceAttributes("ecom_attributes", "domain_userid", kUser, kStart)),
            (json{{"domain_userid", kUser},
                  {"count_product_views", nullptr},
                  {"count_add_to_cart", 1},
                  {"total_cart_value", 60}}));
  EXPECT_EQ(engine.serviceAttributes("nobody", "domain_userid", kUser, kStart), "");
}

TEST(Definitions_2, KeysThatReadOnePropertyKeepTheirOwnValues) {
  constexpr char kAttributes[] = R"("attributes":[{"name":"n","type":"int32","aggregation":"counter","events":[]}])";
  const std::string bundle = std::string(R"({"attribute_groups":[
      {"name":"old","attribute_key":{"name":"user","key":"domain_userid"},)") +
                             kAttributes + R"(},{"name":"new","attribute_key":{"name":"domain_userid"},)" + kAttributes +
                             R"(}],"interventions":[
      {"name":"both","criteria":{"all":[{"attribute":"old:n","operator":"=","value":2},
                                        {"attribute":"new:n","operator":"=","value":2}]}}]})";
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(bundle).ok());
  EXPECT_EQ(track(engine, "product_view", 1, 1), 0u);
  EXPECT_EQ(track(engine, "product_view", 1, 2), 1u);
  EXPECT_EQ(parsed(engine.attributes("user", kUser, kStart))["old"]["n"], 2);
  EXPECT_EQ(parsed(engine.attributes("domain_userid", kUser, kStart))["new"]["n"], 2);
}

TEST(Engine, ForgetErasesValuesTruthAndLatches) {
  Engine engine = shop();
  for (int i = 1; i <= 4; ++i) track(engine, "product_view", 1, i);
  EXPECT_NE(engine.fired(), "[]");
  EXPECT_TRUE(engine.forget("domain_userid", kUser));
  EXPECT_EQ(engine.snapshot().find(kUser), std::string::npos);
  EXPECT_FALSE(engine.forget("domain_userid", kUser));
  std::uint32_t fired = 0;
  for (int i = 5; i <= 8; ++i) fired += track(engine, "product_view", 1, i);
  EXPECT_EQ(fired, 1u);
}

TEST(Plugin_4, AnEchoOfAnInterventionFiredHereIsADuplicate) {
  Engine engine = shop();
  ASSERT_EQ(track(engine, "add_to_cart", 60, 1), 1u);
  json echo = parsed(engine.fired())[0];
  EXPECT_EQ(engine.receive(echo.dump(), kStart + 2000), 0u);
  EXPECT_EQ(engine.rejection(), "duplicate");
  echo["intervention_id"] = "another";
  EXPECT_EQ(engine.receive(echo.dump(), kStart + 2000), 0u);
  EXPECT_EQ(engine.rejection(), "latched");
  EXPECT_EQ(engine.receive("nonsense", kStart + 2000), 0u);
  EXPECT_EQ(engine.receive(R"({"intervention_id":"x","name":"direct","version":1})", kStart + 2000), 1u);
  const json stats = parsed(engine.stats());
  EXPECT_EQ(stats["fired"], 1);
  EXPECT_EQ(stats["received"], 1);
  EXPECT_EQ(stats["held_back"], (json{{"duplicate", 1}, {"latched", 1}, {"bad_intervention", 1}}));
}

TEST(Evaluation_10, RememberedInterventionIdsAreBounded) {
  Engine engine{EngineOptions{}};
  const auto receive = [&](int number) {
    return engine.receive(R"({"intervention_id":")" + std::to_string(number) + R"(","name":"direct","version":1})", kStart);
  };
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(receive(i), 1u);
  for (int i = 4000; i < 5000; ++i) EXPECT_EQ(receive(i), 0u) << i;
  EXPECT_LT(engine.snapshot().size(), 70'000u);
}

std::uint32_t visit(Engine& engine, const std::string& duid, const std::string& sid, std::int64_t at) {
  return engine.track(R"({"e":"pv","duid":")" + duid + R"(","sid":")" + sid + "\"}", EventFormat::Payload, at);
}

constexpr char kVisits[] = R"({"attribute_groups":[
  {"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
    {"name":"n","type":"int32","aggregation":"counter"},
    {"name":"recent","type":"int32","aggregation":"counter","period":"PT1M"}]},
  {"name":"s","attribute_key":{"name":"domain_sessionid"},"attributes":[
    {"name":"n","type":"int32","aggregation":"counter"}]}],
 "interventions":[{"name":"twice","criteria":{"attribute":"g:n","operator":">=","value":2}}]})";

std::string sessionId(int number) { return "0a000000-0000-4000-8000-00000000000" + std::to_string(number); }

TEST(Decisions_19, TheIdsSeenLongestAgoMakeRoomAndTheirLatchesStay) {
  EngineOptions options;
  options.maxIdsPerKey = 2;
  Engine engine{options};
  ASSERT_TRUE(engine.load(kVisits).ok());
  visit(engine, "ann", "", 1);
  EXPECT_EQ(visit(engine, "ann", "", 2), 1u);
  visit(engine, "bob", "", 3);
  visit(engine, "ann", "", 4);
  visit(engine, "cid", "", 5);
  visit(engine, "dora", "", 6);
  EXPECT_EQ(engine.ids("domain_userid"), R"(["cid","dora"])");
  EXPECT_EQ(parsed(engine.stats())["evicted"], 2);
  visit(engine, "ann", "", 7);
  EXPECT_EQ(visit(engine, "ann", "", 8), 0u);
}

TEST(Decisions_19, WhereManyIdsAreKeptAFewGoAtOnceAndTheLatestStay) {
  EngineOptions options;
  options.maxIdsPerKey = 128;
  Engine engine{options};
  ASSERT_TRUE(engine.load(kVisits).ok());
  const auto nameOf = [](int i) { return "visitor" + std::to_string(1000 + i); };
  for (int i = 0; i < 1000; ++i) {
    visit(engine, nameOf(i), "", i);
    const std::size_t kept = parsed(engine.ids("domain_userid")).size();
    ASSERT_LE(kept, 128u);
    if (i >= 128) {
      ASSERT_GE(kept, 126u);
    }
  }
  json latest = parsed(engine.ids("domain_userid"));
  for (std::size_t i = 0; i < latest.size(); ++i) EXPECT_EQ(latest[i], nameOf(1000 - static_cast<int>(latest.size() - i)));
}

TEST(Decisions_19, ASessionGoesADayAfterItWasLastSeen) {
  constexpr std::int64_t kDay = 86'400'000;
  EngineOptions options;
  options.sessionIdsMs = kDay;
  Engine engine{options};
  ASSERT_TRUE(engine.load(kVisits).ok());
  visit(engine, "ann", sessionId(1), 1);
  visit(engine, "ann", sessionId(1), 1000);
  visit(engine, "ann", sessionId(2), 999 + kDay);
  EXPECT_EQ(parsed(engine.ids("domain_sessionid")), (json{sessionId(1), sessionId(2)}));
  visit(engine, "ann", sessionId(3), 1000 + kDay);
  EXPECT_EQ(parsed(engine.ids("domain_sessionid")), (json{sessionId(2), sessionId(3)}));
  EXPECT_EQ(parsed(engine.attributes("domain_userid", "ann", 1000 + kDay))["g"]["n"], 4);
}

TEST(Decisions_19, WithoutTheOptionsNothingIsEvicted) {
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(kVisits).ok());
  for (int i = 0; i < 9; ++i) visit(engine, "user" + std::to_string(i), sessionId(i), 1 + i * 90'000'000LL);
  EXPECT_EQ(parsed(engine.ids("domain_userid")).size(), 9u);
  EXPECT_EQ(parsed(engine.ids("domain_sessionid")).size(), 9u);
}

TEST(Decisions_16, CellsFromWhichNothingCanBeReadAgainAreFreed) {
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(kVisits).ok());
  const std::int64_t day = 86'400'000;
  for (int i = 0; i < 300; ++i) visit(engine, "user" + std::to_string(i), "", 1 + i);
  const std::size_t before = engine.snapshot().size();
  engine.tick(3 * day);
  const std::size_t after = engine.snapshot().size();
  EXPECT_LT(after, before - 300 * 16);
  // What is freed in memory is what a snapshot leaves out.
  for (int i = 0; i < 1100; ++i) visit(engine, "late", "", 3 * day);
  Engine restored{EngineOptions{}};
  ASSERT_TRUE(restored.load(kVisits).ok());
  ASSERT_TRUE(restored.restore(engine.snapshot()).ok());
  EXPECT_EQ(restored.snapshot(), engine.snapshot());
  EXPECT_EQ(parsed(engine.attributes("domain_userid", "user7", 3 * day))["g"]["n"], 1);
}

TEST(Decisions_1, AStateRestoredUnderOtherOptionsIsScheduledAtOnce) {
  constexpr char kIdle[] = R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
    {"name":"idle","type":"double","aggregation":"time_since_last","time_unit":"min"}]}],
    "interventions":[{"name":"idle","criteria":{"attribute":"g:idle","operator":">=","value":15}}]})";
  const auto engineWith = [&](bool timeDriven, WakeScope wake) {
    EngineOptions options;
    options.timeDriven = timeDriven;
    options.wake = wake;
    Engine engine{options};
    EXPECT_TRUE(engine.load(kIdle).ok());
    return engine;
  };
  Engine events = engineWith(false, WakeScope::LatestIds);
  visit(events, "ann", "", 0);
  EXPECT_EQ(events.nextWake(), INT64_MAX);
  Engine timed = engineWith(true, WakeScope::LatestIds);
  ASSERT_TRUE(timed.restore(events.snapshot()).ok());
  EXPECT_EQ(timed.nextWake(), 900'000);
  EXPECT_EQ(timed.tick(900'000), 1u);
  Engine still = engineWith(false, WakeScope::LatestIds);
  ASSERT_TRUE(still.restore(timed.snapshot()).ok());
  EXPECT_EQ(still.nextWake(), INT64_MAX);

  Engine page = engineWith(true, WakeScope::LatestIds);
  visit(page, "ann", "", 0);
  visit(page, "bob", "", 1000);
  EXPECT_EQ(page.tick(900'000), 0u);
  Engine server = engineWith(true, WakeScope::All);
  ASSERT_TRUE(server.restore(page.snapshot()).ok());
  EXPECT_EQ(server.nextWake(), 900'000);
  EXPECT_EQ(server.tick(900'000), 1u);
}

TEST(Evaluation_10, AGroupLinkedTwiceIsInThePayloadOnce) {
  constexpr char kLinked[] = R"({"attribute_groups":[
    {"name":"g","version":1,"attribute_key":{"name":"domain_userid"},"attributes":[
      {"name":"n","type":"int32","aggregation":"counter"},{"name":"old","type":"int32","aggregation":"counter"}]},
    {"name":"g","version":2,"attribute_key":{"name":"domain_userid"},"attributes":[
      {"name":"n","type":"string","aggregation":"last","property":{"type":"atomic","name":"domain_userid"}}]}],
    "interventions":[{"name":"i","criteria":{"attribute":"g:old","operator":">","value":0},"payload_attribute_groups":[
      {"name":"g","version":1},{"name":"g","version":2},{"name":"g","version":1}]}]})";
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(kLinked).ok());
  ASSERT_EQ(visit(engine, "ann", "", 0), 1u);
  EXPECT_NE(engine.fired().find(R"("attributes":{"g:old":1,"g:n":"ann"})"), std::string::npos) << engine.fired();
}

TEST(Explain, IdsThatCannotBeReadAreAnError) {
  Engine engine = shop();
  for (const char* ids : {"nonsense", "[]", R"({"domain_userid":7})", R"({"domain_userid":{"id":"x"}})"}) {
    EXPECT_EQ(parsed(engine.explainIntervention("discount", ids, kStart))["error"]["code"], "bad_ids") << ids;
    EXPECT_EQ(parsed(engine.explainAttribute("ecom_attributes:count_product_views", ids, kStart))["error"]["code"],
              "bad_ids")
        << ids;
  }
  EXPECT_FALSE(parsed(engine.explainIntervention("discount", R"({"domain_userid":"x","user_id":null})", kStart)).contains("error"));
}

TEST(Evaluation_3, NamesWithAnyCharacterAreToldApart) {
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
    {"name":"n","type":"int32","aggregation":"counter","events":[{"vendor":"a","version":"1-0-0"}]}]}]})").ok());
  // Vendor a, name b\0c, and vendor a\0b, name c.
  const auto send = [&](const std::string& vendor, const std::string& name) {
    const json event = {{"event", "unstruct"}, {"event_vendor", vendor}, {"event_name", name},
                        {"event_version", "1-0-0"}, {"domain_userid", "ann"}, {"platform", "web"},
                        {"collector_tstamp", "2026-01-01T00:00:00.000Z"}};
    engine.track(event.dump(), EventFormat::EnrichedJson, kStart);
  };
  using namespace std::string_literals;
  send("a\0b"s, "c");
  EXPECT_EQ(parsed(engine.attributes("domain_userid", "ann", kStart))["g"]["n"], nullptr);
  send("a", "b\0c"s);
  EXPECT_EQ(parsed(engine.attributes("domain_userid", "ann", kStart))["g"]["n"], 1) << engine.stats();
}

TEST(Engine, ReplayTicksOnItsOwnClockWhichNeverRunsBackwards) {
  Engine engine = shop();
  engine.replay(action("product_view", 1, 50), EventFormat::Payload);
  EXPECT_EQ(engine.now(), kStart + 50'000);
  engine.replay(action("product_view", 1, 20), EventFormat::Payload);
  EXPECT_EQ(engine.now(), kStart + 50'000);
}

TEST(Explain, ShowsEachNodeWithItsValueAndTruthBeforeAndNow) {
  Engine engine = shop();
  for (int i = 1; i <= 3; ++i) track(engine, "product_view", 1, i);
  json tree = parsed(engine.explainIntervention("discount", "", kStart + 3000));
  EXPECT_EQ(tree["state"], "waiting");
  EXPECT_EQ(tree["criteria"], (json{{"attribute", "ecom_attributes:count_product_views"},
                                    {"operator", ">"},
                                    {"operand", 3},
                                    {"value", 3},
                                    {"holds", false},
                                    {"held", false}}));
  track(engine, "product_view", 1, 4);
  tree = parsed(engine.explainIntervention("discount", "", kStart + 4000));
  EXPECT_EQ(tree["state"], "latched");
  EXPECT_EQ(tree["criteria"]["value"], 4);
  EXPECT_EQ(tree["criteria"]["holds"], true);
  EXPECT_EQ(tree["criteria"]["held"], false);
  EXPECT_EQ(tree["targets"], (json::array({{{"name", "user_id"}, {"id", nullptr}, {"latched", false}},
                                           {{"name", "domain_userid"}, {"id", kUser}, {"latched", true}}})));
  EXPECT_EQ(parsed(engine.explainIntervention("discount", R"({"domain_userid":"stranger"})", kStart))["state"], "waiting");
  EXPECT_EQ(parsed(engine.explainIntervention("discount", "{}", kStart))["state"], "no_target");
  EXPECT_EQ(engine.explainIntervention("nobody", "", kStart), "");
}

TEST(Explain, FromThe65thCriterionOnItIsNotKnownWhatHeldBefore) {
  Engine engine{EngineOptions{}};
  const json criterion = {{"attribute", "g:n"}, {"operator", ">="}, {"value", 1}};
  const auto some = [&](int count) { return json{{"all", std::vector<json>(static_cast<std::size_t>(count), criterion)}}; };
  const json definitions = {
      {"attribute_groups", {{{"name", "g"}, {"attribute_key", {{"name", "domain_userid"}}},
                             {"attributes", {{{"name", "n"}, {"type", "int32"}, {"aggregation", "counter"}}}}}}},
      {"interventions", {{{"name", "i"}, {"criteria", {{"all", {some(60), some(4), some(6)}}}}}}}};
  ASSERT_TRUE(engine.load(definitions.dump()).ok());
  for (int i = 1; i <= 3; ++i) track(engine, "product_view", 1, i);
  const json tree = parsed(engine.explainIntervention("i", "", kStart + 3000))["criteria"];
  EXPECT_EQ(tree["holds"], true);
  EXPECT_EQ(tree["held"], nullptr);
  for (const int part : {0, 1, 2}) {
    const json held = part < 2 ? json(true) : json(nullptr);
    EXPECT_EQ(tree["all"][part]["held"], held) << part;
    for (const json& leaf : tree["all"][part]["all"]) {
      EXPECT_EQ(leaf["holds"], true) << part;
      EXPECT_EQ(leaf["held"], held) << part;
    }
  }
}

TEST(Explain, AnAttributeTellsItsWindowItsTtlAndItsNextChange) {
  EngineOptions options;
  options.windowEventLimit = 2;
  Engine engine(std::move(options));
  ASSERT_TRUE(engine
                  .load(R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
                            {"name":"recent","type":"int32","aggregation":"counter","period":"PT10M"},
                            {"name":"visit","type":"int32","aggregation":"counter","ttl":"PT30M"},
                            {"name":"never","type":"int32","aggregation":"counter","events":[{"name":"nothing"}]}]}]})")
                  .ok());
  const auto explained = [&](const char* name, std::int64_t at) {
    return parsed(engine.explainAttribute(std::string("g:") + name, "", at));
  };
  track(engine, "product_view", 1, 1);
  json recent = explained("recent", kStart + 1000);
  EXPECT_EQ(recent["period_ms"], 600'000);
  EXPECT_EQ(recent["ttl_ms"], nullptr);
  EXPECT_EQ(recent["populated"], true);
  EXPECT_EQ(recent["window_events"], 1);
  EXPECT_EQ(recent["window_full"], false);
  EXPECT_EQ(recent["next_change"], recent["last_update"].get<std::int64_t>() + 600'000);
  track(engine, "product_view", 1, 2);
  recent = explained("recent", kStart + 2000);
  EXPECT_EQ(recent["window_events"], 2);
  EXPECT_EQ(recent["window_full"], true);
  const json visit = explained("visit", kStart + 2000);
  EXPECT_EQ(visit["ttl_ms"], 1'800'000);
  EXPECT_EQ(visit["period_ms"], nullptr);
  EXPECT_FALSE(visit.contains("window_events"));
  EXPECT_EQ(visit["next_change"], visit["last_update"].get<std::int64_t>() + 1'800'000);
  EXPECT_EQ(visit["truncated"], false);
  const json never = explained("never", kStart + 2000);
  EXPECT_EQ(never["value"], nullptr);
  EXPECT_EQ(never["populated"], false);
  EXPECT_EQ(never["last_update"], nullptr);
  EXPECT_EQ(never["next_change"], nullptr);
}

TEST(Explain, WhatChangedHoldsInTheTreeThatFires) {
  EngineOptions options;
  options.explainFires = true;
  Engine engine(std::move(options));
  ASSERT_TRUE(engine
                  .load(R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
                            {"name":"n","type":"int32","aggregation":"counter"}]}],
                            "interventions":[{"name":"i","criteria":{"attribute":"g:n","operator":"changed"}}]})")
                  .ok());
  ASSERT_EQ(track(engine, "product_view", 1, 1), 1u);
  EXPECT_EQ(parsed(engine.fired())[0]["explain"]["criteria"]["holds"], true);
  EXPECT_EQ(parsed(engine.explainIntervention("i", "", kStart))["criteria"]["holds"], false);
}

TEST(Decisions_16, AWindowsBytesGoAfterItsPeriodAndADay) {
  EngineOptions options;
  options.windowEventLimit = UINT32_MAX;
  Engine engine(std::move(options));
  ASSERT_TRUE(engine
                  .load(R"({"attribute_groups":[{"name":"g","attribute_key":{"name":"domain_userid"},"attributes":[
                            {"name":"n","type":"int32","aggregation":"counter","period":"PT100S"}]}]})")
                  .ok());
  // Often enough that the window never ends; long enough that the memory of event ids is full.
  constexpr int kDay = 86'400;
  int second = 0;
  const auto sizeAt = [&](int until) {
    for (; second < until; second += 50) track(engine, "product_view", 1, second);
    return engine.snapshot().size();
  };
  const std::size_t settled = sizeAt(3 * kDay);
  EXPECT_NEAR(static_cast<double>(sizeAt(5 * kDay)), static_cast<double>(settled), 100);
}

TEST(Explain, ShowsWhatAnAttributeHolds) {
  Engine engine = shop();
  track(engine, "add_to_cart", 60, 1);
  const json shown = parsed(engine.explainAttribute("ecom_attributes:total_cart_value", "", kStart + 1000));
  EXPECT_EQ(shown["value"], 60);
  EXPECT_EQ(shown["aggregation"], "sum");
  EXPECT_EQ(shown["last_update"], kStart + 1000);
  EXPECT_EQ(shown["populated"], true);
  EXPECT_EQ(engine.explainAttribute("ecom_attributes:nothing", "", kStart), "");
}

TEST(Options, NamesAndValuesAreChecked) {
  EngineOptions options;
  const LoadReport fine = parseOptions(
      R"({"windowEventLimit":"unlimited","defaultTtlMs":5,"timeDriven":false,"wake":"all","refire":"edge",
          "includeUnpublished":true,"keepUnknown":true,"rememberIds":true,"explainFires":true,"syncKeys":["user_id"],"appIds":["a"],
          "internalDomains":["b"],"campaignAttribution":false,"seed":"18446744073709551615"})",
      options);
  EXPECT_TRUE(fine.ok());
  EXPECT_EQ(options.windowEventLimit, UINT32_MAX);
  EXPECT_EQ(options.wake, WakeScope::All);
  EXPECT_TRUE(options.refireOnEdge);
  EXPECT_EQ(options.seed, UINT64_MAX);
  const LoadReport bad = parseOptions(R"({"windowEventLimit":100001,"wake":"some","zoom":1,"timeDriven":"yes"})", options);
  ASSERT_EQ(bad.errors.size(), 4u);
  EXPECT_EQ(bad.errors[0].pointer, "/windowEventLimit");
  EXPECT_EQ(bad.errors[0].code, "bad_option");
  EXPECT_EQ(bad.errors[2].code, "unknown_option");
  EXPECT_EQ(parseOptions("[]", options).errors[0].code, "bad_options");
  EXPECT_EQ(parseOptions("{", options).errors[0].code, "bad_options");
}

}  // namespace
}  // namespace oncue
