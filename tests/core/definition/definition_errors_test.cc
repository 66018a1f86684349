// Every row of tests/fixtures/definition_errors.json: which errors and warnings a text of definitions gives, and where.
#include <gtest/gtest.h>

#include <cctype>
#include <nlohmann/json.hpp>

#include "definition/fixtures.h"

namespace oncue::test {
namespace {

using nlohmann::json;

const json& rows() {
  static const json parsed = json::parse(readFixture("definition_errors.json"), nullptr, false);
  return parsed;
}

class DefinitionErrors : public testing::TestWithParam<std::size_t> {};

std::string nameOf(const testing::TestParamInfo<std::size_t>& info) {
  std::string name = std::to_string(info.param) + "_";
  for (const char c : rows()[info.param]["row"].get<std::string>()) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      name += c;
    } else if (name.back() != '_') {
      name += '_';
    }
  }
  return name;
}

json placesOf(const Vec<Problem>& problems) {
  json list = json::array();
  for (const Problem& problem : problems) list.push_back({{"pointer", problem.pointer}, {"code", problem.code}});
  return list;
}

TEST_P(DefinitionErrors, AreReportedAtTheirPlaces) {
  const json& row = rows()[GetParam()];
  const json& definitions = row["definitions"];
  const std::string text = definitions.is_string() ? definitions.get<std::string>() : definitions.dump();
  Model model;
  model.services.resize(7);
  const LoadReport report = loadDefinitions(text, {}, model);
  EXPECT_EQ(placesOf(report.errors), row["errors"]) << row["row"] << "\n"
                                                    << text.substr(0, 2000) << "\n"
                                                    << describe(report.errors);
  EXPECT_EQ(placesOf(report.warnings), row["warnings"]) << row["row"] << "\n"
                                                        << text.substr(0, 2000) << "\n"
                                                        << describe(report.warnings);
  EXPECT_EQ(report.ok(), model.services.size() != 7) << "the model is replaced exactly when there is no error";
  for (const Vec<Problem>* list : {&report.errors, &report.warnings}) {
    for (const Problem& problem : *list) {
      EXPECT_EQ(problem.message.find_first_of("@%"), std::string::npos) << problem.message;
      EXPECT_FALSE(problem.message.empty());
      EXPECT_LT(problem.message.size(), 700u);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, DefinitionErrors, testing::Range<std::size_t>(0, rows().size()), nameOf);

}  // namespace
}  // namespace oncue::test
