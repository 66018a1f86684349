// The scanner against nlohmann/json as the oracle: both accept the same texts and read the same values.
#include "event/json_scanner.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

#include "event/repair_utf8.h"

namespace oncue {
namespace {

using Json = nlohmann::json;
using Kind = JsonScanner::Kind;

// The whole text as a tree, by walking into everything.
Json readAll(JsonScanner& scanner) {
  std::string_view name;
  switch (scanner.peek()) {
    case Kind::Object: {
      Json object = Json::object();
      scanner.enterObject();
      while (scanner.nextMember(name)) {
        const std::string key(name);
        object[key] = readAll(scanner);
      }
      return object;
    }
    case Kind::Array: {
      Json array = Json::array();
      scanner.enterArray();
      while (scanner.nextElement()) array.push_back(readAll(scanner));
      return array;
    }
    default: {
      const EventValue value = scanner.read();
      switch (value.kind) {
        case EventValue::Kind::String: return std::string(value.text);
        case EventValue::Kind::Number: return value.number;
        case EventValue::Kind::Bool: return value.number != 0;
        default: return nullptr;
      }
    }
  }
}

bool accepts(std::string_view text, bool bySkipping, Json* out = nullptr) {
  Arena arena;
  JsonScanner scanner(text, arena);
  if (bySkipping) {
    scanner.skip();
  } else {
    Json all = readAll(scanner);
    if (out != nullptr) *out = std::move(all);
  }
  return scanner.ok() && scanner.atEnd();
}

// Numbers beyond a double are null to us and an error to the oracle, lone surrogates U+FFFD and an error.
bool isOutsideOracle(std::string_view text) {
  return text.find("\\u") != std::string_view::npos || text.find_first_of("eE") != std::string_view::npos;
}

Json withoutSign(Json json) {
  if (json.is_number()) return json.get<double>() == 0 ? 0.0 : json.get<double>();
  if (json.is_structured()) {
    for (Json& child : json) child = withoutSign(child);
  }
  return json;
}

TEST(JsonScanner, AcceptsWhatTheOracleAccepts) {
  for (const char* text :
       {"", " ", "{}", "[]", "[[[]]]", "{\"a\":{}}", "null", "true", "false", "nul", "truex", "0", "-0", "-", "01", "1.", ".5", "+1", "1.5", "1e5",
        "1e", "1e+", "1E-2", "-1.25e+2", "\"\"", "\"", "\"\\\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u0041\"", "\"a\\qb\"", "\"\t\"",
        "\"\x7f\"", "[1,]", "[,1]", "[1 2]", "{,}", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":}", "{a:1}", "{1:1}", "[1]]", "{}{}", "[1", "{\"a\":[1}",
        "[{\"a\":1]}", " \t\r\n[ 1 , 2 ] ", "\v[]", "{\"a\":1,\"a\":2}", "12345678901234567890123", "NaN", "'a'", "//x\n1"}) {
    const bool expected = Json::accept(text);
    EXPECT_EQ(accepts(text, true), expected) << text;
    EXPECT_EQ(accepts(text, false), expected) << text;
  }
}

TEST(JsonScanner, NestingTakesNoStack) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_TRUE(accepts(deep, true));
  EXPECT_FALSE(accepts(deep + "]", true));
}

TEST(JsonScanner, RandomTextsAgainstTheOracle) {
  const char* given = std::getenv("ONCUE_SEED");
  const auto seed = given != nullptr ? static_cast<unsigned>(std::atoi(given)) : static_cast<unsigned>(std::time(nullptr));
  SCOPED_TRACE("ONCUE_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return random() % n; };
  const std::vector<std::string> pieces = {"{", "}", "[", "]", ",", ":", "\"a\"", "\"b\\n\"", "\"\\u00e9\"", "\"é👋\"", "1", "-2.5", "1e3", "0", "true",
                                           "false", "null", " ", "\n", "\"", "\\", "x", "{}", "[]", "{\"a\":", "\"a\":"};
  const std::vector<std::string> whole = {R"({"schema":"iglu:a/b/c/1-0-0","data":[{"a":1.50,"b":[true,null,"x\"y"]},{}]})", R"([1,-2.25,{"k":"v\u0041"},[],""])"};
  std::uint32_t valid = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    if (below(2) == 0) {
      for (unsigned i = below(12) + 1; i > 0; --i) text += pieces[below(static_cast<unsigned>(pieces.size()))];
    } else {
      text = whole[below(2)];
      for (unsigned i = below(3); i > 0; --i) {
        const unsigned at = below(static_cast<unsigned>(text.size()));
        if (below(2) == 0) text.erase(at, 1);
        else text.insert(at, pieces[below(static_cast<unsigned>(pieces.size()))]);
      }
    }
    // Which bytes are UTF-8 is not the scanner's business.
    if (validUtf8Prefix(text) != text.size()) continue;
    const Json oracle = Json::parse(text, nullptr, false);
    if (oracle.is_discarded() && isOutsideOracle(text)) continue;
    Json read;
    ASSERT_EQ(accepts(text, true), !oracle.is_discarded()) << text;
    ASSERT_EQ(accepts(text, false, &read), !oracle.is_discarded()) << text;
    if (oracle.is_discarded()) continue;
    ++valid;
    ASSERT_EQ(withoutSign(read), withoutSign(oracle)) << text;
  }
  EXPECT_GT(valid, 2000u);
}

TEST(JsonScanner, ReadsAgainAfterSeek) {
  Arena arena;
  JsonScanner scanner(R"([{"a":1},2])", arena);
  scanner.enterArray();
  ASSERT_TRUE(scanner.nextElement());
  const std::size_t at = scanner.position();
  scanner.skip();
  scanner.seek(at);
  EXPECT_EQ(scanner.read().kind, EventValue::Kind::Object);
  ASSERT_TRUE(scanner.nextElement());
  EXPECT_EQ(scanner.read().number, 2);
  EXPECT_FALSE(scanner.nextElement());
  EXPECT_TRUE(scanner.ok() && scanner.atEnd());
}

TEST(JsonScanner, EveryCallAfterAnErrorFails) {
  Arena arena;
  JsonScanner scanner("[1,x,2]", arena);
  std::string_view name;
  scanner.enterArray();
  EXPECT_TRUE(scanner.nextElement());
  scanner.skip();
  EXPECT_TRUE(scanner.nextElement());
  EXPECT_TRUE(scanner.read().isNull());
  EXPECT_FALSE(scanner.ok());
  EXPECT_FALSE(scanner.nextElement());
  EXPECT_FALSE(scanner.nextMember(name));
  EXPECT_FALSE(scanner.enterObject());
  EXPECT_TRUE(scanner.read().isNull());
}

}  // namespace
}  // namespace oncue
