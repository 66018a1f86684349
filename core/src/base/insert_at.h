// vector::insert without the general case: a few bytes of code per type instead of half a kilobyte in the page.
#pragma once

#include <cstddef>
#include <utility>

#include "oncue/vec.h"

namespace oncue {

template <typename T>
void insertAt(Vec<T>& items, std::size_t at, T item) {
  items.emplace_back();
  for (std::size_t i = items.size() - 1; i > at; --i) items[i] = std::move(items[i - 1]);
  items[at] = std::move(item);
}

}  // namespace oncue
