// What the plain artefact leaves out, in the place of core's own: js/engine/src/plain/ lets no definition through that
// would get here, and page.cc offers no call that would.
#include "aggregation/column.h"
#include "base/calendar.h"
#include "base/number_text.h"
#include "engine/impl.h"
#include "match/regex.h"

// JavaScript's own way between numbers and text, which core's follows (base/number_text.h): js/engine/src/page_glue.ts.
extern "C" {
std::uint32_t number_text(double number, char* out);  // at most 25 bytes; returns how many
std::uint32_t parse_number(const char* text, std::size_t size, double* out);
}

namespace oncue {

void appendNumber(std::string& out, double number) {
  char text[32];
  out.append(text, number_text(number, text));
}

bool parseNumber(std::string_view text, double& out) { return parse_number(text.data(), text.size(), &out) != 0; }

std::string numberText(double number) {
  std::string text;
  appendNumber(text, number);
  return text;
}

bool Regex::search(std::string_view) const { __builtin_trap(); }
bool applyDatePart(DatePart, const EventValue& value, std::string&, EventValue& out) {
  out = value;
  return true;
}
bool parseIsoTimestamp(std::string_view, std::int64_t&) { __builtin_trap(); }
}  // namespace oncue
