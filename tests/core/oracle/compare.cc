#include "oracle/compare.h"

#include <algorithm>
#include <set>

#include "oncue/engine.h"
#include "oracle/naive_engine.h"

namespace oncue::oracle {
namespace {

constexpr std::int64_t kNever = INT64_MAX;
// An early wake is allowed, an endless row of them is not.
constexpr std::uint64_t kMostTicks = 20'000;

Json parse(const std::string& text) { return Json::parse(text, nullptr, false); }

// Groups and attributes in any order; what is below them, the values, as written.
bool sameMembers(const Json& a, const Json& b, int levels) {
  if (levels == 0 || !a.is_object() || !b.is_object()) return a == b;
  return a.size() == b.size() && std::all_of(a.items().begin(), a.items().end(), [&](const auto& member) {
           return b.contains(member.key()) && sameMembers(member.value(), b[member.key()], levels - 1);
         });
}

std::string text(const FireRecord& fire, std::int64_t origin) {
  return "  " + fire.name + " v" + std::to_string(fire.version) + " for " + fire.targetKey + " " + fire.targetId +
         " at " + std::to_string(fire.at) + " (+" + std::to_string(fire.at - origin) + ") by " +
         (fire.eventId.empty() ? "time" : fire.eventId) + " with " + fire.attributes.dump() + "\n";
}

class Comparison {
 public:
  explicit Comparison(const HistoryDef& history) : history_(history), oracle_(history) {
    engine_.emplace(makeEngine());
    origin_ = history.steps.empty() ? 0 : history.steps[0].at;
  }

  Outcome run() {
    for (std::size_t i = 0; i < history_.steps.size() && outcome_.difference.empty(); ++i) {
      const std::string before = "step " + std::to_string(i) + ": ";
      step(history_.steps[i]);
      if (!outcome_.difference.empty()) outcome_.difference = before + outcome_.difference;
    }
    return std::move(outcome_);
  }

 private:
  Engine makeEngine() {
    EngineOptions options;
    options.windowEventLimit = history_.options.windowEventLimit;
    options.defaultTtlMs = history_.options.defaultTtlMs;
    options.timeDriven = history_.options.timeDriven;
    options.wake = history_.options.wakeAll ? WakeScope::All : WakeScope::LatestIds;
    options.refireOnEdge = history_.options.refireOnEdge;
    if (history_.options.syncUser) options.syncKeys = {"user_id"};
    options.seed = history_.seed;
    Engine engine(options);
    load(engine);
    return engine;
  }

  void load(Engine& engine) {
    const LoadReport report = engine.load(definitionsJson(history_, late_));
    for (const auto& error : report.errors) fail("load: " + error.pointer + " " + error.code + " " + error.message);
  }

  void fail(const std::string& what) {
    if (outcome_.difference.empty()) outcome_.difference = what;
  }

  void step(const StepDef& step) {
    switch (step.kind) {
      case StepDef::Kind::Event: return track(step);
      case StepDef::Kind::Tick: return tick(step.at);
      case StepDef::Kind::Read: return read(step);
      case StepDef::Kind::SnapshotAndRestore: return snapshotAndRestore();
      case StepDef::Kind::Load:
        late_ = true;
        load(*engine_);
        oracle_.publishLate();
        return checkNextWake("load");
      case StepDef::Kind::Forget:
        engine_->forget(kKeyNames[step.key], step.id);
        oracle_.forget(step.key, step.id);
        return checkNextWake("forget");
    }
  }

  // The oracle looks at every moment below `until`.
  void oracleWalks(std::int64_t until) {
    if (oracle_.now() == 0) return;
    if (history_.everyMs) {
      for (std::int64_t t = oracle_.now(); t < until; ++t) oracle_.tick(t);
      return;
    }
    std::set<std::int64_t> instants = oracle_.candidates(until);
    while (!instants.empty()) {
      oracle_.tick(*instants.begin());
      instants.erase(instants.begin());
      // What fired by time may be delayed in its turn.
      if (const std::int64_t due = oracle_.nextDue(); due < until) instants.insert(due);
    }
  }

  void engineWalks(std::int64_t until) {
    for (;;) {
      const std::int64_t wake = engine_->nextWake();
      if (wake >= until || !outcome_.difference.empty()) return;
      if (++outcome_.ticks > kMostTicks) return fail("nextWake() makes no end");
      engine_->tick(wake);
      collect();
      if (engine_->nextWake() <= wake) return fail("nextWake() stays at " + std::to_string(wake) + " after the tick");
    }
  }

  void walk(std::int64_t until) {
    if (history_.drive == Drive::Sleep) return;
    if (history_.drive == Drive::Walk) engineWalks(until);
    oracleWalks(until);
  }

  void tick(std::int64_t at) {
    walk(at);
    oracle_.tick(at);
    if (history_.drive == Drive::Replay) engineWalks(at);
    engine_->tick(at);
    collect();
    settle("tick");
  }

  void track(const StepDef& step) {
    walk(step.at);
    oracle_.track(step.event, step.at);
    const std::string payload = payloadJson(step.event);
    if (history_.drive == Drive::Replay) {
      engine_->replay(payload, EventFormat::Payload);
      if (engine_->now() != step.at) fail("replay took the clock for " + std::to_string(engine_->now()));
    } else {
      engine_->track(payload, EventFormat::Payload, step.at);
    }
    collect();
    settle("event");
  }

  void collect() {
    const Json list = parse(engine_->fired());
    for (const Json& one : list) {
      FireRecord fire{.name = one["name"],
                      .version = one["version"],
                      .targetKey = one["target_attribute_key"]["name"],
                      .targetId = one["target_attribute_key"]["id"],
                      .attributes = one["attributes"],
                      .at = one["at"],
                      .eventId = one["event_id"].is_null() ? "" : one["event_id"].get<std::string>()};
      if (!interventionIds_.insert(one["intervention_id"]).second) fail("an intervention_id is given twice");
      ++outcome_.fires;
      if (fire.eventId.empty()) ++outcome_.firesByTime;
      fired_.push_back(std::move(fire));
    }
  }

  void settle(const char* what) {
    const std::vector<FireRecord> expected = oracle_.takeFired();
    const std::vector<FireRecord> actual = std::exchange(fired_, {});
    if (expected != actual) {
      std::string difference = std::string("fires up to this ") + what + " differ\n expected:\n";
      for (const FireRecord& fire : expected) difference += text(fire, origin_);
      difference += " actual:\n";
      for (const FireRecord& fire : actual) difference += text(fire, origin_);
      fail(difference);
    }
    checkNextWake(what);
  }

  void checkNextWake(const char* what) {
    const std::int64_t wake = engine_->nextWake();
    if (wake != kNever && wake < engine_->now()) fail(std::string("nextWake() is in the past after this ") + what);
    const auto isDelayed = [](const InterventionDef& one) { return one.delivery.delayMs != 0; };
    if (!history_.options.timeDriven && wake != kNever &&
        std::none_of(history_.interventions.begin(), history_.interventions.end(), isDelayed)) {
      fail("nextWake() without time");
    }
  }

  void read(const StepDef& step) {
    const std::int64_t at = oracle_.now() + step.ahead;
    const auto expect = [&](const std::string& what, const Json& expected, const std::string& actual, int levels) {
      if (sameMembers(parse(actual), expected, levels)) return;
      fail(what + " of " + step.id + " at +" + std::to_string(at - origin_) + "\n expected: " + expected.dump() +
           "\n actual:   " + actual);
    };
    expect(std::string("attributes of ") + kKeyNames[step.key], oracle_.attributes(step.key, step.id, at),
           engine_->attributes(kKeyNames[step.key], step.id, at), 2);
    for (const GroupDef& group : history_.groups) {
      if (group.key != step.key || !group.published) continue;
      expect(group.name + " v" + std::to_string(group.version), oracle_.groupAttributes(group, step.id, at),
             engine_->groupAttributes(group.name, static_cast<std::uint32_t>(group.version), step.id, at), 1);
    }
  }

  void snapshotAndRestore() {
    const std::string bytes = engine_->snapshot();
    const std::int64_t wake = engine_->nextWake();
    Engine next = makeEngine();
    const Status status = next.restore(bytes);
    if (!status.ok()) return fail("restore: " + status.code);
    if (next.snapshot() != bytes) fail("a restored engine has another snapshot");
    if (next.nextWake() != wake) {
      fail("nextWake() is " + std::to_string(next.nextWake()) + " after a restore, was " + std::to_string(wake));
    }
    engine_.emplace(std::move(next));
  }

  const HistoryDef& history_;
  Outcome outcome_;
  bool late_ = false;
  std::int64_t origin_ = 0;
  NaiveEngine oracle_;
  std::optional<Engine> engine_;
  std::vector<FireRecord> fired_;
  std::set<std::string> interventionIds_;
};

template <typename T>
bool leaveOut(std::vector<T>& list, const auto& differs) {
  bool any = false;
  for (std::size_t size = std::max<std::size_t>(list.size() / 2, 1);; size /= 2) {
    for (std::size_t i = 0; i < list.size();) {
      const std::vector<T> all = list;
      const auto from = list.begin() + static_cast<std::ptrdiff_t>(i);
      list.erase(from, from + static_cast<std::ptrdiff_t>(std::min(size, list.size() - i)));
      if (differs()) {
        any = true;
      } else {
        list = all;
        i += size;
      }
    }
    if (size <= 1) return any;
  }
}

bool shrinkTree(NodeDef& node, const auto& differs) {
  bool any = false;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const NodeDef all = node;
    node = NodeDef(all.children[i]);
    if (differs()) return true;
    node = all;
  }
  if (node.children.size() > 1) {
    const auto stillValid = [&] { return !node.children.empty() && differs(); };
    any = leaveOut(node.children, stillValid);
  }
  for (NodeDef& child : node.children) any = shrinkTree(child, differs) || any;
  return any;
}

bool simplify(DeliveryDef& rules, const auto& differs) {
  bool any = false;
  const auto without = [&](auto& rule) {
    if (rule == std::decay_t<decltype(rule)>{}) return;
    const auto before = std::exchange(rule, {});
    if (differs()) {
      any = true;
    } else {
      rule = before;
    }
  };
  without(rules.cooldownMs);
  without(rules.maxPerSession);
  without(rules.maxPerDay);
  without(rules.maxTotal);
  without(rules.priority);
  without(rules.exclusiveGroup);
  if (rules.cancelIf.empty()) without(rules.delayMs);
  without(rules.refireEdge);
  return any;
}

}  // namespace

Outcome compare(const HistoryDef& history) { return Comparison(history).run(); }

HistoryDef shrink(HistoryDef history) {
  const auto differs = [&] {
    for (const GroupDef& group : history.groups) {
      if (group.attributes.empty()) return false;
    }
    const std::string difference = compare(history).difference;
    return !difference.empty() && difference.find("load: ") == std::string::npos;
  };
  for (bool any = true; any;) {
    any = leaveOut(history.steps, differs);
    any = leaveOut(history.interventions, differs) || any;
    for (InterventionDef& one : history.interventions) {
      any = shrinkTree(one.criteria, differs) || any;
      any = leaveOut(one.targets, differs) || any;
      any = leaveOut(one.delivery.cancelIf, differs) || any;
      for (NodeDef& tree : one.delivery.cancelIf) any = shrinkTree(tree, differs) || any;
      any = simplify(one.delivery, differs) || any;
      any = leaveOut(one.payloadGroups, differs) || any;
    }
    any = leaveOut(history.groups, differs) || any;
    for (GroupDef& group : history.groups) {
      any = leaveOut(group.attributes, differs) || any;
      for (AttributeDef& attribute : group.attributes) {
        any = leaveOut(attribute.criteria, differs) || any;
        any = leaveOut(attribute.matchers, differs) || any;
      }
    }
  }
  return history;
}

}  // namespace oncue::oracle
