// The last 4,096 event ids, so that a retry does not count twice.
#pragma once

#include <array>
#include <cstdint>

#include "base/wire.h"
#include "oncue/vec.h"

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
  void erase(std::uint32_t entry);

  Vec<Id> ring_;             // grows to kCapacity, then wraps
  std::uint32_t next_ = 0;   // where the next id goes
  // Open addressing, at most half full: 16 bits of the id's hash, then its index in the ring + 1; 0 = free. Other ids than
  // the one looked for are told apart without a look at the ring.
  Vec<std::uint32_t> slots_;
};

}  // namespace oncue
