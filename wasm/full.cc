// oncue.wasm, for Node, the command line, servers and workers: the cold calls through Embind, and events as text of every
// format.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <type_traits>

#include "buffer.h"
#include "calls.h"
#include "js_time.h"
#include "oncue/engine.h"

namespace {

using calls::Bytes;
using calls::Handle;
using oncue::Engine;
using oncue::EventFormat;

// Embind knows std::string; a view would be bound as a class.
template <class T>
using Bound = std::conditional_t<std::is_same_v<T, calls::Text>, const std::string&, T>;

// A view of memory that the next call may overwrite or move: the caller copies it at once.
emscripten::val bind(const Bytes& answer) {
  buffer.assign(answer.bytes.begin(), answer.bytes.end());
  return emscripten::val(emscripten::typed_memory_view(answer.bytes.size(), buffer.data()));
}

template <class T>
T bind(T answer) {
  return answer;
}

template <auto Call>
struct Embound;

template <class Answer, class... Arguments, Answer (*Call)(Arguments...)>
struct Embound<Call> {
  static auto call(Bound<Arguments>... arguments) {
    if constexpr (std::is_void_v<Answer>) {
      Call(arguments...);
    } else {
      return bind(Call(arguments...));
    }
  }
};

}  // namespace

extern "C" {

// Embind spells with it the address of a type that nobody bound; the library's own would bring all of printf.
int siprintf(char* out, const char*, ...) {
  *out = '\0';
  return 0;
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_track_text(Engine* engine, std::uint32_t length, std::uint32_t format,
                                                    double now) {
  return engine->track(bufferText(0, length), static_cast<EventFormat>(format), fromJsTime(now));
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_replay_text(Engine* engine, std::uint32_t length, std::uint32_t format) {
  return engine->replay(bufferText(0, length), static_cast<EventFormat>(format));
}

// The call that servers make for every upload: its text, in and out, stands where JavaScript reads it without Embind, and its
// answer stays at oncue_answer().
static std::string answer;

EMSCRIPTEN_KEEPALIVE const char* oncue_answer() { return answer.data(); }

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_sync(Engine* engine, std::uint32_t length, double now) {
  answer = engine->sync(bufferText(0, length), fromJsTime(now));
  return static_cast<std::uint32_t>(answer.size());
}

}  // extern "C"

namespace {

// The event stands in the buffer already.
std::string idsOf(Handle engine, std::uint32_t length, std::uint32_t format, double now) {
  return reinterpret_cast<Engine*>(engine)->idsOf(bufferText(0, length), static_cast<EventFormat>(format), fromJsTime(now));
}

// A snapshot stands in the buffer: Embind copies byte by byte in JavaScript.
bool restoreBuffer(Handle engine, std::uint32_t length) { return calls::restore(engine, bufferText(0, length)); }

}  // namespace

EMSCRIPTEN_BINDINGS(oncue) {
  emscripten::function("idsOf", &idsOf);
  emscripten::function("restoreBuffer", &restoreBuffer);
#define ONCUE_BIND(name) emscripten::function(#name, &Embound<&calls::name>::call);
  ONCUE_CALLS(ONCUE_BIND)
#undef ONCUE_BIND
}
