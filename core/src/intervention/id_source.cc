#include "intervention/id_source.h"

#include "event/uuid.h"

namespace oncue {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

std::string IdSource::uuid() {
  const std::uint64_t stream = mix(seed_) + 2 * used_++;
  const std::uint64_t high = (mix(stream) & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (mix(stream + 1) & ~(3ULL << 62)) | (2ULL << 62);
  EventId bytes;
  for (std::size_t i = 0; i < 16; ++i) bytes[i] = static_cast<std::uint8_t>((i < 8 ? high : low) >> (56 - 8 * (i % 8)));
  return uuidText(bytes);
}

std::uint64_t IdSource::replica() const { return mix(mix(seed_) ^ 0x7265706c696361ULL); }

}  // namespace oncue
