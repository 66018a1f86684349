// The `_sp` parameter that a cross-domain link carries.
#pragma once

#include <string_view>

#include "event/arena.h"
#include "oncue/value.h"

namespace oncue {

struct CrossDomain {
  EventValue userId;     // refr_domain_userid
  EventValue timestamp;  // refr_device_tstamp, ISO 8601
};

CrossDomain readCrossDomain(std::string_view query, Arena& arena);

}  // namespace oncue
