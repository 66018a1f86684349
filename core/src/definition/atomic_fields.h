// Names and types of the atomic fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace oncue {

enum class AtomicField : std::uint8_t {
#define ONCUE_ATOMIC(name, type, known) name,
#include "definition/atomic_fields.def"
#undef ONCUE_ATOMIC
};

constexpr std::uint32_t kAtomicFieldCount = 131;

enum class AtomicType : std::uint8_t { String, Integer, Decimal, Boolean, Timestamp, Json };

std::string_view atomicName(AtomicField field);
AtomicType atomicType(AtomicField field);

// False for fields that only a pipeline can fill: a definition that reads one gets a warning.
bool isKnownLocally(AtomicField field);

// Accepts refr_dvce_tstamp as another name of refr_device_tstamp.
std::optional<AtomicField> atomicField(std::string_view name);

}  // namespace oncue
