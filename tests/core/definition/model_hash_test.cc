// By their hashes definitions find what was stored for them.

#include "definition/definitions.h"

namespace oncue::test {
namespace {

TEST(Evaluation_2, EqualDefinitionsShareOneComputation) {
  json renamed = counter("b");
  renamed["description"] = "another text";
  renamed["default_value"] = 7;
  const Model model =
      load(json::array({group({counter("a"), renamed}), group({counter("a")}, 2), group({counter("c")}, 1, "h")}));
  EXPECT_EQ(model.computations.size(), 1u);
  EXPECT_EQ(model.groups[2].attributes[0].computation, 0u);
  EXPECT_EQ(model.groups[0].attributes[1].defaultValue, Value::of(7.0));
  EXPECT_TRUE(model.groups[0].attributes[0].defaultValue.isNull());
}

TEST(Evaluation_2, EveryPartOfADefinitionIsInItsHash) {
  const json url = {{"type", "atomic"}, {"name", "page_url"}};
  const json base = {{"name", "a"}, {"type", "string"}, {"aggregation", "last"}, {"property", url}, {"ttl", "P1D"}};
  const json path = {{"type", "event"}, {"vendor", "v"}, {"name", "n"}, {"major_version", 1}, {"path", "a"}};
  std::vector<json> patches = {
      {{"type", "bytes"}},
      {{"type", "string_list"}},
      {{"aggregation", "first"}},
      {{"property", {{"type", "atomic"}, {"name", "page_title"}}}},
      {{"property", {{"type", "atomic"}, {"name", "derived_tstamp"}}}},
      {{"property", {{"type", "atomic"}, {"name", "derived_tstamp"}, {"date_part", "active_day"}}}},
      {{"property", path}},
      {{"ttl", "P2D"}},
      {{"ttl", nullptr}},
      {{"ttl", nullptr}, {"period", "P1D"}},
      {{"events", json::array({{{"name", "n"}}})}},
      {{"events", json::array({{{"vendor", "n"}}})}},
      {{"events", json::array({{{"name", "n"}}, {{"vendor", "n"}}})}},
      {{"events", json::array({json::object()})}},
      {{"events", json::array({{{"event_specification_id", "n"}}})}},
      {{"property", nullptr}, {"aggregation", "time_since_last"}, {"type", "double"}, {"time_unit", "s"}},
      {{"property", nullptr}, {"aggregation", "time_since_last"}, {"type", "double"}, {"time_unit", "min"}},
  };
  for (const char* member : {"vendor", "name", "path"}) {
    patches.push_back({{"property", path}});
    patches.back()["property"][member] = "other";
  }
  for (const char* member : {"index", "major_version"}) {
    patches.push_back({{"property", path}});
    patches.back()["property"]["type"] = "entity";
    patches.back()["property"][member] = 2;
  }
  for (const json& value : {json("x"), json(1), json(true), json::array({"x"}), json::array({"x", "y"})}) {
    const json one = {{"property", url}, {"operator", "="}, {"value", value}};
    patches.push_back({{"criteria", {{"all", json::array({one})}}}});
  }
  const json two = json::array(
      {{{"property", url}, {"operator", "="}, {"value", 1}}, {{"property", url}, {"operator", "!="}, {"value", 2}}});
  patches.push_back({{"criteria", {{"all", two}}}});
  patches.push_back({{"criteria", {{"any", two}}}});
  patches.push_back(json::object());

  std::vector<std::string> hashes;
  for (const json& patch : patches) {
    json attribute = base;
    attribute.merge_patch(patch);
    const Model model = load(group({attribute}));
    EXPECT_EQ(model.computations.at(0).hash.size(), 16u);
    for (const std::string& hash : hashes) EXPECT_NE(hash, model.computations[0].hash) << attribute.dump();
    hashes.push_back(model.computations[0].hash);
  }
  json session = group({base});
  session["attribute_key"] = {{"name", "domain_sessionid"}};
  EXPECT_NE(load(session).computations.at(0).hash, hashes.back()) << "the key's property";
  json alias = group({base});
  alias["attribute_key"] = {{"name", "visitor"}, {"key", "domain_userid"}};
  EXPECT_EQ(load(alias).computations.at(0).hash, hashes.back()) << "not the key's name";
}

TEST(Evaluation_2, OneCriterionIsTheSameUnderAllAndAny) {
  const json one = json::array({{{"property", {{"name", "page_url"}}}, {"operator", "="}, {"value", 1}}});
  json a = counter("a");
  json b = counter("b");
  a["criteria"] = {{"all", one}};
  b["criteria"] = {{"any", one}};
  EXPECT_EQ(load(group({a, b})).computations.size(), 1u);
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

// Stored states are found by these: a change here loses every visitor's attributes.
TEST(Evaluation_2, HashesNeverChange) {
  const Model model = loadText(readFixture("definitions/ecom.json"));
  EXPECT_EQ(hex(model.computations[0].hash), "de7bf0bedae588081ccc0017234af8dd");
  EXPECT_EQ(hex(model.computations[2].hash), "cfa84b800adefb560115c4d836f8b38c");
  EXPECT_EQ(hex(model.interventions[0].hash), "fd4e1022a75510b0056e6eabff021973");
}

TEST(Evaluation_9, InterventionHashCoversCriteriaAndTargets) {
  const auto hashOf = [](const json& criteria, const json& targets) {
    json i = intervention(criteria);
    if (!targets.is_null()) i["target_attribute_keys"] = targets;
    return load(json::array({group({counter("a")}), group({counter("a")}, 1, "h"), i})).interventions.at(0).hash;
  };
  const std::string base = hashOf(criterion("g:a"), nullptr);
  EXPECT_EQ(base.size(), 16u);
  EXPECT_EQ(hashOf(criterion("h:a"), json::array({"domain_userid"})), base)
      << "the same computation and targets by another name";
  EXPECT_NE(hashOf(criterion("g:a"), json::array({"user_id"})), base);
  EXPECT_NE(hashOf(criterion("g:gone"), json::array({"domain_userid"})), base);
  EXPECT_NE(hashOf({{"all", json::array({criterion("g:a")})}}, nullptr), base);
  json other = criterion("g:a");
  other["operator"] = ">=";
  EXPECT_NE(hashOf(other, nullptr), base);
  other = criterion("g:a");
  other["value"] = 4;
  EXPECT_NE(hashOf(other, nullptr), base);
}

}  // namespace
}  // namespace oncue::test
