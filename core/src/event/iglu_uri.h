// iglu:<vendor>/<name>/<format>/<model>-<revision>-<addition>.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace oncue {

struct IgluUri {
  std::string_view vendor;
  std::string_view name;
  std::string_view format;
  std::string_view version;  // "1-0-2"
  std::uint32_t major = 0;   // the model; capped at 2^32 - 1, which no definition can ask for
};

// Views into `text`; nothing when it does not fully match the grammar.
std::optional<IgluUri> parseIgluUri(std::string_view text);

}  // namespace oncue
