#include "match/like.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "match/code_point.h"
#include "random_regex.h"

namespace oncue {
namespace {

struct LikeRow {
  std::string text;
  std::string pattern;
  bool matches;
};

TEST(Evaluation_8_1, LikeTable) {
  const std::vector<LikeRow> rows = {
      {"/pricing", "%pricing%", true},
      {"https://shop.example/pricing?x=1", "%pricing%", true},
      {"/Pricing", "%pricing%", false},
      {"abc", "a_c", true},
      {"ac", "a_c", false},
      {"abbc", "a_c", false},
      {"100\\xyz", "100\\%", true},
      {"100%", "100\\%", false},
      {"100\\", "100\\%", true},
      {"100x", "100\\%", false},
      {"", "", true},
      {"", "%", true},
      {"", "%%%", true},
      {"", "_", false},
      {"a", "", false},
      {"a\nb", "a%b", true},
      {"a\nb", "a_b", true},
      {"\n", "%", true},
      {"abc", "ab", false},
      {"abc", "bc", false},
      {"abc", "%c", true},
      {"abc", "a%", true},
      {"abc", "%a", false},
      {"aab", "%ab", true},
      {"abab", "%ab", true},
      {"ababa", "%ab", false},
      {"a.c", "a.c", true},
      {"abc", "a.c", false},
      {"[a]", "[a]", true},
      {"a*", "a*", true},
      {"%", "\\%", false},
      {"ab%cd", "ab%cd", true},
      {"mississippi", "m%iss%ip_i", true},
      {"mississippi", "m%iss%ips_i", false},
      {"grün", "gr_n", true},
      {"日本", "__", true},
      {"日本", "______", false},
      {"😀", "_", true},
      {"e\u0301", "_", false},
      {"e\u0301", "__", true},
      {"é", "É", false},
      {std::string("a\0b", 3), "a_b", true},
      {std::string("a\0b", 3), std::string("a\0%", 3), true},
  };
  for (const LikeRow& row : rows) {
    EXPECT_EQ(likeMatch(row.text, row.pattern), row.matches) << row.text << " like " << row.pattern;
  }
}

TEST(Evaluation_8_1, InvalidByteIsOneCodePoint) {
  EXPECT_TRUE(likeMatch("\xFF", "_"));
  EXPECT_TRUE(likeMatch("\xE2\x82", "__"));
  EXPECT_FALSE(likeMatch("\xE2\x82", "_"));
  EXPECT_TRUE(likeMatch("\xE0\x80\x80", "___"));
  EXPECT_TRUE(likeMatch("a\xFFz", "a%z"));
  EXPECT_TRUE(likeMatch("\xFF", "\xFF"));
  EXPECT_FALSE(likeMatch("\xFE", "\xFF"));
  EXPECT_FALSE(likeMatch("\xC3\xA9", "%\xA9"));
}

TEST(Evaluation_8_1, ManyPercentsStayQuadratic) {
  const std::string text(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "%a";
  EXPECT_TRUE(likeMatch(text, pattern));
  EXPECT_FALSE(likeMatch(text, pattern + "b"));
}

std::vector<std::string> units(std::string_view text) {
  std::vector<std::string> found;
  for (size_t at = 0; at < text.size();) {
    const CodePoint unit = decodeCodePoint(text, at);
    found.emplace_back(text.substr(at, unit.value > kMaxCodePoint ? 1 : unit.length));
    at += found.back().size();
  }
  return found;
}

/// The definition of LIKE as a table over all prefixes.
bool naiveLike(std::string_view text, std::string_view pattern) {
  const std::vector<std::string> have = units(text);
  const std::vector<std::string> want = units(pattern);
  std::vector<std::vector<bool>> table(want.size() + 1, std::vector<bool>(have.size() + 1));
  table[0][0] = true;
  for (size_t p = 1; p <= want.size(); ++p) {
    for (size_t t = 0; t <= have.size(); ++t) {
      if (want[p - 1] == "%") {
        table[p][t] = table[p - 1][t] || (t > 0 && table[p][t - 1]);
      } else {
        table[p][t] = t > 0 && table[p - 1][t - 1] && (want[p - 1] == "_" || want[p - 1] == have[t - 1]);
      }
    }
  }
  return table[want.size()][have.size()];
}

TEST(Evaluation_8_1, RandomTextsAgreeWithNaiveTable) {
  match_test::RandomSource random;
  SCOPED_TRACE(random.description());
  const std::vector<std::string> pieces = {"%", "%", "_", "a", "b", "é", "\xC3", "\xA9", "\n", "\\"};
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    std::string pattern;
    for (size_t n = random.below(9); n > 0; --n) text += pieces[2 + random.below(pieces.size() - 2)];
    for (size_t n = random.below(9); n > 0; --n) pattern += random.pick(pieces);
    ASSERT_EQ(likeMatch(text, pattern), naiveLike(text, pattern)) << text << " like " << pattern;
  }
}

}  // namespace
}  // namespace oncue
