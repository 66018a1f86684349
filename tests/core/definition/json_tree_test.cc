#include "definition/json_tree.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/random_source.h"

namespace oncue::test {
namespace {

using nlohmann::json;
using Kind = JsonNode::Kind;

bool equals(const JsonNode& node, const json& expected) {
  switch (node.kind) {
    case Kind::Null:
      return expected.is_null();
    case Kind::Boolean:
      return expected.is_boolean() && expected.get<bool>() == (node.number != 0);
    case Kind::Number:
      return expected.is_number() && expected.get<double>() == node.number;
    case Kind::String:
      return expected.is_string() && expected.get<std::string>() == node.text;
    case Kind::Array: {
      if (!expected.is_array() || expected.size() != node.items.size()) return false;
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (!equals(node.items[i], expected[i])) return false;
      }
      return true;
    }
    case Kind::Object:
      break;
  }
  if (!expected.is_object()) return false;
  for (const auto& [name, value] : expected.items()) {
    const JsonNode* member = nullptr;
    for (const JsonNode& item : node.items) {
      if (item.key == name) member = &item;
    }
    if (member == nullptr || !equals(*member, value)) return false;
  }
  return true;
}

// Where both take a text, the same tree. JSON.parse takes an escaped lone surrogate, the library does not.
void compare(const std::string& text) {
  JsonNode root;
  std::string error;
  const bool ok = parseJsonTree(text, root, error);
  const json expected = json::parse(text, nullptr, false);
  const bool surrogate = text.find("\\ud") != std::string::npos || text.find("\\uD") != std::string::npos;
  EXPECT_TRUE(surrogate || ok == !expected.is_discarded()) << text << "\n" << error;
  EXPECT_TRUE(!ok || expected.is_discarded() || equals(root, expected)) << text;
  EXPECT_EQ(ok, error.empty()) << text;
}

const char* const kTexts[] = {"",
                              " ",
                              "null",
                              "nul",
                              "nulll",
                              "true",
                              "false",
                              "tru",
                              "True",
                              "0",
                              "-0",
                              "01",
                              "-",
                              "+1",
                              "1.",
                              ".5",
                              "1.5",
                              "1e5",
                              "1E+5",
                              "1e",
                              "1e+",
                              "1e-5",
                              "-1.5e-3",
                              "1.5.5",
                              "0x1",
                              "123456789012345678901234567890",
                              "9007199254740993",
                              "1e308",
                              "NaN",
                              "Infinity",
                              "\"\"",
                              "\"a\"",
                              "\"a",
                              "\"\\n\\t\\\"\\\\\\/\\b\\f\\r\"",
                              "\"\\x\"",
                              "\"\\u00e4\"",
                              "\"\\u00E4\\u20ac\"",
                              "\"\\ud83d\\ude00\"",
                              "\"\\u12\"",
                              "\"\\u12g4\"",
                              "\"a\nb\"",
                              "\"\x01\"",
                              "\"\xC3\xA4\"",
                              "\"\xC3\"",
                              "\"\xC0\x80\"",
                              "\"\xED\xA0\x80\"",
                              "\"\xF0\x9F\x98\x80\"",
                              "\"\xF4\x90\x80\x80\"",
                              "\"\xFF\"",
                              "\xC3\xA4",
                              "[]",
                              "[ ]",
                              "[1]",
                              "[1,]",
                              "[,1]",
                              "[1 2]",
                              "[1,2",
                              "[1,2]]",
                              "[[],[[]]]",
                              "{}",
                              "{ }",
                              "{\"a\":1}",
                              "{\"a\":1,}",
                              "{,}",
                              "{\"a\"}",
                              "{\"a\":}",
                              "{a:1}",
                              "{'a':1}",
                              "{\"a\":1 \"b\":2}",
                              "{\"a\":{\"b\":[{}]}}",
                              "{\"a\":1,\"a\":2}",
                              "{\"a\":1]",
                              "[1}",
                              " \t\r\n[ 1 , 2 ] \n",
                              "\v1",
                              "[1]//",
                              "/**/1",
                              "\xEF\xBB\xBF[1]",
                              "\xEF\xBB",
                              "{\"\":0}",
                              "\"\\u0000\""};

TEST(JsonTree, AgreesWithTheLibraryOnChosenTexts) {
  for (const char* text : kTexts) compare(text);
}

TEST(JsonTree, AgreesWithTheLibraryOnRandomTexts) {
  RandomSource random;
  constexpr std::string_view kPieces[] = {
      "{", "}", "[",    "]",    ",", ":",  "\"", "\"a\"",   "\"b\\n\"", "1",    "0",    "-",       ".",
      "e", "5", "true", "null", " ", "\n", "\\", "\\u00e4", "\xC3\xA4", "\xC3", "\x1F", "{\"k\":", "[1,"};
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    const auto length = random.below(9);
    for (std::uint64_t n = 0; n < length; ++n) text += kPieces[random.below(std::size(kPieces))];
    compare(text);
    if (HasFailure()) FAIL() << random.description();
  }
}

TEST(JsonTree, LoneSurrogatesBecomeTheReplacementCharacter) {
  for (const char* text : {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\ud800x\"", "\"\\ud800\\n\""}) {
    JsonNode root;
    std::string error;
    ASSERT_TRUE(parseJsonTree(text, root, error)) << text;
    EXPECT_EQ(root.text.substr(0, 3), "\xEF\xBF\xBD") << text;
  }
}

TEST(JsonTree, ErrorsSayWhere) {
  JsonNode root;
  std::string error;
  EXPECT_FALSE(parseJsonTree("{\n  \"a\": 1,\n  b: 2\n}", root, error));
  EXPECT_EQ(error, "expected a name in quotes at line 3, column 3");
  EXPECT_FALSE(parseJsonTree("[1, 1e999]", root, error));
  EXPECT_EQ(error, "a number is too large");
}

TEST(JsonTree, FindTakesTheLastAndNoNull) {
  JsonNode root;
  std::string error;
  ASSERT_TRUE(parseJsonTree("{\"a\":1,\"b\":null,\"a\":2}", root, error));
  EXPECT_EQ(root.find("a")->number, 2);
  EXPECT_EQ(root.find("b"), nullptr);
  EXPECT_EQ(root.find("c"), nullptr);
}

TEST(JsonTree, DepthIsBounded) {
  JsonNode root;
  std::string error;
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parseJsonTree(nested(kMaxJsonDepth), root, error));
  EXPECT_FALSE(parseJsonTree(nested(kMaxJsonDepth + 1), root, error));
  EXPECT_EQ(error, "");
}

}  // namespace
}  // namespace oncue::test
