// Conversion only; the engine's rules live in core. Cold calls go through Embind: coarse functions over an engine's
// handle, strings and numbers. What runs once per event is a plain export that reads one shared buffer, because an
// Embind call costs more than the event itself. README.md lists both.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "oncue/engine.h"

namespace {

using oncue::Engine;
using oncue::EventFormat;
using Handle = std::uintptr_t;
using Text = const std::string&;

Engine& at(Handle handle) { return *reinterpret_cast<Engine*>(handle); }

// One buffer for every engine of the module: the caller fills it and calls at once, with nothing in between.
std::vector<std::uint8_t> buffer;

std::string_view bufferText(std::uint32_t length) { return {reinterpret_cast<const char*>(buffer.data()), length}; }

// JavaScript keeps milliseconds in a double, in which INT64_MAX ("never") is Infinity.
std::int64_t fromJsTime(double ms) { return static_cast<std::int64_t>(ms); }
double toJsTime(std::int64_t ms) {
  return ms == std::numeric_limits<std::int64_t>::max() ? HUGE_VAL : static_cast<double>(ms);
}

// The text is UTF-8 already, so only what JSON forbids is escaped.
void appendQuoted(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void appendProblems(std::string& out, std::string_view name, const std::vector<oncue::Problem>& problems) {
  appendQuoted(out, name);
  out += ":[";
  for (const oncue::Problem& problem : problems) {
    if (out.back() != '[') out += ',';
    out += "{\"pointer\":";
    appendQuoted(out, problem.pointer);
    out += ",\"code\":";
    appendQuoted(out, problem.code);
    out += ",\"message\":";
    appendQuoted(out, problem.message);
    out += '}';
  }
  out += ']';
}

// What create(), load() or restore() last had to say.
oncue::LoadReport report;

bool keep(oncue::LoadReport latest) {
  report = std::move(latest);
  return report.ok();
}

// {"errors":[{"pointer","code","message"}],"warnings":[...]}
std::string reportJson() {
  std::string out = "{";
  appendProblems(out, "errors", report.errors);
  out += ',';
  appendProblems(out, "warnings", report.warnings);
  out += '}';
  return out;
}

// 0 when the options cannot be read.
Handle create(Text options) {
  oncue::EngineOptions parsed;
  if (!keep(oncue::parseOptions(options, parsed))) return 0;
  return reinterpret_cast<Handle>(new Engine(std::move(parsed)));
}

bool restore(Handle engine, std::uint32_t length) {
  const oncue::Status status = at(engine).restore(bufferText(length));
  oncue::LoadReport latest;
  if (!status.ok()) latest.errors.push_back({"", status.code, status.message});
  return keep(std::move(latest));
}

// A view of memory that the next call may overwrite or move: the caller copies it at once.
emscripten::val snapshot(Handle engine) {
  const std::string bytes = at(engine).snapshot();
  buffer.assign(bytes.begin(), bytes.end());
  return emscripten::val(emscripten::typed_memory_view(buffer.size(), buffer.data()));
}

}  // namespace

extern "C" {

// The libraries' own would bring all of printf: one prints why it aborts, the other spells the address of a type that
// nobody bound.
void __cxa_pure_virtual() { __builtin_trap(); }
int siprintf(char* out, const char*, ...) {
  *out = '\0';
  return 0;
}

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

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_track_text(Engine* engine, std::uint32_t length, std::uint32_t format,
                                                    double now) {
  return engine->track(bufferText(length), static_cast<EventFormat>(format), fromJsTime(now));
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_replay_text(Engine* engine, std::uint32_t length, std::uint32_t format) {
  return engine->replay(bufferText(length), static_cast<EventFormat>(format));
}

EMSCRIPTEN_KEEPALIVE std::uint32_t oncue_tick(Engine* engine, double now) { return engine->tick(fromJsTime(now)); }

EMSCRIPTEN_KEEPALIVE double oncue_next_wake(const Engine* engine) { return toJsTime(engine->nextWake()); }

}  // extern "C"

EMSCRIPTEN_BINDINGS(oncue) {
  using emscripten::function;
  function("create", &create);
  function("destroy", +[](Handle engine) { delete &at(engine); });
  function("load", +[](Handle engine, Text definitions) { return keep(at(engine).load(definitions)); });
  function("report", &reportJson);
  function("fired", +[](Handle engine) { return at(engine).fired(); });
  function("receive", +[](Handle engine, Text intervention, double now) {
    return at(engine).receive(intervention, fromJsTime(now));
  });
  function("rejection", +[](Handle engine) { return std::string(at(engine).rejection()); });
  function("now", +[](Handle engine) { return toJsTime(at(engine).now()); });
  function("attributes", +[](Handle engine, Text key, Text id, double now) {
    return at(engine).attributes(key, id, fromJsTime(now));
  });
  function("groupAttributes", +[](Handle engine, Text group, Text id, double now, std::uint32_t version) {
    return at(engine).groupAttributes(group, version, id, fromJsTime(now));
  });
  function("serviceAttributes", +[](Handle engine, Text service, Text key, Text id, double now) {
    return at(engine).serviceAttributes(service, key, id, fromJsTime(now));
  });
  function("ids", +[](Handle engine, Text key) { return at(engine).ids(key); });
  function("catalog", +[](Handle engine) { return at(engine).catalog(); });
  function("explainIntervention", +[](Handle engine, Text name, Text ids, double now) {
    return at(engine).explainIntervention(name, ids, fromJsTime(now));
  });
  function("explainAttribute", +[](Handle engine, Text name, Text ids, double now) {
    return at(engine).explainAttribute(name, ids, fromJsTime(now));
  });
  function("snapshot", &snapshot);
  function("restore", &restore);
  function("forget", +[](Handle engine, Text key, Text id) { return at(engine).forget(key, id); });
  function("stats", +[](Handle engine) { return at(engine).stats(); });
  function("extractionPlan", +[](Handle engine) { return at(engine).extractionPlan(); });
}
