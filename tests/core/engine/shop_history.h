// The tutorial's shop definitions and events, for tests that need a lived-in engine.
#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include "oncue/engine.h"

namespace oncue::testing_shop {

inline constexpr std::int64_t kStart = 1767225600000;  // 2026-01-01T00:00:00Z
inline constexpr char kUser[] = "6b6b6b6b-0000-4000-8000-000000000001";

inline std::string readFixture(const std::string& name) {
  std::ifstream file(std::string(ONCUE_FIXTURES_DIR) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string definitions() { return readFixture("definitions/ecom.json"); }

// One ecommerce action of the tracker with one product.
inline std::string action(const std::string& type, int price, int number, const std::string& duid = kUser,
                          const std::string& uid = "") {
  std::string hex = std::to_string(100000 + number);
  return R"({"e":"ue","eid":"00000000-0000-4000-8000-000000)" + hex + R"(","duid":")" + duid + "\"" +
         (uid.empty() ? "" : R"(,"uid":")" + uid + "\"") + R"(,"ttm":")" + std::to_string(kStart + number * 1000) +
         R"(","ue_pr":"{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":{)"
         R"(\"schema\":\"iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2\",)"
         R"(\"data\":{\"type\":\")" +
         type +
         R"(\"}}}","co":"{\"schema\":\"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0\",\"data\":[{)"
         R"(\"schema\":\"iglu:com.snowplowanalytics.snowplow.ecommerce/product/jsonschema/1-0-0\",\"data\":{)"
         R"(\"id\":\"p\",\"price\":)" +
         std::to_string(price) + R"(}}]}"})";
}

inline std::uint32_t track(Engine& engine, const std::string& type, int price, int number) {
  return engine.track(action(type, price, number), EventFormat::Payload, kStart + number * 1000);
}

}  // namespace oncue::testing_shop
