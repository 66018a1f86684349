#include "definition/used_keys.h"

#include "base/features.h"

namespace oncue {

Vec<std::uint32_t> findUsedKeys(const Model& model) {
  Vec<bool> used(model.keys.size());
  for (const Computation& computation : model.computations) used[computation.key] = true;
  for (const AttributeGroup& group : model.groups) used[group.key] = true;
  for (const Intervention& intervention : model.interventions) {
    for (const std::uint32_t key : intervention.criteriaKeys) used[key] = true;
    for (const std::uint32_t key : intervention.targetKeys) used[key] = true;
    if (features::deliveryLimits() && intervention.delivery.maxPerSession != 0) used[findKey(model, kSessionKey)] = true;
  }
  Vec<std::uint32_t> keys;
  for (std::uint32_t key = 0; key < used.size(); ++key) {
    if (used[key] && model.keys[key].property != kNone) keys.push_back(key);
  }
  return keys;
}

}  // namespace oncue
