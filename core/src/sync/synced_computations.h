// The computations of one synced key, by which its facts are understood.
#pragma once

#include <cstdint>

#include "aggregation/aggregation.h"
#include "definition/model.h"
#include "oncue/vec.h"

namespace oncue {

// Entries of a window that count, on every device.
constexpr std::uint32_t kSyncedWindowLimit = 100;

struct SyncedComputation {
  std::uint64_t id = 0;     // computationId()
  std::uint32_t index = 0;  // Model::computations
  const Computation* definition = nullptr;
};

using SyncedComputations = Vec<SyncedComputation>;  // ascending by id

// The first eight bytes of the definition's hash, as a big-endian number.
std::uint64_t computationId(const Computation& computation);

// Whether it reads an id of one browser or of its session, by which a device could be told anywhere: that never leaves it.
bool isDevicesOwn(const Property& property);

// Those of one key, but for those that read what is a device's own; they point into the model.
SyncedComputations syncedComputations(const Model& model, std::uint32_t key);

// Null when it is not among them.
const SyncedComputation* findComputation(const SyncedComputations& computations, std::uint64_t id);

// Between two neighbouring facts as far apart (ms) everything before is forgotten; 0 = never.
std::int64_t resetOf(const Computation& computation);

// Whether prepareElement() may have given such an element.
bool fits(const Computation& computation, const Element& element);

}  // namespace oncue
