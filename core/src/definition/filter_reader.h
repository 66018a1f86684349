// Which events an attribute counts: matchers and criteria.
#pragma once

#include "definition/builder.h"
#include "definition/fields.h"

namespace oncue {

// Reads the fields `events` and `criteria` of an attribute. `filter` may lie in Model::computations.
void readFilter(Builder& builder, const Fields& attribute, EventFilter& filter);

}  // namespace oncue
