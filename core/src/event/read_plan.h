// What the loaded definitions want from an event, compiled once per load.
#pragma once

#include <cstdint>
#include <string_view>

#include "definition/model.h"
#include "event/event.h"
#include "event/protocol.h"
#include "event/trie.h"

namespace oncue {

// The walk recurses once per step, and the page's stack is small; a longer path is never found.
constexpr std::size_t kDeepestPath = 64;

// Child of a schema that holds the event's paths; the n-th entity's are under index n.
constexpr std::uint32_t kEventData = kNone - 1;

constexpr std::string_view kSpecificationVendor = "com.snowplowanalytics.snowplow";
constexpr std::string_view kSpecificationName = "event_specification";

// What EventView::begin() makes of protocol values, in bits.
struct Beginning {
  static constexpr std::uint8_t kName = 1;  // from the event's type and schema
  static constexpr std::uint8_t kId = 2;
  static constexpr std::uint8_t kCreated = 4;
  static constexpr std::uint8_t kSent = 8;
  static constexpr std::uint8_t kTrue = 16;
  static constexpr std::uint8_t kTimes = kCreated | kSent | kTrue;
  static constexpr std::uint8_t kAll = kName | kId | kTimes;
};

// What a protocol value is made into.
struct Dependents {
  std::uint8_t changes = 0;    // EventChange
  std::uint8_t beginning = 0;  // Beginning
};

struct ReadPlan {
  // Borrows names from the model. `readsAppId`: whether somebody asks for it besides the definitions.
  explicit ReadPlan(const Model& model, bool readsAppId = true);

  bool wants(AtomicField field) const { return wantedFields[static_cast<std::size_t>(field)]; }
  bool wants(ProtocolKey key) const { return wantedKeys[static_cast<std::size_t>(key)]; }

  // Nothing is made of the key's text but by EventView::begin(): the object door need not keep it.
  bool isTaken(ProtocolKey key) const {
    return (dependents[static_cast<std::size_t>(key)].beginning & (Beginning::kId | Beginning::kTimes)) != 0;
  }

  // Node of a schema that some definition reads, or kNone.
  std::uint32_t findSchema(std::string_view vendor, std::string_view name, std::uint32_t major) const;

  // A wanted key, or none.
  ProtocolKey findKey(std::string_view name) const;

  const Model& model;
  bool wantedFields[kAtomicFieldCount] = {};
  bool wantedKeys[kProtocolKeyCount] = {};
  ProtocolKey keys[kProtocolKeyCount];  // wanted, without those that carry JSON, by name: the object door's order
  std::uint32_t keyCount = 0;
  // root -> vendor -> name -> major version -> kEventData or n -> path
  Trie trie;
  std::uint32_t slotCount = 0;  // Model::properties, then one for the specification id
  std::uint32_t specificationSlot = kNone;
  std::uint32_t specificationRoot = kNone;  // of the paths into the first event_specification entity
  bool wantsEntities = false;
  bool readsTimes = false;  // whether any value depends on the event's own times
  Dependents dependents[kProtocolKeyCount];  // the schema of the self-describing event counts as `e`
  PlainList<std::uint8_t> changes;           // EventChange, by slot
  std::uint8_t alwaysChanging = 0;           // EventChange of fields that depend on the clock
};

}  // namespace oncue
