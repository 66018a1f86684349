#include "oracle/generate.h"

#include "oracle/generate_definitions.h"

namespace oncue::oracle {
namespace {

// Sunday 2026-05-31, shortly before midnight: hour, day, week and month change within a history.
constexpr std::int64_t kStart = 1'780'271'999'900;
constexpr char kMeasurementVendor[] = "com.snowplowanalytics.signals";

Json anyValue(Random& random) {
  switch (random.between(0, 9)) {
    case 0:
    case 1:
    case 2:
    case 3: return static_cast<double>(random.between(0, 4));
    case 4: return random.of<Json>({2.5, 0.1, 0.2, 0.3, -1.0, 1e16, -1e16, 1e3, -2.75});
    case 5: return random.of<Json>({"3", "9.5", "1e3", " 3", ".5", "5.", "+2", "0x1", "-"});
    case 6: return random.of<Json>({"a", "b", "abc", "A", "true", "FALSE", "", "0", "1"});
    case 7: return random.of<Json>({true, false});
    case 8:
      return random.of<Json>({"2024-03-15T14:30:00Z", "2024-03-15T14:30:00.900Z", "2024-02-29T23:59:59Z",
                              "2023-12-31T00:00:00.001Z"});
    default: return random.of<Json>({Json(), Json::array({1.0, 2.0}), Json::array({"a"}), Json{{"a", 1.0}}});
  }
}

std::string eventId(std::int64_t number) {
  return "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + number);
}

class Events {
 public:
  // `distinct`: whole numbers up to it are the only values; 0 = values of every kind.
  Events(Random& random, const HistoryDef& history, std::int64_t distinct)
      : random_(random), replayed_(history.drive == Drive::Replay), distinct_(distinct) {
    for (const GroupDef& group : history.groups) {
      for (const AttributeDef& attribute : group.attributes) periods_.push_back(attribute.periodMs);
    }
  }

  EventDef next(std::int64_t at) {
    EventDef event;
    if (random_.chance(35)) chooseIds();
    event.duid = duid_;
    event.sid = sid_;
    event.uid = uid_;
    chooseKind(event);
    if (random_.chance(92)) event.eid = eventId(random_.chance(8) ? random_.between(0, number_) : ++number_);
    if (random_.chance(70)) event.appId = random_.of<const char*>({"shop", "blog"});
    if (random_.chance(60)) event.vid = static_cast<int>(random_.between(1, 3));
    const auto roll = random_.between(0, 99);
    if (replayed_) {
      (random_.chance(60) ? event.ttm : event.dtm) = at;
    } else if (roll < 5) {
      event.ttm = at - random_.of(periods_) + random_.between(0, 1);
    } else if (roll < 13) {
      event.ttm = at / 16 * 16;  // equal timestamps
    } else if (roll < 23) {
      event.ttm = at - random_.between(0, 150);
    } else if (roll < 32) {
      event.ttm = at + random_.between(0, 80);
    } else if (roll < 60) {
      event.dtm = at - random_.between(-10, 40);
    }
    if (event.ttm && random_.chance(20)) event.dtm = at - random_.between(0, 20);
    return event;
  }

 private:
  void chooseIds() {
    duid_ = random_.of<const char*>({"u1", "u1", "u1", "u2", "user-three", ""});
    sid_ = random_.of<const char*>({"0a000000-0000-4000-8000-00000000000a", "0A000000-0000-4000-8000-00000000000A",
                                    "0b000000-0000-4000-8000-00000000000b", "no uuid", ""});
    uid_ = random_.of<const char*>({"", "", "ann", "bob"});
  }

  void chooseKind(EventDef& event) {
    const auto roll = random_.between(0, 99);
    event.vendor = "com.acme";
    event.name = "thing";
    event.version = "1-0-0";
    if (roll < 12) event.name = "page_view";
    if (roll >= 12 && roll < 20) event.name = "cart";
    if (roll >= 20 && roll < 25) event.version = random_.of<const char*>({"2-0-0", "1-0-1"});
    if (roll >= 25 && roll < 32) event.vendor = kMeasurementVendor;
    if (random_.chance(90)) event.data["v"] = value();
    if (random_.chance(50)) event.data["k"] = random_.of<const char*>({"a", "b"});
    for (auto left = random_.chance(40) ? random_.between(1, 2) : 0; left > 0; --left) {
      event.items.emplace_back(random_.chance(85) ? 1 : 2, Json{{"v", value()}});
    }
  }

  Json value() {
    if (distinct_ > 0) return static_cast<double>(random_.between(0, distinct_));
    return anyValue(random_);
  }

  Random& random_;
  const bool replayed_;
  const std::int64_t distinct_;
  std::vector<std::int64_t> periods_;
  std::int64_t number_ = 0;
  std::string duid_ = "u1", sid_ = "0a000000-0000-4000-8000-00000000000a", uid_;
};

}  // namespace

HistoryDef generateHistory(std::uint64_t seed) {
  Random random(seed);
  HistoryDef history;
  history.seed = seed;
  const auto roll = random.between(0, 99);
  history.drive = roll < 65 ? Drive::Walk : roll < 85 ? Drive::Sleep : Drive::Replay;
  history.everyMs = random.chance(10);
  OptionsDef& options = history.options;
  if (random.chance(30)) options.windowEventLimit = static_cast<std::uint32_t>(random.between(1, 5));
  if (random.chance(10)) options.windowEventLimit = UINT32_MAX;
  if (random.chance(10)) options.defaultTtlMs = shortMs(random);
  options.timeDriven = random.chance(90);
  options.wakeAll = random.chance(50);
  options.refireOnEdge = random.chance(50);
  options.syncUser = random.chance(20);
  history.groups = randomGroups(random);
  history.interventions = randomInterventions(random, history.groups);
  const bool hasDelivery = random.chance(60);
  if (hasDelivery) addDelivery(random, history);

  const bool isLong = random.chance(3);
  const bool crowded = isLong || random.chance(30);
  const auto events = isLong ? 260 : random.between(2, 25);
  Events source(random, history, isLong ? 150 : random.chance(30) ? 2 : 0);
  std::int64_t at = kStart;
  for (std::int64_t i = 0; i < events; ++i) {
    at += random.chance(15) ? 0 : random.between(0, isLong ? 1 : crowded ? 8 : 60);
    // The caps of a day, and back on the millisecond.
    if (hasDelivery && !history.everyMs && random.chance(6)) at += 86'400'000 - random.between(0, 60);
    history.steps.push_back({.kind = StepDef::Kind::Event, .at = at, .event = source.next(at), .id = {}});
    if (random.chance(history.drive == Drive::Sleep ? 40 : 10)) {
      at += random.between(0, 70);
      history.steps.push_back({.kind = StepDef::Kind::Tick, .at = at, .event = {}, .id = {}});
    }
    const auto extra = random.between(0, 99);
    StepDef step{.kind = StepDef::Kind::Read, .event = {}, .id = {}};
    step.key = static_cast<std::size_t>(random.between(0, 2));
    const EventDef& last = random.of(history.steps).event;
    const std::array<std::string, kKeyCount> ids = {last.duid.empty() ? "u1" : last.duid,
                                                    "0a000000-0000-4000-8000-00000000000a", "ann"};
    step.id = ids[step.key];
    if (extra < 40) {
      step.ahead = random.chance(50) ? 0 : random.between(0, 150);
    } else if (extra < 46) {
      step.kind = StepDef::Kind::SnapshotAndRestore;
    } else if (extra < 50) {
      step.kind = StepDef::Kind::Load;
    } else if (extra < 53) {
      step.kind = StepDef::Kind::Forget;
    } else {
      continue;
    }
    history.steps.push_back(std::move(step));
  }
  for (std::size_t key = 0; key < kKeyCount; ++key) {
    const std::array<const char*, kKeyCount> ids = {"u1", "0a000000-0000-4000-8000-00000000000a", "ann"};
    history.steps.push_back({.kind = StepDef::Kind::Read, .event = {}, .key = key, .id = ids[key]});
  }
  // Long enough for every period, lifetime and threshold of what was seen to pass.
  at += 700;
  history.steps.push_back({.kind = StepDef::Kind::Tick, .at = at, .event = {}, .id = {}});
  return history;
}

}  // namespace oncue::oracle
