// Random groups and interventions over them.
#pragma once

#include "oracle/history.h"
#include "oracle/random.h"

namespace oncue::oracle {

std::int64_t shortMs(Random& random);  // of the size of the gaps between events
std::vector<GroupDef> randomGroups(Random& random);
std::vector<InterventionDef> randomInterventions(Random& random, const std::vector<GroupDef>& groups);
// Gives the interventions rules of delivery that this history can tell apart.
void addDelivery(Random& random, HistoryDef& history);

}  // namespace oncue::oracle
