#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace oncue {
namespace {

// Part of the wire format: these values never change.
TEST(Hash, GoldenValues) {
  EXPECT_EQ(hash64(""), 0xefd01f60ba992926ULL);
  EXPECT_EQ(hash64("a"), 0x82a2a958a9bece5bULL);
  EXPECT_EQ(hash64("hello"), 0xe9c562c0fdb23244ULL);
  EXPECT_EQ(hash64("hello", 1), 0xf3d2d88e8835c775ULL);
  EXPECT_EQ(hash64(std::string_view("\0\xff", 2)), 0xacb64f88d28b68b8ULL);
}

TEST(Hash, SpreadsOverTheHighBits) {
  std::set<std::uint64_t> buckets;
  for (int i = 0; i < 4096; ++i) buckets.insert(hash64("user" + std::to_string(i)) >> 52);
  // 4,096 balls into 4,096 bins leave about 1 - 1/e of them used.
  EXPECT_GT(buckets.size(), 2450u);
  EXPECT_LT(buckets.size(), 2730u);
}

}  // namespace
}  // namespace oncue
