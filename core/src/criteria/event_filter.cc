#include "criteria/event_filter.h"

#include <algorithm>

#include "aggregation/column.h"
#include "base/features.h"
#include "criteria/operators.h"

namespace oncue {
namespace {

bool equalsOrOmitted(const std::string& wanted, std::string_view actual) { return wanted.empty() || wanted == actual; }

bool meetsCriterion(const EventCriterion& criterion, Event& event) {
  EventValue left = event.value(criterion.property);
  std::string scratch;
  if (criterion.datePart != DatePart::None) {
    EventValue part;
    left = applyDatePart(criterion.datePart, left, scratch, part) ? part : EventValue{};
  }
  return holdsForEvent(criterion.op, left, criterion.operand);
}

}  // namespace

bool matchesEvent(const EventMatcher& matcher, const Event& event) {
  return equalsOrOmitted(matcher.name, event.name()) && equalsOrOmitted(matcher.vendor, event.vendor()) &&
         equalsOrOmitted(matcher.version, event.version()) &&
         (!features::specifications() || equalsOrOmitted(matcher.eventSpecificationId, event.specificationId()));
}

bool matchesAny(const Vec<EventMatcher>& matchers, const Event& event) {
  return matchers.empty() || std::any_of(matchers.begin(), matchers.end(),
                                         [&](const EventMatcher& matcher) { return matchesEvent(matcher, event); });
}

bool meetsCriteria(const EventFilter& filter, Event& event) {
  const auto holds = [&](const EventCriterion& criterion) { return meetsCriterion(criterion, event); };
  const auto& criteria = filter.criteria;
  if (filter.any && !criteria.empty()) return std::any_of(criteria.begin(), criteria.end(), holds);
  return std::all_of(criteria.begin(), criteria.end(), holds);
}

}  // namespace oncue
