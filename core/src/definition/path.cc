#include "definition/path.h"

namespace oncue {
namespace {

// Consumes "[12]" from the front of `text`.
bool takeIndex(std::string_view& text, Vec<PathStep>& steps) {
  std::uint64_t index = 0;
  std::size_t at = 1;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    index = index * 10 + static_cast<std::uint64_t>(text[at] - '0');
    if (index >= kNone) return false;
  }
  if (at == 1 || at == text.size() || text[at] != ']') return false;
  text.remove_prefix(at + 1);
  steps.push_back({.key = {}, .index = static_cast<std::uint32_t>(index)});
  return true;
}

}  // namespace

bool parsePath(std::string_view text, Vec<PathStep>& steps) {
  steps.clear();
  if (text.substr(0, 1) == "$") {
    text.remove_prefix(1);
    if (text.substr(0, 1) == ".") text.remove_prefix(1);
  }
  while (true) {
    const std::size_t end = text.find_first_of(".[]");
    const std::string_view name = text.substr(0, end);
    if (name.empty()) return false;
    steps.push_back({.key = std::string(name), .index = kNone});
    text.remove_prefix(name.size());
    while (text.substr(0, 1) == "[") {
      if (!takeIndex(text, steps)) return false;
    }
    if (text.empty()) return true;
    if (text[0] != '.') return false;
    text.remove_prefix(1);
  }
}

}  // namespace oncue
