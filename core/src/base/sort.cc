#include "base/sort.h"

namespace oncue {
namespace {

void siftDown(const SortSteps& steps, std::uint32_t at, std::uint32_t count) {
  for (;;) {
    std::uint32_t child = 2 * at + 1;
    if (child >= count) return;
    if (child + 1 < count && steps.less(steps.items, child, child + 1)) ++child;
    if (!steps.less(steps.items, at, child)) return;
    steps.swap(steps.items, at, child);
    at = child;
  }
}

}  // namespace

void heapSort(const SortSteps& steps, std::uint32_t count) {
  for (std::uint32_t at = count / 2; at-- > 0;) siftDown(steps, at, count);
  while (count > 1) {
    steps.swap(steps.items, 0, --count);
    siftDown(steps, 0, count);
  }
}

}  // namespace oncue
