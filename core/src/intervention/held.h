// Why an intervention was not delivered.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncue {

enum class Held : std::uint8_t {
#define ONCUE_HELD(name, reason) name,
#include "intervention/held.def"
#undef ONCUE_HELD
  Count
};

std::string_view heldName(Held why);  // "" for No

}  // namespace oncue
