#include "base/features.h"

namespace oncue::features {

bool changed() { return true; }
bool delays() { return true; }
bool deliveryLimits() { return true; }
bool distinctCounts() { return true; }
bool foreignResults() { return true; }
bool serverOptions() { return true; }
bool severalVersions() { return true; }
bool specifications() { return true; }
bool sync() { return true; }
bool unknownCells() { return true; }

}  // namespace oncue::features
