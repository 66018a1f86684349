#include "engine/rules.h"

#include "base/contains.h"
#include "base/features.h"
#include "criteria/flip.h"
#include "criteria/tree.h"
#include "definition/used_keys.h"

namespace oncue {
namespace {

Rule compileRule(const Model& model, const Intervention& intervention) {
  Rule rule;
  const auto& keys = intervention.criteriaKeys;
  forEachCriterion(intervention.criteria, [&](const CriteriaNode& criterion) {
    std::uint32_t position = kNone;
    if (criterion.computation != kNone) {
      const Computation& computation = model.computations[criterion.computation];
      position = indexOf(keys, computation.key);
      rule.changesWithTime = rule.changesWithTime || changesWithTime(computation);
    }
    rule.keyPositions.push_back(position);
  });
  // What `changed` asks is false on every tick, and it stands under nothing but `all`.
  if (features::changed() && intervention.usesChanged) rule.changesWithTime = false;
  rule.delayed = features::delays() && intervention.delivery.delayMs != 0;
  rule.watched = rule.delayed || ((!features::changed() || !intervention.usesChanged) && (rule.changesWithTime || keys.size() > 1));
  return rule;
}

}  // namespace

void RuleSet::compile(const Model& model) {
  readers.resize(model.computations.size());
  watchedByKey.resize(model.keys.size());
  usedKeys = findUsedKeys(model);
  session = findKey(model, kSessionKey);
  rules.reserve(model.interventions.size());
  for (std::uint32_t i = 0; i < model.interventions.size(); ++i) {
    const Intervention& intervention = model.interventions[i];
    rules.push_back(compileRule(model, intervention));
    for (const std::uint32_t computation : intervention.computations) readers[computation].push_back(i);
    if (!rules.back().watched) continue;
    const bool oneKey = intervention.criteriaKeys.size() == 1;
    (oneKey ? watchedByKey[intervention.criteriaKeys[0]] : watchedAcrossKeys).push_back(i);
  }
}

}  // namespace oncue
