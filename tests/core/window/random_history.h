#pragma once

#include <string>

#include "support/computations.h"
#include "support/random_source.h"
#include "window/cell.h"

namespace oncue::test {

// Random computations, and events of every kind of value around a moving clock.
class RandomHistory {
 public:
  Computation randomComputation() {
    const auto kind = static_cast<AggregationKind>(random.below(kAggregationCount));
    constexpr ElementType kNumeric[] = {ElementType::Int32, ElementType::Int64, ElementType::Double, ElementType::Float};
    Computation made = computation(kind);
    switch (aggregationInfo(kind).results) {
      case ResultTypes::Any:
      case ResultTypes::List:
        made.type.element = static_cast<ElementType>(random.below(8));
        break;
      case ResultTypes::Numeric:
      case ResultTypes::Real: made.type.element = kNumeric[random.below(4)]; break;
      case ResultTypes::Integer: made.type.element = kNumeric[random.below(2)]; break;
      case ResultTypes::Dict: break;
    }
    switch (random.below(3)) {
      case 0: made.periodMs = random.between(1, 30); break;
      case 1: made.ttlMs = random.between(1, 30); break;
      default: break;
    }
    made.unitMs = 7;
    return made;
  }

  std::uint32_t randomLimit() {
    constexpr std::uint32_t kLimits[] = {1, 2, 3, 5, 100, kUnlimited};
    return kLimits[random.below(6)];
  }

  // Numbers are multiples of 0.25, so that plain sums of them are exact.
  EventValue randomValue() {
    static const char* const kTexts[] = {"a", "b", "c", "", "1", "2.5", "-3e0", "true", "FALSE", "2024-03-15",
                                         "2024-03-15T14:30:00.250Z", "\xC3\xA9"};
    switch (random.below(8)) {
      case 0: return {};
      case 1: return EventValue::boolean(random.oneIn(2));
      case 2:
      case 3: return text(kTexts[random.below(12)]);
      case 4:
        scratch = "v" + std::to_string(random.below(150));
        return EventValue::of(std::string_view(scratch));
      default: return EventValue::of(static_cast<double>(random.between(-20, 20)) / 4);
    }
  }

  // Close to `now`, often equal to another event's.
  Stamp randomStamp(std::int64_t now, std::int64_t unit = 1) {
    return {now + random.between(-35, 8) * unit, random.below(3), ++seq_};
  }

  RandomSource random;

 private:
  std::uint64_t seq_ = 0;
  std::string scratch;
};

inline std::string bytesOf(const Cell& cell, const Computation& computation) {
  Writer out;
  cell.serialize(computation, out);
  return out.take();
}

}  // namespace oncue::test
