// Definitions in.
#include "definition/load.h"

#include "engine/impl.h"

namespace oncue {

LoadReport Engine::Impl::load(std::string_view definitions) {
  auto next = std::make_unique<Loaded>();
  const DefinitionOptions how{.includeUnpublished = options.includeUnpublished, .defaultTtlMs = options.defaultTtlMs, .syncKeys = &options.syncKeys};
  LoadReport report = loadDefinitions(definitions, how, next->model);
  if (report.ok()) take(std::move(next));
  return report;
}

}  // namespace oncue
