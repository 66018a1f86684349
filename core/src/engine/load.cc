// Definitions in.
#include "definition/load.h"

#include "engine/impl.h"

namespace oncue {

LoadReport Engine::Impl::load(std::string_view definitions) {
  LoadedPtr next(new Loaded);
  const DefinitionOptions how{.includeUnpublished = options.includeUnpublished, .defaultTtlMs = options.defaultTtlMs, .syncKeys = &options.syncKeys};
  LoadReport report = loadDefinitions(definitions, how, next->model);
  if (!report.ok()) return report;
  next->compile(options);
  take(std::move(next));
  return report;
}

void Engine::Impl::Discard::operator()(Loaded* loaded) const { delete loaded; }

}  // namespace oncue
