// The public engine: a thin face over engine/.

#include "oncue/engine.h"

#include "engine/impl.h"
#include "engine/snapshot.h"

namespace oncue {
Engine::Engine(EngineOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  impl_->begin();
}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;

LoadReport Engine::load(std::string_view definitions) { return impl_->load(definitions); }

std::uint32_t Engine::track(std::string_view text, EventFormat format, std::int64_t now) {
  impl_->beginCall();
  if (impl_->loaded) {
    EventError error = EventError::None;
    Event* event = impl_->loaded->reader->read(text, format, error);
    impl_->ingest(event, error, now);
  }
  return impl_->finishCall();
}

std::uint32_t Engine::trackRecord(std::span<const std::uint8_t> record, std::int64_t now) {
  impl_->beginCall();
  if (impl_->loaded) {
    EventError error = EventError::None;
    Event* event = impl_->loaded->reader->readRecord(record, error);
    impl_->ingest(event, error, now);
  }
  return impl_->finishCall();
}

std::uint32_t Engine::replay(std::string_view text, EventFormat format) {
  impl_->beginCall();
  if (impl_->loaded) {
    EventError error = EventError::None;
    Event* event = impl_->loaded->reader->read(text, format, error);
    impl_->replay(event, error);
  }
  return impl_->finishCall();
}

std::uint32_t Engine::replayRecord(std::span<const std::uint8_t> record) {
  impl_->beginCall();
  if (impl_->loaded) {
    EventError error = EventError::None;
    Event* event = impl_->loaded->reader->readRecord(record, error);
    impl_->replay(event, error);
  }
  return impl_->finishCall();
}

std::uint32_t Engine::tick(std::int64_t now) {
  impl_->beginCall();
  impl_->letTimePass(now);
  return impl_->finishCall();
}

std::uint32_t Engine::receive(std::string_view intervention, std::int64_t now) {
  impl_->beginCall();
  impl_->receive(intervention, now);
  return impl_->finishCall();
}

std::int64_t Engine::nextWake() const { return impl_->nextWake(); }

std::int64_t Engine::now() const { return impl_->state.now; }
const std::string& Engine::fired() const { return impl_->firedText; }
std::string_view Engine::rejection() const { return impl_->rejection; }

std::string Engine::snapshot() const {
  return impl_->loaded ? impl_->snapshot() : writeSnapshot(impl_->state, {}, impl_->syncSection);
}

Status Engine::restore(std::string_view bytes) {
  if (!impl_->loaded) return {"no_definitions", "Load definitions before restoring a snapshot."};
  return impl_->restore(bytes) ? Status{} : snapshotProblem(bytes);
}

bool Engine::forget(std::string_view keyName, std::string_view id) { return impl_->forget(keyName, id); }

std::string Engine::stats() const { return impl_->stats(); }

std::string Engine::extractionPlan() const {
  return impl_->loaded ? impl_->loaded->reader->extractionPlan() : std::string();
}

}  // namespace oncue
