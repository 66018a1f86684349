// Sync::changeWithEdges, which sync_commands.cc instantiates.
#pragma once

#include "base/contains.h"
#include "engine/sync.h"

namespace oncue {

template <typename Change>
void Sync::changeWithEdges(Shared& one, Change change) {
  if (engine_.findKey(one.keyName) == kNone) {
    change();
    return;
  }
  Entity& holder = entityOf(one);
  Vec<Context*> contexts = contextsOf(one, holder);
  for (Context* context : contexts) {
    const bool usesChanged = engine_.loaded->model.interventions[context->intervention].usesChanged;
    if (!usesChanged && (!context->evaluated || !engine_.options.timeDriven)) engine_.evaluate(*context, engine_.state.now);
  }
  const Vec<std::uint32_t> touched = change();
  for (const SyncedComputation& computation : known(one)) {
    if (contains(touched, computation.index)) rebuild(one, holder, computation);
  }
  ++engine_.moment;
  isMerging_ = true;
  for (Context* context : contexts) look(*context, touched);
  engine_.deliverAll();
  isMerging_ = false;
}

}  // namespace oncue
