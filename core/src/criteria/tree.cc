#include "criteria/tree.h"

namespace oncue {

bool evaluateTree(const CriteriaNode& node, const CriterionFunction<bool>& truth, TruthMask& mask,
                  std::uint32_t& leaf) {
  if (node.kind == CriteriaNode::Kind::Criterion) {
    const bool holds = truth(node);
    mask.set(leaf++, holds);
    return holds;
  }
  bool all = true;
  bool any = false;
  for (const CriteriaNode& child : node.children) {
    const bool holds = evaluateTree(child, truth, mask, leaf);
    all = all && holds;
    any = any || holds;
  }
  if (node.kind == CriteriaNode::Kind::All) return all;
  return any == (node.kind == CriteriaNode::Kind::Any);
}

void forEachCriterion(const CriteriaNode& node, const CriterionFunction<void>& visit) {
  if (node.kind == CriteriaNode::Kind::Criterion) return visit(node);
  for (const CriteriaNode& child : node.children) forEachCriterion(child, visit);
}

}  // namespace oncue
