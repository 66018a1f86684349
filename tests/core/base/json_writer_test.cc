#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace oncue {
namespace {

std::string asJson(std::string_view text) { return JsonWriter().string(text).take(); }

TEST(JsonWriter, PlacesCommas) {
  JsonWriter out;
  out.beginObject().key("a").integer(-1).key("b").beginArray().boolean(true).null().number(2.5).beginObject();
  out.endObject().beginArray().endArray().endArray().key("c").string("x").endObject();
  EXPECT_EQ(out.text(), R"({"a":-1,"b":[true,null,2.5,{},[]],"c":"x"})");
}

TEST(JsonWriter, Escapes) {
  EXPECT_EQ(asJson("a\"b\\c/\n\t\r\x01\x1f\x7f"), "\"a\\\"b\\\\c/\\n\\t\\r\\u0001\\u001f\x7f\"");
  EXPECT_EQ(asJson(std::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(asJson("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9B\x92"), "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9B\x92\"");
}

TEST(JsonWriter, ReplacesInvalidUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(asJson("a\xFFz"), "\"a" + bad + "z\"");
  EXPECT_EQ(asJson("\xC3"), "\"" + bad + "\"") << "cut short";
  EXPECT_EQ(asJson("\xC0\xAF"), "\"" + bad + bad + "\"") << "overlong";
  EXPECT_EQ(asJson("\xED\xA0\x80"), "\"" + bad + bad + bad + "\"") << "surrogate";
  EXPECT_EQ(asJson("\xF4\x90\x80\x80"), "\"" + bad + bad + bad + bad + "\"") << "past 10FFFF";
}

TEST(JsonWriter, AnyBytesParse) {
  std::string bytes;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; b += 3) bytes += {static_cast<char>(a), static_cast<char>(b)};
  }
  EXPECT_TRUE(nlohmann::json::accept(asJson(bytes)));
}

TEST(JsonWriter, WritesValues) {
  const Value value = Value::dict({Value::of("n"), Value::of(3), Value::of("l"),
                                   Value::list({Value::boolean(false), Value::null(), Value::of("s")})});
  EXPECT_EQ(JsonWriter().value(value).text(), R"({"n":3,"l":[false,null,"s"]})");
  EXPECT_EQ(JsonWriter().value(Value::list({})).text(), "[]");
  EXPECT_EQ(JsonWriter().value(Value::dict({})).text(), "{}");
}

}  // namespace
}  // namespace oncue
