#include "engine/sync_command.h"

#include <algorithm>
#include <cmath>

#include "definition/json_tree.h"
#include "sync/replica_map.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

constexpr double kLargestInteger = 9007199254740991.0;
constexpr double kLargestVersion = 4'294'967'295.0;

struct Verb {
  const char* name;
  SyncVerb verb;
  const char* needs;  // members without which it is none, each with a space behind it
};

constexpr Verb kVerbs[] = {
    {"status", SyncVerb::Status, ""},
    {"upload", SyncVerb::Upload, "key id "},
    {"ack", SyncVerb::Ack, "key id n chain "},
    {"fork", SyncVerb::Fork, "seed "},
    {"refused", SyncVerb::Refused, "key id reason "},
    {"facts", SyncVerb::Facts, "key id epoch replica base chain facts "},
    {"state", SyncVerb::State, "key id "},
    {"merge", SyncVerb::Merge, "key id state "},
    {"claims", SyncVerb::Claims, "key id claims "},
    {"forget", SyncVerb::Forget, "key id epoch "},
    {"append", SyncVerb::Append, "key id epoch replica base chain facts "},
    {"floor", SyncVerb::Floor, "key id floor "},
    {"stitch", SyncVerb::Stitch, "key id "},
};

bool readInteger(const JsonNode& node, std::int64_t& out) {
  if (!node.is(Kind::Number) || node.number != std::floor(node.number) || std::fabs(node.number) > kLargestInteger) return false;
  out = static_cast<std::int64_t>(node.number);
  return true;
}

bool readCount(const JsonNode& node, std::uint64_t& out) {
  std::int64_t read = 0;
  if (!readInteger(node, read) || read < 0) return false;
  out = static_cast<std::uint64_t>(read);
  return true;
}

bool readText(const JsonNode& node, std::string& out) {
  out = node.text;
  return node.is(Kind::String) && !out.empty();
}

bool readHex(const JsonNode& node, std::uint64_t& out) { return node.is(Kind::String) && parseHex(node.text, out); }

bool readSeed(const JsonNode& node, std::uint64_t& out) {
  if (!node.is(Kind::String) || node.text.empty() || node.text.size() > 20) return false;
  out = 0;
  for (const char c : node.text) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return true;
}

bool readFacts(const JsonNode& node, Vec<std::string>& out) {
  out.clear();
  for (const JsonNode& item : node.items) {
    if (!item.is(Kind::String)) return false;
    out.push_back(item.text);
  }
  return node.is(Kind::Array);
}

bool readClaims(const JsonNode& node, Vec<SyncClaim>& out) {
  out.clear();
  for (const JsonNode& item : node.items) {
    const JsonNode* name = item.is(Kind::Object) ? item.find("name") : nullptr;
    const JsonNode* version = item.is(Kind::Object) ? item.find("version") : nullptr;
    SyncClaim claim;
    std::uint64_t read = 0;
    if (name == nullptr || version == nullptr || !readText(*name, claim.name) || !readCount(*version, read)) return false;
    if (static_cast<double>(read) > kLargestVersion) return false;
    claim.version = static_cast<std::uint32_t>(read);
    out.push_back(std::move(claim));
  }
  return node.is(Kind::Array);
}

bool readReason(const JsonNode& node, bool& isFuture) {
  isFuture = node.text == "future";
  return node.is(Kind::String) && (isFuture || node.text == "floor");
}

// True also for a member that no command has: a host may hand on what a server sent.
bool readMember(const JsonNode& node, SyncCommand& command) {
  const std::string& name = node.key;
  if (name == "key") return readText(node, command.key);
  if (name == "id") return readText(node, command.id);
  if (name == "epoch") return readCount(node, command.epoch);
  if (name == "replica") return readHex(node, command.replica);
  if (name == "base") return readCount(node, command.base);
  if (name == "n") return readCount(node, command.n);
  if (name == "chain") return readHex(node, command.chain);
  if (name == "facts") return readFacts(node, command.facts);
  if (name == "state") return readText(node, command.state);
  if (name == "claims") return readClaims(node, command.claims);
  if (name == "seed") return readSeed(node, command.seed);
  if (name == "offset") return readInteger(node, command.offset);
  if (name == "limit") return readCount(node, command.limit);
  if (name == "bytes") return readCount(node, command.bytes);
  if (name == "reason") return readReason(node, command.isFuture);
  if (name == "floor") return readInteger(node, command.floor);
  if (name == "newest") return readInteger(node, command.newest);
  if (name == "stitchable") {
    command.stitchable = node.number != 0;
    return command.hasStitchable = node.is(Kind::Boolean);
  }
  return true;
}

const Verb* findVerb(const JsonNode& root) {
  const JsonNode* verb = root.find("do");
  const auto at = std::find_if(std::begin(kVerbs), std::end(kVerbs),
                               [&](const Verb& one) { return verb != nullptr && verb->is(Kind::String) && verb->text == one.name; });
  return at == std::end(kVerbs) ? nullptr : at;
}

}  // namespace

bool parseSyncCommand(std::string_view json, SyncCommand& command, std::string& error) {
  JsonNode root;
  if (!parseJsonTree(json, root, error) || !root.is(Kind::Object)) {
    error = "a sync command is a JSON object" + (error.empty() ? std::string() : ": " + error);
    return false;
  }
  const Verb* verb = findVerb(root);
  if (verb == nullptr) {
    error = "\"do\" names no sync command";
    return false;
  }
  command.verb = verb->verb;
  for (std::string_view needs = verb->needs; !needs.empty(); needs.remove_prefix(needs.find(' ') + 1)) {
    const std::string name(needs.substr(0, needs.find(' ')));
    if (root.has(name.c_str())) continue;
    error = "command " + std::string(verb->name) + " lacks \"" + name + "\"";
    return false;
  }
  for (const JsonNode& member : root.items) {
    if (member.is(Kind::Null) || readMember(member, command)) continue;
    error = "\"" + member.key + "\" of command " + verb->name + " has a value it cannot take";
    return false;
  }
  return true;
}

}  // namespace oncue
