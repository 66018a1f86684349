// What the loaded definitions want from an event, compiled once per load.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "definition/model.h"
#include "event/protocol.h"

namespace oncue {

// Self-describing data is walked along a tree of the wanted paths.
struct PathNode {
  std::uint32_t slot = kNone;  // where the value found here goes
  std::vector<std::pair<std::string, std::uint32_t>> members;    // name -> node, sorted
  std::vector<std::pair<std::uint32_t, std::uint32_t>> elements;  // array index -> node, sorted
};

// One vendor, name and major version that some definition reads.
struct SchemaPlan {
  std::string vendor;
  std::string name;
  std::uint32_t major = 0;
  std::uint32_t eventRoot = kNone;  // ReadPlan::nodes
  std::vector<std::pair<std::uint32_t, std::uint32_t>> entityRoots;  // n-th entity -> node, sorted
};

// The walk recurses once per step, and the page's stack is small; a longer path is never found.
constexpr std::size_t kDeepestPath = 64;

struct ReadPlan {
  explicit ReadPlan(const Model& model);

  bool wants(AtomicField field) const { return fields[static_cast<std::size_t>(field)]; }
  bool wants(ProtocolKey key) const { return wantedKeys[static_cast<std::size_t>(key)]; }

  // Index into `schemas`, kNone when no definition reads that schema.
  std::uint32_t findSchema(std::string_view vendor, std::string_view name, std::uint32_t major) const;

  // kNone when nothing is wanted below.
  std::uint32_t findMember(std::uint32_t node, std::string_view name) const;
  static std::uint32_t find(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& sorted, std::uint32_t index);

  const Model& model;
  std::array<bool, kAtomicFieldCount> fields{};
  std::array<bool, kProtocolKeyCount> wantedKeys{};
  std::vector<ProtocolKey> keys;     // wanted, without those that carry JSON; the object door's order
  std::vector<ProtocolKey> byName;   // all wanted, sorted by name
  std::vector<SchemaPlan> schemas;   // sorted by vendor, name, major
  std::vector<PathNode> nodes;
  std::uint32_t slotCount = 0;       // Model::properties, then one for the specification id
  std::uint32_t specificationSlot = kNone;
  std::uint32_t specificationRoot = kNone;  // walked in the first event_specification entity
  bool wantsEntities = false;
};

constexpr std::string_view kSpecificationVendor = "com.snowplowanalytics.snowplow";
constexpr std::string_view kSpecificationName = "event_specification";

}  // namespace oncue
