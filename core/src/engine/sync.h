// Replicas of the ids of synced keys: events become facts, facts of other replicas become values (docs/sync-protocol.md).
#pragma once

#include <string>
#include <string_view>

#include "base/text_table.h"
#include "engine/impl.h"
#include "engine/sync_command.h"
#include "engine/sync_hook.h"
#include "sync/own_log.h"
#include "sync/replica_map.h"

namespace oncue {

class Sync final : public SyncHook {
 public:
  explicit Sync(Engine::Impl& engine) : engine_(engine) {}

  // sync.cc
  SyncTake take(std::uint32_t computation, Entity& holder, const EventValue& value, std::int64_t ts) override;
  void overhear(Event& event) override;
  void claim(JsonWriter& out, const Intervention& intervention, const Target& target, const Context* context) override;
  bool keeps(std::uint32_t key) override { return isSynced_[key]; }
  void adopt() override;
  void forget(std::string_view key, std::string_view id) override;
  void writeStats(JsonWriter& out) const;
  void writeLocal(JsonWriter& out) const;

  // sync_section.cc
  std::string save() override;
  bool read(std::string_view section) override;

  // sync_commands.cc
  std::string run(std::string_view command, std::int64_t now);
  bool isRefused() const;  // run() answers no command

 private:
  // What is known of one id.
  struct Shared : TextKeyed {  // by sharedKey()
    std::string keyName;
    std::string id;
    ReplicaMap map;  // what the server has acknowledged
    OwnLog own;      // and what it has not
    bool incomplete = false;        // facts were taken while a computation that is loaded now was not
    std::uint64_t eventEpoch = 0;   // Engine::Impl::epoch of the event whose fact is the last of `own`
  };

  struct Counters {
    std::uint64_t recorded = 0;
    std::uint64_t applied = 0;  // of other replicas
    std::uint64_t ignored = 0;  // updates of unknown computations
    std::uint64_t merges = 0;
    std::uint64_t forks = 0;
    std::uint64_t refused = 0;  // facts dropped behind a floor
    std::uint64_t dropped = 0;  // facts dropped because too many waited
  };

  // sync.cc
  void bind();
  static std::string sharedKey(std::string_view keyName, std::string_view id);
  Shared& shared(std::string_view keyName, std::string_view id);
  const SyncedComputations& known(const Shared& one) const;
  Entity& entityOf(const Shared& one);
  std::uint64_t acknowledged(const Shared& one) const;  // facts of this replica
  std::int64_t lastAt(const Shared& one) const;
  void rebuild(const Shared& one, Entity& holder, const SyncedComputation& computation);
  void rebuildAll(const Shared& one);
  void reseed();

  // sync_edges.cc: makes a change and fires what it makes true; `change` returns the computations it touched.
  template <typename Change>
  void changeWithEdges(Shared& one, Change change);
  Vec<Context*> contextsOf(const Shared& one, Entity& holder);
  void look(Context& context, const Vec<std::uint32_t>& touched);
  std::string dueName(const Context& context) const;
  bool takeDue(const Context& context);
  void pruneDue();
  Vec<std::uint32_t> all(const Shared& one) const;  // Model::computations of its key

  // sync_commands.cc
  bool check(const SyncCommand& command, std::string& code, std::string& message) const;
  void carryOut(const SyncCommand& command, JsonWriter& out);
  void status(const SyncCommand& command, JsonWriter& out);
  void stitch(const SyncCommand& command, JsonWriter& out);
  void upload(const SyncCommand& command, JsonWriter& out);
  void ack(const SyncCommand& command, JsonWriter& out);
  void fork(const SyncCommand& command, JsonWriter& out);
  void refused(const SyncCommand& command, JsonWriter& out);
  bool acknowledge(Shared& one, std::uint64_t n, std::uint64_t chain);
  bool owns(Shared& one, std::uint64_t n, std::uint64_t chain);

  // sync_incoming.cc
  void facts(const SyncCommand& command, JsonWriter& out);
  void writeState(const SyncCommand& command, JsonWriter& out) const;
  void merge(const SyncCommand& command, JsonWriter& out);
  void claims(const SyncCommand& command, JsonWriter& out);
  void forgetShared(const SyncCommand& command, JsonWriter& out);
  void append(const SyncCommand& command, JsonWriter& out);
  void raiseFloor(const SyncCommand& command, JsonWriter& out);
  Shared& wipe(std::string keyName, std::string id, std::uint64_t epoch);
  const char* receive(Shared& one, const SyncCommand& command);
  const char* refuse(const Shared& one, const SyncCommand& command, const Vec<Fact>& facts, std::size_t known,
                     std::uint32_t& index) const;
  bool readFacts(const SyncCommand& command, const Shared& one, Vec<Fact>& facts) const;
  void takeIn(Shared& one, std::uint64_t replica, const Vec<Fact>& facts, std::size_t from, const Vec<std::uint64_t>& chains);
  const char* join(Shared& one, ReplicaMap theirs, bool isComplete);

  // What happened while nobody was known, for stitching, once; only on this device until then.
  struct Anonymous : TextKeyed {  // by the key's name
    OwnLog log;
  };

  Engine::Impl& engine_;
  TextTable<Shared> shared_;
  TextTable<Anonymous> anonymous_;
  TextTable<Anonymous> readAnonymous_;
  bool stitchable_ = false;
  TextTable<Shared> read_;       // of a snapshot, until its state is adopted
  Vec<std::string> dueByMerge_;  // dueName() of contexts whose delayed delivery goes back to a merge
  Vec<std::string> readDue_;
  Vec<std::uint64_t> everKnown_;  // ids of computations that were ever loaded, ascending
  Vec<bool> isSynced_;            // by Model::keys
  Vec<std::string> ownKeys_;      // of syncKeys, those whose ids are a device's own: they are not synced
  Vec<bool> becomesFacts_;        // by Model::computations
  Vec<SyncedComputations> byKey_;  // by Model::keys
  std::uint64_t definitionsHash_ = 0;  // over the ids of all synced computations
  bool isMerging_ = false;
  Counters counters_;
};

}  // namespace oncue
