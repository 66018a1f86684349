// Runs the histories of tests/fixtures/traces: each names the spec row it shows. The same files drive the JS tests.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "oncue/engine.h"

namespace oncue {
namespace {

using nlohmann::json;

json readFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str(), nullptr, false);
}

std::string problems(const LoadReport& report) {
  std::string all;
  for (const Problem& problem : report.errors) all += problem.pointer + ": " + problem.code + ": " + problem.message + "\n";
  return all;
}

// A fixture names only the members that its row is about.
void expectFired(const json& expected, const std::string& firedText, const std::string& where) {
  const json fired = json::parse(firedText, nullptr, false);
  ASSERT_TRUE(fired.is_array()) << where << " " << firedText;
  ASSERT_EQ(fired.size(), expected.size()) << where << " fired " << firedText;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    for (const auto& [name, value] : expected[i].items()) EXPECT_EQ(fired[i][name], value) << where << " " << firedText;
  }
}

class Runner {
 public:
  explicit Runner(const json& history) : history_(history), engine_(optionsOf(history)) {
    const LoadReport report = engine_.load(history["definitions"].dump());
    EXPECT_TRUE(report.ok()) << problems(report);
  }

  void run() {
    for (std::size_t i = 0; i < history_["steps"].size(); ++i) {
      step(history_["steps"][i], history_["row"].get<std::string>() + ", step " + std::to_string(i));
    }
  }

 private:
  static EngineOptions optionsOf(const json& history) {
    EngineOptions options;
    if (history.contains("options")) {
      const LoadReport report = parseOptions(history["options"].dump(), options);
      EXPECT_TRUE(report.ok()) << problems(report);
    }
    return options;
  }

  void step(const json& step, const std::string& where) {
    if (step.contains("track")) {
      engine_.track(step["track"].dump(), EventFormat::Payload, step["at"]);
      expectFired(step["fires"], engine_.fired(), where);
    } else if (step.contains("tick")) {
      engine_.tick(step["at"]);
      expectFired(step["fires"], engine_.fired(), where);
    } else if (step.contains("receive")) {
      engine_.receive(step["receive"].dump(), step["at"]);
      expectFired(step["fires"], engine_.fired(), where);
      EXPECT_EQ(std::string(engine_.rejection()), step.value("rejection", "")) << where;
    } else if (step.contains("read")) {
      const json& of = step["read"];
      const std::string values = engine_.attributes(of["key"].get<std::string>(), of["id"].get<std::string>(), step["at"]);
      EXPECT_EQ(json::parse(values, nullptr, false), step["expect"]) << where;
    } else if (step.contains("explain")) {
      const json tree = json::parse(engine_.explainIntervention(step["explain"].get<std::string>(), "", step["at"]));
      for (const auto& [name, value] : step["expect"].items()) EXPECT_EQ(tree.value(name, json()), value) << where;
    } else if (step.contains("nextWake")) {
      const std::int64_t expected = step["nextWake"].is_null() ? INT64_MAX : step["nextWake"].get<std::int64_t>();
      EXPECT_EQ(engine_.nextWake(), expected) << where;
    } else if (step.contains("load")) {
      const LoadReport report = engine_.load(step["load"].dump());
      EXPECT_TRUE(report.ok()) << where << problems(report);
    } else {
      ADD_FAILURE() << where << ": a step of no known kind";
    }
    expectSameAfterRestore(where);
  }

  // Every history is also a test of snapshots: what is read back writes the same bytes.
  void expectSameAfterRestore(const std::string& where) {
    const std::string bytes = engine_.snapshot();
    const Status status = engine_.restore(bytes);
    ASSERT_TRUE(status.ok()) << where << " " << status.code;
    EXPECT_TRUE(engine_.snapshot() == bytes) << where;
  }

  const json& history_;
  Engine engine_;
};

class Traces : public testing::TestWithParam<std::string> {};

TEST_P(Traces, FiresAndReadsAsTheRowSays) {
  const json histories = readFile(std::filesystem::path(ONCUE_FIXTURES_DIR) / "traces" / GetParam());
  ASSERT_TRUE(histories.is_array() && !histories.empty());
  for (const json& history : histories) {
    SCOPED_TRACE(history["row"].get<std::string>());
    Runner(history).run();
  }
}

INSTANTIATE_TEST_SUITE_P(Spec, Traces,
                         testing::Values("aggregations.json", "filters.json", "eshop.json", "triggers.json", "time.json",
                                         "receive.json", "delivery.json"),
                         [](const auto& info) { return info.param.substr(0, info.param.find('.')); });

}  // namespace
}  // namespace oncue
