// The engine's state as bytes (docs/snapshot.md).
#pragma once

#include <string>
#include <string_view>

#include "engine/engine_state.h"
#include "oncue/status.h"

namespace oncue {

constexpr std::uint8_t kSnapshotVersion = 2;

// Whether nothing can be read from the cell again, even if the clock goes back by a day: it is left out.
bool isDead(const Model& model, const Entity::Slot& slot, std::int64_t now);

// The same state gives the same bytes on every platform.
std::string writeSnapshot(const EngineState& state, const Model& model);

// Reads bytes written under any definitions: what the model does not know (an attribute whose definition changed, an
// intervention that is gone) is dropped. `state` is filled only on success. Codes: snapshot_foreign (not a snapshot),
// snapshot_newer (of a later version), snapshot_truncated, snapshot_corrupt.
// With keepUnknown, cells of computations that the model does not have stay where they are, unread.
Status readSnapshot(std::string_view bytes, const Model& model, bool keepUnknown, EngineState& state);

}  // namespace oncue
