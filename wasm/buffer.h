// One buffer for every engine of the module: the caller fills it and calls at once, with nothing in between.
#pragma once

#include <cstdint>
#include <string_view>

#include "oncue/vec.h"

extern oncue::Vec<std::uint8_t> buffer;

inline std::string_view bufferText(std::uint32_t from, std::uint32_t length) {
  return {reinterpret_cast<const char*>(buffer.data()) + from, length};
}
