// The trigger rules of decisions 1 and evaluation 2, 9 and 10 by brute force: every call evaluates every context.
//
// Where the specification leaves a choice, this is the reading that is tested:
// - Every counted event forms a context for each intervention without `changed` that has one of its criteria keys in
//   the event, and its ids become those contexts' targets, whether or not it updates anything.
// - An event's ids become the latest before the event is applied: a context that slept because its ids were not the
//   latest is evaluated on the state before the event and fires, with event_id null, what came to hold meanwhile.
// - A measurement event's own contexts take their new truth as baseline. Contexts of other ids that read what it
//   updated look at it on the next tick as at any other update.
// - Of a tick's fires the order is that of the interventions, then of the ids of the criteria keys, shorter first,
//   then bytewise. Of an event's fires it is that of the interventions.
// - `delay` begins at the edge. The delayed delivery belongs to the context: targets, session and payload are those of
//   its last event when it is made; it waits while its ids are not the latest. Of two edges the first one counts.
// - Limits look at every target that has an id. What fires at one moment of one call is ordered by priority; what time
//   fired comes before what the event fired.
// - A windowed value that expired because nothing was relevant for the period is gone for good, entries with later
//   timestamps included.
#pragma once

#include <map>
#include <set>

#include "oracle/naive_delivery.h"
#include "oracle/naive_values.h"

namespace oncue::oracle {

struct FireRecord {
  std::string name;
  int version = 1;
  std::string targetKey, targetId;
  Json attributes = Json::object();
  std::int64_t at = 0;
  std::string eventId;  // "" = null
  bool operator==(const FireRecord&) const = default;
};

class NaiveEngine {
 public:
  explicit NaiveEngine(const HistoryDef& history);

  void publishLate();  // Load
  void tick(std::int64_t now);
  void track(const EventDef& event, std::int64_t now);
  void forget(std::size_t key, const std::string& id);

  std::int64_t now() const { return now_; }
  std::vector<FireRecord> takeFired() { return std::exchange(fired_, {}); }
  // {group:{attribute:value}} and {attribute:value}, as the engine's attributes() and groupAttributes().
  Json attributes(std::size_t key, const std::string& id, std::int64_t at) const;
  Json groupAttributes(const GroupDef& group, const std::string& id, std::int64_t at) const;
  // The ms after now() at which anything can change, and now() itself, all below `until`.
  std::set<std::int64_t> candidates(std::int64_t until) const;
  // The ms after now() at which the next delayed delivery is due; INT64_MAX when there is none.
  std::int64_t nextDue() const;

 private:
  // One attribute definition under one key with its effective ttl: equal ones would share one state.
  struct Attribute {
    AttributeDef def;
    std::size_t key = 0;
    std::int64_t ttlMs = 0;
    std::map<std::string, std::vector<Fact>> facts;  // by id
    std::vector<double> thresholds;                  // operands that criteria compare it with
    bool updated = false;                            // by the event in hand
  };
  using AttributePath = std::tuple<std::string, int, std::string>;  // group, version, name

  struct Context {
    bool evaluated = false;
    bool truth = false;
    Ids lastIds;
    std::optional<std::int64_t> dueAt;  // of a delayed delivery
    std::string dueEventId;
  };
  struct Candidate {
    const InterventionDef* intervention;
    Ids ids;
    std::string eventId;
  };
  struct ContextId {
    std::size_t intervention = 0;
    std::vector<std::string> ids;  // of the intervention's criteria keys
    bool operator<(const ContextId& other) const;
  };

  const Attribute* find(const std::string& group, const std::string& attribute) const;
  std::vector<std::size_t> criteriaKeys(const InterventionDef& intervention) const;
  bool isPublished(const InterventionDef& intervention) const { return lateToo_ || !intervention.late; }
  Json value(const Attribute* attribute, const Ids& ids, std::int64_t at) const;
  Ids usedIds(const EventDef& event) const;
  Ids idsOfContext(const ContextId& id) const;
  bool holds(const NodeDef& node, const Ids& ids, const std::map<const Attribute*, Json>* previous) const;
  void formContexts();
  void evaluateAll();
  void fire(std::size_t intervention, const Ids& ids, const std::string& eventId);
  void settle(std::size_t intervention, Context& context);
  void deliverAll();
  std::vector<std::size_t> targetsOf(const InterventionDef& intervention, const Ids& ids) const;
  std::optional<std::size_t> freeTarget(const InterventionDef& intervention, const Ids& ids) const;
  bool latches(const InterventionDef& intervention) const;
  bool userDecides(const InterventionDef& intervention, const Ids& ids) const;
  void deliver(const InterventionDef& intervention, const Ids& ids, const std::string& eventId);
  void collectThresholds(const NodeDef& node);
  bool readsUpdated(const NodeDef& node) const;

  const HistoryDef& history_;
  bool lateToo_ = false;
  std::int64_t now_ = 0;
  std::uint64_t seq_ = 0;
  std::set<std::string> seen_;
  std::optional<Ids> latest_;
  std::map<AttributePath, Attribute> attributes_;
  std::map<ContextId, Context> contexts_;
  std::set<std::tuple<std::string, int, std::size_t, std::string>> latches_;  // name, version, key, id
  std::vector<Candidate> candidates_;
  NaiveDelivery deliveries_;
  std::uint64_t round_ = 0;
  std::vector<FireRecord> fired_;
};

}  // namespace oncue::oracle
