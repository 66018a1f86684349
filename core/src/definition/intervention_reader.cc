#include "definition/intervention_reader.h"

#include <algorithm>

#include "base/contains.h"
#include "definition/group_reader.h"
#include "definition/key_reader.h"
#include "definition/model_hash.h"
#include "definition/operand_reader.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

void addDistinct(Vec<std::uint32_t>& list, std::uint32_t index) {
  if (!contains(list, index)) list.push_back(index);
}

class CriteriaReader {
 public:
  CriteriaReader(Builder& builder, Intervention& intervention)
      : builder_(builder), problems_(builder.problems), intervention_(intervention) {}

  // `allOnly`: no "any" or "none" above. Recursion is bounded by kMaxJsonDepth.
  void read(const Fields& fields, bool allOnly, CriteriaNode& node) {
    constexpr const char* kMembers[] = {"all", "any", "none", "attribute"};  // in the order of CriteriaNode::Kind
    int found = 0;
    for (std::uint8_t i = 0; i < 4; ++i) {
      if (!fields.has(kMembers[i])) continue;
      ++found;
      node.kind = static_cast<CriteriaNode::Kind>(i);
    }
    if (found != 1) {
      problems_.add(ProblemCode::criterion_kind);
    } else if (node.kind == CriteriaNode::Kind::Criterion) {
      readCriterion(fields, allOnly, node);
    } else {
      const bool isAll = node.kind == CriteriaNode::Kind::All;
      readChildren(fields, kMembers[static_cast<std::uint8_t>(node.kind)], allOnly && isAll, node);
    }
  }

 private:
  void readChildren(const Fields& fields, const char* member, bool allOnly, CriteriaNode& node) {
    const JsonNode* array = fields.get(member, Kind::Array);
    if (array == nullptr) return;
    const Problems::At at(problems_, member);
    if (array->items.empty()) problems_.add(ProblemCode::empty_list);
    node.children = Vec<CriteriaNode>(array->items.size());
    for (ObjectsOf objects(*array, problems_); objects.next();) {
      read(Fields(objects.object(), problems_), allOnly, node.children[objects.index()]);
    }
  }

  void readCriterion(const Fields& fields, bool allOnly, CriteriaNode& node) {
    readComparison(fields, kOperatorWords, problems_, node.op, node.operand);
    if (node.op == Operator::Changed) {
      intervention_.usesChanged = true;
      if (!allOnly) problems_.add(ProblemCode::changed_placement);
    }
    if (fields.text("attribute", Pattern::AttributeRef, node.attribute)) resolve(node);
  }

  void resolve(CriteriaNode& node) {
    std::uint32_t key = kNone;
    node.computation = builder_.find(Names::Reference, node.attribute);
    if (node.computation != kNone) {
      addDistinct(intervention_.computations, node.computation);
      key = builder_.model.computations[node.computation].key;
    } else {
      problems_.add(ProblemCode::unknown_attribute, node.attribute.c_str());
      // What is not populated is still read under the key of its group, when there is such a group.
      const std::uint32_t group = builder_.find(Names::Group, node.attribute.substr(0, node.attribute.find(':')));
      if (group != kNone) key = builder_.model.groups[group].key;
    }
    if (key != kNone) addDistinct(intervention_.criteriaKeys, key);
  }

  Builder& builder_;
  Problems& problems_;
  Intervention& intervention_;
};

// A plain string stands for {"name": string}.
void readTarget(Builder& builder, const JsonNode& node, Vec<std::uint32_t>& keys) {
  Problems& problems = builder.problems;
  std::string name = node.text;
  if (!node.is(Kind::String)) {
    if (!expectKind(node, Kind::Object, problems)) return;
    if (!Fields(node, problems).text("name", Pattern::Name, name, Need::Required)) return;
  }
  const std::uint32_t key = resolveKey(builder, name);
  if (key == kNone) {
    problems.add(ProblemCode::unresolvable_key, name.c_str());
  } else {
    addDistinct(keys, key);
  }
}

constexpr const char* kDeliveryRules[] = {"cooldown", "max_per_session", "max_per_day", "max_total", "priority",
                                          "exclusive_group", "delay", "cancel_if", "refire"};
constexpr std::uint32_t kMaxDeliveries = 1'000'000;
constexpr const char* kRefireNames[] = {"never", "edge"};
constexpr Words kRefireWords{2, [](std::uint32_t i) { return kRefireNames[i]; }};

// A typing error must not lift a limit: what is not a rule is refused.
void refuseUnknownRules(const JsonNode& delivery, Problems& problems) {
  for (const JsonNode& member : delivery.items) {
    const auto isRule = [&](const char* rule) { return member.key == rule; };
    if (std::any_of(std::begin(kDeliveryRules), std::end(kDeliveryRules), isRule)) continue;
    problems.add(ProblemCode::unknown_delivery_rule, member.key.c_str());
  }
}

void readCancelIf(Builder& builder, const Fields& delivery, Intervention& intervention) {
  const JsonNode* tree = delivery.get("cancel_if", Kind::Object);
  if (tree == nullptr) return;
  if (!delivery.has("delay")) delivery.missing("delay");
  const Problems::At at(builder.problems, "cancel_if");
  // Neither the ids of its contexts nor its targets follow from what cancels it; `changed` has no place in it.
  Vec<std::uint32_t> keys = intervention.criteriaKeys;
  const bool usesChanged = intervention.usesChanged;
  CriteriaReader(builder, intervention)
      .read(Fields(*tree, builder.problems), false, intervention.delivery.cancelIf);
  intervention.criteriaKeys = std::move(keys);
  intervention.usesChanged = usesChanged;
}

void readDelivery(Builder& builder, const Fields& fields, Intervention& intervention) {
  const JsonNode* node = fields.get("delivery", Kind::Object);
  if (node == nullptr) return;
  const Problems::At at(builder.problems, "delivery");
  const Fields delivery(*node, builder.problems);
  DeliveryRules& rules = intervention.delivery;
  refuseUnknownRules(*node, builder.problems);
  delivery.duration("cooldown", rules.cooldownMs);
  delivery.integer("max_per_session", 1, kMaxDeliveries, rules.maxPerSession);
  delivery.integer("max_per_day", 1, kMaxDeliveries, rules.maxPerDay);
  delivery.integer("max_total", 1, kMaxDeliveries, rules.maxTotal);
  double priority = 0;
  delivery.whole("priority", -1e6, 1e6, priority);
  rules.priority = static_cast<std::int32_t>(priority);
  delivery.text("exclusive_group", Pattern::Name, rules.exclusiveGroup);
  delivery.duration("delay", rules.delayMs);
  std::uint32_t refire = 0;
  delivery.word("refire", kRefireWords, refire);
  rules.refireOnEdge = refire != 0;
  readCancelIf(builder, delivery, intervention);
}

void readTargets(Builder& builder, const Fields& fields, Vec<std::uint32_t>& keys) {
  const JsonNode* array = fields.get("target_attribute_keys", Kind::Array);
  if (array == nullptr) return;
  const Problems::At at(builder.problems, "target_attribute_keys");
  for (std::size_t i = 0; i < array->items.size(); ++i) {
    const Problems::At atItem(builder.problems, i);
    readTarget(builder, array->items[i], keys);
  }
}

}  // namespace

void readIntervention(Builder& builder, const Fields& fields) {
  Problems& problems = builder.problems;
  const std::size_t errors = problems.errorCount();
  Intervention& intervention = builder.model.interventions.emplace_back();
  fields.integer("version", 1, kMaxVersion, intervention.version);
  if (fields.text("name", Pattern::Name, intervention.name, Need::Required)) {
    const std::string versioned = versionedName(intervention.name, intervention.version);
    builder.defineOnce(Names::Intervention, versioned, versioned);
  }
  readPublication(builder, fields);
  if (const JsonNode* criteria = fields.get("criteria", Kind::Object, Need::Required)) {
    const Problems::At at(problems, "criteria");
    CriteriaReader(builder, intervention).read(Fields(*criteria, problems), true, intervention.criteria);
  }
  readTargets(builder, fields, intervention.targetKeys);
  if (intervention.targetKeys.empty()) intervention.targetKeys = intervention.criteriaKeys;
  readGroupLinks(builder, fields, "payload_attribute_groups", intervention.payloadGroups);
  readDelivery(builder, fields, intervention);
  if (builder.active && problems.errorCount() == errors) {
    intervention.hash = interventionHash(builder.model, intervention);
  } else {
    builder.model.interventions.pop_back();
  }
}

}  // namespace oncue
