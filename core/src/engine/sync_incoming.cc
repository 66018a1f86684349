// Facts and states that come from elsewhere: from the server on a device, from devices on a server.

#include <algorithm>

#include "engine/sync_answer.h"
#include "engine/sync_edges.h"
#include "event/base64url.h"

namespace oncue {
namespace {

Vec<std::uint64_t> chainsAfter(std::uint64_t chain, const Vec<Fact>& facts, std::size_t from) {
  Vec<std::uint64_t> chains;
  for (std::size_t i = from; i < facts.size(); ++i) {
    chain = nextChain(chain, factBytes(facts[i]));
    chains.push_back(chain);
  }
  return chains;
}

std::uint64_t countOf(const Replica* replica) { return replica == nullptr ? 0 : replica->n; }
std::uint64_t chainOf(const Replica* replica) { return replica == nullptr ? 0 : replica->chain; }

// Whether every replica of `a` is at least as far in `b`.
bool isWithin(const ReplicaMap& a, const ReplicaMap& b) {
  return std::all_of(a.replicas().begin(), a.replicas().end(),
                     [&](const Replica& replica) { return countOf(b.find(replica.id)) >= replica.n; });
}

}  // namespace

// False when one of them is no fact, does not suit its computation, or runs back in time.
bool Sync::readFacts(const SyncCommand& command, const Shared& one, Vec<Fact>& facts) const {
  Arena arena;
  for (const std::string& text : command.facts) {
    const auto bytes = decodeBase64(text, arena);
    Fact fact;
    if (!bytes || !readFact(*bytes, fact) || (!facts.empty() && fact.at < facts.back().at)) return false;
    for (const FactUpdate& update : fact.updates) {
      const SyncedComputation* found = findComputation(known(one), update.computation);
      if (found != nullptr && !fits(*found->definition, update.element.view())) return false;
    }
    facts.push_back(std::move(fact));
  }
  return true;
}

// The replica's next facts, from `from` on; `chains` are those after each of them, and may have others before them.
void Sync::takeIn(Shared& one, std::uint64_t replica, const Vec<Fact>& facts, std::size_t from,
                  const Vec<std::uint64_t>& chains) {
  changeWithEdges(one, [&] {
    Vec<std::uint32_t> touched;
    const std::size_t before = facts.size() - chains.size();
    for (std::size_t i = from; i < facts.size(); ++i) {
      ++counters_.applied;
      counters_.ignored += one.map.apply(replica, facts[i], chains[i - before], known(one));
      for (const FactUpdate& update : facts[i].updates) {
        const SyncedComputation* found = findComputation(known(one), update.computation);
        if (found == nullptr || contains(touched, found->index)) continue;
        touched.push_back(found->index);
      }
    }
    return touched;
  });
}

// Takes what is new of `command` and says how that went.
const char* Sync::receive(Shared& one, const SyncCommand& command) {
  if (command.epoch != one.map.epoch) return "epoch";
  Vec<Fact> facts;
  if (!readFacts(command, one, facts)) return "bad";
  const Replica* theirs = one.map.find(command.replica);
  const std::uint64_t n = countOf(theirs);
  const std::uint64_t end = command.base + facts.size();
  if (end <= n) return end == n && command.chain != chainOf(theirs) ? "fork" : "known";
  if (command.replica == engine_.state.replica && !engine_.options.syncFacts) {
    return acknowledge(one, end, command.chain) ? "ok" : "fork";
  }
  if (command.base > n) return "gap";
  const auto from = static_cast<std::size_t>(n - command.base);
  if (theirs != nullptr && facts[from].at < theirs->lastAt) return "bad";
  const Vec<std::uint64_t> chains = chainsAfter(chainOf(theirs), facts, from);
  if (chains.back() != command.chain) return "fork";
  takeIn(one, command.replica, facts, from, chains);
  return "ok";
}

void Sync::facts(const SyncCommand& command, JsonWriter& out) {
  Shared& one = shared(command.key, command.id);
  const std::uint64_t ignored = counters_.ignored;
  putStatus(out, receive(one, command));
  putCount(out, "n", countOf(one.map.find(command.replica)));
  putCount(out, "epoch", one.map.epoch);
  if (counters_.ignored != ignored) putCount(out, "ignored", counters_.ignored - ignored);
}

// Why the facts after the first `known` cannot be taken, and which of them; null when they can.
const char* Sync::refuse(const Shared& one, const SyncCommand& command, const Vec<Fact>& facts, std::size_t known,
                         std::uint32_t& index) const {
  const Replica* theirs = one.map.find(command.replica);
  for (std::size_t i = known; i < facts.size(); ++i) {
    index = static_cast<std::uint32_t>(i);
    if (theirs != nullptr && facts[i].at < theirs->lastAt) return "bad";
    if (facts[i].at < one.map.floor) return "floor";
    if (facts[i].at > command.newest) return "future";
    for (const FactUpdate& update : facts[i].updates) {
      if (!std::binary_search(everKnown_.begin(), everKnown_.end(), update.computation)) return "definitions";
    }
  }
  return nullptr;
}

void Sync::append(const SyncCommand& command, JsonWriter& out) {
  Shared& one = shared(command.key, command.id);
  Vec<Fact> facts;
  Vec<std::uint64_t> chains;
  std::size_t known = 0;
  std::uint32_t index = kNone;
  const std::uint64_t ignored = counters_.ignored;
  const auto take = [&]() -> const char* {
    if (command.epoch != one.map.epoch) return "epoch";
    if (!readFacts(command, one, facts)) return "bad";
    const Replica* theirs = one.map.find(command.replica);
    const std::uint64_t n = countOf(theirs);
    if (command.base > n) return "gap";
    chains = chainsAfter(command.chain, facts, 0);
    known = static_cast<std::size_t>(std::min<std::uint64_t>(n - command.base, facts.size()));
    // What ends before n cannot be compared: the device compares the answer.
    const bool reachesN = command.base + known == n;
    if (reachesN && (known == 0 ? command.chain : chains[known - 1]) != chainOf(theirs)) return "fork";
    if (const char* why = refuse(one, command, facts, known, index)) return why;
    index = kNone;
    if (known < facts.size()) takeIn(one, command.replica, facts, known, chains);
    return "ok";
  };
  const std::string_view word = take();
  const Replica* theirs = one.map.find(command.replica);
  putStatus(out, word);
  putCount(out, "n", countOf(theirs));
  putHex(out, "chain", chainOf(theirs));
  putCount(out, "epoch", one.map.epoch);
  if (index != kNone) putCount(out, "index", index);
  if (word == "floor") out.key("floor").integer(one.map.floor);
  if (word != "ok") return;
  putCount(out, "fresh", facts.size() - known);
  out.key("chains").beginArray();
  for (const std::uint64_t chain : chains) out.string(hexText(chain));
  out.endArray();
  if (counters_.ignored != ignored) putCount(out, "ignored", counters_.ignored - ignored);
}

void Sync::writeState(const SyncCommand& command, JsonWriter& out) const {
  static const ReplicaMap kNothing;
  const Shared* one = shared_.find(sharedKey(command.key, command.id));
  const ReplicaMap& map = one == nullptr ? kNothing : one->map;
  putCount(out, "epoch", map.epoch);
  out.key("floor").integer(map.floor);
  putHex(out, "digest", map.digest());
  map.writeVector(out.key("vector"));
  // Whoever asks for no bytes wants to know which facts there are.
  if (command.bytes == 0) return;
  const std::uint32_t key = engine_.findKey(command.key);
  Writer bytes;
  map.serialize(key == kNone ? SyncedComputations() : byKey_[key], bytes);
  out.key("state").string(encodeBase64Url(bytes.bytes()));
}

// A device whose definitions have grown lacks what older facts say of the new ones: it takes the state as it stands.
const char* Sync::join(Shared& one, ReplicaMap theirs, bool isComplete) {
  const Replica* mine = theirs.find(engine_.state.replica);
  const bool isDevice = !engine_.options.syncFacts;
  if (isDevice && mine != nullptr && !owns(one, mine->n, mine->chain)) return "fork";
  if (isDevice && mine != nullptr && mine->n == acknowledged(one) && mine->chain != chainOf(one.map.find(mine->id))) return "fork";
  const bool replaces = one.incomplete && isComplete;
  if (replaces && !isWithin(one.map, theirs)) return "behind";
  const bool isKnown = !replaces && isWithin(theirs, one.map) && theirs.floor <= one.map.floor;
  ++counters_.merges;
  if (isKnown && !theirs.replicas().empty()) return "known";
  const std::uint64_t own = acknowledged(one);
  changeWithEdges(one, [&] {
    if (replaces) {
      const std::int64_t floor = one.map.floor;
      one.map = std::move(theirs);
      one.map.raiseFloor(floor, known(one));
      one.incomplete = false;
    } else {
      one.incomplete |= !isComplete && !isKnown;
      one.map.join(std::move(theirs), known(one));
    }
    if (acknowledged(one) > own) one.own.dropFirst(static_cast<std::uint32_t>(acknowledged(one) - own));
    return all(one);
  });
  return isKnown ? "known" : "ok";
}

void Sync::merge(const SyncCommand& command, JsonWriter& out) {
  Shared* one = &shared(command.key, command.id);
  Arena arena;
  const auto bytes = decodeBase64(command.state, arena);
  ReplicaMap theirs;
  bool isComplete = false;
  Reader in(bytes.value_or(std::string_view()));
  if (!theirs.deserialize(known(*one), in, isComplete) || !in.atEnd()) {
    putStatus(out, "bad");
  } else if (theirs.epoch < one->map.epoch) {
    putStatus(out, "epoch");
  } else {
    if (theirs.epoch > one->map.epoch) one = &wipe(command.key, command.id, theirs.epoch);
    putStatus(out, join(*one, std::move(theirs), isComplete));
  }
  putCount(out, "epoch", one->map.epoch);
  putHex(out, "digest", one->map.digest());
}

void Sync::claims(const SyncCommand& command, JsonWriter& out) {
  for (const SyncClaim& claim : command.claims) {
    engine_.state.latches.set({.name = claim.name, .version = claim.version, .key = command.key, .id = command.id});
  }
  out.key("ok").boolean(true);
}

// Nothing of the id stays but its epoch.
Sync::Shared& Sync::wipe(std::string keyName, std::string id, std::uint64_t epoch) {
  engine_.forget(keyName, id);
  Shared& one = shared(keyName, id);
  one.map.epoch = epoch;
  return one;
}

void Sync::forgetShared(const SyncCommand& command, JsonWriter& out) {
  Shared* one = &shared(command.key, command.id);
  if (command.epoch > one->map.epoch) one = &wipe(command.key, command.id, command.epoch);
  putCount(out, "epoch", one->map.epoch);
}

void Sync::raiseFloor(const SyncCommand& command, JsonWriter& out) {
  Shared& one = shared(command.key, command.id);
  changeWithEdges(one, [&] {
    one.map.raiseFloor(command.floor, known(one));
    return all(one);
  });
  out.key("floor").integer(one.map.floor);
}

}  // namespace oncue
