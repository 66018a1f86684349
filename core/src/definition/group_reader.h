// Attribute groups, services and links between them.
#pragma once

#include "definition/builder.h"
#include "definition/fields.h"

namespace oncue {

constexpr std::uint32_t kMaxVersion = 1'000'000;  // of groups and interventions

// After all keys.
void readGroup(Builder& builder, const Fields& fields);

// After all groups.
void readService(Builder& builder, const Fields& fields);

// Reads a field that is an array of {name, version = 1} into indexes of Model::groups. A link to a group that is not
// defined is dropped with a warning.
void readGroupLinks(Builder& builder, const Fields& fields, const char* field, Vec<std::uint32_t>& groups);

}  // namespace oncue
