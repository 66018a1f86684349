#include "definition/atomic_fields.h"

namespace oncue {
namespace {

constexpr bool never = false;
constexpr bool local = true;

struct Entry {
  const char* name;
  AtomicType type;
  bool known;
};

constexpr Entry kFields[] = {
#define ONCUE_ATOMIC(name, type, known) {#name, AtomicType::type, known},
#include "definition/atomic_fields.def"
#undef ONCUE_ATOMIC
};
static_assert(sizeof kFields / sizeof *kFields == kAtomicFieldCount);

const Entry& entry(AtomicField field) { return kFields[static_cast<std::uint8_t>(field)]; }

}  // namespace

std::string_view atomicName(AtomicField field) { return entry(field).name; }

AtomicType atomicType(AtomicField field) { return entry(field).type; }

bool isKnownLocally(AtomicField field) { return entry(field).known; }

std::optional<AtomicField> atomicField(std::string_view name) {
  if (name == "refr_dvce_tstamp") return AtomicField::refr_device_tstamp;
  for (std::uint32_t i = 0; i < kAtomicFieldCount; ++i) {
    if (name == kFields[i].name) return static_cast<AtomicField>(i);
  }
  return std::nullopt;
}

}  // namespace oncue
