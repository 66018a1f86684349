#include "engine/wake_queue.h"

#include <algorithm>

namespace oncue {

void WakeQueue::schedule(Context& context, std::int64_t at) {
  if (context.wakeAt == at) return;
  context.wakeAt = at;
  if (at == kNever) return;
  heap_.push_back({at, &context});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

Context* WakeQueue::first() {
  while (!heap_.empty() && heap_.front().context->wakeAt != heap_.front().at) pop();
  return heap_.empty() ? nullptr : heap_.front().context;
}

void WakeQueue::pop() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  heap_.pop_back();
}

}  // namespace oncue
