// Criteria trees: all = AND, any = OR, none = NOR (evaluation 8.3).
#pragma once

#include <cstdint>

#include "definition/model.h"

namespace oncue {

// The truth of the first 64 criteria of a tree in depth-first order, for explain.
class TruthMask {
 public:
  static constexpr std::uint32_t kCapacity = 64;

  void set(std::uint32_t leaf, bool truth) {
    if (truth && leaf < kCapacity) bits_ |= std::uint64_t{1} << leaf;
  }
  bool at(std::uint32_t leaf) const { return leaf < kCapacity && (bits_ >> leaf & 1) != 0; }
  std::uint64_t bits() const { return bits_; }
  static TruthMask of(std::uint64_t bits) {
    TruthMask mask;
    mask.bits_ = bits;
    return mask;
  }

 private:
  std::uint64_t bits_ = 0;
};

// Evaluates every criterion, in depth-first order, with `truth(criterion)`; no short cut, so that explain can show
// each one's truth. `leaf` counts the criteria met so far.
template <typename Truth>
bool evaluateTree(const CriteriaNode& node, Truth&& truth, TruthMask& mask, std::uint32_t& leaf) {
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

// Calls visit(criterion) for each criterion, depth first.
template <typename Visit>
void forEachCriterion(const CriteriaNode& node, Visit&& visit) {
  if (node.kind == CriteriaNode::Kind::Criterion) return visit(node);
  for (const CriteriaNode& child : node.children) forEachCriterion(child, visit);
}

}  // namespace oncue
