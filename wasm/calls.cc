#include "calls.h"

#include <utility>

#include "js_time.h"
#include "oncue/engine.h"
#include "oncue/vec.h"

namespace calls {
namespace {

oncue::Engine& at(Handle handle) { return *reinterpret_cast<oncue::Engine*>(handle); }

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

void appendProblems(std::string& out, std::string_view name, const oncue::Vec<oncue::Problem>& problems) {
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
oncue::LoadReport latestReport;

bool keep(oncue::LoadReport latest) {
  latestReport = std::move(latest);
  return latestReport.ok();
}

}  // namespace

Handle create(Text options) {
  oncue::EngineOptions parsed;
  if (!keep(oncue::parseOptions(options, parsed))) return 0;
  return reinterpret_cast<Handle>(new oncue::Engine(std::move(parsed)));
}

void destroy(Handle engine) { delete &at(engine); }

bool load(Handle engine, Text definitions) { return keep(at(engine).load(definitions)); }

bool restore(Handle engine, Text bytes) {
  oncue::Status status = at(engine).restore(bytes);
  oncue::LoadReport latest;
  if (!status.ok()) latest.errors.push_back({"", std::move(status.code), std::move(status.message)});
  return keep(std::move(latest));
}

std::string report() {
  std::string out = "{";
  appendProblems(out, "errors", latestReport.errors);
  out += ',';
  appendProblems(out, "warnings", latestReport.warnings);
  out += '}';
  return out;
}

bool forget(Handle engine, Text key, Text id) { return at(engine).forget(key, id); }

std::uint32_t receive(Handle engine, Text intervention, Ms now) {
  return at(engine).receive(intervention, fromJsTime(now));
}

std::string fired(Handle engine) { return at(engine).fired(); }
std::string rejection(Handle engine) { return std::string(at(engine).rejection()); }
Ms now(Handle engine) { return toJsTime(at(engine).now()); }
Bytes snapshot(Handle engine) { return {at(engine).snapshot()}; }

std::string attributes(Handle engine, Text key, Text id, Ms now) {
  return at(engine).attributes(key, id, fromJsTime(now));
}

std::string groupAttributes(Handle engine, Text group, Text id, Ms now, double version) {
  return at(engine).groupAttributes(group, static_cast<std::uint32_t>(static_cast<std::int64_t>(version)), id, fromJsTime(now));
}

std::string serviceAttributes(Handle engine, Text service, Text key, Text id, Ms now) {
  return at(engine).serviceAttributes(service, key, id, fromJsTime(now));
}

std::string ids(Handle engine, Text key) { return at(engine).ids(key); }
std::string latestId(Handle engine, Text key) { return at(engine).latestId(key); }
std::string catalog(Handle engine) { return at(engine).catalog(); }

std::string explainIntervention(Handle engine, Text name, Text ids, Ms now) {
  return at(engine).explainIntervention(name, ids, fromJsTime(now));
}

std::string explainAttribute(Handle engine, Text name, Text ids, Ms now) {
  return at(engine).explainAttribute(name, ids, fromJsTime(now));
}

std::string stats(Handle engine) { return at(engine).stats(); }
std::string extractionPlan(Handle engine) { return at(engine).extractionPlan(); }

std::string sync(Handle engine, Text command, Ms now) { return at(engine).sync(command, fromJsTime(now)); }

}  // namespace calls
