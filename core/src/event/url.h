// Splits URLs by RFC 3986, as java.net.URI does for Enrich. Not WHATWG: nothing is normalised.
#pragma once

#include <cstdint>
#include <string_view>

#include "event/arena.h"

namespace oncue {

// Raw parts, "" where absent; views into the text that was split.
struct UrlParts {
  bool valid = false;
  std::string_view scheme;    // without ':'
  std::string_view host;      // without port and user info; an IPv6 address keeps its brackets
  std::uint32_t port = 0;     // explicit, else 443 for https, else 80
  std::string_view path;
  std::string_view query;     // without '?'
  std::string_view fragment;  // without '#'
};

// Invalid when empty or when the port is not a number of 32 bits. An opaque URL ("mailto:x") has scheme, port and
// fragment only.
UrlParts splitUrl(std::string_view url);

// Spaces become %20, as Enrich does before it parses.
std::string_view encodeSpaces(std::string_view url, Arena& arena);

}  // namespace oncue
