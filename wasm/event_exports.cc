// What runs once per event: plain exports over one shared buffer, in both artefacts, because an Embind call costs more
// than the event itself.
#include <emscripten/emscripten.h>

#include "buffer.h"
#include "js_time.h"
#include "oncue/engine.h"

oncue::Vec<std::uint8_t> buffer;

using oncue::Engine;

extern "C" {

// The library's own prints why it aborts, and with it comes all of printf.
void __cxa_pure_virtual() { __builtin_trap(); }

// Makes the buffer hold at least `bytes` and returns its address, which is good until the next call that may grow
// memory or the buffer.
EMSCRIPTEN_KEEPALIVE std::uint8_t* oncue_buffer(std::uint32_t bytes) {
  if (buffer.size() < bytes) buffer.resize(bytes);
  return buffer.data();
}

// The event calls return how many interventions fired; fired() then tells which.
EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_track_record(Engine* engine, std::uint32_t length, double now) {
  return engine->trackRecord({buffer.data(), length}, fromJsTime(now));
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_replay_record(Engine* engine, std::uint32_t length) {
  return engine->replayRecord({buffer.data(), length});
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_tick(Engine* engine, double now) { return engine->tick(fromJsTime(now)); }

EMSCRIPTEN_KEEPALIVE double oncue_next_wake(const Engine* engine) { return toJsTime(engine->nextWake()); }

}  // extern "C"
