// The engine's inside, shared by the files of this folder.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/features.h"
#include "base/json_writer.h"
#include "engine/engine_state.h"
#include "engine/match_plan.h"
#include "engine/rules.h"
#include "engine/sync_hook.h"
#include "engine/wake_queue.h"
#include "event/reader.h"
#include "intervention/delivery_gate.h"
#include "intervention/id_source.h"
#include "intervention/targets.h"
#include "oncue/engine.h"
#include "oncue/vec.h"

namespace oncue {

struct JsonNode;
class TruthMask;

struct Engine::Impl {
  Impl() = default;  // then fill in the options and begin()
  void begin();

  // What one load() compiled; replaced as a whole.
  struct Loaded {
    Model model;  // to be read first, then the rest to be made of it: compile()
    RuleSet rules;
    MatchPlan plan{model};
    std::optional<EventReader> reader;
    void compile(const EngineOptions& options);
  };
  struct Discard {
    void operator()(Loaded* loaded) const;
  };
  using LoadedPtr = std::unique_ptr<Loaded, Discard>;

  struct Counters {
    std::uint64_t events = 0;
    std::uint64_t counted = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t otherApps = 0;
    std::uint64_t fired = 0;
    std::uint64_t evicted = 0;   // ids
    std::uint64_t received = 0;  // delivered, of those a server sent
    std::array<std::uint64_t, static_cast<std::size_t>(Held::Count)> held{};  // edges and received, not delivered
    std::array<std::uint64_t, kEventErrorCount> rejected{};
  };

  // load.cc, adopt.cc
  LoadReport load(std::string_view definitions);
  void take(LoadedPtr compiled);
  std::string snapshot() const;  // of what is loaded
  bool restore(std::string_view bytes);  // false when they are not fine; then nothing changed
  bool read(std::string_view bytes, EngineState& next);
  void adopt(EngineState& next);
  void reschedule();
  void scheduleSleepers();

  // ingest.cc
  void beginCall();
  std::uint32_t finishCall();
  void noteChanges(const Event* event);
  void useIds(Event& event, std::int64_t at);
  void findMatched(Event& event);
  void ingest(Event* event, EventError error, std::int64_t at);
  std::int64_t clockOf(const Event* event) const;
  void replay(Event* event, EventError error);
  bool accept(Event& event, EventError error);
  SharedIds readIds(Event& event) const;
  void apply(Event& event);
  bool updateCells(Event& event);
  void findAffected();
  void rememberPrevious();
  void evaluateAffected(Event& event);
  void evaluateChanged(std::uint32_t intervention, Event& event);
  bool wasUpdated(const Intervention& intervention) const;
  bool mayFire(const Event& event) const;

  // contexts.cc
  bool hasCriteriaId(std::uint32_t intervention) const;  // among the latest ids
  void adoptIds(SharedIds ids, bool wakeSleepers);
  Entity& entity(std::uint32_t key, std::string_view id);
  // The intervention's context of the latest ids, made if need be: with other ids only, and inlined it would cost every
  // event.
  Context& contextOf(std::uint32_t intervention) {
    const LatestContext& latest = latestContexts[intervention];
    return latest.generation == generation ? *latest.context : makeLatestContext(intervention);
  }
  [[gnu::noinline]] Context& makeLatestContext(std::uint32_t intervention);
  Context& makeContext(std::uint32_t intervention, Vec<Entity*> entities);
  SharedIds lastIdsOf(const Context& context) const;
  bool inScope(const Context& context) const;
  const Value& read(std::uint32_t computation, Entity& holder, std::int64_t at);
  // `position`: of the criterion's key among those of the context.
  bool holds(const CriteriaNode& criterion, const Context& context, std::uint32_t position, std::int64_t at);
  // For evaluate(), out of the way of those that ask one thing.
  [[gnu::noinline]] bool holdsTree(const CriteriaNode& tree, const Context& context, std::int64_t at, TruthMask& mask);
  bool evaluate(Context& context, std::int64_t at);
  void scheduleNext(Context& context, std::int64_t at);
  void wakeOthers();
  void wakeAll();
  void letTimePass(std::int64_t at);
  Context* firstDue();
  std::int64_t nextWake();

  // delivery.cc, write_fired.cc
  void fire(std::uint32_t intervention, const SharedIds& ids, std::string_view eventId, Context* context);
  // A delayed delivery goes as soon as cancel_if holds, and is made when it is due. To be called whenever the context is
  // looked at.
  void settleDelayed(Context& context) {
    if (context.dueAt != kNever && features::delays()) settle(context);
  }
  void settle(Context& context);
  bool cancels(const Intervention& intervention, const SharedIds& ids) const;
  void deliverAll() {
    if (!candidates.empty()) deliverCandidates();
  }
  void deliverCandidates();
  Held mayDeliver(const Intervention& intervention, const Vec<Target>& targets, const DeliveryMoment& moment,
                  int& chosen) const;
  DeliveryMoment momentOf(const SharedIds& ids) const;
  void writeFired(const Intervention& intervention, const Target& target, const SharedIds& ids,
                  std::string_view eventId, const Context* context);
  Vec<Target> targetsOf(const Intervention& intervention, const SharedIds& ids) const;
  bool latches(const Intervention& intervention) const;
  std::string_view holdBack(Held why);  // counts it and returns its name

  // receive.cc
  void receive(std::string_view json, std::int64_t at);
  Held passReceived(const JsonNode& sent);

  // received_rule.cc
  Held passReceived(std::string_view id, std::string_view name, double version, const Target& sentTo);
  Held passRule(std::uint32_t intervention, const Target& sent);
  bool isNewIntervention(std::string_view id);

  // housekeeping.cc
  bool forget(std::string_view keyName, std::string_view id);
  void dropEntity(Entity& entity);
  void evict();
  void sweep();
  std::string stats() const;

  // query.cc
  Value currentValue(std::uint32_t computation, const SharedIds& ids, std::int64_t at) const;
  Value retrieve(const Attribute& attribute, const Entity* entity, std::int64_t at) const;
  const Entity* findEntity(std::uint32_t key, std::string_view id) const;
  std::uint32_t findKey(std::string_view name) const;
  std::string ids(std::string_view keyName) const;

  // explain.cc
  bool idsFromJson(std::string_view idsJson, SharedIds& ids, JsonWriter& out) const;
  const Context* findContext(std::uint32_t intervention, const SharedIds& ids) const;
  void writeExplanation(JsonWriter& out, std::uint32_t intervention, const SharedIds& ids, std::int64_t at,
                        const Context* context, bool firing) const;

  // Null until Engine::sync() was called.
  SyncHook* syncHook() const { return features::sync() ? sync.get() : nullptr; }

  bool timeDriven() const { return !features::serverOptions() || options.timeDriven; }
  bool wakesAll() const { return features::serverOptions() && options.wake == WakeScope::All; }
  bool remembersIds() const { return features::serverOptions() && options.rememberIds; }

  EngineOptions options;
  IdSource idSource{0};
  LoadedPtr loaded;
  EngineState state;
  std::unique_ptr<SyncHook> sync;
  std::string syncSection;         // of a snapshot, meanwhile
  WakeQueue wakes;
  Counters counters;

  Vec<Entity*> latestEntities;  // by key: of state.latestIds; null = nothing stored
  // By intervention: its context of the latest ids, valid while its generation is the current one.
  struct LatestContext {
    Context* context = nullptr;
    std::uint64_t generation = 0;
  };
  Vec<LatestContext> latestContexts;
  std::uint64_t generation = 1;

  JsonWriter firedJson;
  bool isFiredOpen = false;  // firedJson is an array without elements
  std::string firedText;
  std::uint32_t firedCount = 0;
  // What fires at one moment, until deliverAll() has put it in order.
  struct Candidate {
    std::uint32_t intervention;
    std::uint32_t place;
    std::int32_t priority;
    SharedIds ids;
    std::string eventId;
    const Context* context;
  };
  Vec<Candidate> candidates;
  std::uint64_t evictedAt = 0;  // generation of the ids when room was made last
  std::uint64_t nextSweep = 0;  // Counters::events at which dead cells are looked for again
  std::uint64_t round = 0;  // of deliveries: one call, or one moment of a replay
  std::string_view rejection;

  // What may differ from the event by which the latest ids, matched and affected were found (EventChange bits).
  std::uint8_t changed = EventChange::kAll;
  std::uint64_t idsReadAt = 0;  // generation of the ids that the last event brought

  // Of the event in hand, and of the next if nothing changed that they depend on.
  Vec<std::uint32_t> matched;
  Vec<std::uint32_t> affected;
  std::uint64_t baselined = 0;  // generation in which all that is affected had its first evaluation
  struct Previous {
    std::uint32_t computation;
    Value value;
  };
  Vec<Previous> previousValues;  // of attributes some `changed` asks about
  // By computation: what criteria last read. Many rules read few attributes.
  struct Reading {
    const Entity* holder = nullptr;
    std::uint64_t moment = 0;
    Value value;
    std::uint32_t place = 0;  // of the computation's cell
  };
  Vec<Reading> readings;
  std::uint64_t moment = 1;  // goes on whenever time passes or a cell is updated: older readings are stale
  std::uint64_t epoch = 0;
  Vec<std::uint64_t> affectedAt;  // by intervention: epoch of the last event that touched it
  Vec<std::uint64_t> updatedAt;   // by computation: epoch of the last event that updated it
};

// Whether a higher version of the same group also has the attribute: of those under the same key, or `among` these.
bool isShadowed(const Model& model, const AttributeGroup& group, const Attribute& attribute,
                const Vec<std::uint32_t>* among);

}  // namespace oncue
