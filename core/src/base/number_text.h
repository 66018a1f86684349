// Decimal text <-> double, exact both ways and the same on every platform (libc's strtod and printf are too big for
// the page and differ between libraries).
#pragma once

#include <string>
#include <string_view>

namespace oncue {

// Reads text that fully matches [+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? to the nearest double (ties to even).
// Returns false, leaving `out` alone, when the text does not match or the value overflows to infinity.
bool parseNumber(std::string_view text, double& out);

// Appends the shortest decimal text that reads back as `number`, laid out as ECMAScript's Number::toString
// ("3", "2.5", "1e+21", "5e-324", "0" for -0). `number` must be finite.
void appendNumber(std::string& out, double number);

std::string numberText(double number);

}  // namespace oncue
