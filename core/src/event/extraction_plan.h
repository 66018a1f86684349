// The plan as the page's extractor reads it.
#pragma once

#include <string>

#include "event/read_plan.h"

namespace oncue {

// JSON; its layout stands in record.h.
std::string extractionPlanJson(const ReadPlan& plan);

}  // namespace oncue
