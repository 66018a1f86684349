// The replica map against an oracle over the flat set of facts, for every aggregation, TTL and window.
#include "sync/replica_map.h"

#include <gtest/gtest.h>

#include <deque>

#include "sync/naive_facts.h"
#include "window/random_history.h"

namespace oncue {
namespace {

using test::naiveValue;
using test::NumberedFact;
using test::RandomHistory;

struct ReplicaFacts {
  std::uint64_t replica;
  std::vector<Fact> facts;
  std::vector<std::uint64_t> chains;  // after each
};

// Random computations of one key, and what some replicas recorded for one id.
class World {
 public:
  explicit World(RandomHistory& history) : history_(history) {
    for (std::uint64_t i = 0, count = history.random.between(1, 4); i < count; ++i) {
      definitions_.push_back(history.randomComputation());
      known.push_back({.id = 10 * (i + 1), .index = static_cast<std::uint32_t>(i), .definition = &definitions_.back()});
    }
    for (std::uint64_t r = 0, count = history.random.between(1, 4); r < count; ++r) record(r + 1);
  }

  void applyPrefix(ReplicaMap& map, const ReplicaFacts& from, std::size_t count) const {
    const Replica* mine = map.find(from.replica);
    for (std::size_t i = mine == nullptr ? 0 : static_cast<std::size_t>(mine->n); i < count; ++i) {
      map.apply(from.replica, from.facts[i], from.chains[i], known);
    }
  }

  // Whole, in one order.
  ReplicaMap whole() const {
    ReplicaMap map;
    for (const ReplicaFacts& one : replicas) applyPrefix(map, one, one.facts.size());
    return map;
  }

  std::vector<NumberedFact> flatSet(const ReplicaMap& map) const {
    std::vector<NumberedFact> all;
    for (const ReplicaFacts& one : replicas) {
      const Replica* mine = map.find(one.replica);
      for (std::size_t i = 0; mine != nullptr && i < mine->n; ++i) all.push_back({one.replica, i + 1, one.facts[i]});
    }
    return all;
  }

  Value value(const ReplicaMap& map, const SyncedComputation& computation, std::int64_t now) const {
    SegmentUnion pieces(*computation.definition);
    map.collect(computation.id, pieces);
    return pieces.latest().value(*computation.definition, now);
  }

  std::string bytes(const ReplicaMap& map) const {
    Writer out;
    map.serialize(known, out);
    return out.take();
  }

  std::int64_t latestAt() const { return latestAt_; }

  SyncedComputations known;
  std::vector<ReplicaFacts> replicas;

 private:
  void record(std::uint64_t replica) {
    ReplicaFacts made{replica, {}, {}};
    std::int64_t at = 1000;
    std::uint64_t chain = 0;
    for (std::uint64_t left = history_.random.below(40); left > 0; --left) {
      at += history_.random.oneIn(10) ? history_.random.between(20, 60) : history_.random.between(0, 4);
      Fact fact{.ts = at + history_.random.between(-35, 8), .at = at, .updates = {}};
      for (const SyncedComputation& computation : known) {
        std::string scratch;
        Element element;
        if (!prepareElement(*computation.definition, history_.randomValue(), scratch, element)) continue;
        addUpdate(fact, {computation.id, HeldElement(element)});
      }
      if (fact.updates.empty()) continue;
      chain = nextChain(chain, factBytes(fact));
      made.facts.push_back(std::move(fact));
      made.chains.push_back(chain);
    }
    latestAt_ = std::max(latestAt_, at);
    replicas.push_back(std::move(made));
  }

  RandomHistory& history_;
  std::deque<Computation> definitions_;
  std::int64_t latestAt_ = 0;
};

// Some maps that each know random prefixes, some of them by way of another.
std::vector<ReplicaMap> randomParts(const World& world, RandomHistory& history) {
  std::vector<ReplicaMap> parts;
  for (std::uint64_t left = history.random.between(1, 4); left > 0; --left) {
    ReplicaMap part;
    for (const ReplicaFacts& one : world.replicas) {
      world.applyPrefix(part, one, static_cast<std::size_t>(history.random.below(one.facts.size() + 1)));
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

ReplicaMap copyOf(const World& world, const ReplicaMap& map) {
  const std::string bytes = world.bytes(map);
  Reader in(bytes);
  ReplicaMap copy;
  bool isComplete = false;
  EXPECT_TRUE(copy.deserialize(world.known, in, isComplete) && in.atEnd() && isComplete);
  return copy;
}

TEST(SyncReplicaMap, AnySplitAndOrderOfJoinsGivesTheWholeToTheBit) {
  RandomHistory history;
  for (int round = 0; round < 3'000; ++round) {
    const World world(history);
    std::vector<ReplicaMap> parts = randomParts(world, history);
    parts.push_back(world.whole());
    ReplicaMap joined;
    while (!parts.empty()) {
      const std::size_t i = static_cast<std::size_t>(history.random.below(parts.size()));
      joined.join(copyOf(world, parts[i]), world.known);
      if (!history.random.oneIn(3)) parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
    }
    ASSERT_EQ(world.bytes(joined), world.bytes(world.whole())) << history.random.description() << " round " << round;
    ASSERT_EQ(joined.digest(), world.whole().digest());
  }
}

TEST(SyncReplicaMap, TheDigestTellsOfAnEpochAndAFloorThatWereMissed) {
  RandomHistory history;
  const World world(history);
  ReplicaMap raised = world.whole();
  raised.raiseFloor(raised.floor + 1, world.known);
  EXPECT_NE(raised.digest(), world.whole().digest());
  ReplicaMap forgotten = world.whole();
  ++forgotten.epoch;
  EXPECT_NE(forgotten.digest(), world.whole().digest());
}

TEST(SyncReplicaMap, JoinIsCommutativeAssociativeAndIdempotent) {
  RandomHistory history;
  for (int round = 0; round < 2'000; ++round) {
    const World world(history);
    const std::vector<ReplicaMap> parts = randomParts(world, history);
    const ReplicaMap& a = parts.front();
    const ReplicaMap& b = parts[parts.size() / 2];
    const ReplicaMap& c = parts.back();
    const auto join = [&](const ReplicaMap& left, const ReplicaMap& right) {
      ReplicaMap joined = copyOf(world, left);
      joined.join(copyOf(world, right), world.known);
      return joined;
    };
    const std::string where = history.random.description() + " round " + std::to_string(round);
    ASSERT_EQ(world.bytes(join(a, b)), world.bytes(join(b, a))) << where;
    ASSERT_EQ(world.bytes(join(join(a, b), c)), world.bytes(join(a, join(b, c)))) << where;
    ASSERT_EQ(world.bytes(join(a, a)), world.bytes(a)) << where;
  }
}

TEST(SyncReplicaMap, ValuesAreThoseOfTheFlatSet) {
  RandomHistory history;
  for (int round = 0; round < 3'000; ++round) {
    const World world(history);
    const std::vector<ReplicaMap> parts = randomParts(world, history);
    ReplicaMap joined;
    for (const ReplicaMap& part : parts) joined.join(copyOf(world, part), world.known);
    const std::vector<NumberedFact> facts = world.flatSet(joined);
    for (const SyncedComputation& computation : world.known) {
      const std::int64_t now = world.latestAt() + history.random.between(-40, 40);
      ASSERT_EQ(world.value(joined, computation, now), naiveValue(facts, computation, now))
          << history.random.description() << " round " << round << " "
          << aggregationInfo(computation.definition->aggregation).name;
    }
  }
}

TEST(SyncReplicaMap, AFloorChangesNoValueFromThereOnAndMayBeRaisedAtAnyTime) {
  RandomHistory history;
  for (int round = 0; round < 3'000; ++round) {
    const World world(history);
    const std::int64_t floor = world.latestAt() - history.random.between(0, 80);
    ReplicaMap early;
    for (const ReplicaFacts& one : world.replicas) {
      std::size_t behind = 0;
      while (behind < one.facts.size() && one.facts[behind].at < floor) ++behind;
      world.applyPrefix(early, one, behind);
    }
    early.raiseFloor(floor, world.known);
    for (const ReplicaFacts& one : world.replicas) world.applyPrefix(early, one, one.facts.size());
    early.raiseFloor(floor, world.known);
    ReplicaMap late = world.whole();
    late.raiseFloor(floor, world.known);
    const std::string where = history.random.description() + " round " + std::to_string(round);
    ASSERT_EQ(world.bytes(early), world.bytes(late)) << where;
    ReplicaMap joined = copyOf(world, late);
    joined.join(world.whole(), world.known);
    ASSERT_EQ(world.bytes(joined), world.bytes(late)) << where;
    for (const SyncedComputation& computation : world.known) {
      const std::int64_t now = std::max(floor, world.latestAt()) + history.random.between(0, 40);
      ASSERT_EQ(world.value(late, computation, now), naiveValue(world.flatSet(late), computation, now)) << where;
    }
  }
}

TEST(SyncReplicaMap, AFloorDropsSegmentsThatNothingCanReviveAndKeepsTheCount) {
  const Computation counter = test::computation(AggregationKind::Counter, ElementType::Int64, 0, 100);
  const SyncedComputations known{{.id = 1, .index = 0, .definition = &counter}};
  ReplicaMap map;
  Fact fact{.ts = 1000, .at = 1000, .updates = {}};
  addUpdate(fact, {1, HeldElement()});
  map.apply(7, fact, 5, known);
  map.raiseFloor(1099, known);
  Writer alive;
  map.serialize(known, alive);
  map.raiseFloor(1100, known);
  Writer dead;
  map.serialize(known, dead);
  EXPECT_LT(dead.bytes().size() + 10, alive.bytes().size());
  EXPECT_EQ(map.find(7)->n, 1u);
}

TEST(SyncReplicaMap, CountsUpdatesItDoesNotKnow) {
  const Computation counter = test::computation(AggregationKind::Counter);
  const SyncedComputations known{{.id = 1, .index = 0, .definition = &counter}};
  ReplicaMap map;
  Fact fact{.ts = 1000, .at = 1000, .updates = {}};
  addUpdate(fact, {1, HeldElement()});
  addUpdate(fact, {2, HeldElement()});
  EXPECT_EQ(map.apply(7, fact, 5, known), 1u);
  EXPECT_EQ(map.find(7)->n, 1u);
  EXPECT_EQ(map.find(7)->chain, 5u);
}

TEST(SyncReplicaMap, BytesTellWhetherTheirWriterKnewEveryComputation) {
  const Computation counter = test::computation(AggregationKind::Counter);
  const SyncedComputations one{{.id = 1, .index = 0, .definition = &counter}};
  const SyncedComputations two{{.id = 1, .index = 0, .definition = &counter}, {.id = 2, .index = 1, .definition = &counter}};
  ReplicaMap map;
  Fact fact{.ts = 1000, .at = 1000, .updates = {}};
  addUpdate(fact, {1, HeldElement()});
  map.apply(7, fact, 5, one);
  Writer out;
  map.serialize(one, out);
  Reader in(out.bytes());
  ReplicaMap read;
  bool isComplete = true;
  ASSERT_TRUE(read.deserialize(two, in, isComplete));
  EXPECT_FALSE(isComplete);
}

TEST(SyncReplicaMap, RefusesTruncatedBytesAndSurvivesFlippedOnes) {
  RandomHistory history;
  for (int round = 0; round < 200; ++round) {
    const World world(history);
    const std::string bytes = world.bytes(world.whole());
    for (int tries = 0; tries < 20; ++tries) {
      ReplicaMap read;
      bool isComplete = false;
      const std::string cut = bytes.substr(0, static_cast<std::size_t>(history.random.below(bytes.size())));
      Reader in(cut);
      ASSERT_FALSE(read.deserialize(world.known, in, isComplete) && in.atEnd()) << history.random.description();
      std::string flipped = bytes;
      flipped[static_cast<std::size_t>(history.random.below(bytes.size()))] ^= static_cast<char>(1 << history.random.below(8));
      Reader other(flipped);
      if (!read.deserialize(world.known, other, isComplete) || !other.atEnd() || !isComplete) continue;
      for (const SyncedComputation& computation : world.known) world.value(read, computation, world.latestAt());
    }
  }
}

TEST(SyncReplicaMap, HexTextIsSixteenLowerCaseDigits) {
  std::uint64_t number = 1;
  EXPECT_EQ(hexText(0xabcdef0123456789ULL), "abcdef0123456789");
  EXPECT_TRUE(parseHex("00000000000000ff", number));
  EXPECT_EQ(number, 255u);
  for (const char* bad : {"", "ff", "00000000000000fg", "00000000000000FF", "00000000000000fff"}) {
    EXPECT_FALSE(parseHex(bad, number)) << bad;
  }
}

}  // namespace
}  // namespace oncue
