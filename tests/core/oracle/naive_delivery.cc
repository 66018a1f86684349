#include "oracle/naive_delivery.h"

namespace oncue::oracle {
namespace {

constexpr std::size_t kSession = 1;
constexpr std::int64_t kDay = 86'400'000;
constexpr char kForgotten[] = "(forgotten)";

}  // namespace

bool NaiveDelivery::mayDeliver(const InterventionDef& intervention, const std::vector<std::size_t>& keys,
                               const Ids& ids, std::int64_t now, std::uint64_t round) const {
  const DeliveryDef& rules = intervention.delivery;
  for (const std::size_t key : keys) {
    int total = 0, inDay = 0, inSession = 0;
    bool cooling = false;
    for (const Delivery& one : all_) {
      if (one.key != key || one.id != ids[key]) continue;
      if (!rules.exclusiveGroup.empty() && one.group == rules.exclusiveGroup) {
        if (one.round == round || now < one.now + one.cooldownMs) return false;
      }
      if (one.name != intervention.name || one.version != intervention.version) continue;
      ++total;
      if (one.now > now - kDay) ++inDay;
      inSession = one.session == ids[kSession] ? inSession + 1 : 0;
      cooling = now < one.now + rules.cooldownMs;
    }
    if (cooling || (rules.maxTotal != 0 && total >= rules.maxTotal) || (rules.maxPerDay != 0 && inDay >= rules.maxPerDay) ||
        (rules.maxPerSession != 0 && inSession >= rules.maxPerSession)) {
      return false;
    }
  }
  return true;
}

void NaiveDelivery::record(const InterventionDef& intervention, const std::vector<std::size_t>& keys, const Ids& ids,
                           std::int64_t now, std::uint64_t round) {
  for (const std::size_t key : keys) {
    all_.push_back({.name = intervention.name,
                    .version = intervention.version,
                    .key = key,
                    .id = ids[key],
                    .now = now,
                    .session = ids[kSession],
                    .round = round,
                    .group = intervention.delivery.exclusiveGroup,
                    .cooldownMs = intervention.delivery.cooldownMs});
  }
}

void NaiveDelivery::forget(std::size_t key, const std::string& id) {
  std::erase_if(all_, [&](const Delivery& one) { return one.key == key && one.id == id; });
  if (key != kSession) return;
  for (Delivery& one : all_) {
    if (one.session == id) one.session = kForgotten;
  }
}

}  // namespace oncue::oracle
