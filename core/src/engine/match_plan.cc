#include "engine/match_plan.h"

#include <algorithm>

#include "base/features.h"
#include "criteria/event_filter.h"

namespace oncue {
namespace {

// A page sees a few dozen kinds of events; a flood of made-up ones must not grow memory.
constexpr std::size_t kKnownKinds = 256;

bool asksForSpecification(const EventMatcher& matcher) { return !matcher.eventSpecificationId.empty(); }

// The criterion without which the computation cannot match, if it compares with one text.
const EventCriterion* decisiveText(const EventFilter& filter) {
  if (filter.any && filter.criteria.size() > 1) return nullptr;
  const auto at = std::find_if(filter.criteria.begin(), filter.criteria.end(), [](const EventCriterion& criterion) {
    return criterion.op == Operator::Equal && criterion.datePart == DatePart::None &&
           criterion.operand.value.kind == Value::Kind::String;
  });
  return at == filter.criteria.end() ? nullptr : &*at;
}

}  // namespace

void MatchPlan::compile(const Event& event, Candidates& found) const {
  for (std::uint32_t i = 0; i < model_->computations.size(); ++i) {
    const EventFilter& filter = model_->computations[i].filter;
    if (features::specifications() && std::any_of(filter.matchers.begin(), filter.matchers.end(), asksForSpecification)) {
      found.bySpecification.push_back(i);
      continue;
    }
    if (!matchesAny(filter.matchers, event)) continue;
    const EventCriterion* decisive = decisiveText(filter);
    if (decisive == nullptr) {
      found.always.push_back(i);
      continue;
    }
    auto at = std::find_if(found.switches.begin(), found.switches.end(),
                           [&](const Switch& known) { return known.property == decisive->property; });
    if (at == found.switches.end()) {
      found.switches.push_back({decisive->property, {}});
      at = found.switches.end() - 1;
    }
    at->cases.findOrMake(decisive->operand.value.text).first->computations.push_back(i);
  }
}

const MatchPlan::Candidates* MatchPlan::lookUp(const Event& event) {
  // The sizes tell where one ends: a name may hold any character.
  const std::size_t sizes[] = {event.vendor().size(), event.name().size()};
  identity_.assign(reinterpret_cast<const char*>(sizes), sizeof sizes);
  identity_ += event.vendor();
  identity_ += event.name();
  identity_ += event.version();
  if (const Candidates* found = known_.find(identity_)) return found;
  if (known_.size() >= kKnownKinds) known_.clear();
  Candidates* made = known_.findOrMake(identity_).first;
  compile(event, *made);
  return made;
}

void MatchPlan::candidates(Event& event, bool isOtherName, Vec<std::uint32_t>& out) {
  if (isOtherName || current_ == nullptr) current_ = lookUp(event);
  const Candidates& found = *current_;
  out.insert(out.end(), found.always.begin(), found.always.end());
  if (features::specifications()) {
    for (const std::uint32_t i : found.bySpecification) {
      if (matchesAny(model_->computations[i].filter.matchers, event)) out.push_back(i);
    }
  }
  for (const Switch& byText : found.switches) {
    const EventValue value = event.value(byText.property);
    if (value.kind != EventValue::Kind::String) continue;
    const Case* found = byText.cases.find(value.text);
    if (found != nullptr) out.insert(out.end(), found->computations.begin(), found->computations.end());
  }
}

}  // namespace oncue
