#include "definition/model.h"

namespace oncue {

std::uint32_t findKey(const Model& model, std::string_view name) {
  for (std::uint32_t key = 0; key < model.keys.size(); ++key) {
    if (model.keys[key].name == name) return key;
  }
  return kNone;
}

}  // namespace oncue
