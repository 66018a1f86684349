// A whole test case as plain data: definitions, options, and what happens when. Nothing here knows how the engine or
// the oracle works.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace oncue::oracle {

// Objects keep the order they were written in, which category_count prescribes. Every number is a double.
using Json = nlohmann::ordered_json;

inline constexpr std::size_t kKeyCount = 3;
inline constexpr std::array<const char*, kKeyCount> kKeyNames = {"domain_userid", "domain_sessionid", "user_id"};
using Ids = std::array<std::string, kKeyCount>;  // "" = the event has none

struct PropertyDef {
  enum class Source { None, Atomic, Event, Entity };
  Source source = Source::None;
  std::string vendor;
  std::string name;
  int major = 1;
  std::string path;  // one of "v", "$.v", "k", "v.a", "v[0]", "price"
  std::size_t index = 0;
  std::string datePart;
};

struct EventCriterionDef {
  PropertyDef property;
  std::string op;
  Json value;
};

struct MatcherDef {
  std::string vendor, name, version;  // "" = any
};

struct AttributeDef {
  std::string name, type, aggregation;
  std::vector<MatcherDef> matchers;
  bool any = false;
  std::vector<EventCriterionDef> criteria;
  PropertyDef property;
  std::int64_t periodMs = 0;
  std::int64_t ttlMs = 0;
  std::string unit;
  Json defaultValue;
};

struct GroupDef {
  std::string name;
  int version = 1;
  std::size_t key = 0;
  bool published = true;
  std::int64_t ttlMs = 0;
  std::int64_t keyTtlMs = 0;
  std::vector<AttributeDef> attributes;
};

struct NodeDef {
  std::string kind;  // all, any, none, leaf
  std::vector<NodeDef> children;
  std::string group, attribute, op;
  Json value;
};

// 0 = no such limit.
struct DeliveryDef {
  std::int64_t cooldownMs = 0;
  int maxPerSession = 0, maxPerDay = 0, maxTotal = 0;
  int priority = 0;
  std::string exclusiveGroup;
  std::int64_t delayMs = 0;
  std::vector<NodeDef> cancelIf;  // one tree or none
  bool refireEdge = false;
};

struct InterventionDef {
  std::string name;
  int version = 1;
  NodeDef criteria;
  std::vector<std::size_t> targets;  // empty = the keys of the criteria
  std::vector<std::pair<std::string, int>> payloadGroups;
  bool late = false;  // published only by a Load step
  DeliveryDef delivery;
};

struct OptionsDef {
  std::uint32_t windowEventLimit = 100;
  std::int64_t defaultTtlMs = 0;
  bool timeDriven = true;
  bool wakeAll = false;
  bool refireOnEdge = false;
  bool syncUser = false;
};

struct EventDef {
  std::optional<std::int64_t> ttm, dtm;
  std::string eid;
  std::string duid, sid, uid;
  std::string vendor, name, version;  // of the self-describing schema; name "page_view" is a page view
  Json data = Json::object();
  std::vector<std::pair<int, Json>> items;  // major version and data of each com.acme/item entity
  std::string appId;
  std::optional<int> vid;
};

struct StepDef {
  enum class Kind { Event, Tick, Read, SnapshotAndRestore, Load, Forget };
  Kind kind = Kind::Event;
  std::int64_t at = 0;  // Event, Tick
  EventDef event;
  std::int64_t ahead = 0;  // Read: ms after the present
  std::size_t key = 0;     // Read, Forget
  std::string id;
};

// Walk: the driver ticks at every nextWake(). Sleep: only at the Tick steps. Replay: Engine::replay walks by itself.
enum class Drive { Walk, Sleep, Replay };

struct HistoryDef {
  std::uint64_t seed = 0;
  Drive drive = Drive::Walk;
  bool everyMs = false;  // the oracle looks at every ms instead of at every candidate
  OptionsDef options;
  std::vector<GroupDef> groups;
  std::vector<InterventionDef> interventions;
  std::vector<StepDef> steps;
};

std::string definitionsJson(const HistoryDef& history, bool withLate);
std::string payloadJson(const EventDef& event);
std::string describe(const HistoryDef& history);

}  // namespace oncue::oracle
