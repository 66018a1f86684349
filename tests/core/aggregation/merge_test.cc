// Merged parts equal the whole, byte for byte, for every aggregation.
#include <gtest/gtest.h>

#include <algorithm>

#include "aggregation/aggregation_state.h"
#include "support/random_source.h"
#include "support/results.h"

namespace oncue {
namespace {

struct Fact {
  double number;
  std::string text;
  Stamp stamp;
  Value::Kind kind;

  Element element() const {
    if (kind == Value::Kind::String) return {.kind = kind, .text = text};
    return {.kind = kind, .number = number};
  }
};

class MergeTest : public testing::TestWithParam<std::uint32_t> {
 protected:
  AggregationKind kind() const { return static_cast<AggregationKind>(GetParam()); }

  // What prepareElement would hand to this aggregation: one kind for all, few distinct values, many equal times.
  std::vector<Fact> randomFacts(std::size_t count, std::uint64_t distinct) {
    const Reads reads = aggregationInfo(kind()).reads;
    Value::Kind elements = Value::Kind::Null;
    if (reads == Reads::Numbers) elements = Value::Kind::Number;
    if (reads == Reads::Scalars) {
      elements = kind() == AggregationKind::CategoryCount || random_.oneIn(2) ? Value::Kind::String
                 : random_.oneIn(3)                                          ? Value::Kind::Bool
                                                                              : Value::Kind::Number;
    }
    std::vector<Fact> facts(count);
    std::uint64_t seq = 0;
    for (Fact& fact : facts) {
      const std::uint64_t value = random_.below(distinct);
      fact.kind = elements;
      fact.number = elements == Value::Kind::Bool ? static_cast<double>(value % 2)
                                                  : (static_cast<double>(value) - 20) * 0.1 + 0.0;
      fact.text = "value " + std::to_string(value);
      fact.stamp = {random_.between(-30, 30), random_.below(3) << 60, ++seq};
    }
    return facts;
  }

  static std::string bytesOf(const AggregationState& state) {
    Writer out;
    state.serialize(out);
    return out.take();
  }

  void expectPartsEqualWhole(const std::vector<Fact>& facts) {
    AggregationState whole(kind());
    for (const Fact& fact : facts) whole.update(fact.element(), fact.stamp);
    const std::string bytes = bytesOf(whole);

    std::vector<const Fact*> order;
    for (const Fact& fact : facts) order.push_back(&fact);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    constexpr std::size_t kParts = 4;
    AggregationState parts[kParts];
    for (AggregationState& part : parts) part = AggregationState(kind());
    for (const Fact* fact : order) parts[random_.below(kParts)].update(fact->element(), fact->stamp);
    for (AggregationState& part : parts) {
      const std::string before = bytesOf(part);
      AggregationState read(kind());
      Reader in(before);
      ASSERT_TRUE(read.deserialize(in) && in.atEnd()) << random_.description();
      ASSERT_EQ(bytesOf(read), before) << random_.description();
      part = std::move(read);
    }
    const std::string untouched = bytesOf(parts[1]);
    // (0 + 1) + (3 + 2): grouping and order are both changed.
    parts[0].merge(parts[1]);
    parts[3].merge(parts[2]);
    parts[0].merge(parts[3]);
    ASSERT_EQ(bytesOf(parts[1]), untouched) << "merge changed its source";
    ASSERT_EQ(bytesOf(parts[0]), bytes) << random_.description() << " of " << facts.size() << " facts";
    const ReadContext context{.now = 100, .unitMs = 7};
    ASSERT_EQ(test::resultOf(parts[0], context), test::resultOf(whole, context));
    ASSERT_EQ(parts[0].truncated(), whole.truncated());
  }

  test::RandomSource random_;
};

TEST_P(MergeTest, PartsEqualWhole) {
  for (int round = 0; round < 400; ++round) {
    expectPartsEqualWhole(randomFacts(random_.below(60), 1 + random_.below(40)));
    if (HasFatalFailure()) return;
  }
}

TEST_P(MergeTest, ManyDistinctValues) {
  for (int round = 0; round < 5; ++round) {
    expectPartsEqualWhole(randomFacts(600, 400));
    expectPartsEqualWhole(randomFacts(3'000, 2'500));
    if (HasFatalFailure()) return;
  }
}

TEST_P(MergeTest, MoreDistinctValuesThanAreKept) {
  expectPartsEqualWhole(randomFacts(30'000, 15'000));
}

// Any truncation and any patch is refused, or gives a state that works.
TEST_P(MergeTest, CorruptBytesNeverGiveAStateThatBreaks) {
  for (int round = 0; round < 12; ++round) {
    AggregationState state(kind());
    for (const Fact& fact : randomFacts(1 + random_.below(30), 20)) state.update(fact.element(), fact.stamp);
    const std::string bytes = bytesOf(state);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      AggregationState read(kind());
      Reader in(std::string_view(bytes).substr(0, size));
      EXPECT_FALSE(read.deserialize(in)) << size << " of " << bytes.size();
    }
    for (int patch = 0; patch < 1'000; ++patch) {
      std::string patched = bytes;
      for (std::uint64_t n = 1 + random_.below(3); n > 0; --n) {
        patched[random_.below(patched.size())] = static_cast<char>(random_.below(256));
      }
      AggregationState read(kind());
      Reader in(patched);
      if (!read.deserialize(in)) continue;
      // What was accepted is canonical.
      if (in.atEnd()) {
        EXPECT_EQ(bytesOf(read), patched) << random_.description();
      }
      for (const Fact& fact : randomFacts(5, 20)) read.update(fact.element(), fact.stamp);
      read.merge(state);
      state.merge(read);
      (void)test::resultOf(read, {.now = 50, .unitMs = 1});
      AggregationState fresh(kind());
      for (const Fact& fact : randomFacts(5, 20)) fresh.update(fact.element(), fact.stamp);
      state = std::move(fresh);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Evaluation_7, MergeTest, testing::Range(0u, kAggregationCount),
                         [](const testing::TestParamInfo<std::uint32_t>& info) {
                           return std::string(aggregationInfo(static_cast<AggregationKind>(info.param)).name);
                         });

}  // namespace
}  // namespace oncue
