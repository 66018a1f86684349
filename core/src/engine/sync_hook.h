// What the engine tells of itself to the part that syncs. Only Engine::sync() sets it up, so an engine that never syncs
// pays for a null pointer, and a page that does not link Engine::sync() loads nothing of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "intervention/targets.h"
#include "definition/model.h"
#include "oncue/value.h"
#include "state/entity.h"

namespace oncue {

class Event;

enum class SyncTake : std::uint8_t { NotSynced, NotRelevant, Updated };

class SyncHook {
 public:
  virtual ~SyncHook() = default;

  // The event in hand meets the computation's filter, for the latest id of its key. Anything but NotSynced: done.
  virtual SyncTake take(std::uint32_t computation, Entity& holder, const EventValue& value, std::int64_t ts) = 0;
  // Any event that counts, before it updates anything: what it means to synced keys of which it has no id.
  virtual void overhear(Event& event) = 0;
  // Adds the member "claim" to what fires for `target`, if it is synced and the intervention latches.
  virtual void claim(JsonWriter& out, const Intervention& intervention, const Target& target, const Context* context) = 0;
  virtual bool keeps(std::uint32_t key) = 0;  // ids of this key are not evicted
  virtual std::string save() = 0;             // the snapshot's section; "" when there is nothing
  // Checks and reads a snapshot's section, "" included; it counts once the state it came with is adopted.
  virtual bool read(std::string_view section) = 0;
  virtual void adopt() = 0;
  virtual void forget(std::string_view key, std::string_view id) = 0;
};

}  // namespace oncue
