// The engine's state as bytes (docs/snapshot.md).
#pragma once

#include <string>
#include <string_view>

#include "engine/engine_state.h"
#include "engine/sync_hook.h"
#include "oncue/status.h"

namespace oncue {

// Written as version 2 while there is nothing to sync.
constexpr std::uint8_t kSnapshotVersion = 3;

// Whether nothing can be read from the cell again, even if the clock goes back by a day: it is left out.
bool isDead(const Model& model, const Entity::Slot& slot, std::int64_t now);

// The same state gives the same bytes on every platform.
// `sync` is the section of what is synced, "" for none.
std::string writeSnapshot(const EngineState& state, const Model& model, std::string_view sync);

// Reads bytes written under any definitions: what the model does not know (an attribute whose definition changed, an
// intervention that is gone) is dropped. `state` and `section`, that of what is
// synced, are filled only on success, for which `sync`, unless null, has to read it too.
// With keepUnknown, cells of computations that the model does not have stay where they are, unread.
bool readSnapshot(std::string_view bytes, const Model& model, bool keepUnknown, SyncHook* sync, std::string& section,
                  EngineState& state);

// Whether bytes that could not be read are ones that no reader can make anything of; false where one that knows more might.
bool isDamagedSnapshot(std::string_view bytes);

// Why bytes could not be read: snapshot_foreign (not a snapshot), snapshot_newer (of a later version),
// snapshot_truncated, snapshot_corrupt.
Status snapshotProblem(std::string_view bytes);

}  // namespace oncue
