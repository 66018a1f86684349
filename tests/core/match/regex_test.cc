#include "match/regex.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace oncue {
namespace {

Regex compiled(std::string_view pattern) {
  RegexError error;
  std::optional<Regex> regex = Regex::compile(pattern, error);
  EXPECT_TRUE(regex) << pattern << ": " << error.code << " " << error.construct;
  return regex ? *std::move(regex) : *Regex::compile("", error);
}

RegexError refused(std::string_view pattern) {
  RegexError error;
  EXPECT_FALSE(Regex::compile(pattern, error)) << pattern;
  return error;
}

std::string repeated(std::string_view text, size_t times) {
  std::string all;
  for (; times > 0; --times) all += text;
  return all;
}

TEST(Evaluation_8_2, CorpusHasTheAnswersOfRe2) {
  std::ifstream file(ONCUE_FIXTURES_DIR "/regex_corpus.json");
  const auto corpus = nlohmann::json::parse(file);
  ASSERT_GT(corpus.size(), 250u);
  for (const auto& entry : corpus) {
    SCOPED_TRACE(entry["row"].get<std::string>() + ": " + entry["pattern"].get<std::string>());
    const std::string pattern = entry["pattern"];
    if (entry.contains("error")) {
      const RegexError error = refused(pattern);
      EXPECT_EQ(error.code, entry["error"].get<std::string>());
      EXPECT_EQ(error.construct, entry["construct"].get<std::string>());
      EXPECT_EQ(pattern.substr(error.offset, error.construct.size()), error.construct);
      EXPECT_FALSE(error.message.empty());
      continue;
    }
    const Regex regex = compiled(pattern);
    for (size_t i = 0; i < entry["texts"].size(); ++i) {
      const std::string text = entry["texts"][i];
      EXPECT_EQ(regex.search(text), entry["matches"][i].get<bool>()) << text;
    }
  }
}

TEST(Evaluation_8_2, SearchIsUnanchoredAndCaseSensitive) {
  EXPECT_TRUE(compiled("pricing").search("https://shop.example/pricing?x=1"));
  EXPECT_FALSE(compiled("pricing").search("/Pricing"));
  EXPECT_TRUE(compiled("(?i)pricing").search("/Pricing"));
  EXPECT_TRUE(compiled("").search(""));
  EXPECT_FALSE(compiled("a$").search("a\n"));
  EXPECT_FALSE(compiled("^b").search("a\nb"));
}

TEST(Evaluation_8_2, PatternsAbove1000CharactersAreRefused) {
  EXPECT_TRUE(compiled(repeated("é", 1000)).search(repeated("é", 1000)));
  EXPECT_EQ(refused(repeated("é", 1001)).code, "regex_too_long");
  EXPECT_EQ(refused(repeated("a", 1001)).code, "regex_too_long");
  EXPECT_EQ(refused(repeated("(", 1001)).code, "regex_too_long");
}

TEST(Evaluation_8_2, PatternsThatAreNotUtf8AreRefused) {
  for (const std::string pattern : {"a\xFF", "\xC3", "[\xC3]", "(?P<\xFF>a)", "\\Q\xFF\\E", "\xE0\x80\x80",
      "\xF4\x90\x80\x80"}) {
    const RegexError error = refused(pattern);
    EXPECT_EQ(error.code, "regex_syntax");
    EXPECT_EQ(error.message, "the pattern is not valid UTF-8");
    EXPECT_EQ(error.construct, "");
  }
}

TEST(Decisions_7, BytesThatAreNotUtf8MatchNothing) {
  EXPECT_FALSE(compiled(".").search("\xFF"));
  EXPECT_FALSE(compiled("(?s)^.$").search("\xE2\x82"));
  EXPECT_FALSE(compiled("[^a]").search("\xC3"));
  EXPECT_TRUE(compiled("a").search("\xFF" "a\xFF"));
  EXPECT_TRUE(compiled("").search("\xFF"));
}

TEST(Decisions_7, CaseIsFoldedAsUnicodeSays) {
  for (const auto& [pattern, text] : std::vector<std::pair<std::string, std::string>>{
           {"(?i)k", "\u212A"}, {"(?i)K", "\u212A"}, {"(?i)\u212A", "k"}, {"(?i)s", "ſ"}, {"(?i)ſ", "S"},
           {"(?i)[a-z]", "ſ"}, {"(?i)ß", "ẞ"}, {"(?i)å", "\u212B"}, {"(?i)µ", "Μ"}, {"(?i)σ", "ς"}, {"(?i)Σ", "ς"},
           {"(?i)я", "Я"}, {"(?i)ǆ", "ǅ"}, {"(?i)\\w", "ſ"}}) {
    EXPECT_TRUE(compiled(pattern).search(text)) << pattern << " on " << text;
  }
  for (const auto& [pattern, text] : std::vector<std::pair<std::string, std::string>>{
           {"(?i)[^k]", "\u212A"}, {"(?i)\\W", "ſ"}, {"(?i)ß", "ss"}, {"(?i)i", "ı"}, {"(?i)i", "İ"},
           {"k", "\u212A"}}) {
    EXPECT_FALSE(compiled(pattern).search(text)) << pattern << " on " << text;
  }
}

TEST(Decisions_7, CountsUpTo1000AlsoInsideEachOther) {
  EXPECT_TRUE(compiled("^a{1000}$").search(repeated("a", 1000)));
  EXPECT_FALSE(compiled("^a{1000}$").search(repeated("a", 999)));
  EXPECT_TRUE(compiled("^(?:a{10}){100}$").search(repeated("a", 1000)));
  EXPECT_TRUE(compiled("^(?:a{2,5}){3,4}$").search(repeated("a", 6)));
  EXPECT_FALSE(compiled("^(?:a{2,5}){3,4}$").search(repeated("a", 21)));
  EXPECT_EQ(refused("a{1001}").construct, "{1001}");
  EXPECT_EQ(refused("((a{101}b)|c){10}").construct, "{10}");
  EXPECT_TRUE(compiled("^[\\w.-]{1,1000}$").search("a-b.c"));
}

TEST(Decisions_7, ErrorNamesTheConstruct) {
  const RegexError error = refused("abc(?=d)");
  EXPECT_EQ(error.code, "regex_lookaround");
  EXPECT_EQ(error.construct, "(?=");
  EXPECT_EQ(error.offset, 3u);
  EXPECT_EQ(error.message, "RE2 syntax has no lookaround");
  EXPECT_EQ(refused("a\\C").code, "regex_unsupported");
  EXPECT_EQ(refused("é\\1").offset, 2u);
}

TEST(Decisions_7, ProgramsAboveTheLimitAreRefused) {
  const RegexError error = refused("x(?:\\w{500}){2}[a-c\\d_%]{1000}");
  EXPECT_EQ(error.code, "regex_unsupported");
  EXPECT_EQ(error.message, "the pattern is too large");
  EXPECT_EQ(error.construct, "{1000}");
}

/// Each of these takes longer than the age of the universe, or quadratic time in 100 KB, with backtracking.
TEST(Decisions_7, CatastrophicPatternsTakeLinearTime) {
  const std::string manyA(100 * 1024, 'a');
  for (const char* pattern : {"(a*)*b", "(a|a)*b", "(a+)+b", "(?:a*?)*?b", "(?:(?:a|aa)+)+b"}) {
    EXPECT_FALSE(compiled(pattern).search(manyA)) << pattern;
    EXPECT_TRUE(compiled(pattern).search(manyA + "b")) << pattern;
  }
  EXPECT_TRUE(compiled("(a|aa)+$").search(manyA));
  EXPECT_FALSE(compiled("^(a|aa)+$").search(manyA + "c"));
  EXPECT_FALSE(compiled("(x+x+)+y").search(std::string(100 * 1024, 'x')));
  EXPECT_TRUE(compiled("(x+x+)+y").search(std::string(100 * 1024, 'x') + "y"));
  EXPECT_TRUE(compiled("(?:a?){500}a{500}").search(manyA));
  EXPECT_TRUE(compiled("^(?:a?){500}a{500}$").search(repeated("a", 500)));
  EXPECT_FALSE(compiled("^(?:a?){500}a{500}$").search(repeated("a", 499)));
}

TEST(Decisions_7, DeepNestingNeedsNoStack) {
  const std::string pattern = repeated("(", 333) + "a" + repeated(")*", 333);
  EXPECT_TRUE(compiled(pattern).search("b"));
  EXPECT_EQ(refused(repeated("(", 1000)).message, "the group is not closed");
  EXPECT_TRUE(compiled(repeated("|", 1000)).search(""));
}

}  // namespace
}  // namespace oncue
