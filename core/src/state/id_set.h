// The ids one event carried, by attribute key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "oncue/vec.h"

namespace oncue {

// ids[k] is the id of Model::keys[k], "" when the event had none. Shared and never changed once made: a run of events
// with the same ids shares one.
using IdSet = Vec<std::string>;
using SharedIds = std::shared_ptr<const IdSet>;

inline std::string_view idOf(const SharedIds& ids, std::uint32_t key) {
  return ids && key < ids->size() ? std::string_view((*ids)[key]) : std::string_view();
}

}  // namespace oncue
