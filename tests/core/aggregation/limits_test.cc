// The bounds that keep states small: 1,000 exact distinct values, 10,000 counted ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "aggregation/aggregation_state.h"
#include "aggregation/frequency_map.h"
#include "aggregation/held_element.h"
#include "support/results.h"

namespace oncue {
namespace {

double countDistinct(int values, const std::string& prefix) {
  AggregationState state(AggregationKind::ApproxCountDistinct);
  for (int i = 0; i < values; ++i) {
    const std::string text = prefix + std::to_string(i);
    const Element element{.kind = Value::Kind::String, .text = text};
    state.update(element, {});
    if (i % 3 == 0) state.update(element, {});
  }
  return test::resultOf(state).number;
}

TEST(Evaluation_7, ApproxCountDistinctIsExactUpToAThousand) {
  EXPECT_EQ(countDistinct(999, "u"), 999);
  EXPECT_EQ(countDistinct(1'000, "u"), 1'000);
  EXPECT_GE(countDistinct(1'001, "u"), 1'001);
}

TEST(Evaluation_7, ApproxCountDistinctErrsByLessThanThreePercent) {
  for (const char* prefix : {"user-", "/p/", "", "a long identifier that differs at its end only: "}) {
    for (const int values : {1'001, 2'000, 10'000, 40'000, 100'000, 1'000'000}) {
      const double error = countDistinct(values, prefix) / values - 1;
      EXPECT_LE(std::fabs(error), 0.03) << prefix << " " << values;
    }
  }
}

// Part of what devices must agree on: the estimate is made of integers, so it never changes.
TEST(Evaluation_7, ApproxCountDistinctGoldenEstimates) {
  EXPECT_EQ(countDistinct(2'000, "user-"), 1'998);
  EXPECT_EQ(countDistinct(100'000, "user-"), 100'798);
}

TEST(Evaluation_7, MapsKeepTheSmallestHashesBeyondTenThousand) {
  FrequencyMap map;
  std::vector<std::uint64_t> hashes;
  const auto see = [&](int i) {
    const std::string text = "value " + std::to_string(i);
    const Element element{.kind = Value::Kind::String, .text = text};
    map.add(element, {i, 0, static_cast<std::uint64_t>(i)});
    return elementHash(element);
  };
  for (int i = 0; i < 10'000; ++i) hashes.push_back(see(i));
  EXPECT_FALSE(map.truncated());
  EXPECT_EQ(map.entries().size(), 10'000u);
  for (int i = 10'000; i < 12'000; ++i) hashes.push_back(see(i));
  EXPECT_TRUE(map.truncated());
  std::sort(hashes.begin(), hashes.end());
  hashes.resize(10'000);
  std::vector<std::uint64_t> kept;
  for (const FrequencyMap::Entry& entry : map.entries()) kept.push_back(entry.hash);
  std::sort(kept.begin(), kept.end());
  EXPECT_EQ(kept, hashes);

  // All again: those kept have been counted from the start, those evicted do not come back.
  for (int i = 0; i < 12'000; ++i) see(i);
  ASSERT_EQ(map.entries().size(), 10'000u);
  for (const FrequencyMap::Entry& entry : map.entries()) ASSERT_EQ(entry.count, 2u);
}

TEST(HeldElement, OwnsItsText) {
  HeldElement held;
  EXPECT_EQ(held.view().kind, Value::Kind::Null);
  {
    std::string text = "a text longer than any small-string buffer";
    held = HeldElement({.kind = Value::Kind::String, .text = text});
    text.assign(text.size(), '-');
  }
  EXPECT_EQ(held.view().text, "a text longer than any small-string buffer");
  HeldElement copy = held;
  const HeldElement moved = std::move(held);
  EXPECT_EQ(moved.view().text, copy.view().text);
  EXPECT_NE(moved.view().text.data(), copy.view().text.data());
  copy = HeldElement({.kind = Value::Kind::Number, .number = 2});
  EXPECT_EQ(copy.view().number, 2);
  copy = HeldElement({.kind = Value::Kind::String, .text = ""});
  EXPECT_EQ(copy.view().text, "");
  EXPECT_LE(sizeof(HeldElement), 16u);
}

// Part of the wire format beyond 10,000 values: fixed for ever.
TEST(HeldElement, HashGoldenValues) {
  EXPECT_EQ(elementHash({.kind = Value::Kind::String, .text = "a"}), 0x82a2a958a9bece5bULL);
  EXPECT_EQ(elementHash({.kind = Value::Kind::Number, .number = 1}), 0x18b69abf1b9c1e9aULL);
  EXPECT_NE(elementHash({.kind = Value::Kind::Number, .number = 1}),
            elementHash({.kind = Value::Kind::Bool, .number = 1}));
}

}  // namespace
}  // namespace oncue
