// Criteria trees: all = AND, any = OR, none = NOR.
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

// A function of the caller's that is asked about each criterion; borrowed. As a parameter of templates it would make every
// walk below code of its own, all of which a page loads.
template <typename Result>
class CriterionFunction {
 public:
  template <typename Function>
  CriterionFunction(const Function& function)  // implicit: lambdas are handed over as they are
      : function_(&function), call_([](const void* held, const CriteriaNode& criterion) -> Result {
          return (*static_cast<const Function*>(held))(criterion);
        }) {}

  Result operator()(const CriteriaNode& criterion) const { return call_(function_, criterion); }

 private:
  const void* function_;
  Result (*call_)(const void* held, const CriteriaNode& criterion);
};

// Evaluates every criterion, in depth-first order, with `truth(criterion)`; no short cut, so that explain can show
// each one's truth. `leaf` counts the criteria met so far.
bool evaluateTree(const CriteriaNode& node, const CriterionFunction<bool>& truth, TruthMask& mask, std::uint32_t& leaf);

// Calls visit(criterion) for each criterion, depth first.
void forEachCriterion(const CriteriaNode& node, const CriterionFunction<void>& visit);

}  // namespace oncue
