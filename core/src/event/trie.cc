#include "event/trie.h"

#include "base/hash.h"

namespace oncue {

Trie::Trie() {
  nodes_.push({"", kNone, kNone, kNone, kNone, kNone});
  table_.extend(16);
}

// Where the child stands in the table, or the free place where it would.
std::uint32_t Trie::place(std::uint32_t parent, std::string_view name, std::uint32_t index) const {
  const std::uint32_t mask = table_.size() - 1;
  const auto seed = static_cast<std::uint64_t>(parent) << 32 | index;
  for (auto at = static_cast<std::uint32_t>(hash64(name, seed));; ++at) {
    const std::uint32_t held = table_[at & mask];
    if (held == 0) return at & mask;
    const Node& node = nodes_[held - 1];
    if (node.parent == parent && node.index == index && node.name == name) return at & mask;
  }
}

std::uint32_t Trie::find(std::uint32_t parent, std::string_view name, std::uint32_t index) const {
  return table_[place(parent, name, index)] - 1;
}

std::uint32_t Trie::add(std::uint32_t parent, std::string_view name, std::uint32_t index) {
  const std::uint32_t found = find(parent, name, index);
  if (found != kNone) return found;
  if (2 * nodes_.size() >= table_.size()) grow();
  const std::uint32_t node = nodes_.size();
  nodes_.push({name, index, parent, kNone, kNone, nodes_[parent].firstChild});
  nodes_[parent].firstChild = node;
  table_[place(parent, name, index)] = node + 1;
  return node;
}

void Trie::grow() {
  for (std::uint32_t& held : table_) held = 0;
  table_.extend(table_.size());
  for (std::uint32_t i = 1; i < nodes_.size(); ++i) table_[place(nodes_[i].parent, nodes_[i].name, nodes_[i].index)] = i + 1;
}

}  // namespace oncue
