// Base64 with either alphabet, padded or not: the tracker writes base64url without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "event/arena.h"

namespace oncue {

// The decoded bytes, made in `arena`; nothing when `text` has a foreign character or an impossible length.
std::optional<std::string_view> decodeBase64(std::string_view text, Arena& arena);

std::string encodeBase64Url(std::string_view bytes);  // without padding

}  // namespace oncue
