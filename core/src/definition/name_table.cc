#include "definition/name_table.h"

#include "base/hash.h"
#include "definition/model.h"

namespace oncue {

// slots_ must not be empty.
std::size_t NameTable::slotOf(char kind, std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash64(name, static_cast<unsigned char>(kind))) & mask;
  for (; slots_[at].begin != kNone; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.kind == kind && std::string_view(text_.data() + slot.begin, slot.size) == name) break;
  }
  return at;
}

std::uint32_t NameTable::find(char kind, std::string_view name) const {
  return slots_.empty() ? kNone : slots_[slotOf(kind, name)].index;
}

std::uint32_t& NameTable::at(char kind, std::string_view name) {
  if (used_ * 2 >= slots_.size()) grow();
  Slot& slot = slots_[slotOf(kind, name)];
  if (slot.begin == kNone) {
    slot = {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()), kNone, kind};
    text_ += name;
    ++used_;
  }
  return slot.index;
}

void NameTable::grow() {
  Vec<Slot> old(slots_.empty() ? 64 : slots_.size() * 2, Slot{kNone, 0, kNone, 0});
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.begin != kNone) slots_[slotOf(slot.kind, std::string_view(text_.data() + slot.begin, slot.size))] = slot;
  }
}

}  // namespace oncue
