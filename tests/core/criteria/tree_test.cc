#include "criteria/tree.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

using Kind = CriteriaNode::Kind;

CriteriaNode leaf(std::string name) {
  CriteriaNode node;
  node.attribute = std::move(name);
  return node;
}

CriteriaNode group(Kind kind, Vec<CriteriaNode> children) {
  CriteriaNode node;
  node.kind = kind;
  node.children = std::move(children);
  return node;
}

bool holds(const CriteriaNode& tree, TruthMask& mask) {
  std::uint32_t next = 0;
  return evaluateTree(tree, [](const CriteriaNode& criterion) { return criterion.attribute == "yes"; }, mask, next);
}

bool holds(const CriteriaNode& tree) {
  TruthMask mask;
  return holds(tree, mask);
}

TEST(Evaluation_8_3, AllIsAndAnyIsOrNoneIsNor) {
  struct Row {
    Vec<CriteriaNode> children;
    bool all, any, none;
  };
  const Row rows[] = {{{leaf("yes"), leaf("yes")}, true, true, false},
                      {{leaf("yes"), leaf("no")}, false, true, false},
                      {{leaf("no"), leaf("no")}, false, false, true}};
  for (const Row& row : rows) {
    EXPECT_EQ(holds(group(Kind::All, row.children)), row.all);
    EXPECT_EQ(holds(group(Kind::Any, row.children)), row.any);
    EXPECT_EQ(holds(group(Kind::None, row.children)), row.none);
  }
}

TEST(Evaluation_8_3, TreesNest) {
  const CriteriaNode tree =
      group(Kind::All, {leaf("yes"), group(Kind::Any, {leaf("no"), group(Kind::None, {leaf("no")})})});
  EXPECT_TRUE(holds(tree));
  EXPECT_FALSE(holds(group(Kind::None, {tree})));
}

TEST(Evaluation_8_3, EveryCriterionIsEvaluatedAndRemembered) {
  TruthMask mask;
  holds(group(Kind::Any, {leaf("yes"), leaf("no"), group(Kind::All, {leaf("no"), leaf("yes")})}), mask);
  EXPECT_EQ(mask.bits(), 0b1001u);
}

TEST(TruthMask, ForgetsWhatLiesBeyondItsCapacity) {
  Vec<CriteriaNode> many(100, leaf("yes"));
  TruthMask mask;
  EXPECT_TRUE(holds(group(Kind::All, many), mask));
  EXPECT_TRUE(mask.at(63));
  EXPECT_FALSE(mask.at(64));
}

}  // namespace
}  // namespace oncue
