// The validated form of a bundle of definitions: everything the engine needs, ids resolved to indexes.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "definition/aggregation_kind.h"
#include "definition/atomic_fields.h"
#include "match/regex.h"
#include "oncue/value.h"
#include "oncue/vec.h"

namespace oncue {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

enum class ElementType : std::uint8_t { Bytes, String, Int32, Int64, Double, Float, Bool, UnixTimestamp };

// `type` of an attribute: a scalar, a list of scalars, or dict.
struct ValueType {
  ElementType element = ElementType::String;
  bool list = false;
  bool dict = false;  // keys are strings, values integer counts; `element` is String
};

enum class DatePart : std::uint8_t {
  None, HourOfDay, DayOfWeek, MonthOfYear, ActiveDay, ActiveWeek, ActiveMonth
};

// The 15 operators; Equal also reads "==".
enum class Operator : std::uint8_t {
  Equal, NotEqual, Less, Greater, LessOrEqual, GreaterOrEqual, Like, NotLike, Rlike, NotRlike, In, NotIn, IsNull,
  IsNotNull, Changed
};

std::string_view operatorName(Operator op);  // "=", "not rlike", ...

struct PathStep {
  std::string key;              // object member, when index is kNone
  std::uint32_t index = kNone;  // array element
};

// Where a value is read in an event. Equal properties share one entry of Model::properties;
// date_part is not part of it.
struct Property {
  enum class Source : std::uint8_t { Atomic, Event, Entity };
  Source source = Source::Atomic;
  AtomicField atomic{};
  std::string vendor;
  std::string name;
  std::uint32_t majorVersion = 0;
  std::uint32_t index = 0;  // n-th entity of that vendor, name and major version
  Vec<PathStep> path;
};

struct AttributeKey {
  std::string name;
  std::uint32_t property = kNone;  // Model::properties
  std::int64_t ttlMs = 0;          // 0 = not set
  bool external = false;           // external_column: never has an id in an event
};

// An omitted field is a wildcard; the strings are empty then.
struct EventMatcher {
  std::string name;
  std::string vendor;
  std::string version;
  std::string eventSpecificationId;
};

struct Operand {
  Value value;                         // Null for is null, is not null, changed
  std::shared_ptr<const Regex> regex;  // rlike, not rlike
};

struct EventCriterion {
  std::uint32_t property = kNone;
  DatePart datePart = DatePart::None;
  Operator op = Operator::Equal;
  Operand operand;
};

struct EventFilter {
  Vec<EventMatcher> matchers;  // OR; empty matches every event
  bool any = false;                    // criteria joined by OR instead of AND
  Vec<EventCriterion> criteria;  // empty = true
};

// One stored state per id of its key. Attributes with equal definitions share one, whatever their names, groups or
// versions.
struct Computation {
  std::string hash;          // 16 bytes over key property, type, aggregation, filter, property, period, ttl, unit
  std::uint32_t key = kNone;  // Model::keys
  ValueType type;
  AggregationKind aggregation{};
  EventFilter filter;
  std::uint32_t property = kNone;  // kNone when the aggregation reads none
  DatePart datePart = DatePart::None;
  std::int64_t periodMs = 0;   // 0 = lifetime
  std::int64_t ttlMs = 0;      // effective, lifetime only; 0 = unlimited
  std::int64_t unitMs = 0;     // time_since_*: 1000, 60000, 3600000 or 86400000
};

struct Attribute {
  std::string name;
  std::uint32_t computation = kNone;
  Value defaultValue;  // converted to the attribute's type; Null = none
};

struct AttributeGroup {
  std::string name;
  std::uint32_t version = 1;
  std::uint32_t key = kNone;
  Vec<Attribute> attributes;  // empty when the group is not computed (unpublished, offline, online:false)
};

struct Service {
  std::string name;
  Vec<std::uint32_t> groups;  // Model::groups, in link order; links to unknown versions are dropped
};

struct CriteriaNode {
  enum class Kind : std::uint8_t { All, Any, None, Criterion };
  Kind kind = Kind::Criterion;
  Vec<CriteriaNode> children;
  std::string attribute;              // group:attribute
  std::uint32_t computation = kNone;  // kNone = unpopulated
  Operator op = Operator::Equal;
  Operand operand;
};

// When and how often an intervention may be delivered; 0 = no such limit.
struct DeliveryRules {
  DeliveryRules() { cancelIf.kind = CriteriaNode::Kind::Any; }

  std::int64_t cooldownMs = 0;
  std::uint32_t maxPerSession = 0;
  std::uint32_t maxPerDay = 0;  // in any 24 hours
  std::uint32_t maxTotal = 0;
  std::int32_t priority = 0;    // of what fires at one moment the highest comes first
  std::string exclusiveGroup;
  std::int64_t delayMs = 0;
  CriteriaNode cancelIf;  // `any` without children, which never holds, when there is none
  bool refireOnEdge = false;    // no latch

  // Whether what was delivered before matters.
  bool limits() const {
    return cooldownMs != 0 || maxPerSession != 0 || maxPerDay != 0 || maxTotal != 0 || !exclusiveGroup.empty();
  }
};

struct Intervention {
  std::string name;
  std::uint32_t version = 1;
  std::string hash;  // 16 bytes over criteria as resolved and targets: a context's truth survives only an equal one
  CriteriaNode criteria;
  bool usesChanged = false;
  DeliveryRules delivery;
  Vec<std::uint32_t> computations;   // read by the criteria, then by cancelIf; distinct, in order of appearance
  Vec<std::uint32_t> criteriaKeys;   // keys of the referenced groups, distinct, in order of appearance
  Vec<std::uint32_t> targetKeys;     // declared, else criteriaKeys
  Vec<std::uint32_t> payloadGroups;  // Model::groups
};

// Only what is active: published (or publication ignored), interventions whose name+version are unique.
struct Model {
  Vec<AttributeKey> keys;  // the four built-ins are always present
  Vec<Property> properties;
  Vec<Computation> computations;
  Vec<AttributeGroup> groups;
  Vec<Service> services;
  Vec<Intervention> interventions;
};

std::uint32_t findKey(const Model& model, std::string_view name);  // kNone when there is no such key

}  // namespace oncue
