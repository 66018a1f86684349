// Everything stored for one id of one attribute key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text_table.h"
#include "oncue/vec.h"
#include "state/context.h"

namespace oncue {

struct Entity : TextKeyed {  // by id
  std::uint32_t attributeKey = 0;  // Model::keys
  SharedIds lastIds;                // of the last event that carried this id
  std::int64_t usedAt = 0;          // ms: when it became an id of the latest event, or was last updated
  // The contexts with this id among theirs, owned by the engine: over this key alone, at most one for an intervention,
  // and over several keys, as many as there are ids of the others.
  Vec<Context*> own;
  Vec<Context*> shared;
  bool contextsFormed = false;      // each watched intervention over this key alone has its context

  void link(Context& context) { (context.entities.size() == 1 ? own : shared).push_back(&context); }

  // Null when nothing was ever relevant.
  Cell* find(std::uint32_t computation);
  const Cell* find(std::uint32_t computation) const;
  // For whoever asks again and again: `place` is where it was last, of this id or another. By a compiler that goes by size
  // every event would pay for two calls.
  [[gnu::always_inline]] Cell* find(std::uint32_t computation, std::uint32_t& place) {
    if (place < cells.size() && cells[place].computation == computation) return &cells[place].cell;
    return lookUp(computation, place);
  }
  Cell& findOrMake(std::uint32_t computation, const Computation& definition);

  struct Slot {
    std::uint32_t computation;
    Cell cell;
  };
  Vec<Slot> cells;  // by computation; few of a key's computations ever hold something for one id

  // Serialised, of computations that the loaded definitions do not have.
  struct Unknown {
    std::string hash;
    std::string cell;
  };
  Vec<Unknown> unknown;

 private:
  [[gnu::noinline]] Cell* lookUp(std::uint32_t computation, std::uint32_t& place);
};

// The ids of one attribute key. Entities never move.
using EntityTable = TextTable<Entity>;

}  // namespace oncue
