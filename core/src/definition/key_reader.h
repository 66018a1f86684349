// Attribute keys and how a name finds one.
#pragma once

#include "definition/builder.h"
#include "definition/fields.h"

namespace oncue {

void addBuiltInKeys(Builder& builder);

// Declares a key of the registry.
void readKey(Builder& builder, const Fields& key);

// Whether the key of a group is a mere {name}, to be looked up.
bool isKeyLink(const Fields& key);

// Declares the key written out in a group, unless it is a link. Its ttl is the group's affair.
void readInlineKey(Builder& builder, const Fields& group);

// The key of that name: declared, built in, or the atomic field so named. kNone when there is none.
std::uint32_t resolveKey(Builder& builder, const std::string& name);

// A key that never has an id, for groups that are not computed here.
std::uint32_t addExternalKey(Builder& builder, const std::string& name);

}  // namespace oncue
