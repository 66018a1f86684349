#include "sync/own_log.h"

#include <gtest/gtest.h>

#include "definition/model.h"

namespace oncue {
namespace {

void record(OwnLog& log, std::int64_t ts, std::int64_t at, std::int64_t lastAt = 0) {
  log.begin(ts, at, lastAt);
  log.add({.computation = 1, .element = HeldElement()});
}

OwnLog twoFacts() {
  OwnLog log;
  record(log, 90, 100);
  record(log, 190, 200);
  return log;
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
  OwnLog log = twoFacts();
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
  OwnLog log = twoFacts();
  log.freezeNext(0, 0);
  log.freezeNext(0, 0);
  const std::uint64_t one = nextChain(0, factBytes(log.pending()[0].fact));
  EXPECT_EQ(log.findForm(0, 1, one), OwnLog::kPresent);
  EXPECT_EQ(log.findForm(0, 2, nextChain(one, factBytes(log.pending()[1].fact))), OwnLog::kPresent);
  log.dropFirst(1);
  EXPECT_EQ(log.size(), 1u);
  EXPECT_EQ(log.frozen(), 1u);
  EXPECT_EQ(log.dropBefore(200), 0u);
  EXPECT_EQ(log.dropBefore(201), 1u);
}

// The chain of the first `count` as they are.
std::uint64_t chainOf(const OwnLog& log, std::uint32_t count) {
  std::uint64_t chain = 0;
  for (std::uint32_t i = 0; i < count; ++i) chain = nextChain(chain, factBytes(log.pending()[i].fact));
  return chain;
}

TEST(SyncOwnLog, KnowsFactsForItsOwnThatWereRefusedAndThenTakenFromACopyOfTheRequest) {
  OwnLog log;
  for (std::int64_t at : {100, 200, 300}) record(log, at, at);
  log.freezeNext(1000, 0);
  log.freezeNext(1000, 0);
  const std::uint64_t first = chainOf(log, 1);
  const std::uint64_t both = chainOf(log, 2);
  log.unfreeze(0);
  log.freezeNext(50, 0);
  const std::uint64_t again = chainOf(log, 1);
  EXPECT_EQ(log.findForm(0, 1, again), OwnLog::kPresent);
  EXPECT_EQ(log.findForm(0, 1, first), 0u);
  EXPECT_EQ(log.findForm(0, 2, both), 0u);
  EXPECT_EQ(log.findForm(0, 3, chainOf(log, 3)), kNone);
  EXPECT_EQ(log.findForm(0, 1, both), kNone);

  log.takeForm(0, 0);
  EXPECT_EQ(log.frozen(), 2u);
  EXPECT_EQ(log.findForm(0, 2, both), OwnLog::kPresent);
  EXPECT_EQ(log.pending()[2].fact.at, 1200) << "no receipt runs back";
  EXPECT_EQ(log.findForm(0, 1, again), 0u) << "what it replaces was sent too";
}

TEST(SyncOwnLog, RemembersOfWhatWasSentOnlyWhatCanStillBeTaken) {
  OwnLog log;
  for (std::int64_t at : {100, 200, 300}) record(log, at, at);
  for (int i = 0; i < 3; ++i) log.freezeNext(0, 0);
  const std::uint64_t all = chainOf(log, 3);
  log.unfreeze(0);
  log.freezeNext(0, 0);
  const std::uint64_t first = chainOf(log, 1);
  log.freezeNext(-50, 0);
  log.dropFirst(1);
  EXPECT_EQ(log.findForm(first, 2, all), 0u) << "it goes on from what was taken";
  log.dropFirst(1);
  EXPECT_EQ(log.findForm(first, 2, all), kNone);

  log.freezeNext(7, 0);
  const std::uint64_t last = chainOf(log, 1);
  log.unfreeze(0);
  EXPECT_EQ(log.findForm(0, 1, last), 0u);
  log.renumber(0);
  EXPECT_EQ(log.findForm(0, 1, last), kNone);
}

TEST(SyncOwnLog, RemembersTheLatestFormsOnce) {
  OwnLog log;
  record(log, 100, 100);
  const auto send = [&](std::int64_t offset) {
    log.freezeNext(offset, 0);
    const std::uint64_t chain = chainOf(log, 1);
    log.unfreeze(0);
    return chain;
  };
  const std::uint64_t oldest = send(1);
  for (std::uint32_t i = 0; i < OwnLog::kMaxForms; ++i) send(2);
  EXPECT_EQ(log.findForm(0, 1, oldest), 0u);
  for (std::uint32_t i = 1; i < OwnLog::kMaxForms; ++i) send(2 + i);
  EXPECT_EQ(log.findForm(0, 1, oldest), kNone);
  EXPECT_EQ(log.findForm(0, 1, send(2)), 0u);
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

TEST(SyncOwnLog, AFullLogKeepsWhatWasUploadedAndRefused) {
  OwnLog log;
  for (std::uint32_t i = 0; i < OwnLog::kMaxPending; ++i) record(log, i, i);
  log.freezeNext(0, 0);
  log.freezeNext(0, 0);
  log.unfreeze(0);
  EXPECT_EQ(log.makeRoom(), 1000u);
  EXPECT_EQ(log.pending()[1].fact.at, 1);
  EXPECT_EQ(log.pending()[2].fact.at, 1002);
}

TEST(SyncOwnLog, AFullLogNeverGrowsHoweverMuchWasSent) {
  OwnLog log;
  for (std::uint32_t i = 0; i < OwnLog::kMaxPending + 3000; ++i) {
    log.makeRoom();
    record(log, i, i);
    ASSERT_LE(log.size(), OwnLog::kMaxPending);
    if (i % 1700 != 0) continue;
    while (log.canFreeze()) log.freezeNext(0, 0);
    if (i % 3400 == 0) log.unfreeze(0);
  }
  EXPECT_EQ(log.frozen(), OwnLog::kMaxFrozen);
  // Sent before the log was full.
  EXPECT_EQ(log.pending()[18'700].fact.at, 18'700);
}

std::string bytesOf(const OwnLog& log) {
  Writer out;
  log.serialize(out);
  return out.take();
}

void expectReadsBack(const std::string& bytes) {
  OwnLog read;
  Reader in(bytes);
  ASSERT_TRUE(read.deserialize(in) && in.atEnd());
  EXPECT_EQ(bytesOf(read), bytes);
}

void expectRefuses(const std::string& bytes, std::size_t from) {
  OwnLog read;
  for (std::size_t size = from; size < bytes.size(); ++size) {
    const std::string cut = bytes.substr(0, size);
    Reader in(cut);
    EXPECT_FALSE(read.deserialize(in)) << size;
  }
}

TEST(SyncOwnLog, ReadsBackWhatItWroteAndRefusesTheRest) {
  OwnLog log = twoFacts();
  log.freezeNext(7, 0);
  expectReadsBack(bytesOf(log));
  expectRefuses(bytesOf(log), 0);
}

TEST(SyncOwnLog, ReadsBackTheFormsThatWereRefused) {
  OwnLog log = twoFacts();
  for (const std::int64_t offset : {7, 9}) {
    log.freezeNext(offset, 0);
    log.freezeNext(offset, 0);
    log.unfreeze(0);
  }
  const std::string bytes = bytesOf(log);
  expectReadsBack(bytes);
  log.renumber(0);
  const std::string plain = bytesOf(log);
  ASSERT_EQ(bytes.substr(0, plain.size()), plain);
  expectRefuses(bytes, plain.size() + 1);
}

}  // namespace
}  // namespace oncue
