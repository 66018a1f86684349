#include "criteria/flip.h"

#include <algorithm>

namespace oncue {
namespace {

// Beyond the last Date of ECMAScript, or its first, no clock will ever get.
constexpr std::int64_t kLastInstant = 8'640'000'000'000'000;

bool growsWithTime(const Computation& computation) {
  return aggregationInfo(computation.aggregation).reads == Reads::Time;
}

// The first t in (now, limit) at which `reached(t)` holds, for a predicate that stays true once it is. The same
// arithmetic as a read decides, so that the wake is neither a millisecond early nor late.
template <typename Reached>
std::int64_t firstInstant(std::int64_t now, std::int64_t limit, std::int64_t guess, Reached reached) {
  if (now >= limit - 1) return kNever;
  std::int64_t below = now;
  std::int64_t above = std::clamp(guess, now + 1, limit - 1);
  for (std::int64_t step = 1; !reached(above); step = std::min(2 * step, kLastInstant)) {
    below = above;
    if (above >= limit - 1) return kNever;
    above = std::min(above + step, limit - 1);
  }
  while (above - below > 1) {
    const std::int64_t middle = below + (above - below) / 2;
    (reached(middle) ? above : below) = middle;
  }
  return above;
}

// Whether the operator tells apart a value below x from x itself, and x from a value above it.
bool mindsReaching(Operator op) { return op != Operator::Greater && op != Operator::LessOrEqual; }
bool mindsExceeding(Operator op) { return op != Operator::GreaterOrEqual && op != Operator::Less; }

// When a growing value's truth against x changes: as it reaches x, or as it exceeds x.
std::int64_t nextCrossing(Operator op, double x, const Computation& computation, const Cell& cell, std::int64_t now,
                          std::int64_t limit) {
  const auto at = [&](std::int64_t t) { return cell.value(computation, t).number; };
  const double current = at(now);
  const double ahead = (x - current) * static_cast<double>(computation.unitMs);
  if (current > x || ahead >= static_cast<double>(limit - now)) return kNever;
  const std::int64_t guess = now + static_cast<std::int64_t>(ahead);
  if (current < x && mindsReaching(op)) return firstInstant(now, limit, guess, [&](std::int64_t t) { return at(t) >= x; });
  if (!mindsExceeding(op)) return kNever;
  return firstInstant(now, limit, guess, [&](std::int64_t t) { return at(t) > x; });
}

}  // namespace

bool changesWithTime(const Computation& computation) {
  return computation.periodMs != 0 || computation.ttlMs != 0 || growsWithTime(computation);
}

std::int64_t nextFlip(const CriteriaNode& criterion, const Computation& computation, const Cell& cell,
                      std::int64_t now) {
  if (criterion.op == Operator::Changed || !changesWithTime(computation)) return kNever;
  const std::int64_t departure = cell.nextDeparture(computation, now);
  if (!growsWithTime(computation) || cell.value(computation, now).isNull()) return departure;
  const std::int64_t limit = std::min(departure, kLastInstant);
  const std::int64_t from = std::max(now, -kLastInstant);
  std::int64_t soonest = departure;
  const auto consider = [&](const Value& operand) {
    if (operand.kind != Value::Kind::Number) return;
    soonest = std::min(soonest, nextCrossing(criterion.op, operand.number, computation, cell, from, limit));
  };
  consider(criterion.operand.value);
  for (const Value& item : criterion.operand.value.items) consider(item);
  return soonest;
}

}  // namespace oncue
