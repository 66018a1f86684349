#include "definition/path.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

std::string stepsOf(const char* text) {
  Vec<PathStep> steps;
  if (!parsePath(text, steps)) return "refused";
  std::string out;
  for (const PathStep& step : steps) {
    out += step.index == kNone ? "." + step.key : "[" + std::to_string(step.index) + "]";
  }
  return out;
}

TEST(Definitions_3, PathsAreKeysAndIndexes) {
  EXPECT_EQ(stepsOf("a"), ".a");
  EXPECT_EQ(stepsOf("$.a.b"), ".a.b");
  EXPECT_EQ(stepsOf("$a"), ".a");
  EXPECT_EQ(stepsOf("a[0][12].b c"), ".a[0][12].b c");
  EXPECT_EQ(stepsOf("a[4294967294]"), ".a[4294967294]");
  EXPECT_EQ(stepsOf("a['"), "refused");
  EXPECT_EQ(stepsOf("a.$.b"), ".a.$.b");
}

TEST(Definitions_3, OtherPathsAreRefused) {
  for (const char* text : {"",
                           "$",
                           "$.",
                           ".",
                           "a.",
                           ".a",
                           "a..b",
                           "[0]",
                           "$[0]",
                           "a[",
                           "a[]",
                           "a[0",
                           "a[0]b",
                           "a]",
                           "a[x]",
                           "a[-1]",
                           "a[1.5]",
                           "a[*]",
                           "a['b']",
                           "a[\"b\"]",
                           "a[0:1]",
                           "a[4294967295]",
                           "a[99999999999999999999999]"}) {
    EXPECT_EQ(stepsOf(text), "refused") << text;
  }
}

}  // namespace
}  // namespace oncue
