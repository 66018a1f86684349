// The engine: attributes and interventions as a pure function of definitions, events and ticks. No clock, no I/O, no
// randomness of its own: every call takes `now` in epoch milliseconds, ids come from the seed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "oncue/status.h"
#include "oncue/vec.h"

namespace oncue {

enum class EventFormat : std::uint8_t { Payload, EnrichedJson, EnrichedTsv };

// Which contexts a tick evaluates: those of the latest event's ids (a page), or all (CLI, server).
enum class WakeScope : std::uint8_t { LatestIds, All };

// Enrichment settings that a browser has no server for.
struct EnrichmentOptions {
  Vec<std::string> internalDomains;
  // JSON texts in Enrich's own configuration shape; "" keeps the defaults.
  std::string campaigns;  // {"mktMedium":["utm_medium"],...,"mktClickId":{"gclid":"Google"}}
  std::string referrers;  // {medium:{source:{domains:[],parameters:[]}}}, looked up before the built-in table
  bool campaignAttribution = true;
  std::string userAgent;  // stands in for `ua`, which the browser tracker does not send
};

struct EngineOptions {
  std::uint32_t windowEventLimit = 100;  // most recent relevant events a window keeps; UINT32_MAX = unlimited
  std::int64_t defaultTtlMs = 0;         // lifetime attributes without any ttl; 0 = unlimited
  bool timeDriven = true;                // false: ticks change nothing, nextWake() is kNever
  WakeScope wake = WakeScope::LatestIds;
  bool refireOnEdge = false;             // no latch: every false-to-true edge fires (refire:"edge")
  bool includeUnpublished = false;       // is_published:false counts as published
  bool keepUnknown = false;              // values of attributes that new definitions lack wait for definitions with them
  bool rememberIds = false;              // keep ids that updated nothing, so that ids() lists every id seen
  std::uint32_t maxIdsPerKey = 0;        // ids kept of each key at most, those seen last; 0 = all
  std::int64_t sessionIdsMs = 0;         // a domain_sessionid goes this long after it was last seen; 0 = never
  bool explainFires = false;             // each fired intervention carries its explain tree
  Vec<std::string> syncKeys;     // keys that span devices: their latch alone decides
  bool syncFacts = false;                // what is stored for them comes from sync() alone, not from events (a server)
  Vec<std::string> appIds;       // only events with one of these app_id; empty = all
  EnrichmentOptions enrichment;
  std::uint64_t seed = 0;                // of intervention ids and the replica id
};

// Options as JSON text: the fields above in camelCase ("windowEventLimit":"unlimited" or a number up to 100,000,
// "wake":"latest"|"all", "refire":"never"|"edge", "syncSource":"events"|"facts", "seed": a number or decimal string). Unknown names are errors.
LoadReport parseOptions(std::string_view json, EngineOptions& options);

class Engine {
 public:
  explicit Engine(EngineOptions options);
  ~Engine();
  Engine(Engine&&) noexcept;

  // Replaces the definitions (bundle, array or NDJSON of registry objects). Attributes whose definition is unchanged
  // keep their values; nothing is replaced when there is an error.
  LoadReport load(std::string_view definitions);

  // Each of these first lets time pass up to `now`, then takes the event, and returns how many interventions fired.
  // An unusable or repeated event fires nothing of its own; stats() counts it by reason.
  std::uint32_t track(std::string_view event, EventFormat format, std::int64_t now);
  std::uint32_t trackRecord(std::span<const std::uint8_t> record, std::int64_t now);  // object door
  // With the event's own clock, never running backwards: ticks at each nextWake() on the way.
  std::uint32_t replay(std::string_view event, EventFormat format);
  std::uint32_t replayRecord(std::span<const std::uint8_t> record);

  std::uint32_t tick(std::int64_t now);

  // Lets time pass up to `now`, then takes an intervention that a server sent, {"intervention_id","name","version",
  // "attributes","target_attribute_key"}, and returns how many fired. Each id is delivered once. One that the loaded
  // definitions have (name and version) is delivered only if their rule has not fired for the target, and latches it;
  // others are direct ones and need no more. rejection() tells why it was left out.
  std::uint32_t receive(std::string_view intervention, std::int64_t now);

  // The next ms at which a tick could fire something; may be early, never late; INT64_MAX when never.
  std::int64_t nextWake() const;
  std::int64_t now() const;  // latest `now` of any call

  // What the last track, replay, tick or receive fired, in order: a JSON array of
  // {"intervention_id","name","version","target_attribute_key":{"name","id"},"attributes":{"group:attribute":value},
  //  "at":ms,"event_id":text|null} plus "explain" with option explainFires.
  const std::string& fired() const;

  // Lets time pass up to `now` and carries out a command of the sync protocol (docs/sync-protocol.md), JSON in and out; what
  // fired is in fired(). The first call turns sync on: from then on events of synced keys are recorded as facts. A command
  // that cannot be read answers {"error":{"code","message"}} and changes nothing. Not part of every artefact.
  std::string sync(std::string_view command, std::int64_t now);

  // Why the last track or replay did not count its event: an event error name, "duplicate", "app_id", or "". Why the last
  // receive did not deliver: "bad_intervention", "duplicate", "evaluated_here", "latched", or "".
  std::string_view rejection() const;

  // JSON {group:{attribute:value}} of the groups under `key`; of several versions the highest that has the attribute.
  // "" when no such key is known. Values at `now`, default_value applied.
  std::string attributes(std::string_view key, std::string_view id, std::int64_t now) const;
  // JSON {attribute:value} of one group version, same rules. "" when unknown.
  std::string groupAttributes(std::string_view group, std::uint32_t version, std::string_view id,
                              std::int64_t now) const;
  // JSON {key:id, attribute:value ...} of a service's groups under `key`. "" when the service is unknown.
  std::string serviceAttributes(std::string_view service, std::string_view key, std::string_view id,
                                std::int64_t now) const;
  // The id of `key` in the latest event; "" when it had none.
  std::string latestId(std::string_view key) const;
  // JSON array of the ids of `key` that hold state (or were seen: rememberIds), sorted bytewise.
  std::string ids(std::string_view key) const;
  // JSON of what is loaded: {"groups":[{"name","version","attribute_key","attributes":[names]}],"services":[...],
  // "interventions":[{"name","version"}]}.
  std::string catalog() const;

  // JSON explain trees (docs/explain.md). Empty `ids` means the latest event's; otherwise JSON {key:id}. "" when unknown;
  // {"error":{"code":"bad_ids","message"}} when `ids` cannot be read.
  std::string explainIntervention(std::string_view name, std::string_view idsJson, std::int64_t now) const;
  std::string explainAttribute(std::string_view groupAndAttribute, std::string_view idsJson, std::int64_t now) const;

  std::string snapshot() const;
  // Refuses corrupt, truncated, foreign or newer bytes with a code and changes nothing.
  Status restore(std::string_view bytes);

  // Erases the id's values, contexts and latches. False when nothing was known of it.
  bool forget(std::string_view key, std::string_view id);

  // JSON counters: events, rejected and held back by reason, fired, received, evicted, ids, contexts, latches, and
  // "bytes", the size of a snapshot.
  std::string stats() const;
  std::string extractionPlan() const;  // JSON for the object door's extractor

  // JSON {key:id} of the ids that an event carries, of the attribute keys that are in use. Nothing is counted: this is for
  // a host that decides by it which of several engines the event is for. "{}" for an unusable event.
  std::string idsOf(std::string_view event, EventFormat format, std::int64_t now);

  struct Impl;  // the inside, in core/src/engine/

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncue
