// Sorting with one body of code: std::sort is half a kilobyte in the page for every type it is used with.
#pragma once

#include <cstdint>
#include <utility>

#include "oncue/vec.h"

namespace oncue {

struct SortSteps {
  void* items;
  bool (*less)(void* items, std::uint32_t a, std::uint32_t b);
  void (*swap)(void* items, std::uint32_t a, std::uint32_t b);
};

// Heapsort: n log n at worst, in place, not stable.
void heapSort(const SortSteps& steps, std::uint32_t count);

// Ascending by `Less`, a stateless callable over two elements.
template <typename T, typename Less>
void sortBy(Vec<T>& items, Less) {
  const SortSteps steps{
      .items = items.data(),
      .less = [](void* data, std::uint32_t a,
                 std::uint32_t b) -> bool { return Less()(static_cast<T*>(data)[a], static_cast<T*>(data)[b]); },
      .swap = [](void* data, std::uint32_t a,
                 std::uint32_t b) { std::swap(static_cast<T*>(data)[a], static_cast<T*>(data)[b]); }};
  heapSort(steps, static_cast<std::uint32_t>(items.size()));
}

template <typename T>
void sortAscending(Vec<T>& items) {
  sortBy(items, [](const T& a, const T& b) { return a < b; });
}

}  // namespace oncue
