// js/engine/src/plain/ lets nothing through that would need any of it.
#include "base/features.h"

namespace oncue::features {

bool changed() { return false; }
bool delays() { return false; }
bool deliveryLimits() { return false; }
bool distinctCounts() { return false; }
bool foreignResults() { return false; }
bool serverOptions() { return false; }
bool severalVersions() { return false; }
bool specifications() { return false; }
bool sync() { return false; }
bool unknownCells() { return false; }

}  // namespace oncue::features
