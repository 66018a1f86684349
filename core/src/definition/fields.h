// Typed reading of the fields of a JSON object. What is missing or wrong is reported and leaves the result alone, so a
// reader can go on to the next field; nothing read so gets into use once an error was reported.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "definition/json_tree.h"
#include "definition/problems.h"
#include "definition/vocabulary.h"

namespace oncue {

enum class Need : bool { Optional, Required };

// Which characters a text may have.
enum class Pattern : std::uint8_t {
  NotEmpty,
  Name,          // 1 to 128 of [A-Za-z0-9_]
  SchemaName,    // 1 to 128 of [A-Za-z0-9_-]
  Vendor,        // 1 to 128 of [A-Za-z0-9_.-]
  Version,       // digits-digits-digits
  AttributeRef,  // Name:Name
};

bool matches(Pattern pattern, std::string_view text);

class Fields {
 public:
  Fields(const JsonNode& object, Problems& problems) : object_(object), problems_(problems) {}

  bool has(const char* name) const { return object_.has(name); }
  // The field when it is there and of that kind, else null.
  const JsonNode* get(const char* name, JsonNode::Kind kind, Need need = Need::Optional) const;

  // These return true when `out` was set.
  bool text(const char* name, Pattern pattern, std::string& out, Need need = Need::Optional) const;
  // Also accepts digits in a string, as the SDK does.
  bool integer(const char* name, std::uint32_t min, std::uint32_t max, std::uint32_t& out,
               Need need = Need::Optional) const;
  bool whole(const char* name, double min, double max, double& out, Need need = Need::Optional) const;
  bool boolean(const char* name, bool& out) const;
  bool duration(const char* name, std::int64_t& ms) const;
  bool word(const char* name, const Words& words, std::uint32_t& out, Need need = Need::Optional) const;

  // The field whatever its kind, else null.
  const JsonNode* find(const char* name, Need need = Need::Optional) const;
  // Reports the lack of a field that a rule needs.
  void missing(const char* name) const { problems_.add(ProblemCode::missing_field, name); }

 private:
  const JsonNode& object_;
  Problems& problems_;
};

// Reports wrong_type at the current place unless the node is of that kind.
bool expectKind(const JsonNode& node, JsonNode::Kind kind, Problems& problems);

// Walks the objects of an array, each at its place; what is no object is reported and left out.
class ObjectsOf {
 public:
  ObjectsOf(const JsonNode& array, Problems& problems) : array_(array), problems_(problems) {}

  bool next();
  std::size_t index() const { return next_ - 1; }
  const JsonNode& object() const { return array_.items[next_ - 1]; }
  // Names the object by its field "name", for the sentences of everything in it.
  void isCalled(const char* kind);

 private:
  const JsonNode& array_;
  Problems& problems_;
  std::size_t next_ = 0;
  std::optional<Problems::At> at_;
};

}  // namespace oncue
