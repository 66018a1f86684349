// Identities of definitions. Part of the wire format: built from names and values, never from enumerators or indexes,
// so that a new field, aggregation or operator changes no existing hash.
#pragma once

#include <string>
#include <string_view>

#include "definition/model.h"

namespace oncue {

// 16 bytes over what the functions below encode.
std::string definitionHash(std::string_view encoding);

// Equal for properties that read the same value.
std::string propertyIdentity(const Property& property);

// 16 bytes over key property, type, aggregation, event filter, property, date_part, period, effective ttl, time unit.
// `computation.hash` itself is not read.
std::string computationHash(const Model& model, const Computation& computation);

// 16 bytes over the criteria as resolved and the properties of the targets.
std::string interventionHash(const Model& model, const Intervention& intervention);

}  // namespace oncue
