// What a page calls of the plain artefact: the calls of calls.h under the same numbers, straight into the engine. What
// definitions say about groups, services and names, js/engine/src/plain/ knows, and makes the answers of values.
#include <emscripten/emscripten.h>

#include "../buffer.h"
#include "../calls.h"
#include "../js_time.h"
#include "base/wire.h"
#include "definition/load.h"
#include "engine/impl.h"
#include "engine/snapshot.h"
#include "memory.h"

oncue::Vec<std::uint8_t> buffer;

namespace oncue::plain {

using Impl = Engine::Impl;

struct LoadedInRegion : Impl::Loaded {
  Header* region;
};

// options.cc, model.cc
void readOptions(std::string_view compiled, EngineOptions& options);
void readModel(std::string_view compiled, Model& model);

namespace {

enum class CallId : std::uint32_t {
#define ONCUE_ID(name) name,
  ONCUE_CALLS(ONCUE_ID)
#undef ONCUE_ID
};

std::string answer;

double give(std::string text) {
  answer = std::move(text);
  return static_cast<double>(answer.size());
}

Impl* create(std::string_view options) {
  Impl* impl = new Impl;
  readOptions(options, impl->options);
  impl->begin();
  return impl;
}

void load(Impl& impl, std::string_view definitions) {
  beginRegion();
  auto* next = new LoadedInRegion;
  readModel(definitions, next->model);
  next->rules.compile(next->model);
  next->region = endRegion();
  next->reader.emplace(next->model, EnrichmentOptions{});
  impl.take(Impl::LoadedPtr(next));
}

// By computation: what the attributes under the key hold, null for all others.
std::string valuesOf(Impl& impl, std::uint32_t key, std::string_view id, std::int64_t now) {
  JsonWriter out;
  out.beginArray();
  const auto& computations = impl.loaded->model.computations;
  const Entity* holder = impl.findEntity(key, id);
  for (std::uint32_t i = 0; i < computations.size(); ++i) {
    const Cell* cell = holder == nullptr ? nullptr : holder->find(i);
    out.value(cell == nullptr ? Value::null() : cell->value(computations[i], now));
  }
  return out.endArray().take();
}

}  // namespace

extern "C" {

void __cxa_pure_virtual() { __builtin_trap(); }

EMSCRIPTEN_KEEPALIVE std::uint8_t* oncue_buffer(std::uint32_t bytes) {
  if (buffer.size() < bytes) buffer.resize(bytes);
  return buffer.data();
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_track_record(Impl& impl, std::uint32_t length, double now) {
  impl.beginCall();
  EventError error = EventError::None;
  Event* event = impl.loaded->reader->readRecord(buffer.data(), length, error);
  impl.ingest(event, error, fromJsTime(now));
  return impl.finishCall();
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_tick(Impl& impl, double now) {
  impl.beginCall();
  impl.letTimePass(fromJsTime(now));
  return impl.finishCall();
}

EMSCRIPTEN_KEEPALIVE double oncue_next_wake(Impl& impl) { return toJsTime(impl.nextWake()); }

EMSCRIPTEN_KEEPALIVE const char* oncue_answer() { return answer.data(); }

EMSCRIPTEN_KEEPALIVE double oncue_call(CallId id, Impl* impl, double number, double, std::uint32_t length0,
                                       std::uint32_t length1) {
  const std::string_view text0 = bufferText(0, length0);
  const std::string_view text1 = bufferText(length0, length1);
  const std::int64_t now = fromJsTime(number);
  switch (id) {
    case CallId::create: return static_cast<double>(reinterpret_cast<std::uintptr_t>(create(text0)));
    case CallId::destroy: delete impl; return 0;
    case CallId::load: load(*impl, text0); return 1;
    case CallId::restore:
      if (impl->restore(text0)) return 1;
      return isDamagedSnapshot(text0) ? -1 : 0;
    case CallId::forget: return impl->forget(text0, text1);
    case CallId::receive:
      impl->beginCall();
      impl->receive(text0, now);
      return impl->finishCall();
    case CallId::now: return toJsTime(impl->state.now);
    case CallId::snapshot: return give(impl->snapshot());
    case CallId::fired: return give(impl->firedText);
    case CallId::rejection: return give(std::string(impl->rejection));
    case CallId::attributes: return give(valuesOf(*impl, impl->findKey(text0), text1, now));
    case CallId::ids: return give(impl->ids(text0));
    case CallId::latestId: return give(std::string(idOf(impl->state.latestIds, impl->findKey(text0))));
    case CallId::stats: return give(impl->stats());
    default: __builtin_trap();
  }
}

}  // extern "C"

}  // namespace oncue::plain

namespace oncue {

// Only what has grown since the definitions were read is freed by itself.
void Engine::Impl::Discard::operator()(Loaded* loaded) const {
  loaded->plan.~MatchPlan();
  loaded->reader.reset();
  plain::freeRegion(static_cast<plain::LoadedInRegion*>(loaded)->region);
}

}  // namespace oncue
