#include <cmath>

#include "base/number_text.h"
#include "engine/flat_json.h"
#include "oncue/engine.h"

namespace oncue {
namespace {

using Kind = FlatMember::Kind;

constexpr std::uint32_t kLargestWindow = 100'000;

bool readBool(const FlatMember& member, bool& out) {
  if (member.kind == Kind::Bool) out = member.number != 0;
  return member.kind == Kind::Bool;
}

bool readTexts(const FlatMember& member, Vec<std::string>& out) {
  if (member.kind == Kind::Strings) out = member.texts;
  return member.kind == Kind::Strings;
}

bool readText(const FlatMember& member, std::string& out) {
  if (member.kind == Kind::String) out = member.text;
  return member.kind == Kind::String;
}

bool isWhole(const FlatMember& member, double low, double high) {
  return member.kind == Kind::Number && member.number >= low && member.number <= high &&
         member.number == std::floor(member.number);
}

bool readWindowLimit(const FlatMember& member, std::uint32_t& out) {
  if (member.kind == Kind::String && member.text == "unlimited") {
    out = UINT32_MAX;
    return true;
  }
  if (!isWhole(member, 1, kLargestWindow)) return false;
  out = static_cast<std::uint32_t>(member.number);
  return true;
}

bool readTtl(const FlatMember& member, std::int64_t& out) {
  if (!isWhole(member, 0, 9007199254740991.0)) return false;
  out = static_cast<std::int64_t>(member.number);
  return true;
}

// One of two words; `out` becomes whether it was the second.
bool readChoice(const FlatMember& member, std::string_view first, std::string_view second, bool& out) {
  if (member.kind != Kind::String || (member.text != first && member.text != second)) return false;
  out = member.text == second;
  return true;
}

// A decimal string too, because 64 bits do not fit a JSON number of every reader.
bool readSeed(const FlatMember& member, std::uint64_t& out) {
  if (isWhole(member, 0, 9007199254740991.0)) {
    out = static_cast<std::uint64_t>(member.number);
    return true;
  }
  if (member.kind != Kind::String || member.text.empty() || member.text.size() > 20) return false;
  std::uint64_t seed = 0;
  for (const char c : member.text) {
    if (c < '0' || c > '9') return false;
    seed = seed * 10 + static_cast<std::uint64_t>(c - '0');
  }
  out = seed;
  return true;
}

enum class Outcome { Read, WrongValue, UnknownName };

Outcome outcome(bool read) { return read ? Outcome::Read : Outcome::WrongValue; }

Outcome readOption(const FlatMember& m, EngineOptions& options) {
  bool second = false;
  if (m.name == "windowEventLimit") return outcome(readWindowLimit(m, options.windowEventLimit));
  if (m.name == "defaultTtlMs") return outcome(readTtl(m, options.defaultTtlMs));
  if (m.name == "sessionIdsMs") return outcome(readTtl(m, options.sessionIdsMs));
  if (m.name == "maxIdsPerKey") {
    if (!isWhole(m, 0, UINT32_MAX)) return Outcome::WrongValue;
    options.maxIdsPerKey = static_cast<std::uint32_t>(m.number);
    return Outcome::Read;
  }
  if (m.name == "timeDriven") return outcome(readBool(m, options.timeDriven));
  if (m.name == "includeUnpublished") return outcome(readBool(m, options.includeUnpublished));
  if (m.name == "keepUnknown") return outcome(readBool(m, options.keepUnknown));
  if (m.name == "rememberIds") return outcome(readBool(m, options.rememberIds));
  if (m.name == "explainFires") return outcome(readBool(m, options.explainFires));
  if (m.name == "syncKeys") return outcome(readTexts(m, options.syncKeys));
  if (m.name == "syncSource") return outcome(readChoice(m, "events", "facts", options.syncFacts));
  if (m.name == "appIds") return outcome(readTexts(m, options.appIds));
  if (m.name == "internalDomains") return outcome(readTexts(m, options.enrichment.internalDomains));
  if (m.name == "campaigns") return outcome(readText(m, options.enrichment.campaigns));
  if (m.name == "referrers") return outcome(readText(m, options.enrichment.referrers));
  if (m.name == "userAgent") return outcome(readText(m, options.enrichment.userAgent));
  if (m.name == "campaignAttribution") return outcome(readBool(m, options.enrichment.campaignAttribution));
  if (m.name == "seed") return outcome(readSeed(m, options.seed));
  if (m.name == "wake") {
    if (!readChoice(m, "latest", "all", second)) return Outcome::WrongValue;
    options.wake = second ? WakeScope::All : WakeScope::LatestIds;
    return Outcome::Read;
  }
  if (m.name == "refire") return outcome(readChoice(m, "never", "edge", options.refireOnEdge));
  return Outcome::UnknownName;
}

}  // namespace

LoadReport parseOptions(std::string_view json, EngineOptions& options) {
  LoadReport report;
  Vec<FlatMember> members;
  std::string error;
  if (!parseFlatObject(json, members, error)) {
    report.errors.push_back({"", "bad_options", "The options cannot be read: " + error + "."});
    return report;
  }
  EngineOptions read = options;
  for (const FlatMember& member : members) {
    switch (readOption(member, read)) {
      case Outcome::Read: break;
      case Outcome::WrongValue:
        report.errors.push_back({"/" + member.name, "bad_option", "Option " + member.name + " has a value it cannot take."});
        break;
      case Outcome::UnknownName:
        report.errors.push_back({"/" + member.name, "unknown_option", "There is no option " + member.name + "."});
        break;
    }
  }
  if (report.ok()) options = std::move(read);
  return report;
}

}  // namespace oncue
