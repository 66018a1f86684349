// Any bytes as definitions: never crash, report sensibly, and give only models whose indexes point somewhere.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "definition/load.h"

namespace {

using namespace oncue;

void require(bool condition) {
  if (!condition) std::abort();
}

void requireIndex(std::uint32_t index, std::size_t size) { require(index < size); }

void requireIndexes(const Vec<std::uint32_t>& indexes, std::size_t size) {
  for (const std::uint32_t index : indexes) requireIndex(index, size);
}

void checkTree(const CriteriaNode& node, const Model& model) {
  if (node.kind == CriteriaNode::Kind::Criterion) {
    require(node.computation == kNone || node.computation < model.computations.size());
    require((node.op == Operator::Rlike || node.op == Operator::NotRlike) == (node.operand.regex != nullptr));
    return;
  }
  require(!node.children.empty());
  for (const CriteriaNode& child : node.children) checkTree(child, model);
}

void checkModel(const Model& model) {
  require(model.keys.size() >= 4);
  for (const AttributeKey& key : model.keys) require(key.external || key.property < model.properties.size());
  for (const Property& property : model.properties) {
    require((property.source == Property::Source::Atomic) == property.path.empty());
  }
  for (const Computation& c : model.computations) {
    require(c.hash.size() == 16);
    requireIndex(c.key, model.keys.size());
    require(c.periodMs >= 0 && c.ttlMs >= 0 && c.unitMs >= 0 && (c.periodMs == 0 || c.ttlMs == 0));
    const Reads reads = aggregationInfo(c.aggregation).reads;
    require((c.property != kNone) == (reads == Reads::Numbers || reads == Reads::Scalars));
    require((c.unitMs != 0) == (reads == Reads::Time));
    require(c.property == kNone || c.property < model.properties.size());
    for (const EventCriterion& criterion : c.filter.criteria) requireIndex(criterion.property, model.properties.size());
  }
  for (const AttributeGroup& group : model.groups) {
    requireIndex(group.key, model.keys.size());
    for (const Attribute& attribute : group.attributes) requireIndex(attribute.computation, model.computations.size());
  }
  for (const Service& service : model.services) requireIndexes(service.groups, model.groups.size());
  for (const Intervention& intervention : model.interventions) {
    require(intervention.hash.size() == 16);
    checkTree(intervention.criteria, model);
    requireIndexes(intervention.computations, model.computations.size());
    requireIndexes(intervention.criteriaKeys, model.keys.size());
    requireIndexes(intervention.targetKeys, model.keys.size());
    requireIndexes(intervention.payloadGroups, model.groups.size());
  }
}

void checkProblems(const Vec<Problem>& problems) {
  for (const Problem& problem : problems) {
    require(problem.pointer.empty() || problem.pointer[0] == '/');
    require(!problem.code.empty() && !problem.message.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool includeUnpublished : {false, true}) {
    Model model;
    const LoadReport report =
        loadDefinitions(text, {.includeUnpublished = includeUnpublished, .defaultTtlMs = 0}, model);
    checkProblems(report.errors);
    checkProblems(report.warnings);
    if (report.ok()) {
      checkModel(model);
    } else {
      require(model.keys.empty());
    }
  }
  return 0;
}
