// Small definitions, and what loading makes of them.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "definition/fixtures.h"
#include "definition/load.h"

namespace oncue::test {

using nlohmann::json;

inline Model loadText(const std::string& text, const DefinitionOptions& options = {}) {
  Model model;
  const LoadReport report = loadDefinitions(text, options, model);
  EXPECT_TRUE(report.ok()) << describe(report.errors);
  return model;
}

inline Model load(const json& definitions, const DefinitionOptions& options = {}) {
  return loadText(definitions.dump(), options);
}

// Lists are spelled json::array, because compilers disagree on what {x} makes of one json.
inline json group(std::initializer_list<json> attributes, int version = 1, const char* name = "g") {
  return {{"name", name},
          {"version", version},
          {"attribute_key", {{"name", "domain_userid"}, {"key", "domain_userid"}}},
          {"attributes", json(std::vector<json>(attributes))}};
}

inline json counter(const char* name) { return {{"name", name}, {"type", "int32"}, {"aggregation", "counter"}}; }

inline json intervention(json criteria, const char* name = "i") {
  return {{"name", name}, {"criteria", std::move(criteria)}};
}

inline json criterion(const char* attribute) { return {{"attribute", attribute}, {"operator", ">"}, {"value", 3}}; }

}  // namespace oncue::test
