#include "engine/sync_command.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "definition/json_tree.h"
#include "sync/replica_map.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

constexpr double kLargestInteger = 9007199254740991.0;
constexpr double kLargestVersion = 4'294'967'295.0;

// In this order their names stand in kMembers.
enum Member : std::uint32_t {
  kKey, kId, kEpoch, kReplica, kBase, kN, kChain, kFacts, kState, kClaims, kSeed, kReason, kFloor,
  kOffset, kLimit, kBytes, kNewest, kStitchable, kMemberCount,
};

constexpr std::string_view kMembers[kMemberCount] = {
    "key", "id", "epoch", "replica", "base", "n", "chain", "facts", "state", "claims", "seed", "reason", "floor",
    "offset", "limit", "bytes", "newest", "stitchable",
};

constexpr std::uint32_t kWho = 1u << kKey | 1u << kId;
constexpr std::uint32_t kTheirs = kWho | 1u << kEpoch | 1u << kReplica | 1u << kBase | 1u << kChain | 1u << kFacts;

struct Verb {
  std::string_view name;
  SyncVerb verb;
  std::uint32_t needs;  // members without which it is none, as bits
};

constexpr Verb kVerbs[] = {
    {"status", SyncVerb::Status, 0},
    {"upload", SyncVerb::Upload, kWho},
    {"ack", SyncVerb::Ack, kWho | 1u << kN | 1u << kChain},
    {"fork", SyncVerb::Fork, 1u << kSeed},
    {"refused", SyncVerb::Refused, kWho | 1u << kReason},
    {"facts", SyncVerb::Facts, kTheirs},
    {"state", SyncVerb::State, kWho},
    {"merge", SyncVerb::Merge, kWho | 1u << kState},
    {"claims", SyncVerb::Claims, kWho | 1u << kClaims},
    {"forget", SyncVerb::Forget, kWho | 1u << kEpoch},
    {"append", SyncVerb::Append, kTheirs},
    {"floor", SyncVerb::Floor, kWho | 1u << kFloor},
    {"stitch", SyncVerb::Stitch, kWho},
};

// kMemberCount for one that no command has.
std::uint32_t memberOf(std::string_view name) {
  std::uint32_t member = 0;
  while (member < kMemberCount && kMembers[member] != name) ++member;
  return member;
}

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

bool readText(JsonNode& node, std::string& out) {
  out = std::move(node.text);
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

bool readFacts(JsonNode& node, Vec<std::string>& out) {
  out.clear();
  for (JsonNode& item : node.items) {
    if (!item.is(Kind::String)) return false;
    out.push_back(std::move(item.text));
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
    if (name == nullptr || version == nullptr || !name->is(Kind::String) || name->text.empty() || !readCount(*version, read)) return false;
    claim.name = name->text;
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
bool readMember(std::uint32_t member, JsonNode& node, SyncCommand& command) {
  switch (member) {
    case kKey: return readText(node, command.key);
    case kId: return readText(node, command.id);
    case kEpoch: return readCount(node, command.epoch);
    case kReplica: return readHex(node, command.replica);
    case kBase: return readCount(node, command.base);
    case kN: return readCount(node, command.n);
    case kChain: return readHex(node, command.chain);
    case kFacts: return readFacts(node, command.facts);
    case kState: return readText(node, command.state);
    case kClaims: return readClaims(node, command.claims);
    case kSeed: return readSeed(node, command.seed);
    case kReason: return readReason(node, command.isFuture);
    case kFloor: return readInteger(node, command.floor);
    case kOffset: return readInteger(node, command.offset);
    case kLimit: return readCount(node, command.limit);
    case kBytes: return readCount(node, command.bytes);
    case kNewest: return readInteger(node, command.newest);
    case kStitchable:
      command.stitchable = node.number != 0;
      return command.hasStitchable = node.is(Kind::Boolean);
    default: return true;
  }
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
  std::uint32_t found = 0;
  const JsonNode* wrong = nullptr;
  for (JsonNode& node : root.items) {
    const std::uint32_t member = memberOf(node.key);
    const std::uint32_t bit = 1u << member;
    found &= ~bit;
    if (node.is(Kind::Null)) continue;
    found |= bit;
    if (!readMember(member, node, command) && wrong == nullptr) wrong = &node;
  }
  if (const std::uint32_t lacking = verb->needs & ~found) {
    const std::string_view name = kMembers[__builtin_ctz(lacking)];
    error = "command " + std::string(verb->name) + " lacks \"" + std::string(name) + "\"";
    return false;
  }
  if (wrong == nullptr) return true;
  error = "\"" + wrong->key + "\" of command " + std::string(verb->name) + " has a value it cannot take";
  return false;
}

}  // namespace oncue
