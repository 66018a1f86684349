// Names and indexes arranged in a tree, found by hash: the schemas that are wanted, and in each the paths.
#pragma once

#include <cstdint>
#include <string_view>

#include "definition/model.h"
#include "event/plain_list.h"

namespace oncue {

class Trie {
 public:
  // A child is known by a name, or by an index and the name "".
  struct Node {
    std::string_view name;
    std::uint32_t index;
    std::uint32_t parent;
    std::uint32_t slot;         // where the value found here goes, or kNone
    std::uint32_t firstChild;   // the one added last; kNone: a leaf
    std::uint32_t nextSibling;
  };

  static constexpr std::uint32_t kRoot = 0;

  Trie();

  // The child, or kNone.
  std::uint32_t find(std::uint32_t parent, std::string_view name, std::uint32_t index = kNone) const;

  // The child, added when it is new. The name must outlive the trie.
  std::uint32_t add(std::uint32_t parent, std::string_view name, std::uint32_t index = kNone);

  std::uint32_t size() const { return nodes_.size(); }
  const Node& operator[](std::uint32_t node) const { return nodes_[node]; }
  void setSlot(std::uint32_t node, std::uint32_t slot) { nodes_[node].slot = slot; }

 private:
  std::uint32_t place(std::uint32_t parent, std::string_view name, std::uint32_t index) const;
  void grow();

  PlainList<Node> nodes_;
  PlainList<std::uint32_t> table_;  // open addressing; node + 1, 0 = free
};

}  // namespace oncue
