// Whether an intervention that a server sent may be shown: each id once, and none that this page has shown already.

#include <algorithm>

#include "base/hash.h"
#include "engine/impl.h"

namespace oncue {
namespace {

// Ids are texts of the server's choice; 16 bytes of hash stand for one.
SeenEvents::Id idOfText(std::string_view text) {
  SeenEvents::Id id;
  const std::uint64_t halves[] = {hash64(text, 1), hash64(text, 2)};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(halves[i / 8] >> 8 * (i % 8));
  return id;
}

}  // namespace

bool Engine::Impl::isNewIntervention(std::string_view id) { return state.received.insert(idOfText(id)); }

// The rule's own latches decide when the definitions have it. Those without a latch fire at each edge or change, which
// this page evaluates itself: the server's word for it would be a second one.
Held Engine::Impl::passRule(std::uint32_t i, const Target& sent) {
  const Intervention& intervention = loaded->model.interventions[i];
  if (!latches(intervention)) return Held::EvaluatedHere;
  Vec<Target> targets = targetsOf(intervention, state.latestIds);
  const auto isSent = [&](const Target& target) { return target.key == sent.key && target.id == sent.id; };
  const bool named = !sent.key.empty() && !sent.id.empty();
  // Another visitor's is not tied to the ids of this one.
  if (named && std::find_if(targets.begin(), targets.end(), isSent) == targets.end()) targets = {sent};
  const bool isTaken = named && state.latches.has({.name = intervention.name,
                                                   .version = intervention.version,
                                                   .key = sent.key,
                                                   .id = sent.id});
  if (isTaken || chooseTarget(targets, intervention.name, intervention.version, state.latches) < 0) return Held::Latched;
  const DeliveryMoment moment = momentOf(state.latestIds);
  const Gate gate = gateOf(intervention, targets, moment, state.latches);
  if (gate.why == Held::No) recordDelivery(intervention, targets, moment, true, state.latches);
  return gate.why;
}

Held Engine::Impl::passReceived(std::string_view id, std::string_view name, double version, const Target& sentTo) {
  if (!isNewIntervention(id)) return Held::Duplicate;
  if (!loaded) return Held::No;
  const auto& interventions = loaded->model.interventions;
  for (std::uint32_t i = 0; i < interventions.size(); ++i) {
    if (interventions[i].name == name && interventions[i].version == version) return passRule(i, sentTo);
  }
  return Held::No;
}

}  // namespace oncue
