// UTC calendar arithmetic and ISO 8601 text, on epoch milliseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oncue {

struct CivilDate {
  std::int64_t year;
  int month;  // 1-12
  int day;    // 1-31
};

std::int64_t daysFromCivil(CivilDate date);        // days since 1970-01-01
CivilDate civilFromDays(std::int64_t days);
int isoWeekday(std::int64_t days);                 // 1 = Monday ... 7 = Sunday

// True for years 0 to 9999, the range Enrich accepts.
bool isRepresentable(std::int64_t epochMs);

// YYYY-MM-DDTHH:mm:ss.SSSZ. `epochMs` must be representable.
void appendIsoTimestamp(std::string& out, std::int64_t epochMs);
void appendIsoDate(std::string& out, std::int64_t days);  // YYYY-MM-DD

// Accepts ISO 8601 dates and date-times: YYYY-MM-DD, optional 'T' or ' ' then HH:mm[:ss[.fraction]], optional Z or
// +hh:mm, +hhmm, +hh offset; no offset means UTC. Fractions beyond milliseconds are truncated. False if unparsable.
bool parseIsoTimestamp(std::string_view text, std::int64_t& epochMs);

}  // namespace oncue
