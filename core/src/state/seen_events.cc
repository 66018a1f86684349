#include "state/seen_events.h"

#include <cstring>
#include <string_view>

namespace oncue {
namespace {

constexpr int kHashBits = 13;
constexpr std::uint32_t kHeads = 1 << kHashBits;

struct Halves {
  explicit Halves(const SeenEvents::Id& id) { std::memcpy(this, id.data(), sizeof *this); }
  bool operator==(const Halves&) const = default;
  std::uint64_t first, last;
};

std::uint32_t hashOf(const Halves& id) {
  std::uint64_t mixed = id.first ^ id.last * 0xc4ceb9fe1a85ec53ULL;
  // Ids that count up differ in the last bytes, the highest bits here, which a product moves no further up.
  mixed ^= mixed >> 32;
  return static_cast<std::uint32_t>(mixed * 0x9e3779b97f4a7c15ULL >> (64 - kHashBits));
}

constexpr std::uint32_t indexOf(std::uint32_t position) { return position % SeenEvents::kCapacity; }

}  // namespace

// Positions wrap around at 2^16, so one that was left behind long ago may look like a recent one again. That is
// harmless: it stands behind all of the chain that is true, ids are compared, and every step goes further back.
bool SeenEvents::insert(const Id& id) {
  if (links_.empty()) links_.resize(kHeads + kCapacity);
  const Halves wanted(id);
  std::uint16_t& head = links_[hashOf(wanted)];
  std::uint16_t* const before = links_.data() + kHeads;
  std::uint32_t age = 0;
  for (std::uint32_t at = head;; at = before[indexOf(at)]) {
    const std::uint32_t older = (next_ - at) & 0xFFFF;
    if (older <= age || older > ring_.size()) break;
    if (Halves(ring_[indexOf(at)]) == wanted) return false;
    age = older;
  }
  const std::uint32_t index = indexOf(next_);
  if (index == ring_.size()) ring_.push_back(id);
  ring_[index] = id;
  before[index] = head;
  head = next_++;
  return true;
}

void SeenEvents::serialize(Writer& out) const {
  const auto size = static_cast<std::uint32_t>(ring_.size());
  out.varint(size);
  for (std::uint32_t age = size; age > 0; --age) {
    const Id& id = ring_[indexOf(next_ - age)];
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
    std::memcpy(id.data(), bytes.data(), sizeof id);
    if (!insert(id)) return false;
  }
  return in.ok();
}

}  // namespace oncue
