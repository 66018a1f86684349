#include "aggregation/column.h"
#include "base/calendar.h"

namespace oncue {
namespace {

constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::int64_t kMsPerDay = 24 * kMsPerHour;

std::int64_t floorDays(std::int64_t epochMs) { return epochMs / kMsPerDay - (epochMs % kMsPerDay < 0 ? 1 : 0); }

void dateText(std::int64_t days, std::string& scratch, EventValue& out) {
  scratch.clear();
  appendIsoDate(scratch, days);
  out = EventValue::of(std::string_view(scratch));
}

}  // namespace

bool applyDatePart(DatePart part, const EventValue& value, std::string& scratch, EventValue& out) {
  if (part == DatePart::None) {
    out = value;
    return true;
  }
  std::int64_t ms = 0;
  if (value.kind != EventValue::Kind::String || !parseIsoTimestamp(value.text, ms)) return false;
  const std::int64_t days = floorDays(ms);
  const CivilDate date = civilFromDays(days);
  switch (part) {
    case DatePart::HourOfDay: out = EventValue::of(static_cast<double>((ms - days * kMsPerDay) / kMsPerHour)); break;
    case DatePart::DayOfWeek: out = EventValue::of(static_cast<double>(isoWeekday(days))); break;
    case DatePart::MonthOfYear: out = EventValue::of(static_cast<double>(date.month)); break;
    case DatePart::ActiveWeek: {
      const std::int64_t monday = days - (isoWeekday(days) - 1);
      // The first days of year 0 belong to a week whose Monday has no four-digit year.
      if (!isRepresentable(monday * kMsPerDay)) return false;
      dateText(monday, scratch, out);
      break;
    }
    case DatePart::ActiveMonth: dateText(days - (date.day - 1), scratch, out); break;
    default: dateText(days, scratch, out);
  }
  return true;
}

}  // namespace oncue
