#include <gtest/gtest.h>
#include <re2/re2.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "random_regex.h"
#include "re2_oracle.h"

namespace oncue::match_test {
namespace {

std::string readFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Decisions_7, CorpusAgreesWithRe2) {
  const auto corpus = nlohmann::json::parse(readFile(ONCUE_FIXTURES_DIR "/regex_corpus.json"));
  for (const auto& entry : corpus) {
    const std::string pattern = entry["pattern"];
    const std::vector<std::string> texts = entry["texts"];
    const Comparison comparison = compareWithRe2(pattern, texts);
    EXPECT_NE(comparison.verdict, Verdict::kWrong) << comparison.detail;
    // The answers kept in the corpus are for builds without RE2; here they are held against RE2 itself.
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 re2(pattern, options);
    const bool refused = entry.contains("error");
    const bool unsupported = refused && (entry["error"] == "regex_unsupported" || entry["error"] == "regex_too_long");
    EXPECT_TRUE(unsupported || re2.ok() != refused) << pattern;
    for (size_t i = 0; !refused && i < texts.size(); ++i) {
      EXPECT_EQ(RE2::PartialMatch(texts[i], re2), entry["matches"][i].get<bool>()) << pattern << " on " << texts[i];
    }
  }
}

TEST(Decisions_7, RandomPatternsAgreeWithRe2) {
  RandomSource random;
  SCOPED_TRACE(random.description());
  RandomRegex regexes(random);
  constexpr int kPatterns = 40'000;
  constexpr int kTexts = 10;
  std::map<Verdict, int> verdicts;
  std::map<std::string, int> unsupported;
  size_t matching = 0;
  for (int i = 0; i < kPatterns; ++i) {
    const std::string pattern = regexes.pattern();
    std::vector<std::string> texts;
    for (int t = 0; t < kTexts; ++t) texts.push_back(regexes.text());
    const Comparison comparison = compareWithRe2(pattern, texts);
    ++verdicts[comparison.verdict];
    matching += comparison.matching;
    if (comparison.verdict == Verdict::kUnsupported) ++unsupported[comparison.detail];
    ASSERT_NE(comparison.verdict, Verdict::kWrong) << comparison.detail;
  }
  const auto pairs = static_cast<size_t>(verdicts[Verdict::kBothAccept]) * kTexts;
  std::printf("both accept %d, both refuse %d, %zu of %zu pairs match\n", verdicts[Verdict::kBothAccept],
              verdicts[Verdict::kBothRefuse], matching, pairs);
  for (const auto& [kind, count] : unsupported) std::printf("unsupported, %s: %d\n", kind.c_str(), count);
  EXPECT_GE(pairs, 200'000u);
  EXPECT_GT(matching, pairs / 5);
  EXPECT_LT(matching, pairs * 4 / 5);
  EXPECT_GT(verdicts[Verdict::kBothRefuse], kPatterns / 50);
  EXPECT_LT(verdicts[Verdict::kUnsupported], kPatterns * 3 / 100);
}

/// Random bytes out of the syntax, without grammar: mostly refused.
TEST(Decisions_7, RandomSyntaxCharactersAgreeWithRe2) {
  RandomSource random;
  SCOPED_TRACE(random.description());
  const std::string alphabet = "ab01(((()))[[]]^^$$..**++??||{}{},,--::\\\\\\PpQEdwbxix=<>i";
  for (int i = 0; i < 50'000; ++i) {
    std::string pattern;
    std::string text;
    for (size_t n = random.below(12); n > 0; --n) pattern += alphabet[random.below(alphabet.size())];
    for (size_t n = random.below(6); n > 0; --n) text += alphabet[random.below(alphabet.size())];
    const Comparison comparison = compareWithRe2(pattern, {text});
    ASSERT_NE(comparison.verdict, Verdict::kWrong) << comparison.detail;
  }
}

/// Our limit on the size of a program must be the tighter one, or we would accept what RE2 refuses as too large.
TEST(Decisions_7, LargestProgramsAreAcceptedByRe2) {
  for (const std::string atom :
       {"a", "😀", ".", "\\W", "()", "(?:)", "((((a))))", "(?:|)", "a??", "(?:a{0})", "\\b", "(?i)ß",
       "[\\x{81}-\\x{10FFFE}]",
        "[^\\x00-\\x{81}\\x{10FFFE}]", "[^\\x{801}]", "[\\x{400}\\x{500}\\x{901}\\x{10001}\\x{20001}]",
        "[^\\x{400}\\x{901}\\x{10001}]", "(?:[\\x{10001}-\\x{10FFFE}]|(?:)(?:)(?:))"}) {
    std::string body;
    std::string largest;
    RegexError error;
    for (int i = 0; i < 100; ++i) {
      body += atom;
      const std::string pattern = "(?:" + body + "){1000}";
      if (pattern.size() < 900 && Regex::compile(pattern, error)) largest = pattern;
    }
    ASSERT_NE(largest, "") << atom;
    EXPECT_EQ(compareWithRe2(largest, {}).verdict, Verdict::kBothAccept) << largest;
  }
}

void appendUtf8(std::string& text, uint32_t codePoint) {
  if (codePoint < 0x80) {
    text += static_cast<char>(codePoint);
    return;
  }
  const int more = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
  constexpr int kLeads[] = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(kLeads[more] | static_cast<int>(codePoint >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80 | (codePoint >> (6 * i) & 0x3F));
}

/// Classes of hundreds of code points, case ignored, against every code point that may fold: covers the whole folding.
TEST(Decisions_7, CaseFoldingAgreesWithRe2) {
  std::vector<std::string> texts;
  for (uint32_t codePoint = 'A'; codePoint <= 0x1E943; ++codePoint) {
    const bool mayFold = codePoint < 0x2E00 || (codePoint >= 0xA640 && codePoint < 0xAC00) || codePoint >= 0xFB00;
    const bool isSign = codePoint < 0x80 && !isalpha(static_cast<int>(codePoint));
    if (mayFold && !isSign && (codePoint < 0x11000 || codePoint >= 0x118A0)) appendUtf8(texts.emplace_back(),
        codePoint);
  }
  RE2::Options options;
  options.set_log_errors(false);
  constexpr size_t kBatch = 1400;
  for (size_t begin = 0; begin < texts.size(); begin += kBatch) {
    std::string pattern = "(?i)[";
    for (size_t i = begin; i < texts.size() && i < begin + kBatch; i += 1 + i % 3) pattern += texts[i];
    pattern += "]";
    const RE2 theirs(pattern, options);
    RegexError error;
    const std::optional<Regex> ours = Regex::compile(pattern, error);
    ASSERT_TRUE(theirs.ok() && ours) << pattern;
    std::string others;
    for (const std::string& text : texts) {
      if (RE2::PartialMatch(text, theirs)) {
        ASSERT_TRUE(ours->search(text)) << pattern << " on " << printable(text);
      } else {
        others += text;
      }
    }
    ASSERT_FALSE(ours->search(others)) << pattern;
  }
}

TEST(Decisions_7, FuzzCrashersAgreeWithRe2) {
  const std::filesystem::path folder = ONCUE_FIXTURES_DIR "/crashers/match";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no crashers";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const Comparison comparison = compareFuzzInput(readFile(file.path()));
    EXPECT_NE(comparison.verdict, Verdict::kWrong) << file.path().filename() << ": " << comparison.detail;
  }
}

}  // namespace
}  // namespace oncue::match_test
