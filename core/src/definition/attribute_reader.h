// Attributes of a group and what may go together in one.
#pragma once

#include "definition/builder.h"
#include "definition/fields.h"

namespace oncue {

// Reads one attribute of a group with that key (Model::keys) and fallback TTL (0 = none). Its computation is kNone
// while the builder is not active, or after an error.
void readAttribute(Builder& builder, const Fields& fields, std::uint32_t key, std::int64_t ttlMs, Attribute& attribute);

}  // namespace oncue
