// The value tables of evaluation 5 and date_part of evaluation 7, with no code of the engine.
#pragma once

#include "oracle/history.h"

namespace oncue::oracle {

bool isScalar(const Json& value);
std::string lower(std::string text);
std::string isoText(std::int64_t ms);

// To a scalar `type`; nothing = rejected.
std::optional<Json> coerce(const std::string& type, const Json& in);

// `part` "" leaves the value as it is; null when the value is no time.
Json applyDatePart(const std::string& part, const Json& value);

}  // namespace oncue::oracle
