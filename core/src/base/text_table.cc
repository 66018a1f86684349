#include "base/text_table.h"

#include <cstring>

#include "base/hash.h"

namespace oncue {

// Where `key` is or would go; there must be slots.
std::size_t TextIndex::slotOf(std::string_view key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash64(key)) & mask;
  while (slots_[at] != nullptr && slots_[at]->key != key) at = (at + 1) & mask;
  return at;
}

TextKeyed* TextIndex::find(std::string_view key) const { return slots_.empty() ? nullptr : slots_[slotOf(key)]; }

void TextIndex::insert(TextKeyed* entry, std::string_view key) {
  char* text = static_cast<char*>(std::malloc(key.size()));
  if (!key.empty()) std::memcpy(text, key.data(), key.size());
  entry->key = {text, key.size()};
  if (2 * size_ >= slots_.size()) grow();
  slots_[slotOf(entry->key)] = entry;
  ++size_;
}

void TextIndex::grow() {
  Vec<TextKeyed*> old(slots_.empty() ? 8 : 2 * slots_.size());
  old.swap(slots_);
  for (TextKeyed* entry : old) {
    if (entry != nullptr) slots_[slotOf(entry->key)] = entry;
  }
}

TextKeyed* TextIndex::remove(std::string_view key) {
  if (slots_.empty()) return nullptr;
  const std::size_t mask = slots_.size() - 1;
  std::size_t gap = slotOf(key);
  TextKeyed* removed = slots_[gap];
  if (removed == nullptr) return nullptr;
  --size_;
  // Entries behind the gap move up unless that takes them before their own place, so that no tombstones are needed.
  for (std::size_t at = (gap + 1) & mask; slots_[at] != nullptr; at = (at + 1) & mask) {
    const std::size_t wanted = static_cast<std::size_t>(hash64(slots_[at]->key)) & mask;
    if (((at - wanted) & mask) < ((at - gap) & mask)) continue;
    slots_[gap] = slots_[at];
    gap = at;
  }
  slots_[gap] = nullptr;
  return removed;
}

Vec<const TextKeyed*> TextIndex::sorted() const {
  Vec<const TextKeyed*> all;
  all.reserve(size_);
  for (const TextKeyed* entry : slots_) {
    if (entry != nullptr) all.push_back(entry);
  }
  sortBy(all, [](const TextKeyed* a, const TextKeyed* b) { return a->key < b->key; });
  return all;
}

}  // namespace oncue
