// What tells one browser from others never becomes a fact.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "event/base64url.h"
#include "oncue/engine.h"

namespace oncue {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kNow = 1'767'603'600'000;
constexpr const char* kVisit = "5f0e7a44-5ab1-4c8c-9e0a-0123456789ab";

Json atomic(const char* name) { return {{"type", "atomic"}, {"name", name}}; }

Json person(const char* key, const Json& attributes) {
  return {{"name", "person"}, {"version", 1}, {"attribute_key", {{"name", key}}}, {"attributes", attributes}};
}

Json last(const char* name, const char* field) {
  return {{"name", name}, {"type", "string"}, {"aggregation", "last"}, {"events", Json::array()}, {"property", atomic(field)}};
}

Engine makeEngine(const Json& definitions, const std::vector<const char*>& keys) {
  EngineOptions options;
  options.seed = 1;
  for (const char* key : keys) options.syncKeys.push_back(key);
  Engine engine(options);
  EXPECT_TRUE(engine.load(definitions.dump()).ok());
  return engine;
}

Json ask(Engine& engine, const Json& command) { return Json::parse(engine.sync(command.dump(), kNow)); }

TEST(SyncDevice, KeysReadFromABrowsersIdsAreRefusedWhateverTheyAreCalled) {
  const Json none = Json::array();
  for (const auto& [key, field] : {std::pair("user", ""), std::pair("session", ""), std::pair("domain_userid", ""), std::pair("domain_sessionid", ""),
                                   std::pair("mine", "domain_userid"), std::pair("mine", "domain_sessionid"), std::pair("mine", "refr_domain_userid")}) {
    Json keys = none;
    if (*field != '\0') keys.push_back({{"name", key}, {"property", atomic(field)}});
    Engine engine = makeEngine({{"attribute_keys", keys}, {"attribute_groups", Json::array({person(key, Json::array({last("label", "se_label")}))})}}, {key});
    const std::string before = engine.snapshot();
    EXPECT_EQ(ask(engine, {{"do", "status"}}).at("error").at("code"), "sync_key_is_device") << key << ' ' << field;
    EXPECT_EQ(engine.snapshot(), before);
  }
}

TEST(SyncDevice, AttributesReadFromABrowsersIdsAreNotInFactsAndAreCountedHere) {
  const Json attributes{last("label", "se_label"), last("browser", "domain_userid"), last("visit", "domain_sessionid")};
  Engine engine = makeEngine({{"attribute_groups", Json::array({person("user_id", attributes)})}}, {"user_id"});
  EXPECT_EQ(ask(engine, {{"do", "status"}}).at("local"), Json({"person:browser", "person:visit"}));
  const Json event{{"e", "se"}, {"eid", "00000000-0000-4000-8000-000000000001"}, {"uid", "ann"}, {"se_la", "red"}, {"duid", "cookie"}, {"sid", kVisit}};
  engine.track(event.dump(), EventFormat::Payload, kNow);
  const Json body = ask(engine, {{"do", "upload"}, {"key", "user_id"}, {"id", "ann"}});
  ASSERT_EQ(body.at("facts").size(), 1u);
  Arena arena;
  const std::string fact(decodeBase64(body.at("facts")[0].get<std::string>(), arena).value());
  EXPECT_NE(fact.find("red"), std::string::npos);
  EXPECT_EQ(fact.find("cookie"), std::string::npos);
  EXPECT_EQ(fact.find(kVisit), std::string::npos);
  const Json values = Json::parse(engine.attributes("user_id", "ann", kNow)).at("person");
  EXPECT_EQ(values, Json({{"label", "red"}, {"browser", "cookie"}, {"visit", kVisit}}));
}

}  // namespace
}  // namespace oncue
