// Fixed 64-bit hash: part of the wire format, never changes, same on every platform.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncue {

// FNV-1a over the bytes, then the 64-bit finaliser of MurmurHash3 so that the high bits are usable (HyperLogLog).
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace oncue
