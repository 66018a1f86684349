// The engine against a naive oracle over random histories: same fires, same millisecond, same target, same order; same
// attribute values; nextWake() never late (decisions 1, 2, 3, 14, 16, 17).
//
// ONCUE_SEED chooses the histories, ONCUE_HISTORIES how many. Histories of one seed are independent of each other: the
// seed printed with a failure, with ONCUE_HISTORIES=1, repeats it alone.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "oracle/compare.h"
#include "oracle/generate.h"

namespace oncue::oracle {
namespace {

std::uint64_t fromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Decisions_1, RandomHistoriesAgreeWithTheNaiveOracle) {
#ifdef __EMSCRIPTEN__
  constexpr std::uint64_t kDefaultHistories = 300;
#else
  constexpr std::uint64_t kDefaultHistories = 1000;
#endif
  const auto drawn = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  const std::uint64_t seed = fromEnvironment("ONCUE_SEED", drawn);
  const std::uint64_t histories = fromEnvironment("ONCUE_HISTORIES", kDefaultHistories);
  std::printf("ONCUE_SEED=%llu ONCUE_HISTORIES=%llu\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(histories));

  Outcome total;
  for (std::uint64_t i = 0; i < histories; ++i) {
    const HistoryDef history = generateHistory(seed + i);
    const Outcome outcome = compare(history);
    if (!outcome.difference.empty()) {
      const HistoryDef small = shrink(history);
      FAIL() << "ONCUE_SEED=" << seed + i << "\n" << describe(small) << compare(small).difference;
    }
    total.fires += outcome.fires;
    total.firesByTime += outcome.firesByTime;
    total.ticks += outcome.ticks;
  }
  std::printf("%llu fires, %llu of them by time, %llu ticks\n", static_cast<unsigned long long>(total.fires),
              static_cast<unsigned long long>(total.firesByTime), static_cast<unsigned long long>(total.ticks));
  // Histories in which nothing happens would prove nothing.
  if (histories >= 100) {
    EXPECT_GT(total.fires, histories);
    EXPECT_GT(total.firesByTime, histories / 4);
  }
}

}  // namespace
}  // namespace oncue::oracle
