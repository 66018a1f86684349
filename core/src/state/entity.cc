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

Entity* EntityTable::find(std::string_view id) {
  const auto at = entities_.find(std::string(id));
  return at == entities_.end() ? nullptr : &at->second;
}

const Entity* EntityTable::find(std::string_view id) const { return const_cast<EntityTable*>(this)->find(id); }

Entity& EntityTable::findOrMake(std::uint32_t key, std::string_view id) {
  const auto [at, isNew] = entities_.try_emplace(std::string(id));
  if (isNew) {
    at->second.key = key;
    at->second.id = at->first;
  }
  return at->second;
}

bool EntityTable::erase(std::string_view id) { return entities_.erase(std::string(id)) != 0; }

std::vector<const Entity*> EntityTable::sorted() const {
  std::vector<const Entity*> all;
  all.reserve(entities_.size());
  for (const auto& [id, entity] : entities_) all.push_back(&entity);
  std::sort(all.begin(), all.end(), [](const Entity* a, const Entity* b) { return a->id < b->id; });
  return all;
}

}  // namespace oncue
