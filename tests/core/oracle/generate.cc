#include "oracle/generate.h"

#include <algorithm>

#include "oracle/random.h"

namespace oncue::oracle {
namespace {

// Sunday 2026-05-31, shortly before midnight: hour, day, week and month change within a history.
constexpr std::int64_t kStart = 1'780'271'999'900;
constexpr char kMeasurementVendor[] = "com.snowplowanalytics.signals";

const std::vector<std::string> kNumericTypes = {"int32", "int64", "float", "double", "string", "unix_timestamp"};
const std::vector<std::string> kScalarTypes = {"string", "string", "int32",  "int64",         "float",
                                               "double", "bool",   "double", "unix_timestamp", "bytes"};
const std::vector<std::string> kAggregations = {
    "counter", "sum",           "min",           "max",           "mean",           "first",          "last",
    "counter", "most_frequent", "least_frequent", "category_count", "approx_count_distinct", "unique_list",
    "time_since_last", "time_since_last", "time_since_first"};

std::int64_t shortMs(Random& random) { return random.chance(70) ? random.between(5, 120) : random.between(1, 300); }

Json anyValue(Random& random) {
  switch (random.between(0, 9)) {
    case 0:
    case 1:
    case 2:
    case 3: return static_cast<double>(random.between(0, 4));
    case 4: return random.of<Json>({2.5, 0.1, 0.2, 0.3, -1.0, 1e16, -1e16, 1e3, -2.75});
    case 5: return random.of<Json>({"3", "9.5", "1e3", " 3", ".5", "5.", "+2", "0x1", "-"});
    case 6: return random.of<Json>({"a", "b", "abc", "A", "true", "FALSE", "", "0", "1"});
    case 7: return random.of<Json>({true, false});
    case 8:
      return random.of<Json>({"2024-03-15T14:30:00Z", "2024-03-15T14:30:00.900Z", "2024-02-29T23:59:59Z",
                              "2023-12-31T00:00:00.001Z"});
    default: return random.of<Json>({Json(), Json::array({1.0, 2.0}), Json::array({"a"}), Json{{"a", 1.0}}});
  }
}

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
    property = {.source = PropertyDef::Source::Event, .vendor = "com.acme", .name = "thing", .path = "v", .datePart = {}};
  } else {
    property.source = PropertyDef::Source::Atomic;
    property.name =
        random.of<const char*>({"derived_tstamp", "derived_tstamp", "true_tstamp", "dvce_created_tstamp", "collector_tstamp"});
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
    case 0: attribute.matchers = {{.vendor = "com.acme", .name = "thing", .version = "1-0-0"}}; break;
    case 1: attribute.matchers = {{.vendor = "", .name = "thing", .version = ""}}; break;
    case 2: attribute.matchers = {{.vendor = "com.acme", .name = "", .version = ""}, {.vendor = "", .name = "page_view", .version = ""}}; break;
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
    return random.chance(85) ? Json(static_cast<double>(random.between(0, 5))) : random.of<Json>({0.5, 2.5, 0.6, 1e16, -1.0});
  }
  const double unit = attribute.unit == "s" ? 1e3 : attribute.unit == "min" ? 6e4 : attribute.unit == "h" ? 3.6e6 : 8.64e7;
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

std::string eventId(std::int64_t number) {
  return "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + number);
}

class Events {
 public:
  // `distinct`: whole numbers up to it are the only values; 0 = values of every kind.
  Events(Random& random, const HistoryDef& history, std::int64_t distinct)
      : random_(random), replayed_(history.drive == Drive::Replay), distinct_(distinct) {
    for (const GroupDef& group : history.groups) {
      for (const AttributeDef& attribute : group.attributes) periods_.push_back(attribute.periodMs);
    }
  }

  EventDef next(std::int64_t at) {
    EventDef event;
    if (random_.chance(35)) chooseIds();
    event.duid = duid_;
    event.sid = sid_;
    event.uid = uid_;
    chooseKind(event);
    if (random_.chance(92)) event.eid = eventId(random_.chance(8) ? random_.between(0, number_) : ++number_);
    if (random_.chance(70)) event.appId = random_.of<const char*>({"shop", "blog"});
    if (random_.chance(60)) event.vid = static_cast<int>(random_.between(1, 3));
    const auto roll = random_.between(0, 99);
    if (replayed_) {
      (random_.chance(60) ? event.ttm : event.dtm) = at;
    } else if (roll < 5) {
      event.ttm = at - random_.of(periods_) + random_.between(0, 1);
    } else if (roll < 13) {
      event.ttm = at / 16 * 16;  // equal timestamps
    } else if (roll < 23) {
      event.ttm = at - random_.between(0, 150);
    } else if (roll < 32) {
      event.ttm = at + random_.between(0, 80);
    } else if (roll < 60) {
      event.dtm = at - random_.between(-10, 40);
    }
    if (event.ttm && random_.chance(20)) event.dtm = at - random_.between(0, 20);
    return event;
  }

 private:
  void chooseIds() {
    duid_ = random_.of<const char*>({"u1", "u1", "u1", "u2", "user-three", ""});
    sid_ = random_.of<const char*>({"0a000000-0000-4000-8000-00000000000a", "0A000000-0000-4000-8000-00000000000A",
                                    "0b000000-0000-4000-8000-00000000000b", "no uuid", ""});
    uid_ = random_.of<const char*>({"", "", "ann", "bob"});
  }

  void chooseKind(EventDef& event) {
    const auto roll = random_.between(0, 99);
    event.vendor = "com.acme";
    event.name = "thing";
    event.version = "1-0-0";
    if (roll < 12) event.name = "page_view";
    if (roll >= 12 && roll < 20) event.name = "cart";
    if (roll >= 20 && roll < 25) event.version = random_.of<const char*>({"2-0-0", "1-0-1"});
    if (roll >= 25 && roll < 32) event.vendor = kMeasurementVendor;
    if (random_.chance(90)) event.data["v"] = value();
    if (random_.chance(50)) event.data["k"] = random_.of<const char*>({"a", "b"});
    for (auto left = random_.chance(40) ? random_.between(1, 2) : 0; left > 0; --left) {
      event.items.emplace_back(random_.chance(85) ? 1 : 2, Json{{"v", value()}});
    }
  }

  Json value() {
    if (distinct_ > 0) return static_cast<double>(random_.between(0, distinct_));
    return anyValue(random_);
  }

  Random& random_;
  const bool replayed_;
  const std::int64_t distinct_;
  std::vector<std::int64_t> periods_;
  std::int64_t number_ = 0;
  std::string duid_ = "u1", sid_ = "0a000000-0000-4000-8000-00000000000a", uid_;
};

}  // namespace

HistoryDef generateHistory(std::uint64_t seed) {
  Random random(seed);
  HistoryDef history;
  history.seed = seed;
  const auto roll = random.between(0, 99);
  history.drive = roll < 65 ? Drive::Walk : roll < 85 ? Drive::Sleep : Drive::Replay;
  history.everyMs = random.chance(10);
  OptionsDef& options = history.options;
  if (random.chance(30)) options.windowEventLimit = static_cast<std::uint32_t>(random.between(1, 5));
  if (random.chance(10)) options.defaultTtlMs = shortMs(random);
  options.timeDriven = random.chance(90);
  options.wakeAll = random.chance(50);
  options.refireOnEdge = random.chance(50);
  options.syncUser = random.chance(20);
  history.groups = randomGroups(random);
  history.interventions = randomInterventions(random, history.groups);

  const bool isLong = random.chance(3);
  const bool crowded = isLong || random.chance(30);
  const auto events = isLong ? 260 : random.between(2, 25);
  Events source(random, history, isLong ? 150 : random.chance(30) ? 2 : 0);
  std::int64_t at = kStart;
  for (std::int64_t i = 0; i < events; ++i) {
    at += random.chance(15) ? 0 : random.between(0, isLong ? 1 : crowded ? 8 : 60);
    history.steps.push_back({.kind = StepDef::Kind::Event, .at = at, .event = source.next(at), .id = {}});
    if (random.chance(history.drive == Drive::Sleep ? 40 : 10)) {
      at += random.between(0, 70);
      history.steps.push_back({.kind = StepDef::Kind::Tick, .at = at, .event = {}, .id = {}});
    }
    const auto extra = random.between(0, 99);
    StepDef step{.kind = StepDef::Kind::Read, .event = {}, .id = {}};
    step.key = static_cast<std::size_t>(random.between(0, 2));
    const EventDef& last = history.steps[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(history.steps.size()) - 1))].event;
    const std::array<std::string, kKeyCount> ids = {last.duid.empty() ? "u1" : last.duid,
                                                    "0a000000-0000-4000-8000-00000000000a", "ann"};
    step.id = ids[step.key];
    if (extra < 40) {
      step.ahead = random.chance(50) ? 0 : random.between(0, 150);
    } else if (extra < 46) {
      step.kind = StepDef::Kind::SnapshotAndRestore;
    } else if (extra < 50) {
      step.kind = StepDef::Kind::Load;
    } else if (extra < 53) {
      step.kind = StepDef::Kind::Forget;
    } else {
      continue;
    }
    history.steps.push_back(std::move(step));
  }
  for (std::size_t key = 0; key < kKeyCount; ++key) {
    const std::array<const char*, kKeyCount> ids = {"u1", "0a000000-0000-4000-8000-00000000000a", "ann"};
    history.steps.push_back({.kind = StepDef::Kind::Read, .event = {}, .key = key, .id = ids[key]});
  }
  // Long enough for every period, lifetime and threshold of what was seen to pass.
  at += 700;
  history.steps.push_back({.kind = StepDef::Kind::Tick, .at = at, .event = {}, .id = {}});
  return history;
}

}  // namespace oncue::oracle
