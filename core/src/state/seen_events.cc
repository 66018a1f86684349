#include "state/seen_events.h"

#include <cstring>
#include <string_view>

namespace oncue {
namespace {

std::uint32_t home(const SeenEvents::Id& id, std::uint32_t slots) {
  std::uint64_t halves[2];
  std::memcpy(halves, id.data(), sizeof halves);
  std::uint64_t mixed = halves[0] ^ halves[1] * 0xc4ceb9fe1a85ec53ULL;
  // Ids that count up differ in the last bytes, the highest bits here, which a product moves no further up.
  mixed ^= mixed >> 32;
  return static_cast<std::uint32_t>(mixed * 0x9e3779b97f4a7c15ULL >> 32) & (slots - 1);
}

}  // namespace

// The slot that holds `id`, or the free one where it would go.
std::uint32_t SeenEvents::slotOf(const Id& id) const {
  std::uint32_t slot = home(id, kSlots);
  while (slots_[slot] != 0 && ring_[slots_[slot] - 1u] != id) slot = (slot + 1) & (kSlots - 1);
  return slot;
}

bool SeenEvents::insert(const Id& id) {
  if (slots_.empty()) slots_.resize(kSlots);
  std::uint32_t slot = slotOf(id);
  if (slots_[slot] != 0) return false;
  if (ring_.size() < kCapacity) {
    ring_.push_back(id);
  } else {
    erase(ring_[next_]);
    ring_[next_] = id;
    // What was erased may have made room nearer home.
    slot = slotOf(id);
  }
  slots_[slot] = static_cast<std::uint16_t>(next_ + 1);
  next_ = (next_ + 1) % kCapacity;
  return true;
}

// Closes the gap so that probing never needs tombstones.
void SeenEvents::erase(const Id& id) {
  std::uint32_t gap = slotOf(id);
  for (std::uint32_t at = (gap + 1) & (kSlots - 1); slots_[at] != 0; at = (at + 1) & (kSlots - 1)) {
    const std::uint32_t wanted = home(ring_[slots_[at] - 1u], kSlots);
    if (((at - wanted) & (kSlots - 1)) < ((at - gap) & (kSlots - 1))) continue;
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
