#include "state/entity.h"

#include <algorithm>

namespace oncue {
namespace {

template <typename Slots>
auto slotOf(Slots& slots, std::uint32_t computation) {
  return std::lower_bound(slots.begin(), slots.end(), computation,
                          [](const Entity::Slot& slot, std::uint32_t wanted) { return slot.computation < wanted; });
}

}  // namespace

Cell* Entity::find(std::uint32_t computation) {
  return const_cast<Cell*>(static_cast<const Entity*>(this)->find(computation));
}

const Cell* Entity::find(std::uint32_t computation) const {
  const auto at = slotOf(cells, computation);
  return at != cells.end() && at->computation == computation ? &at->cell : nullptr;
}

Cell& Entity::findOrMake(std::uint32_t computation, const Computation& definition) {
  auto at = slotOf(cells, computation);
  if (at == cells.end() || at->computation != computation) at = cells.insert(at, {computation, Cell(definition)});
  return at->cell;
}

}  // namespace oncue
