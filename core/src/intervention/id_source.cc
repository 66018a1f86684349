#include "intervention/id_source.h"

namespace oncue {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

constexpr char kHex[] = "0123456789abcdef";

}  // namespace

std::string IdSource::uuid() {
  const std::uint64_t stream = mix(seed_) + 2 * used_++;
  const std::uint64_t high = (mix(stream) & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (mix(stream + 1) & ~(3ULL << 62)) | (2ULL << 62);
  std::string text;
  text.reserve(36);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text += '-';
    const std::uint64_t half = nibble < 16 ? high : low;
    text += kHex[half >> (60 - 4 * (nibble % 16)) & 15];
  }
  return text;
}

std::uint64_t IdSource::replica() const { return mix(mix(seed_) ^ 0x7265706c696361ULL); }

}  // namespace oncue
