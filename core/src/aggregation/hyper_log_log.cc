#include "aggregation/hyper_log_log.h"

#include <algorithm>
#include <bit>

#include "base/wire.h"

namespace oncue {
namespace {

constexpr int kPrecision = 14;
constexpr std::uint64_t kRegisters = 1u << kPrecision;
constexpr int kMaxRank = 64 - kPrecision + 1;

}  // namespace

void HyperLogLog::add(std::uint64_t hash) {
  if (registers_.empty()) registers_.append(kRegisters, 0);
  // The added bit ends the run of zeros when all remaining bits are zero.
  const std::uint64_t rest = hash << kPrecision | 1u << (kPrecision - 1);
  const auto rank = static_cast<char>(std::countl_zero(rest) + 1);
  char& place = registers_[static_cast<std::size_t>(hash >> (64 - kPrecision))];
  place = std::max(place, rank);
}

void HyperLogLog::merge(const HyperLogLog& from) {
  if (from.empty()) return;
  if (registers_.empty()) registers_.append(kRegisters, 0);
  for (std::size_t i = 0; i < kRegisters; ++i) registers_[i] = std::max(registers_[i], from.registers_[i]);
}

// The improved raw estimator of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017),
// in 32.32 fixed point: m^2 / (2 ln 2) / (m sigma(C0 / m) + sum of Ck 2^-k). Its correction tau for saturated
// registers is left out: it matters beyond 10^15 values.
std::uint64_t HyperLogLog::estimate() const {
  constexpr std::uint64_t kNumerator = 831'657'068'615'270'156;  // 2^60 / (2 ln 2) = m^2 2^32 / (2 ln 2)
  std::uint64_t counts[kMaxRank + 1] = {};
  for (const char rank : registers_) ++counts[static_cast<std::uint8_t>(rank)];

  // sigma(x) = x + sum over k >= 1 of x^(2^k) 2^(k-1)
  std::uint64_t power = counts[0] << (32 - kPrecision);
  std::uint64_t sigma = power;
  for (int k = 0; power != 0; ++k) {
    power = power * power >> 32;
    sigma += power << k;
  }
  std::uint64_t denominator = sigma << kPrecision;
  for (int k = 1; k <= kMaxRank; ++k) denominator += counts[k] << 32 >> k;
  denominator = std::max<std::uint64_t>(denominator, 1);
  return (kNumerator + denominator / 2) / denominator;
}

void HyperLogLog::serialize(Writer& out) const {
  out.raw(registers_);
}

bool HyperLogLog::deserialize(Reader& in) {
  registers_.assign(in.raw(kRegisters));
  for (const char rank : registers_) {
    if (static_cast<std::uint8_t>(rank) > kMaxRank) return false;
  }
  return in.ok();
}

}  // namespace oncue
