// Carries out the commands of the sync protocol.

#include <algorithm>

#include "base/contains.h"
#include "engine/sync_answer.h"
#include "engine/sync_edges.h"
#include "event/base64url.h"
#include "intervention/id_source.h"

namespace oncue {
namespace {

constexpr std::int64_t kProtocol = 1;

std::string errorAnswer(std::string_view code, std::string_view message) {
  JsonWriter out;
  out.beginObject().key("error").beginObject();
  out.key("code").string(code).key("message").string(message);
  out.endObject().endObject();
  return out.take();
}

}  // namespace

std::string Engine::sync(std::string_view command, std::int64_t now) {
  if (!impl_->loaded) return errorAnswer("not_loaded", "Load definitions before syncing.");
  if (impl_->sync == nullptr) {
    auto made = std::make_unique<Sync>(*impl_);
    if (!made->read(impl_->syncSection)) return errorAnswer("snapshot_corrupt", "The restored snapshot's section of what is synced is damaged.");
    if (made->isRefused()) return made->run(command, now);
    impl_->sync = std::move(made);
    impl_->sync->adopt();
    impl_->scheduleSleepers();
  }
  return static_cast<Sync&>(*impl_->sync).run(command, now);
}

// A server goes on for other keys: what devices have of this one, they keep.
bool Sync::isRefused() const { return !ownKeys_.empty() && !engine_.options.syncFacts; }

// What a command may not ask for, although it is well-formed.
bool Sync::check(const SyncCommand& command, std::string& code, std::string& message) const {
  const auto refuse = [&](const char* why, std::string sentence) {
    code = why;
    message = std::move(sentence);
    return false;
  };
  if (isRefused() || contains(ownKeys_, command.key)) {
    return refuse("sync_key_is_device", "\"" + ownKeys_[0] + "\" is of one browser, which it never leaves: take it out of syncKeys.");
  }
  if (!command.key.empty() && !contains(engine_.options.syncKeys, command.key)) {
    return refuse("key_not_synced", "\"" + command.key + "\" is not among the option syncKeys.");
  }
  if (command.verb == SyncVerb::Append && !engine_.options.syncFacts) {
    return refuse("not_a_server", "append needs the option syncSource \"facts\".");
  }
  if (command.verb == SyncVerb::Fork) {
    const std::uint64_t replica = IdSource(command.seed).replica();
    bool isUsed = replica == engine_.state.replica;
    shared_.forEach([&](const Shared& one) { isUsed |= one.map.find(replica) != nullptr; });
    if (isUsed) return refuse("seed_used", "That seed gives a replica that exists: choose another.");
  }
  return true;
}

std::string Sync::run(std::string_view json, std::int64_t now) {
  SyncCommand command;
  std::string code = "bad_command";
  std::string message;
  if (!parseSyncCommand(json, command, message)) return errorAnswer(code, "Cannot sync: " + message + ".");
  if (!check(command, code, message)) return errorAnswer(code, message);
  JsonWriter out;
  // As much as most answers have.
  out.reserve(512);
  out.beginObject();
  if (command.verb == SyncVerb::Status) {
    status(command, out);
  } else if (command.verb == SyncVerb::State) {
    writeState(command, out);
  } else {
    engine_.beginCall();
    engine_.letTimePass(now);
    carryOut(command, out);
    if (const std::uint32_t fired = engine_.finishCall()) putCount(out, "fired", fired);
  }
  return out.endObject().take();
}

void Sync::carryOut(const SyncCommand& command, JsonWriter& out) {
  switch (command.verb) {
    case SyncVerb::Upload: return upload(command, out);
    case SyncVerb::Ack: return ack(command, out);
    case SyncVerb::Fork: return fork(command, out);
    case SyncVerb::Refused: return refused(command, out);
    case SyncVerb::Facts: return facts(command, out);
    case SyncVerb::Merge: return merge(command, out);
    case SyncVerb::Claims: return claims(command, out);
    case SyncVerb::Forget: return forgetShared(command, out);
    case SyncVerb::Append: return append(command, out);
    case SyncVerb::Floor: return raiseFloor(command, out);
    case SyncVerb::Stitch: return stitch(command, out);
    default: return;
  }
}

void Sync::status(const SyncCommand& command, JsonWriter& out) {
  if (command.hasStitchable) stitchable_ = command.stitchable;
  if (!stitchable_) anonymous_.clear();
  putHex(out, "replica", engine_.state.replica);
  putHex(out, "definitions", definitionsHash_);
  out.key("ids").beginArray();
  for (const TextKeyed* keyed : shared_.sorted()) {
    const Shared& one = *static_cast<const Shared*>(keyed);
    out.beginObject().key("key").string(one.keyName).key("id").string(one.id);
    putCount(out, "epoch", one.map.epoch);
    out.key("floor").integer(one.map.floor);
    putCount(out, "n", acknowledged(one));
    putCount(out, "pending", one.own.size());
    putCount(out, "frozen", one.own.frozen());
    putHex(out, "digest", one.map.digest());
    if (one.incomplete) out.key("incomplete").boolean(true);
    out.endObject();
  }
  out.endArray();
  writeLocal(out);
  writeStats(out);
}

void Sync::upload(const SyncCommand& command, JsonWriter& out) {
  Shared& one = shared(command.key, command.id);
  Vec<std::string> sent;
  const auto send = [&] {
    std::uint64_t bytes = 0;
    const auto fits = [&] { return sent.size() < command.limit && (sent.empty() || bytes < command.bytes); };
    const auto next = [&] {
      sent.push_back(encodeBase64Url(factBytes(one.own.pending()[sent.size()].fact)));
      bytes += sent.back().size() + 3;
    };
    while (fits() && sent.size() < one.own.frozen()) next();
    bool moved = false;
    while (fits() && one.own.canFreeze()) {
      moved |= one.own.freezeNext(command.offset, lastAt(one));
      next();
    }
    return moved ? all(one) : Vec<std::uint32_t>();
  };
  changeWithEdges(one, send);
  if (sent.empty()) {
    out.key("facts").beginArray().endArray();
    return;
  }
  const Replica* mine = one.map.find(engine_.state.replica);
  out.key("protocol").integer(kProtocol).key("key").string(one.keyName).key("id").string(one.id);
  putCount(out, "epoch", one.map.epoch);
  putHex(out, "definitions", definitionsHash_);
  putHex(out, "replica", engine_.state.replica);
  putCount(out, "base", acknowledged(one));
  putHex(out, "chain", mine == nullptr ? 0 : mine->chain);
  out.key("facts").beginArray();
  for (const std::string& fact : sent) out.string(fact);
  out.endArray();
}

// Whether n facts with that chain can be this replica's: acknowledged ones, or uploaded ones. They count as they were
// uploaded from then on.
bool Sync::owns(Shared& one, std::uint64_t n, std::uint64_t chain) {
  const Replica* mine = one.map.find(engine_.state.replica);
  const std::uint64_t known = mine == nullptr ? 0 : mine->n;
  // An answer that came late; the chain back there is no longer known.
  if (n < known) return true;
  const std::uint32_t form = one.own.findForm(mine == nullptr ? 0 : mine->chain, n - known, chain);
  if (form == kNone) return false;
  if (form == OwnLog::kPresent) return true;
  changeWithEdges(one, [&] {
    one.own.takeForm(form, lastAt(one));
    return all(one);
  });
  return true;
}

bool Sync::acknowledge(Shared& one, std::uint64_t n, std::uint64_t chain) {
  if (!owns(one, n, chain)) return false;
  const std::uint64_t before = acknowledged(one);
  if (n <= before) return true;
  const Replica* mine = one.map.find(engine_.state.replica);
  std::uint64_t link = mine == nullptr ? 0 : mine->chain;
  const auto count = static_cast<std::uint32_t>(n - before);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Fact& fact = one.own.pending()[i].fact;
    link = nextChain(link, factBytes(fact));
    one.map.apply(engine_.state.replica, fact, link, known(one));
  }
  one.own.dropFirst(count);
  return true;
}

void Sync::ack(const SyncCommand& command, JsonWriter& out) {
  Shared& one = shared(command.key, command.id);
  if (!acknowledge(one, command.n, command.chain)) {
    out.key("fork").boolean(true);
    return;
  }
  out.key("ok").boolean(true);
  putCount(out, "pending", one.own.size());
}

// Takes over what happened anonymously as this id's own, as if it had been known; nobody else gets it again.
void Sync::stitch(const SyncCommand& command, JsonWriter& out) {
  Shared& one = shared(command.key, command.id);
  std::uint32_t adopted = 0;
  if (Anonymous* anonymous = anonymous_.find(command.key)) {
    changeWithEdges(one, [&] {
      for (const PendingFact& pending : anonymous->log.pending()) {
        one.own.makeRoom();
        one.own.begin(pending.deviceTs, pending.deviceAt, lastAt(one));
        for (const FactUpdate& update : pending.fact.updates) one.own.add(update);
        ++adopted;
      }
      return all(one);
    });
    anonymous_.erase(command.key);
  }
  putCount(out, "adopted", adopted);
}

// Another browser profile goes on with this one's number: take another, and number anew what nobody has seen.
void Sync::fork(const SyncCommand& command, JsonWriter& out) {
  ++counters_.forks;
  engine_.state.replica = IdSource(command.seed).replica();
  reseed();
  for (const TextKeyed* keyed : shared_.sorted()) {
    Shared& one = shared(static_cast<const Shared*>(keyed)->keyName, static_cast<const Shared*>(keyed)->id);
    changeWithEdges(one, [&] {
      one.own.renumber(lastAt(one));
      return all(one);
    });
  }
  putHex(out, "replica", engine_.state.replica);
}

void Sync::refused(const SyncCommand& command, JsonWriter& out) {
  Shared& one = shared(command.key, command.id);
  changeWithEdges(one, [&] {
    if (command.isFuture) {
      one.own.unfreeze(lastAt(one));
    } else {
      counters_.refused += one.own.dropBefore(command.floor);
      one.own.settle(lastAt(one));
    }
    return all(one);
  });
  putCount(out, "pending", one.own.size());
}

}  // namespace oncue
