#include "state/seen_events.h"

#include <cstring>
#include <string_view>

namespace oncue {
namespace {

constexpr std::uint32_t kMask = 2 * SeenEvents::kCapacity - 1;

// 16 bits, of which the lower ones are an id's own place.
std::uint32_t hashOf(const SeenEvents::Id& id) {
  std::uint64_t halves[2];
  std::memcpy(halves, id.data(), sizeof halves);
  std::uint64_t mixed = halves[0] ^ halves[1] * 0xc4ceb9fe1a85ec53ULL;
  // Ids that count up differ in the last bytes, the highest bits here, which a product moves no further up.
  mixed ^= mixed >> 32;
  return static_cast<std::uint32_t>(mixed * 0x9e3779b97f4a7c15ULL >> 48);
}

std::uint32_t entryOf(const SeenEvents::Id& id, std::uint32_t index) { return hashOf(id) << 16 | (index + 1); }
std::uint32_t placeOf(std::uint32_t entry) { return entry >> 16 & kMask; }

}  // namespace

bool SeenEvents::insert(const Id& id) {
  if (slots_.empty()) slots_.resize(kMask + 1);
  const std::uint32_t entry = entryOf(id, next_);
  for (std::uint32_t slot = placeOf(entry); slots_[slot] != 0; slot = (slot + 1) & kMask) {
    const std::uint32_t held = slots_[slot];
    if (held >> 16 == entry >> 16 && ring_[(held & 0xffff) - 1] == id) return false;
  }
  if (ring_.size() < kCapacity) {
    ring_.push_back(id);
  } else {
    erase(entryOf(ring_[next_], next_));
    ring_[next_] = id;
  }
  std::uint32_t slot = placeOf(entry);
  while (slots_[slot] != 0) slot = (slot + 1) & kMask;
  slots_[slot] = entry;
  next_ = (next_ + 1) % kCapacity;
  return true;
}

// Closes the gap so that probing never needs tombstones.
void SeenEvents::erase(std::uint32_t entry) {
  std::uint32_t gap = placeOf(entry);
  while (slots_[gap] != entry) gap = (gap + 1) & kMask;
  for (std::uint32_t at = (gap + 1) & kMask; slots_[at] != 0; at = (at + 1) & kMask) {
    if (((at - placeOf(slots_[at])) & kMask) < ((at - gap) & kMask)) continue;
    slots_[gap] = slots_[at];
    gap = at;
  }
  slots_[gap] = 0;
}

void SeenEvents::serialize(Writer& out) const {
  const auto size = static_cast<std::uint32_t>(ring_.size());
  const std::uint32_t oldest = size < kCapacity ? 0 : next_;
  out.varint(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    const Id& id = ring_[(oldest + i) % size];
    out.raw({reinterpret_cast<const char*>(id.data()), id.size()});
  }
}

bool SeenEvents::deserialize(Reader& in) {
  *this = {};
  const std::uint32_t size = in.count(sizeof(Id));
  if (size > kCapacity) return false;
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    const std::string_view bytes = in.raw(sizeof(Id));
    if (!in.ok()) break;
    Id id;
    for (std::size_t b = 0; b < id.size(); ++b) id[b] = static_cast<std::uint8_t>(bytes[b]);
    if (!insert(id)) return false;
  }
  return in.ok();
}

}  // namespace oncue
