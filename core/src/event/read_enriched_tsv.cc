#include "event/doors.h"

namespace oncue {
namespace {

// Columns that hold JSON are read, not kept.
void readColumn(AtomicField field, std::string_view text, const Door& door) {
  switch (field) {
    case AtomicField::contexts:
    case AtomicField::derived_contexts:
      if (door.plan.wantsEntities) door.selfDescribing.readEntities(text);
      break;
    case AtomicField::unstruct_event:
      if (door.raw.given(AtomicField::event).text == "unstruct") door.selfDescribing.readEvent(text);
      break;
    default:
      if (door.plan.wants(field)) door.raw.setGiven(field, EventValue::of(text));
  }
}

}  // namespace

EventError readEnrichedTsv(std::string_view line, const Door& door) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  std::uint32_t columns = 1;
  for (const char c : line) columns += c == '\t';
  if (columns != kAtomicFieldCount) return EventError::MissingColumns;

  for (std::uint32_t column = 0; column < kAtomicFieldCount; ++column) {
    const std::size_t tab = line.find('\t');
    const std::string_view text = line.substr(0, tab);
    if (!text.empty()) readColumn(static_cast<AtomicField>(column), text, door);
    line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
  }
  return EventError::None;
}

}  // namespace oncue
