// Facts as bytes, and their chain.
#include "sync/fact.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

Fact sample() {
  Fact fact{.ts = 1'767'603'600'000, .at = 1'767'603'600'250, .updates = {}};
  addUpdate(fact, {.computation = 9, .element = HeldElement({.kind = Value::Kind::String, .text = "/home"})});
  addUpdate(fact, {.computation = 2, .element = HeldElement()});
  addUpdate(fact, {.computation = ~0ULL, .element = HeldElement({.kind = Value::Kind::Number, .number = 2.5})});
  return fact;
}

TEST(SyncFact, UpdatesStandInTheOrderOfTheirComputations) {
  const Fact fact = sample();
  EXPECT_EQ(fact.updates[0].computation, 2u);
  EXPECT_EQ(fact.updates[1].computation, 9u);
  EXPECT_EQ(findUpdate(fact, 9)->element.view().text, "/home");
  EXPECT_EQ(findUpdate(fact, 3), nullptr);
}

TEST(SyncFact, ReadsBackWhatItWrote) {
  const std::string bytes = factBytes(sample());
  Fact read;
  ASSERT_TRUE(readFact(bytes, read));
  EXPECT_EQ(read.ts, sample().ts);
  EXPECT_EQ(read.at, sample().at);
  EXPECT_EQ(factBytes(read), bytes);
}

TEST(SyncFact, BytesOfAPlainEventAreFew) {
  Fact fact{.ts = 1'767'603'600'000, .at = 1'767'603'600'250, .updates = {}};
  addUpdate(fact, {.computation = 7, .element = HeldElement()});
  EXPECT_EQ(factBytes(fact).size(), 6u + 2u + 1u + 8u + 1u);
}

TEST(SyncFact, RefusesTruncatedAndExtendedBytes) {
  const std::string bytes = factBytes(sample());
  Fact read;
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(readFact(bytes.substr(0, size), read)) << size;
  EXPECT_FALSE(readFact(bytes + '\0', read));
}

TEST(SyncFact, RefusesUpdatesOutOfOrderOrNone) {
  Fact fact = sample();
  std::swap(fact.updates[0], fact.updates[1]);
  Fact read;
  EXPECT_FALSE(readFact(factBytes(fact), read));
  fact.updates[1].computation = fact.updates[0].computation;
  EXPECT_FALSE(readFact(factBytes(fact), read));
  fact.updates.clear();
  EXPECT_FALSE(readFact(factBytes(fact), read));
}

TEST(SyncFact, RefusesTimesBeyondADate) {
  Fact fact = sample();
  fact.at = kLatestMs + 1;
  Fact read;
  EXPECT_FALSE(readFact(factBytes(fact), read));
  fact.at = kLatestMs;
  EXPECT_TRUE(readFact(factBytes(fact), read));
}

TEST(SyncFact, TheChainTellsOrderAndContentApart) {
  const std::string one = factBytes(sample());
  Fact other = sample();
  ++other.ts;
  const std::string two = factBytes(other);
  EXPECT_NE(nextChain(nextChain(0, one), two), nextChain(nextChain(0, two), one));
  EXPECT_NE(nextChain(0, one), nextChain(0, two));
}

}  // namespace
}  // namespace oncue
