#include "engine/wake_queue.h"

#include <utility>

namespace oncue {

void WakeQueue::schedule(Context& context, std::int64_t at) {
  if (context.wakeAt == at) return;
  context.wakeAt = at;
  if (at == kNever) return;
  std::size_t child = heap_.size();
  heap_.push_back({at, &context});
  // A binary heap by hand: the standard library's is half a kilobyte in the page.
  for (; child > 0 && at < heap_[(child - 1) / 2].at; child = (child - 1) / 2) {
    std::swap(heap_[child], heap_[(child - 1) / 2]);
  }
}

Context* WakeQueue::first() {
  while (!heap_.empty() && heap_.front().context->wakeAt != heap_.front().at) pop();
  return heap_.empty() ? nullptr : heap_.front().context;
}

void WakeQueue::pop() {
  std::size_t hole = 0;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (heap_.empty()) return;
  for (std::size_t child = 1; child < heap_.size(); child = 2 * hole + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1].at < heap_[child].at) ++child;
    if (last.at <= heap_[child].at) break;
    heap_[hole] = heap_[child];
    hole = child;
  }
  heap_[hole] = last;
}

}  // namespace oncue
