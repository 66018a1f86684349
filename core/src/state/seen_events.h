// The last 4,096 event ids, so that a retry does not count twice (decisions 3).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/wire.h"

namespace oncue {

class SeenEvents {
 public:
  using Id = std::array<std::uint8_t, 16>;
  static constexpr std::uint32_t kCapacity = 4096;

  // False when `id` is among the remembered ones; otherwise remembers it, forgetting the oldest.
  bool insert(const Id& id);

  void serialize(Writer& out) const;  // oldest first
  bool deserialize(Reader& in);       // false on malformed bytes; the state is then unspecified

 private:
  std::uint32_t slotOf(const Id& id) const;
  void erase(const Id& id);

  static constexpr std::uint32_t kSlots = 2 * kCapacity;
  std::vector<Id> ring_;               // grows to kCapacity, then wraps
  std::uint32_t next_ = 0;             // where the next id goes
  std::vector<std::uint16_t> slots_;   // open addressing: ring index + 1, 0 = free
};

}  // namespace oncue
