#include "intervention/targets.h"

#include <gtest/gtest.h>

#include "intervention/delivery_gate.h"
#include "intervention/id_source.h"

namespace oncue {
namespace {

void latchTargets(const Vec<Target>& targets, const std::string& name, std::uint32_t version, Latches& latches) {
  Intervention intervention;
  intervention.name = name;
  intervention.version = version;
  recordDelivery(intervention, targets, {.now = 1, .session = {}, .round = 1}, true, latches);
}

Vec<Target> targets(bool synced = false) {
  return {{.key = "user_id", .id = "ada", .synced = synced}, {.key = "domain_userid", .id = "d1", .synced = false}};
}

TEST(Evaluation_10, FirstUnlatchedTargetInListOrder) {
  Latches latches;
  EXPECT_EQ(chooseTarget(targets(), "i", 1, latches), 0);
  latches.set({.name = "i", .version = 1, .key = "user_id", .id = "ada"});
  EXPECT_EQ(chooseTarget(targets(), "i", 1, latches), 1);
  latches.set({.name = "i", .version = 1, .key = "domain_userid", .id = "d1"});
  EXPECT_EQ(chooseTarget(targets(), "i", 1, latches), -1);
}

TEST(Evaluation_10, OnlyTargetsWithAValueReceive) {
  Vec<Target> some = targets();
  some[0].id = {};
  EXPECT_EQ(chooseTarget(some, "i", 1, {}), 1);
  some[1].id = {};
  EXPECT_EQ(chooseTarget(some, "i", 1, {}), -1);
}

TEST(Evaluation_9, EachVersionHasItsOwnLatch) {
  Latches latches;
  latchTargets(targets(), "i", 1, latches);
  EXPECT_EQ(chooseTarget(targets(), "i", 1, latches), -1);
  EXPECT_EQ(chooseTarget(targets(), "i", 2, latches), 0);
  EXPECT_EQ(chooseTarget(targets(), "j", 1, latches), 0);
}

TEST(Decisions_14, ASyncedTargetsLatchAloneDecides) {
  Latches latches;
  latches.set({.name = "i", .version = 1, .key = "domain_userid", .id = "d1"});
  EXPECT_EQ(chooseTarget(targets(true), "i", 1, latches), 0);
  latches.set({.name = "i", .version = 1, .key = "user_id", .id = "ada"});
  Vec<Target> laptop = targets(true);
  laptop[1].id = "d2";
  EXPECT_EQ(chooseTarget(laptop, "i", 1, latches), -1);
  laptop[0].id = {};
  EXPECT_EQ(chooseTarget(laptop, "i", 1, latches), 1);
}

TEST(Latches, RoundTripAndErase) {
  Latches latches;
  latchTargets(targets(), "i", 1, latches);
  latchTargets(targets(), "j", 7, latches);
  Writer out;
  latches.serialize(out);
  Latches read;
  Reader in(out.bytes());
  ASSERT_TRUE(read.deserialize(in, 2));
  EXPECT_EQ(read.size(), 4u);
  EXPECT_TRUE(read.eraseTarget("user_id", "ada"));
  EXPECT_FALSE(read.eraseTarget("user_id", "ada"));
  EXPECT_FALSE(read.eraseTarget("user_id", "ad"));
  EXPECT_EQ(read.size(), 2u);
}

TEST(Latches, RefusesMalformedBytes) {
  Writer out;
  out.varint(1);
  out.text("nonsense");
  Reader in(out.bytes());
  EXPECT_FALSE(Latches().deserialize(in, 2));
}

TEST(IdSource, GivesVersion4UuidsThatDependOnSeedAndCountAlone) {
  IdSource a(1);
  IdSource b(1);
  IdSource c(2);
  const std::string first = a.uuid();
  EXPECT_EQ(first, b.uuid());
  EXPECT_NE(first, c.uuid());
  const std::string second = a.uuid();
  EXPECT_NE(first, second);
  EXPECT_EQ(first.size(), 36u);
  EXPECT_EQ(first[14], '4');
  EXPECT_NE(std::string("89ab").find(first[19]), std::string::npos);
  b.skipTo(a.used());
  EXPECT_EQ(a.uuid(), b.uuid());
}

}  // namespace
}  // namespace oncue
