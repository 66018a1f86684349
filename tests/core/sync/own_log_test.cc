#include "sync/own_log.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

void record(OwnLog& log, std::int64_t ts, std::int64_t at, std::int64_t lastAt = 0) {
  log.begin(ts, at, lastAt);
  log.add({.computation = 1, .element = HeldElement()});
}

TEST(SyncOwnLog, ReceiptsNeverRunBackwards) {
  OwnLog log;
  record(log, 50, 100, 120);
  record(log, 50, 90);
  record(log, 50, 130);
  EXPECT_EQ(log.pending()[0].fact.at, 120);
  EXPECT_EQ(log.pending()[1].fact.at, 120);
  EXPECT_EQ(log.pending()[2].fact.at, 130);
}

TEST(SyncOwnLog, FreezingMovesTimesByTheOffsetAndLeavesTheRestToTheDevice) {
  OwnLog log;
  record(log, 90, 100);
  record(log, 190, 200);
  EXPECT_TRUE(log.freezeNext(1000, 0));
  EXPECT_EQ(log.frozen(), 1u);
  EXPECT_EQ(log.pending()[0].fact.ts, 1090);
  EXPECT_EQ(log.pending()[0].fact.at, 1100);
  EXPECT_EQ(log.pending()[1].fact.ts, 190);
  EXPECT_EQ(log.pending()[1].fact.at, 1100);
  // Another measurement of the offset that would run backwards.
  EXPECT_TRUE(log.freezeNext(500, 0));
  EXPECT_EQ(log.pending()[1].fact.ts, 690);
  EXPECT_EQ(log.pending()[1].fact.at, 1100);
}

TEST(SyncOwnLog, UnfreezingGivesTheDevicesTimesBack) {
  OwnLog log;
  record(log, 90, 100);
  log.freezeNext(1000, 0);
  log.unfreeze(0);
  EXPECT_EQ(log.frozen(), 0u);
  EXPECT_EQ(log.pending()[0].fact.ts, 90);
  EXPECT_EQ(log.pending()[0].fact.at, 100);
  EXPECT_FALSE(log.freezeNext(0, 0));
}

TEST(SyncOwnLog, ChainsAndDropsWhatIsAcknowledged) {
  OwnLog log;
  record(log, 90, 100);
  record(log, 190, 200);
  log.freezeNext(0, 0);
  log.freezeNext(0, 0);
  const std::uint64_t one = nextChain(0, factBytes(log.pending()[0].fact));
  EXPECT_EQ(log.chainAfter(0, 1), one);
  EXPECT_EQ(log.chainAfter(0, 2), nextChain(one, factBytes(log.pending()[1].fact)));
  log.dropFirst(1);
  EXPECT_EQ(log.size(), 1u);
  EXPECT_EQ(log.frozen(), 1u);
  EXPECT_EQ(log.dropBefore(200), 0u);
  EXPECT_EQ(log.dropBefore(201), 1u);
}

TEST(SyncOwnLog, AFullLogDropsTheOldestThatWereNotUploaded) {
  OwnLog log;
  for (std::uint32_t i = 0; i < OwnLog::kMaxPending; ++i) record(log, i, i);
  log.freezeNext(0, 0);
  EXPECT_EQ(log.makeRoom(), 1000u);
  EXPECT_EQ(log.makeRoom(), 0u);
  EXPECT_EQ(log.pending()[0].fact.at, 0);
  EXPECT_EQ(log.pending()[1].fact.at, 1001);
}

TEST(SyncOwnLog, ReadsBackWhatItWroteAndRefusesTheRest) {
  OwnLog log;
  record(log, 90, 100);
  record(log, 190, 200);
  log.freezeNext(7, 0);
  Writer out;
  log.serialize(out);
  OwnLog read;
  Reader in(out.bytes());
  ASSERT_TRUE(read.deserialize(in) && in.atEnd());
  Writer again;
  read.serialize(again);
  EXPECT_EQ(again.bytes(), out.bytes());
  for (std::size_t size = 0; size < out.bytes().size(); ++size) {
    const std::string cut = out.bytes().substr(0, size);
    Reader less(cut);
    EXPECT_FALSE(read.deserialize(less)) << size;
  }
}

}  // namespace
}  // namespace oncue
