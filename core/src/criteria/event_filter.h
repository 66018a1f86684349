// Which events an attribute counts: matchers, then criteria.
#pragma once

#include "definition/model.h"
#include "event/event.h"

namespace oncue {

bool matchesEvent(const EventMatcher& matcher, const Event& event);

// OR over the matchers; no matcher matches everything.
bool matchesAny(const Vec<EventMatcher>& matchers, const Event& event);

// AND or OR over the criteria; no criterion is true. The event must be settled.
bool meetsCriteria(const EventFilter& filter, Event& event);

}  // namespace oncue
