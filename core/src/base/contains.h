// Looking through short lists with one body of code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "oncue/vec.h"

namespace oncue {

bool contains(const Vec<std::string>& texts, std::string_view text);
bool contains(const Vec<std::uint32_t>& numbers, std::uint32_t number);

std::uint32_t indexOf(const Vec<std::uint32_t>& numbers, std::uint32_t number);  // their count when it is not among them

}  // namespace oncue
