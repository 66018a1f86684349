#include "definition/intervention_reader.h"

#include <algorithm>

#include "definition/group_reader.h"
#include "definition/key_reader.h"
#include "definition/model_hash.h"
#include "definition/operand_reader.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

void addDistinct(std::vector<std::uint32_t>& list, std::uint32_t index) {
  if (std::find(list.begin(), list.end(), index) == list.end()) list.push_back(index);
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
    node.children = std::vector<CriteriaNode>(array->items.size());
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

// A plain string stands for {"name": string} (decisions 12).
void readTarget(Builder& builder, const JsonNode& node, std::vector<std::uint32_t>& keys) {
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

void readTargets(Builder& builder, const Fields& fields, std::vector<std::uint32_t>& keys) {
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
  if (fields.get("delivery", Kind::Object) != nullptr) problems.add(ProblemCode::delivery_ignored);
  if (builder.active && problems.errorCount() == errors) {
    intervention.hash = interventionHash(builder.model, intervention);
  } else {
    builder.model.interventions.pop_back();
  }
}

}  // namespace oncue
