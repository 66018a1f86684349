// Engines as devices and one as their server, under random schedules: events, skewed clocks, lost, late, repeated and
// reordered messages, crashes, restored old snapshots and forgetting. At quiet all agree to the bit, and with an oracle over
// the flat set of facts that the server has acknowledged.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <nlohmann/json.hpp>

#include "definition/load.h"
#include "event/base64url.h"
#include "oncue/engine.h"
#include "support/random_source.h"
#include "sync/naive_facts.h"
#include "sync/replica_map.h"

namespace oncue {
namespace {

using Json = nlohmann::json;
using test::NumberedFact;
using test::RandomSource;

constexpr std::int64_t kBegin = 1'767'603'600'000;
constexpr std::int64_t kDay = 86'400'000;

// Some of the 14 aggregations, over the whole life, with a TTL or in a window; a rule that two devices can make true together.
Json randomDefinitions(RandomSource& random) {
  struct Kind {
    const char* aggregation;
    const char* type;
    const char* property;
  };
  constexpr Kind kKinds[] = {
      {"counter", "int32", nullptr},           {"sum", "double", "se_value"},
      {"min", "double", "se_value"},           {"max", "double", "se_value"},
      {"mean", "double", "se_value"},          {"first", "string", "se_label"},
      {"last", "string", "se_label"},          {"most_frequent", "string", "se_label"},
      {"least_frequent", "string", "se_label"}, {"category_count", "dict", "se_label"},
      {"approx_count_distinct", "int32", "se_label"}, {"unique_list", "string_list", "se_label"},
      {"time_since_last", "double", nullptr},  {"time_since_first", "double", nullptr},
  };
  Json attributes = Json::array();
  attributes.push_back({{"name", "all"}, {"type", "int32"}, {"aggregation", "counter"}, {"events", Json::array()}});
  for (int i = 0; i < 7; ++i) {
    const Kind& kind = kKinds[random.below(14)];
    Json attribute{{"name", "a" + std::to_string(i)}, {"type", kind.type}, {"aggregation", kind.aggregation}, {"events", Json::array()}};
    if (kind.property != nullptr) attribute["property"] = {{"type", "atomic"}, {"name", kind.property}};
    if (std::string_view(kind.aggregation).starts_with("time")) attribute["time_unit"] = "s";
    const std::string duration = "PT" + std::to_string(random.between(2, 40)) + "S";
    if (const std::uint64_t choice = random.below(3)) attribute[choice == 1 ? "ttl" : "period"] = duration;
    attributes.push_back(attribute);
  }
  const Json rule{{"name", "often"}, {"version", 1}, {"criteria", {{"attribute", "person:all"}, {"operator", ">="}, {"value", random.between(2, 12)}}},
                  {"target_attribute_keys", {{{"name", "user_id"}}}}};
  const Json group{{"name", "person"}, {"version", 1}, {"attribute_key", {{"name", "user_id"}}}, {"attributes", attributes}};
  return {{"attribute_groups", {group}}, {"interventions", {rule}}};
}

Engine makeEngine(const Json& definitions, std::uint64_t seed, bool isServer) {
  EngineOptions options;
  options.syncKeys = {"user_id"};
  options.syncFacts = isServer;
  options.wake = isServer ? WakeScope::All : WakeScope::LatestIds;
  options.seed = seed;
  Engine engine(std::move(options));
  const LoadReport report = engine.load(definitions.dump());
  EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.errors[0].message) << definitions.dump();
  engine.sync(R"({"do":"status"})", kBegin);
  return engine;
}

struct Device {
  Engine engine;
  std::int64_t skew;        // ms ahead of the server
  std::string disk;         // the last snapshot
  std::string old;          // some earlier one
  std::size_t cursor = 0;   // into the server's log
};

// What the server hands on, in the order in which it took it.
struct Handed {
  std::uint64_t epoch;
  Json message;
};

class Simulation {
 public:
  explicit Simulation(RandomSource& random) : random_(random), definitions_(randomDefinitions(random)), server_(makeEngine(definitions_, 1, true)) {
    const LoadReport report = loadDefinitions(definitions_.dump(), {}, model_);
    EXPECT_TRUE(report.ok());
    for (std::uint64_t i = 0, count = random.between(2, 4); i < count; ++i) {
      const std::int64_t skew = random.oneIn(3) ? random.between(-kDay, kDay) : 0;
      devices_.push_back({makeEngine(definitions_, ++seed_, false), skew, {}, {}});
      devices_.back().disk = devices_.back().old = devices_.back().engine.snapshot();
    }
  }

  void run() {
    for (int left = static_cast<int>(random_.between(20, 90)); left > 0; --left) step();
    settle();
  }

 private:
  Device& anyDevice() { return devices_[static_cast<std::size_t>(random_.below(devices_.size()))]; }
  std::int64_t clockOf(const Device& device) const { return now_ + device.skew; }

  Json command(const char* verb) const { return {{"do", verb}, {"key", "user_id"}, {"id", "ann"}}; }

  Json ask(Engine& engine, const Json& command, std::int64_t now) {
    const Json answer = Json::parse(engine.sync(command.dump(), now));
    EXPECT_FALSE(answer.contains("error")) << answer.dump() << command.dump().substr(0, 300);
    return answer;
  }

  // On a device, at its own time; what it fires it may fire only with a claim, since time has passed before.
  Json tell(Device& device, const Json& command) {
    device.engine.tick(clockOf(device));
    const Json answer = ask(device.engine, command, clockOf(device));
    if (answer.contains("fired")) {
      for (const Json& fired : Json::parse(device.engine.fired())) EXPECT_TRUE(fired.at("claim").at("required").get<bool>());
      ++firedByMerges;
    }
    return answer;
  }

  void step() {
    now_ += random_.oneIn(8) ? random_.between(0, 60'000) : random_.between(0, 3'000);
    Device& device = anyDevice();
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: return event(device);
      case 5: device.engine.tick(clockOf(device)); return;
      case 6:
      case 7:
      case 8: return upload(device);
      case 9:
      case 10: return deliver(device);
      case 11: return fetchState(device, random_.oneIn(2));
      case 12: return lateMessage();
      case 13: return crash(device);
      case 14:
        device.old = random_.oneIn(2) ? device.disk : device.old;
        return save(device);
      default: return random_.oneIn(10) ? forget() : event(device);
    }
  }

  void event(Device& device) {
    std::string id = std::to_string(++events_);
    id = "00000000-0000-4000-8000-" + std::string(12 - id.size(), '0') + id;
    const std::int64_t ts = clockOf(device) - (random_.oneIn(4) ? random_.between(-2'000, 45'000) : 0);
    Json payload{{"e", "se"}, {"se_ca", "c"}, {"se_ac", "a"}, {"eid", id}, {"uid", "ann"}, {"duid", "browser"}, {"dtm", std::to_string(ts)}};
    if (!random_.oneIn(4)) payload["se_la"] = "l" + std::to_string(random_.below(8));
    if (!random_.oneIn(4)) payload["se_va"] = std::to_string(static_cast<double>(random_.between(-20, 20)) / 4);
    device.engine.track(payload.dump(), EventFormat::Payload, clockOf(device));
    const Json fired = Json::parse(device.engine.fired().empty() ? "[]" : device.engine.fired());
    for (const Json& one : fired) EXPECT_FALSE(one.at("claim").at("required").get<bool>());
    if (!random_.oneIn(3)) save(device);
  }

  void save(Device& device) { device.disk = device.engine.snapshot(); }

  // The tab dies; or a backup is put back.
  void crash(Device& device) {
    const std::string& bytes = random_.oneIn(2) ? device.old : device.disk;
    EXPECT_TRUE(device.engine.restore(bytes).ok());
    device.disk = bytes;
    device.cursor = 0;
  }

  void upload(Device& device) {
    Json offer = command("upload");
    offer["offset"] = -device.skew;
    offer["limit"] = random_.between(1, 10);
    const Json body = tell(device, offer);
    if (body.at("facts").empty()) return;
    save(device);  // what is uploaded is written down before
    if (random_.oneIn(5)) return;
    if (random_.oneIn(6)) late_.push_back(body);
    const Json answer = receive(body);
    if (random_.oneIn(5)) return;
    handle(device, answer);
  }

  Json receive(Json body) {
    body["do"] = "append";
    Json answer = ask(server_, body, now_);
    EXPECT_NE(answer.at("status"), "bad") << body.dump();
    EXPECT_NE(answer.at("status"), "definitions");
    if (answer.at("status") != "ok") return answer;
    const std::size_t fresh = answer.at("fresh");
    const std::size_t known = body.at("facts").size() - fresh;
    std::uint64_t replica = 0;
    EXPECT_TRUE(parseHex(body.at("replica").get<std::string>(), replica));
    for (std::size_t i = known; i < body.at("facts").size(); ++i) {
      NumberedFact fact{replica, body.at("base").get<std::uint64_t>() + i + 1, {}};
      Arena arena;
      EXPECT_TRUE(readFact(*decodeBase64(body.at("facts")[i].get<std::string>(), arena), fact.fact));
      facts_.push_back(std::move(fact));
    }
    if (fresh == 0) return answer;
    Json handed = command("facts");
    for (const char* name : {"epoch", "replica", "base", "facts"}) handed[name] = body.at(name);
    handed["chain"] = answer.at("chain");
    log_.push_back({body.at("epoch"), handed});
    return answer;
  }

  // A message that was on its way for long; nobody hears its answer.
  void lateMessage() {
    if (late_.empty()) return;
    receive(late_.front());
    if (random_.oneIn(2)) late_.pop_front();
  }

  void handle(Device& device, const Json& answer) {
    const std::string status = answer.at("status");
    if (status == "epoch") return fetchState(device, false);
    Json ack = command("ack");
    ack["n"] = answer.at("n");
    ack["chain"] = answer.at("chain");
    if (status == "fork" || tell(device, ack).contains("fork")) fork(device);
  }

  void fork(Device& device) {
    ++forks;
    tell(device, {{"do", "fork"}, {"seed", std::to_string(++seed_)}});
    save(device);
  }

  // The stream: in order, now and then something is skipped or comes twice.
  void deliver(Device& device) {
    for (std::int64_t left = random_.between(1, 5); left > 0 && device.cursor < log_.size(); --left) {
      if (random_.oneIn(6)) ++device.cursor;
      if (device.cursor == log_.size()) return;
      const Json answer = tell(device, log_[device.cursor].message);
      const std::string status = answer.at("status");
      EXPECT_NE(status, "bad");
      if (status == "fork") return fork(device);
      if (status == "gap" || (status == "epoch" && random_.oneIn(2))) return fetchState(device, false);
      if (!random_.oneIn(5)) ++device.cursor;
    }
  }

  void fetchState(Device& device, bool isLate) {
    Json merge = command("merge");
    if (isLate && !states_.empty()) {
      merge["state"] = states_[static_cast<std::size_t>(random_.below(states_.size()))];
    } else {
      states_.push_back(ask(server_, command("state"), now_).at("state"));
      merge["state"] = states_.back();
    }
    if (tell(device, merge).at("status") != "fork") return;
    fork(device);
    EXPECT_NE(tell(device, merge).at("status"), "fork");
  }

  void forget() {
    Json forget = command("forget");
    forget["epoch"] = ++epoch_;
    ask(server_, forget, now_);
    facts_.clear();
  }

  void settle() {
    for (Device& device : devices_) {
      for (int rounds = 0; rounds < 200; ++rounds) {
        Json offer = command("upload");
        offer["offset"] = -device.skew;
        const Json body = tell(device, offer);
        if (body.at("facts").empty()) break;
        handle(device, receive(body));
      }
    }
    const Json expected = ask(server_, command("state"), now_);
    for (Device& device : devices_) {
      fetchState(device, false);
      EXPECT_EQ(ask(device.engine, command("state"), clockOf(device)), expected);
      const Json status = ask(device.engine, {{"do", "status"}}, clockOf(device));
      for (const Json& one : status.at("ids")) EXPECT_EQ(one.at("pending"), 0);
    }
    const std::int64_t at = now_ + random_.between(0, 50'000);
    const Json oracle = valuesOfFlatSet(at);
    EXPECT_EQ(Json::parse(server_.attributes("user_id", "ann", at)).at("person"), oracle) << definitions_.dump();
    for (const Device& device : devices_) {
      EXPECT_EQ(Json::parse(device.engine.attributes("user_id", "ann", at)).at("person"), oracle) << definitions_.dump();
      Engine restored = makeEngine(definitions_, ++seed_, false);
      EXPECT_TRUE(restored.restore(device.engine.snapshot()).ok());
      EXPECT_EQ(restored.snapshot(), device.engine.snapshot());
    }
  }

  Json valuesOfFlatSet(std::int64_t at) const {
    const AttributeGroup& group = model_.groups[0];
    const SyncedComputations known = syncedComputations(model_, group.key);
    Json values;
    for (const Attribute& attribute : group.attributes) {
      const Computation& computation = model_.computations[attribute.computation];
      Value value = test::naiveValue(facts_, *findComputation(known, computationId(computation)), at);
      if (value.isNull() && computation.aggregation == AggregationKind::ApproxCountDistinct) value = Value::of(0);
      JsonWriter out;
      values[attribute.name] = Json::parse(out.value(value).text());
    }
    return values;
  }

 public:
  int firedByMerges = 0;
  int forks = 0;

 private:
  RandomSource& random_;
  Json definitions_;
  Model model_;
  Engine server_;
  std::vector<Device> devices_;
  std::vector<NumberedFact> facts_;  // acknowledged, of the latest epoch
  std::vector<Handed> log_;
  std::deque<Json> late_;
  std::vector<std::string> states_;
  std::int64_t now_ = kBegin;
  std::uint64_t seed_ = 100;
  std::uint64_t epoch_ = 0;
  std::uint64_t events_ = 0;
};

TEST(SyncProperty, AtQuietAllReplicasAgreeWithTheFlatSetOfFacts) {
  RandomSource random;
  int firedByMerges = 0;
  int forks = 0;
  for (int round = 0; round < 150; ++round) {
    Simulation simulation(random);
    simulation.run();
    firedByMerges += simulation.firedByMerges;
    forks += simulation.forks;
    ASSERT_FALSE(testing::Test::HasFailure()) << random.description() << " round " << round;
  }
  EXPECT_GT(firedByMerges, 0) << random.description();
  EXPECT_GT(forks, 0) << random.description();
}

}  // namespace
}  // namespace oncue
