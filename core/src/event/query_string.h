// application/x-www-form-urlencoded query strings, as Apache's URLEncodedUtils reads them for Enrich.
#pragma once

#include <string_view>

#include "event/arena.h"

namespace oncue {

// Walks the pairs of a raw query, split on '&' and ';'. Names and values are decoded as UTF-8 ('+' is a space, ill-formed
// bytes are U+FFFD, a '%' without two hex digits stands for itself).
class QueryString {
 public:
  QueryString(std::string_view raw, Arena& arena) : rest_(raw), arena_(arena) {}

  bool next(std::string_view& name, std::string_view& value);  // value is "" without '='

 private:
  std::string_view rest_;
  Arena& arena_;
};

}  // namespace oncue
