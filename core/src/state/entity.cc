#include "state/entity.h"

namespace oncue {
namespace {

// The last slot that is not beyond `computation`, or the first; null when there are none. By hand: it is asked several
// times for every event.
const Entity::Slot* slotOf(const Vec<Entity::Slot>& slots, std::uint32_t computation) {
  const Entity::Slot* at = slots.begin();
  for (std::size_t left = slots.size(); left > 1;) {
    const std::size_t half = left / 2;
    if (at[half].computation <= computation) at += half;
    left -= half;
  }
  return at;
}

}  // namespace

Cell* Entity::find(std::uint32_t computation) {
  return const_cast<Cell*>(static_cast<const Entity*>(this)->find(computation));
}

const Cell* Entity::find(std::uint32_t computation) const {
  const Slot* at = slotOf(cells, computation);
  return at != cells.end() && at->computation == computation ? &at->cell : nullptr;
}

Cell& Entity::findOrMake(std::uint32_t computation, const Computation& definition) {
  if (Cell* found = find(computation)) return *found;
  const Slot* at = slotOf(cells, computation);
  if (at != cells.end() && at->computation < computation) ++at;
  return cells.insert(at, {computation, Cell(definition)})->cell;
}

}  // namespace oncue
