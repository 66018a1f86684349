// The forms a text of definitions may have.
#pragma once

#include <string_view>

#include "definition/builder.h"
#include "definition/fields.h"

namespace oncue {

// Parses a bundle, a registry object, an array of such, or NDJSON of such. NDJSON becomes an array with one element
// per line, an empty array for a blank one. Reports what is not JSON and leaves it out.
void parseBundle(std::string_view text, Problems& problems, JsonNode& root);

enum class ObjectKind : std::uint8_t { Unknown, Bundle, Key, Group, Service, Intervention };

// Calls `read` for every object of that kind, at its place and in order. Unknown calls nothing, but reports what is no
// registry object.
void readEach(Builder& builder, const JsonNode& root, ObjectKind kind, void (*read)(Builder&, const Fields&));

}  // namespace oncue
