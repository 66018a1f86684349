#include "event/query_string.h"

#include <string>

#include "event/repair_utf8.h"

namespace oncue {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string_view decode(std::string_view text, Arena& arena) {
  if (text.find_first_of("%+") == std::string_view::npos) return text;
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text.size() - i > 2 && text[i] == '%' ? hexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? hexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      bytes.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      bytes.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  std::string repaired;
  appendRepairedUtf8(repaired, bytes);
  return arena.copy(repaired);
}

}  // namespace

bool QueryString::next(std::string_view& name, std::string_view& value) {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find_first_of("&;");
    const std::string_view pair = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    name = decode(pair.substr(0, equals), arena_);
    value = equals == std::string_view::npos ? std::string_view{} : decode(pair.substr(equals + 1), arena_);
    return true;
  }
  return false;
}

}  // namespace oncue
