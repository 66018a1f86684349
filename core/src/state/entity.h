// Everything stored for one id of one attribute key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "state/context.h"

namespace oncue {

struct Entity {
  std::uint32_t key = 0;  // Model::keys
  std::string id;
  SharedIds lastIds;                // of the last event that carried this id
  std::vector<Context*> contexts;   // those with this id among theirs; owned by the engine
  bool contextsFormed = false;      // each watched intervention over this key alone has its context

  // Null when nothing was ever relevant.
  Cell* find(std::uint32_t computation);
  const Cell* find(std::uint32_t computation) const;
  Cell& findOrMake(std::uint32_t computation, const Computation& definition);

  struct Slot {
    std::uint32_t computation;
    Cell cell;
  };
  std::vector<Slot> cells;  // by computation; few of a key's computations ever hold something for one id
};

// The ids of one attribute key. Entities never move.
class EntityTable {
 public:
  Entity* find(std::string_view id);
  const Entity* find(std::string_view id) const;
  Entity& findOrMake(std::uint32_t key, std::string_view id);
  bool erase(std::string_view id);
  std::size_t size() const { return entities_.size(); }

  std::vector<const Entity*> sorted() const;  // by id, bytewise

  template <typename Visit>
  void forEach(Visit&& visit) {
    for (auto& [id, entity] : entities_) visit(entity);
  }

 private:
  std::unordered_map<std::string, Entity> entities_;
};

}  // namespace oncue
