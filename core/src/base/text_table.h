// Hash tables keyed by text, with one body of code for all types of entry.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/sort.h"
#include "oncue/vec.h"

namespace oncue {

// What an entry derives from. The text is the entry's own, made by the table; a std::string would bring its short form,
// which every look at a key asks for.
struct TextKeyed {
  TextKeyed() = default;
  TextKeyed(const TextKeyed&) = delete;
  TextKeyed& operator=(const TextKeyed&) = delete;
  ~TextKeyed() { std::free(const_cast<char*>(key.data())); }

  std::string_view key;
};

// Open addressing over entries that somebody else owns.
class TextIndex {
 public:
  // With a body of its own: clang 14 with sanitizers calls an implicit one that it never emits.
  TextIndex() = default;
  TextIndex(TextIndex&&) = default;
  TextIndex& operator=(TextIndex&&) = default;
  ~TextIndex() {}

  TextKeyed* find(std::string_view key) const;
  void insert(TextKeyed* entry, std::string_view key);  // which must not be in the table
  TextKeyed* remove(std::string_view key);   // null when absent
  std::size_t size() const { return size_; }
  const Vec<TextKeyed*>& slots() const { return slots_; }  // null where free
  Vec<const TextKeyed*> sorted() const;                    // by key, bytewise

 private:
  std::size_t slotOf(std::string_view key) const;
  void grow();

  Vec<TextKeyed*> slots_;  // a power of two, at most half full
  std::size_t size_ = 0;
};

// Owns its entries, which never move. `T` derives from TextKeyed.
template <typename T>
class TextTable {
 public:
  TextTable() = default;
  TextTable(TextTable&& other) noexcept { std::swap(index_, other.index_); }
  TextTable& operator=(TextTable&& other) noexcept {
    std::swap(index_, other.index_);
    return *this;
  }
  ~TextTable() { clear(); }

  T* find(std::string_view key) const { return static_cast<T*>(index_.find(key)); }

  // The entry, and whether it was made just now.
  std::pair<T*, bool> findOrMake(std::string_view key) {
    if (T* found = find(key)) return {found, false};
    T* made = new T();
    index_.insert(made, key);
    return {made, true};
  }

  bool erase(std::string_view key) {
    T* found = static_cast<T*>(index_.remove(key));
    delete found;
    return found != nullptr;
  }

  void clear() {
    forEach([](T& entry) { delete &entry; });
    index_ = {};
  }

  std::size_t size() const { return index_.size(); }
  Vec<const TextKeyed*> sorted() const { return index_.sorted(); }

  // In no order that may be shown.
  template <typename Visit>
  void forEach(Visit&& visit) const {
    for (TextKeyed* entry : index_.slots()) {
      if (entry != nullptr) visit(*static_cast<T*>(entry));
    }
  }

 private:
  TextIndex index_;
};

}  // namespace oncue
