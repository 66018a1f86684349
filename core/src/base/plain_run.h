// What stands in JSON text as it is.
#pragma once

#include <cstddef>
#include <string_view>

namespace oncue {

// The first position from `at` on that is not plain: a quote, a backslash, a control character, a byte beyond ASCII, or the
// end.
std::size_t skipPlain(std::string_view text, std::size_t at);

}  // namespace oncue
