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
  Vec<Id> ring_;            // grows to kCapacity, then wraps
  std::uint16_t next_ = 0;  // position of the next id, counted without end; the lower bits are its index in the ring
  // Chains of ids with one hash, from the latest to the older ones, as positions: by hash the first, then by index in
  // the ring the one before it. Nothing is ever taken out: a chain ends where it leaves the ring or stops growing older.
  Vec<std::uint16_t> links_;
};

}  // namespace oncue
