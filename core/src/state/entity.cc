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

Cell* Entity::lookUp(std::uint32_t computation, std::uint32_t& place) {
  Slot* at = const_cast<Slot*>(slotOf(cells, computation));
  if (at == cells.end() || at->computation != computation) return nullptr;
  place = static_cast<std::uint32_t>(at - cells.begin());
  return &at->cell;
}

Cell* Entity::find(std::uint32_t computation) {
  std::uint32_t place = 0;
  return lookUp(computation, place);
}

const Cell* Entity::find(std::uint32_t computation) const { return const_cast<Entity*>(this)->find(computation); }

Cell& Entity::findOrMake(std::uint32_t computation, const Computation& definition) {
  if (Cell* found = find(computation)) return *found;
  const Slot* at = slotOf(cells, computation);
  if (at != cells.end() && at->computation < computation) ++at;
  return cells.insert(at, {computation, Cell(definition)})->cell;
}

}  // namespace oncue
