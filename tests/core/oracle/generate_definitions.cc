#include "oracle/generate_definitions.h"

#include <algorithm>

namespace oncue::oracle {
namespace {

const std::vector<std::string> kNumericTypes = {"int32", "int64", "float", "double", "string", "unix_timestamp"};
const std::vector<std::string> kScalarTypes = {"string", "string", "int32",  "int64",         "float",
                                               "double", "bool",   "double", "unix_timestamp", "bytes"};
const std::vector<std::string> kAggregations = {
    "counter", "sum",           "min",           "max",           "mean",           "first",          "last",
    "counter", "most_frequent", "least_frequent", "category_count", "approx_count_distinct", "unique_list",
    "time_since_last", "time_since_last", "time_since_first"};

PropertyDef valueProperty(Random& random) {
  PropertyDef property;
  const auto roll = random.between(0, 99);
  if (roll < 20) {
    property.source = PropertyDef::Source::Atomic;
    property.name = random.of<const char*>({"app_id", "user_id", "domain_sessionidx", "derived_tstamp"});
    return property;
  }
  const bool isEntity = roll < 40;
  property.source = isEntity ? PropertyDef::Source::Entity : PropertyDef::Source::Event;
  property.vendor = "com.acme";
  property.name = isEntity ? "item" : "thing";
  property.major = random.chance(90) ? 1 : 2;
  property.path = random.of<const char*>({"v", "v", "v", "$.v", "k", "v.a", "v[0]"});
  if (isEntity) property.index = static_cast<std::size_t>(random.chance(70) ? 0 : 1);
  return property;
}

PropertyDef timeProperty(Random& random) {
  PropertyDef property;
  if (random.chance(30)) {
    property.source = PropertyDef::Source::Event;
    property.vendor = "com.acme";
    property.name = "thing";
    property.path = "v";
  } else {
    property.source = PropertyDef::Source::Atomic;
    property.name = random.of<const char*>(
        {"derived_tstamp", "derived_tstamp", "true_tstamp", "dvce_created_tstamp", "collector_tstamp"});
  }
  property.datePart = random.of<const char*>(
      {"hour_of_day", "day_of_week", "month_of_year", "active_day", "active_week", "active_month"});
  return property;
}

EventCriterionDef eventCriterion(Random& random) {
  EventCriterionDef criterion;
  criterion.property = valueProperty(random);
  criterion.op = random.of<const char*>(
      {"=", "!=", "<", ">", "<=", ">=", "like", "in", "in", "is null", "is not null", "!=", "="});
  const bool number = random.chance(60);
  if (criterion.op == "like") {
    criterion.value = random.of<const char*>({"%", "a%", "_", "%b%", "a_c"});
  } else if (criterion.op == "in" && random.chance(60)) {
    criterion.value = number ? Json::array({1.0, 2.0, 2.5}) : Json::array({"a", "3", "shop"});
  } else if (criterion.op.rfind("is", 0) != 0) {
    criterion.value = number ? Json(static_cast<double>(random.between(0, 3)))
                             : random.of<Json>({"a", "b", "3", "shop", "", true});
    if (criterion.op[0] == '<' || criterion.op[0] == '>') {
      if (criterion.value.is_boolean()) criterion.value = 1.0;
    }
  }
  return criterion;
}

std::string datePartType(const std::string& part) {
  return part.rfind("active", 0) == 0 ? "string" : "int32";
}

AttributeDef randomAttribute(Random& random, const std::string& name, bool timeless) {
  AttributeDef attribute;
  attribute.name = name;
  attribute.aggregation = random.of(kAggregations);
  if (timeless && attribute.aggregation.rfind("time_since", 0) == 0) attribute.aggregation = "last";
  const std::string& how = attribute.aggregation;
  const bool takesNumbers = how == "sum" || how == "min" || how == "max" || how == "mean";
  const bool isElapsed = how.rfind("time_since", 0) == 0;
  const bool isCounter = how == "counter";
  const bool datePart = !takesNumbers && !isElapsed && !isCounter && random.chance(20);
  if (takesNumbers || (!isElapsed && !isCounter)) {
    attribute.property = datePart ? timeProperty(random) : valueProperty(random);
  }
  std::string element = datePart ? datePartType(attribute.property.datePart) : random.of(kScalarTypes);
  if (isElapsed) {
    attribute.type = random.of<const char*>({"double", "float"});
    attribute.unit = random.of<const char*>({"s", "s", "s", "min", "h", "d"});
  } else if (isCounter) {
    attribute.type = random.of<const char*>({"int32", "int32", "int32", "int64", "double"});
  } else if (takesNumbers) {
    attribute.type = random.of(kNumericTypes);
  } else if (how == "category_count") {
    attribute.type = "dict";
  } else if (how == "approx_count_distinct") {
    attribute.type = random.of<const char*>({"int32", "int64"});
  } else {
    attribute.type = how == "unique_list" ? element + "_list" : element;
  }
  switch (random.between(0, 5)) {
    case 0: attribute.matchers = {{"com.acme", "thing", "1-0-0"}}; break;
    case 1: attribute.matchers = {{"", "thing", ""}}; break;
    case 2: attribute.matchers = {{"com.acme", "", ""}, {"", "page_view", ""}}; break;
    default: break;
  }
  if (random.chance(25)) {
    attribute.any = random.chance(40);
    for (auto left = random.between(1, 2); left > 0; --left) attribute.criteria.push_back(eventCriterion(random));
  }
  const auto roll = timeless ? 100 : random.between(0, 99);
  if (roll < 45) attribute.periodMs = shortMs(random);
  if (roll >= 45 && roll < 65) attribute.ttlMs = shortMs(random);
  if (random.chance(15)) {
    if (attribute.type == "int32" || attribute.type == "double") attribute.defaultValue = 7.0;
    if (attribute.type == "string") attribute.defaultValue = "none yet";
  }
  return attribute;
}

Json numberOperand(Random& random, const AttributeDef& attribute) {
  if (attribute.unit.empty()) {
    if (random.chance(85)) return static_cast<double>(random.between(0, 5));
    return random.of<Json>({0.5, 2.5, 0.6, 1e16, -1.0});
  }
  const std::string& name = attribute.unit;
  const double unit = name == "s" ? 1e3 : name == "min" ? 6e4 : name == "h" ? 3.6e6 : 8.64e7;
  const double ms = static_cast<double>(random.between(0, 150)) + (random.chance(20) ? 0.5 : 0.0);
  return ms / unit;
}

Json textOperand(Random& random) {
  return random.of<const char*>({"a", "b", "abc", "3", "0", "1", "true", "", "shop", "2", "2026-06-01", "none yet"});
}

void chooseComparison(Random& random, const AttributeDef& attribute, bool mayChange, NodeDef& node) {
  if (mayChange && random.chance(12)) {
    node.op = "changed";
    return;
  }
  if (random.chance(15)) {
    node.op = random.of<const char*>({"is null", "is not null"});
    return;
  }
  const std::string& type = attribute.type;
  const bool isList = type.find("_list") != std::string::npos;
  const bool isText = type.rfind("string", 0) == 0 || type.rfind("bytes", 0) == 0 || type == "dict" || random.chance(4);
  const bool isBool = type.rfind("bool", 0) == 0;
  const auto scalar = [&]() -> Json {
    if (isBool) return random.chance(50);
    return isText ? textOperand(random) : numberOperand(random, attribute);
  };
  std::vector<std::string> ops = {"=", "!=", "in", "in", "not in"};
  if (!isList && type != "dict" && !isBool) {
    for (const char* op : {"<", ">", "<=", ">=", ">=", ">"}) ops.push_back(op);
    if (isText) {
      for (const char* op : {"like", "not like", "rlike", "not rlike"}) ops.push_back(op);
    }
  } else if (!isBool) {
    ops = {"in", "in", "not in", "=", "!=", "like", ">"};
  }
  node.op = random.of(ops);
  if (node.op.find("rlike") != std::string::npos) {
    node.value = random.of<const char*>({"a", "^a", "b$", "ab", "0"});
  } else if (node.op.find("like") != std::string::npos) {
    node.value = random.of<const char*>({"%", "a%", "_", "%b%", "a_c", "%0%"});
  } else {
    const bool listOperand = (node.op.find("in") != std::string::npos && random.chance(60)) ||
                             (isList && (node.op == "=" || node.op == "!=") && random.chance(80));
    if (listOperand) {
      node.value = Json::array();
      for (auto left = random.between(1, 3); left > 0; --left) node.value.push_back(scalar());
    } else {
      node.value = scalar();
      if (node.value.is_boolean() && (node.op == ">" || node.op == "<")) node.value = 1.0;
    }
  }
}

NodeDef randomTree(Random& random, const std::vector<GroupDef>& groups, int depth, bool mayChange) {
  NodeDef node;
  if (depth > 0 && random.chance(depth == 2 ? 70 : 30)) {
    node.kind = random.of<const char*>({"all", "all", "any", "any", "none"});
    for (auto left = random.between(1, 3); left > 0; --left) {
      node.children.push_back(randomTree(random, groups, depth - 1, mayChange && node.kind == "all"));
    }
    return node;
  }
  const GroupDef& group = random.of(groups);
  const AttributeDef& attribute = random.of(group.attributes);
  node.kind = "leaf";
  node.group = group.name;
  node.attribute = random.chance(97) ? attribute.name : "unknown";
  chooseComparison(random, attribute, mayChange, node);
  return node;
}

}  // namespace

std::vector<GroupDef> randomGroups(Random& random) {
  std::vector<GroupDef> groups;
  const bool timeless = random.chance(20);  // nothing changes but by events
  for (auto left = random.between(1, 3); left > 0; --left) {
    GroupDef group;
    group.name = "g" + std::to_string(groups.size());
    group.key = static_cast<std::size_t>(random.between(0, 2));
    if (!timeless && random.chance(15)) group.ttlMs = shortMs(random);
    if (!timeless && random.chance(10)) group.keyTtlMs = shortMs(random);
    for (auto count = random.between(1, 3); count > 0; --count) {
      group.attributes.push_back(randomAttribute(random, "a" + std::to_string(group.attributes.size()), timeless));
    }
    groups.push_back(std::move(group));
  }
  if (random.chance(15)) {
    GroupDef next = groups[0];
    next.version = 2;
    next.published = random.chance(70);
    if (next.attributes.size() > 1) next.attributes.pop_back();
    if (random.chance(50)) next.attributes[0] = randomAttribute(random, "a0", timeless);
    groups.push_back(std::move(next));
  }
  // A key's ttl belongs to the key wherever it is declared.
  for (GroupDef& group : groups) {
    for (const GroupDef& other : groups) {
      if (other.key == group.key) group.keyTtlMs = std::max(group.keyTtlMs, other.keyTtlMs);
    }
  }
  return groups;
}

std::vector<InterventionDef> randomInterventions(Random& random, const std::vector<GroupDef>& groups) {
  std::vector<InterventionDef> interventions;
  for (auto left = random.between(1, 4); left > 0; --left) {
    InterventionDef one;
    one.name = "i" + std::to_string(interventions.size());
    one.criteria = randomTree(random, groups, 2, true);
    if (random.chance(50)) {
      std::vector<std::size_t> keys = {0, 1, 2};
      for (auto count = random.between(1, 3); count > 0; --count) {
        const auto at = static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(keys.size()) - 1));
        one.targets.push_back(keys[at]);
        keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    if (random.chance(25)) {
      const GroupDef& group = random.of(groups);
      one.payloadGroups.emplace_back(group.name, group.version);
      if (!group.published) one.payloadGroups.clear();
    }
    one.late = random.chance(10);
    interventions.push_back(std::move(one));
  }
  return interventions;
}

namespace {

// On ticks for all ids what cancels is looked up under the ids of the criteria only: groups of other keys are left out.
std::vector<GroupDef> groupsForCancel(const HistoryDef& history, const NodeDef& criteria) {
  if (!history.options.wakeAll) return history.groups;
  std::vector<bool> used(kKeyCount);
  const auto visit = [&](const NodeDef& node, const auto& self) -> void {
    for (const NodeDef& child : node.children) self(child, self);
    for (const GroupDef& group : history.groups) {
      if (node.kind == "leaf" && group.name == node.group) used[group.key] = true;
    }
  };
  visit(criteria, visit);
  std::vector<GroupDef> groups = history.groups;
  std::erase_if(groups, [&](const GroupDef& group) { return !used[group.key]; });
  return groups;
}

}  // namespace

void addDelivery(Random& random, HistoryDef& history) {
  for (InterventionDef& one : history.interventions) {
    if (random.chance(50)) continue;
    DeliveryDef& rules = one.delivery;
    rules.refireEdge = random.chance(60);
    if (random.chance(30)) rules.cooldownMs = shortMs(random);
    if (random.chance(20)) rules.maxPerSession = static_cast<int>(random.between(1, 2));
    if (random.chance(20)) rules.maxPerDay = static_cast<int>(random.between(1, 3));
    if (random.chance(20)) rules.maxTotal = static_cast<int>(random.between(1, 4));
    if (random.chance(40)) rules.priority = static_cast<int>(random.between(-1, 2));
    if (random.chance(35)) rules.exclusiveGroup = random.of<const char*>({"banners", "banners", "popups"});
    if (random.chance(40)) rules.delayMs = shortMs(random);
    // Without time an event that updates nothing it reads does not look at it.
    if (rules.delayMs == 0 || !history.options.timeDriven || random.chance(40)) continue;
    const std::vector<GroupDef> groups = groupsForCancel(history, one.criteria);
    rules.cancelIf.push_back(randomTree(random, groups, 1, false));
  }
}

std::int64_t shortMs(Random& random) { return random.chance(70) ? random.between(5, 120) : random.between(1, 300); }

}  // namespace oncue::oracle
