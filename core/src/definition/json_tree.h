// A JSON text as a tree, just as much of one as definitions need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "oncue/vec.h"

namespace oncue {

struct JsonNode {
  enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

  Kind kind = Kind::Null;
  double number = 0;            // Number, or 0/1 for Boolean
  std::string key;              // its name as a member of an object
  std::string text;             // String
  Vec<JsonNode> items;  // Array, or Object: its members in order

  bool is(Kind k) const { return kind == k; }

  // The member of that name; the last one when the text repeats it. Null when there is none or its value is null:
  // the SDK leaves null fields out, a hand-written text may not.
  const JsonNode* find(const char* name) const;
  bool has(const char* name) const { return find(name) != nullptr; }
};

const char* kindName(JsonNode::Kind kind);  // "a string", "an object", ...

// Levels of arrays and objects; everything that walks a tree relies on it. The criteria of an intervention take two
// levels of JSON for each of theirs.
constexpr std::uint32_t kMaxJsonDepth = 200;

// False when the text is not JSON, then `error` says where and why, or is nested beyond kMaxJsonDepth, then `error` is
// empty. `root` is unspecified then.
bool parseJsonTree(std::string_view text, JsonNode& root, std::string& error);

}  // namespace oncue
