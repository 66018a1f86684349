#include "definition/definitions.h"

namespace oncue::test {
namespace {

constexpr std::int64_t kDay = 86'400'000;

std::vector<std::string> keyNames(const Model& model, const Vec<std::uint32_t>& keys) {
  std::vector<std::string> names;
  for (const std::uint32_t key : keys) names.push_back(model.keys[key].name);
  return names;
}

using Names = std::vector<std::string>;

TEST(Definitions_12_1, EcomGroupAndService) {
  const Model model = loadText(readFixture("definitions/ecom.json"));
  ASSERT_EQ(model.groups.size(), 1u);
  const AttributeGroup& group = model.groups[0];
  EXPECT_EQ(group.name, "ecom_attributes");
  EXPECT_EQ(model.keys[group.key].name, "domain_userid");
  ASSERT_EQ(group.attributes.size(), 3u);

  const Computation& sum = model.computations[group.attributes[2].computation];
  EXPECT_EQ(sum.aggregation, AggregationKind::Sum);
  EXPECT_EQ(sum.type.element, ElementType::Double);
  EXPECT_EQ(sum.periodMs, 0);
  EXPECT_EQ(sum.ttlMs, 0);
  const Property& price = model.properties[sum.property];
  EXPECT_EQ(price.source, Property::Source::Entity);
  EXPECT_EQ(price.vendor, "com.snowplowanalytics.snowplow.ecommerce");
  EXPECT_EQ(price.name, "product");
  EXPECT_EQ(price.majorVersion, 1u);
  EXPECT_EQ(price.index, 0u);
  ASSERT_EQ(price.path.size(), 1u);
  EXPECT_EQ(price.path[0].key, "price");

  ASSERT_EQ(sum.filter.matchers.size(), 1u);
  EXPECT_EQ(sum.filter.matchers[0].name, "snowplow_ecommerce_action");
  EXPECT_EQ(sum.filter.matchers[0].vendor, "");
  ASSERT_EQ(sum.filter.criteria.size(), 1u);
  EXPECT_EQ(sum.filter.criteria[0].op, Operator::Equal);
  EXPECT_EQ(sum.filter.criteria[0].operand.value, Value::of("add_to_cart"));
  const Computation& views = model.computations[group.attributes[0].computation];
  EXPECT_EQ(views.filter.criteria[0].property, sum.filter.criteria[0].property) << "equal properties are one";

  ASSERT_EQ(model.services.size(), 1u);
  EXPECT_EQ(model.services[0].groups, Vec<std::uint32_t>{0});
}

TEST(Definitions_12_2, EcomInterventions) {
  const Model model = loadText(readFixture("definitions/ecom.json"));
  ASSERT_EQ(model.interventions.size(), 3u);
  const Intervention& cart = model.interventions[0];
  EXPECT_EQ(cart.name, "cart_abandonment");
  EXPECT_EQ(cart.criteria.kind, CriteriaNode::Kind::Criterion);
  EXPECT_EQ(cart.criteria.computation, model.groups[0].attributes[1].computation);
  EXPECT_EQ(cart.criteria.op, Operator::Greater);
  EXPECT_EQ(cart.criteria.operand.value, Value::of(0.0));
  EXPECT_EQ(keyNames(model, cart.criteriaKeys), Names{"domain_userid"});
  EXPECT_EQ(keyNames(model, cart.targetKeys), (Names{"user_id", "domain_userid"}));
  EXPECT_EQ(cart.computations, Vec<std::uint32_t>{cart.criteria.computation});
  EXPECT_FALSE(cart.usesChanged);
  EXPECT_TRUE(cart.payloadGroups.empty());
}

TEST(Definitions_12_3, NestedCriteria) {
  const Model model = loadText(readFixture("definitions/nested.json"));
  const CriteriaNode& all = model.interventions.at(0).criteria;
  ASSERT_EQ(all.kind, CriteriaNode::Kind::All);
  ASSERT_EQ(all.children.size(), 3u);
  EXPECT_EQ(all.children[1].kind, CriteriaNode::Kind::Any);
  EXPECT_EQ(all.children[1].children.at(0).op, Operator::IsNull);
  EXPECT_EQ(all.children[2].kind, CriteriaNode::Kind::None);
  const CriteriaNode& in = all.children[2].children.at(0);
  EXPECT_EQ(in.op, Operator::In);
  EXPECT_EQ(in.operand.value, Value::list({Value::of("x")}));
  EXPECT_EQ(in.attribute, "g:c");
}

TEST(Definitions_12_4, ProspectScoring) {
  const Model model = loadText(readFixture("definitions/prospect_scoring.json"));
  ASSERT_EQ(model.groups[0].attributes.size(), 19u);
  const auto computation = [&](std::size_t i) { return model.computations[model.groups[0].attributes[i].computation]; };
  EXPECT_EQ(computation(4).periodMs, 7 * kDay);
  EXPECT_EQ(computation(11).periodMs, 30 * kDay);
  EXPECT_NE(computation(4).hash, computation(11).hash) << "the period tells them apart";
  EXPECT_TRUE(computation(2).type.list);
  EXPECT_EQ(computation(6).filter.criteria.at(0).op, Operator::Like);
  EXPECT_EQ(computation(8).filter.matchers.size(), 2u);
  EXPECT_EQ(computation(8).filter.matchers[1].version, "1-0-0");
  EXPECT_EQ(computation(15).filter.matchers.at(0).vendor, "com.snowplowanalytics.snowplow.media");
}

TEST(Definitions_1, AllInputFormsGiveTheSameModel) {
  const json bundle = json::parse(readFixture("definitions/ecom.json"), nullptr, false);
  json array = json::array();
  std::string lines = "\n";
  for (const json& list : bundle) {
    for (const json& object : list) {
      array.insert(array.begin(), object);  // order across kinds does not matter
      lines += object.dump() + "\r\n\n";
    }
  }
  const Model expected = load(bundle);
  for (const std::string& text : {bundle.dump(2), array.dump(), lines, "\xEF\xBB\xBF" + bundle.dump()}) {
    const Model model = loadText(text);
    ASSERT_EQ(model.interventions.size(), 3u);
    ASSERT_EQ(model.services.size(), 1u);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(model.computations[i].hash, expected.computations[i].hash);
    }
  }
  const Model single = load(bundle["attribute_groups"][0]);
  EXPECT_EQ(single.groups.size(), 1u);
}

TEST(Definitions_2, BuiltInKeysAreAlwaysThere) {
  const Model model = load(json::array());
  ASSERT_EQ(model.keys.size(), 4u);
  EXPECT_EQ(keyNames(model, {0, 1, 2, 3}), (Names{"domain_userid", "domain_sessionid", "user_id", "network_userid"}));
  for (const AttributeKey& key : model.keys) {
    EXPECT_EQ(atomicName(model.properties[key.property].atomic), key.name);
  }
}

TEST(Definitions_2, IdentifierIsPropertyThenKeyThenName) {
  const Model model = load(json::array({{{"name", "app_id"}, {"key", "user_id"}, {"property", {{"name", "platform"}}}},
                                        {{"name", "se_label"}, {"key", "user_id"}},
                                        {{"name", "se_action"}},
                                        {{"name", "customer"}, {"external_column", "customer"}}}));
  const auto field = [&](std::size_t i) { return model.properties[model.keys[i].property].atomic; };
  EXPECT_EQ(field(4), AtomicField::platform);
  EXPECT_EQ(field(5), AtomicField::user_id);
  EXPECT_EQ(field(6), AtomicField::se_action);
  EXPECT_TRUE(model.keys[7].external);
  EXPECT_EQ(model.keys[7].property, kNone);
  EXPECT_FALSE(model.keys[4].external);
}

TEST(Definitions_2, DeprecatedUserAndSessionKeys) {
  json user = group({counter("a")});
  user["attribute_key"] = {{"name", "user"}};
  json session = group({counter("a")}, 1, "h");
  session["attribute_key"] = {{"name", "session"}};
  const Model model = load(json::array({user, session}));
  EXPECT_EQ(model.keys[model.groups[0].key].property, model.keys[0].property);
  EXPECT_EQ(model.keys[model.groups[1].key].property, model.keys[1].property);
}

TEST(Evaluation_6, TtlChain) {
  const auto ttlOf = [](const json& attribute, const json& groupTtl, const json& inlineTtl, const json& keyTtl,
                        std::int64_t fallback) {
    json g = group({attribute});
    g["ttl"] = groupTtl;
    g["attribute_key"] = {{"name", "acct"}, {"ttl", inlineTtl}};
    const json key = {{"name", "acct"}, {"key", "app_id"}, {"ttl", keyTtl}};
    const Model model = load(json::array({g, key}), {.includeUnpublished = false, .defaultTtlMs = fallback});
    return model.computations.at(0).ttlMs;
  };
  json own = counter("a");
  own["ttl"] = "P1D";
  EXPECT_EQ(ttlOf(own, "P2D", "P3D", "P4D", 5 * kDay), 1 * kDay);
  EXPECT_EQ(ttlOf(counter("a"), "P2D", "P3D", "P4D", 5 * kDay), 2 * kDay);
  EXPECT_EQ(ttlOf(counter("a"), nullptr, "P3D", "P4D", 5 * kDay), 3 * kDay);
  EXPECT_EQ(ttlOf(counter("a"), nullptr, nullptr, "P4D", 5 * kDay), 4 * kDay);
  EXPECT_EQ(ttlOf(counter("a"), nullptr, nullptr, nullptr, 5 * kDay), 5 * kDay);
  EXPECT_EQ(ttlOf(counter("a"), nullptr, nullptr, nullptr, 0), 0);
  json windowed = counter("a");
  windowed["period"] = "P1D";
  EXPECT_EQ(ttlOf(windowed, "P2D", "P3D", "P4D", 5 * kDay), 0) << "lifetime attributes only";
}

TEST(Definitions_11, CriteriaReadTheHighestVersionThatHasTheAttribute) {
  json periodic = counter("x");
  periodic["period"] = "P1D";
  const json v1 = group({counter("x"), counter("y")}, 1);
  const json v2 = group({periodic}, 2);
  for (const json& order : {json::array({v1, v2}), json::array({v2, v1})}) {
    json all = order;
    all.push_back(intervention({{"all", json::array({criterion("g:x"), criterion("g:y")})}}));
    const Model model = load(all);
    const CriteriaNode& tree = model.interventions.at(0).criteria;
    EXPECT_EQ(model.computations[tree.children[0].computation].periodMs, kDay);
    EXPECT_EQ(model.computations[tree.children[1].computation].periodMs, 0);
  }
}

TEST(Definitions_11, UnpublishedVersionsAreNotRead) {
  json v2 = group({counter("x")}, 2);
  v2["attributes"][0]["period"] = "P1D";
  v2["is_published"] = false;
  const json all = json::array({group({counter("x")}), v2, intervention(criterion("g:x"))});
  const Model model = load(all);
  EXPECT_EQ(model.computations.size(), 1u);
  EXPECT_EQ(model.groups.size(), 2u);
  EXPECT_TRUE(model.groups[1].attributes.empty());
  EXPECT_EQ(model.computations[model.interventions[0].criteria.computation].periodMs, 0);

  const Model everything = load(all, {.includeUnpublished = true, .defaultTtlMs = 0});
  EXPECT_EQ(everything.computations[everything.interventions[0].criteria.computation].periodMs, kDay);
}

TEST(Definitions_11, WhatIsInactiveLeavesNoTrace) {
  const json title = {
      {"name", "a"}, {"type", "string"}, {"aggregation", "last"}, {"property", {{"name", "page_title"}}}};
  json unpublished = group({title});
  unpublished["is_published"] = false;
  json draft = intervention(criterion("g:a"));
  draft["is_published"] = false;
  json service = {{"name", "s"}, {"attribute_groups", json::array({{{"name", "g"}}})}, {"is_published", false}};
  const Model model = load(json::array({unpublished, draft, service}));
  EXPECT_TRUE(model.computations.empty());
  EXPECT_TRUE(model.interventions.empty());
  EXPECT_TRUE(model.services.empty());
  EXPECT_EQ(model.properties.size(), 4u) << "those of the built-in keys";
}

TEST(Definitions_6, ThePropertyOfACounterIsNotRead) {
  json a = counter("a");
  a["property"] = {{"name", "page_title"}};
  const Model model = load(group({a, counter("b")}));
  EXPECT_EQ(model.computations.size(), 1u);
  EXPECT_EQ(model.computations[0].property, kNone);
  EXPECT_EQ(model.properties.size(), 4u);
}

TEST(Definitions_7, OfflineGroupsAreNotComputed) {
  json offline = group({counter("a")});
  offline["offline"] = true;
  json off = group({counter("a")}, 1, "h");
  off["online"] = false;
  const Model model = load(json::array({offline, off}));
  EXPECT_EQ(model.groups.size(), 2u);
  EXPECT_TRUE(model.groups[0].attributes.empty());
  EXPECT_TRUE(model.groups[1].attributes.empty());
  EXPECT_TRUE(model.computations.empty());
}

TEST(Evaluation_10, DefaultTargetsAreTheKeysOfTheCriteria) {
  json session = group({counter("b")}, 1, "h");
  session["attribute_key"] = {{"name", "domain_sessionid"}};
  const json all = json::array({group({counter("a")}), session,
                                intervention({{"any", json::array({criterion("h:b"), criterion("g:a"), criterion("h:b"),
                                                                   criterion("g:gone")})}})});
  const Model model = load(all);
  const Intervention& i = model.interventions.at(0);
  EXPECT_EQ(keyNames(model, i.criteriaKeys), (Names{"domain_sessionid", "domain_userid"}));
  EXPECT_EQ(i.targetKeys, i.criteriaKeys);
  EXPECT_EQ(i.computations, (Vec<std::uint32_t>{1, 0}));
  EXPECT_EQ(i.criteria.children[3].computation, kNone);
}

TEST(Decisions_12, TargetsMayBeTexts) {
  json i = intervention(criterion("g:a"));
  i["target_attribute_keys"] = json::array({"user_id", {{"name", "domain_userid"}}, "user_id", "app_id"});
  const Model model = load(json::array({group({counter("a")}), i}));
  EXPECT_EQ(keyNames(model, model.interventions.at(0).targetKeys), (Names{"user_id", "domain_userid", "app_id"}));
}

TEST(Definitions_9, ChangedAndRlike) {
  const json all = json::array(
      {group({counter("a")}),
       intervention({{"all", json::array({{{"attribute", "g:a"}, {"operator", "changed"}, {"value", 5}},
                                          {{"attribute", "g:a"}, {"operator", "rlike"}, {"value", "^a+$"}}})}})});
  const Model model = load(all);
  const Intervention& i = model.interventions.at(0);
  EXPECT_TRUE(i.usesChanged);
  EXPECT_TRUE(i.criteria.children[0].operand.value.isNull()) << "ignored";
  ASSERT_NE(i.criteria.children[1].operand.regex, nullptr);
  EXPECT_TRUE(i.criteria.children[1].operand.regex->search("aaa"));
  EXPECT_FALSE(i.criteria.children[1].operand.regex->search("ab"));
}

TEST(Definitions_10, PayloadGroupsAndDateParts) {
  json i = intervention(criterion("g:a"));
  i["payload_attribute_groups"] =
      json::array({{{"name", "g"}, {"version", 2}}, {{"name", "g"}}, {{"name", "g"}, {"version", 9}}});
  const json day = {{"name", "b"},
                    {"type", "string"},
                    {"aggregation", "last"},
                    {"property", {{"name", "derived_tstamp"}, {"date_part", "active_month"}}}};
  const Model model = load(json::array({group({counter("a")}), group({day}, 2), i}));
  EXPECT_EQ(model.interventions.at(0).payloadGroups, (Vec<std::uint32_t>{1, 0}));
  EXPECT_EQ(model.computations[model.groups[1].attributes[0].computation].datePart, DatePart::ActiveMonth);
}

TEST(Decisions_8, ABadBundleLeavesTheModelAlone) {
  Model model = loadText(readFixture("definitions/ecom.json"));
  EXPECT_FALSE(loadDefinitions("{\"attribute_groups\":[{}]}", {}, model).ok());
  EXPECT_EQ(model.interventions.size(), 3u);
}

TEST(Decisions_8, SentencesNameTheObjectAndThePlace) {
  json bad = counter("a");
  bad["aggregation"] = "avg";
  Model model;
  const LoadReport report = loadDefinitions(group({bad}).dump(), {}, model);
  ASSERT_EQ(report.errors.size(), 1u);
  EXPECT_EQ(report.errors[0].pointer, "/attributes/0/aggregation");
  EXPECT_EQ(report.errors[0].message,
            "attribute group \"g\", attribute \"a\": \"aggregation\" cannot be \"avg\"; use one of: counter, sum, min, "
            "max, mean, "
            "first, last, most_frequent, least_frequent, category_count, approx_count_distinct, unique_list, "
            "time_since_last, "
            "time_since_first.");
}

TEST(Decisions_8, LongTextsAreCutAtACodePoint) {
  std::string name(159, 'a');
  name += "\xC3\xA4\xC3\xB6";
  json bad = counter("a");
  bad["name"] = name;
  Model model;
  const LoadReport report = loadDefinitions(group({bad}).dump(), {}, model);
  ASSERT_EQ(report.errors.size(), 1u);
  EXPECT_NE(report.errors[0].message.find("is \"" + std::string(159, 'a') + "...\""), std::string::npos)
      << report.errors[0].message;
}

TEST(Definitions_1, NestingWithoutEndIsRefused) {
  Model model;
  for (const char* unit : {"[", "{\"all\":[", "{\"criteria\":{\"none\":["}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += unit;
    const LoadReport report = loadDefinitions(text, {}, model);
    ASSERT_EQ(report.errors.size(), 1u);
    EXPECT_EQ(report.errors[0].code, "too_deep");
  }
}

}  // namespace
}  // namespace oncue::test
