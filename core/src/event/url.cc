#include "event/url.h"

#include <cstring>

#include "event/coerce.h"

namespace oncue {
namespace {

bool isAlpha(char c) { return static_cast<char>(c | 0x20) >= 'a' && static_cast<char>(c | 0x20) <= 'z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Length of the scheme before ':', 0 when there is none.
std::size_t schemeLength(std::string_view url) {
  if (url.empty() || !isAlpha(url[0])) return 0;
  for (std::size_t i = 1; i < url.size(); ++i) {
    const char c = url[i];
    if (c == ':') return i;
    if (!isAlpha(c) && !isDigit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

// Cuts `rest` at the first of `marks`; what follows the cut (mark excluded when `drop`) is returned.
std::string_view cut(std::string_view& rest, const char* marks, bool drop) {
  const std::size_t at = rest.find_first_of(marks);
  if (at == std::string_view::npos) return {};
  const std::string_view tail = rest.substr(at + drop);
  rest = rest.substr(0, at);
  return tail;
}

bool splitAuthority(std::string_view authority, UrlParts& parts) {
  const std::size_t user = authority.rfind('@');
  if (user != std::string_view::npos) authority.remove_prefix(user + 1);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parts.host = authority.substr(0, colon);
  if (colon == std::string_view::npos || colon + 1 == authority.size()) return true;
  const std::string_view port = authority.substr(colon + 1);
  const EventValue number = asInteger(port);
  if (!isDigit(port[0]) || number.isNull()) return false;
  parts.port = static_cast<std::uint32_t>(number.number);
  return true;
}

}  // namespace

UrlParts splitUrl(std::string_view url) {
  if (url.empty()) return {};
  UrlParts parts;
  parts.valid = true;
  parts.fragment = cut(url, "#", true);
  const std::size_t scheme = schemeLength(url);
  parts.scheme = url.substr(0, scheme);
  parts.port = parts.scheme == "https" ? 443 : 80;
  if (scheme != 0) {
    url.remove_prefix(scheme + 1);
    if (url.empty() || url[0] != '/') return parts;
  }
  parts.query = cut(url, "?", true);
  if (url.substr(0, 2) == "//") {
    url.remove_prefix(2);
    const std::string_view path = cut(url, "/", false);
    if (!splitAuthority(url, parts)) return {};
    url = path;
  }
  parts.path = url;
  return parts;
}

std::string_view encodeSpaces(std::string_view url, Arena& arena) {
  std::size_t spaces = 0;
  for (const char c : url) spaces += c == ' ';
  if (spaces == 0) return url;
  const std::size_t size = url.size() + 2 * spaces;
  char* out = static_cast<char*>(arena.allocate(size));
  const std::string_view encoded{out, size};
  for (const char c : url) {
    if (c == ' ') {
      std::memcpy(out, "%20", 3);
      out += 3;
    } else {
      *out++ = c;
    }
  }
  return encoded;
}

}  // namespace oncue
