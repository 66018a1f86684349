// Contexts by the moment at which time alone may change their truth.
#pragma once

#include <cstdint>

#include "oncue/vec.h"
#include "state/context.h"

namespace oncue {

// Entries are never removed from the middle: one is stale once its context's wakeAt has moved on. The owner rebuilds
// the queue when crowded() says that stale entries prevail.
class WakeQueue {
 public:
  // Sets context.wakeAt and queues it unless `at` is kNever.
  void schedule(Context& context, std::int64_t at);

  // The context due first, or null. Stale entries met on the way are dropped.
  Context* first();
  void pop();

  bool crowded(std::size_t contexts) const { return heap_.size() > 2 * contexts + 64; }
  void clear() { heap_.clear(); }

 private:
  struct Entry {
    std::int64_t at;
    Context* context;
  };

  Vec<Entry> heap_;
};

}  // namespace oncue
