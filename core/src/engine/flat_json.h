// One-level JSON objects: options, ids.
#pragma once

#include <string>
#include <string_view>

#include "oncue/vec.h"

namespace oncue {

struct FlatMember {
  enum class Kind { Null, Bool, Number, String, Strings };
  std::string name;
  Kind kind = Kind::Null;
  double number = 0;  // Number, or 0/1 for Bool
  std::string text;
  Vec<std::string> texts;
};

// Reads {"name": scalar or array of strings, ...}. False when `json` is anything else; `error` says why. Members come
// in the order written; a repeated name stands twice.
bool parseFlatObject(std::string_view json, Vec<FlatMember>& members, std::string& error);

}  // namespace oncue
