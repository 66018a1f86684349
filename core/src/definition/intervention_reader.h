// Interventions: criteria trees, targets, payload.
#pragma once

#include "definition/builder.h"
#include "definition/fields.h"

namespace oncue {

// After all keys and groups.
void readIntervention(Builder& builder, const Fields& fields);

}  // namespace oncue
