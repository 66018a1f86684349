#include "definition/fields.h"

#include <cmath>

#include "base/number_text.h"
#include "definition/duration.h"

namespace oncue {
namespace {

constexpr std::size_t kMaxNameSize = 128;

constexpr const char* kPatternHelp[] = {
    "a text that is not empty",         "1 to 128 letters, digits or _",
    "1 to 128 letters, digits, _ or -", "1 to 128 letters, digits, _, - or .",
    "a version such as \"1-0-0\"",      "\"group:attribute\", each 1 to 128 letters, digits or _",
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isNameOf(std::string_view text, std::string_view punctuation) {
  if (text.empty() || text.size() > kMaxNameSize) return false;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    if (!isDigit(c) && !(lower >= 'a' && lower <= 'z') && punctuation.find(c) == std::string_view::npos) return false;
  }
  return true;
}

bool isVersion(std::string_view text) {
  for (int part = 0; part < 3; ++part) {
    if (part > 0) {
      if (text.empty() || text[0] != '-') return false;
      text.remove_prefix(1);
    }
    if (text.empty() || !isDigit(text[0])) return false;
    while (!text.empty() && isDigit(text[0])) text.remove_prefix(1);
  }
  return text.empty();
}

std::string listOf(const Words& words) {
  std::string list;
  for (std::uint32_t i = 0; i < words.count; ++i) {
    if (i > 0) list += ", ";
    list += words.word(i);
  }
  return list;
}

}  // namespace

bool matches(Pattern pattern, std::string_view text) {
  switch (pattern) {
    case Pattern::NotEmpty:
      return !text.empty();
    case Pattern::Name:
      return isNameOf(text, "_");
    case Pattern::SchemaName:
      return isNameOf(text, "_-");
    case Pattern::Vendor:
      return isNameOf(text, "_-.");
    case Pattern::Version:
      return isVersion(text);
    case Pattern::AttributeRef:
      break;
  }
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && isNameOf(text.substr(0, colon), "_") &&
         isNameOf(text.substr(colon + 1), "_");
}

bool expectKind(const JsonNode& node, JsonNode::Kind kind, Problems& problems) {
  if (node.is(kind)) return true;
  problems.add(ProblemCode::wrong_type, kindName(kind), kindName(node.kind));
  return false;
}

const JsonNode* Fields::find(const char* name, Need need) const {
  const JsonNode* node = object_.find(name);
  if (node == nullptr && need == Need::Required) missing(name);
  return node;
}

const JsonNode* Fields::get(const char* name, JsonNode::Kind kind, Need need) const {
  const JsonNode* node = find(name, need);
  if (node == nullptr) return nullptr;
  const Problems::At at(problems_, name);
  return expectKind(*node, kind, problems_) ? node : nullptr;
}

bool Fields::text(const char* name, Pattern pattern, std::string& out, Need need) const {
  const JsonNode* node = get(name, JsonNode::Kind::String, need);
  if (node == nullptr) return false;
  if (!matches(pattern, node->text)) {
    const Problems::At at(problems_, name);
    problems_.add(ProblemCode::invalid_name, node->text.c_str(), kPatternHelp[static_cast<std::uint8_t>(pattern)]);
    return false;
  }
  out = node->text;
  return true;
}

bool Fields::integer(const char* name, std::uint32_t min, std::uint32_t max, std::uint32_t& out, Need need) const {
  double number = 0;
  if (!whole(name, min, max, number, need)) return false;
  out = static_cast<std::uint32_t>(number);
  return true;
}

bool Fields::whole(const char* name, double min, double max, double& out, Need need) const {
  const JsonNode* node = find(name, need);
  if (node == nullptr) return false;
  double number = node->number;
  bool isNumber = node->is(JsonNode::Kind::Number);
  if (node->is(JsonNode::Kind::String)) isNumber = parseNumber(node->text, number);
  if (!isNumber || number != std::floor(number) || number < min || number > max) {
    const Problems::At at(problems_, name);
    problems_.add(ProblemCode::out_of_range, numberText(min).c_str(), numberText(max).c_str());
    return false;
  }
  out = number;
  return true;
}

bool Fields::boolean(const char* name, bool& out) const {
  const JsonNode* node = get(name, JsonNode::Kind::Boolean);
  if (node == nullptr) return false;
  out = node->number != 0;
  return true;
}

bool Fields::duration(const char* name, std::int64_t& ms) const {
  const JsonNode* node = find(name, Need::Optional);
  if (node == nullptr) return false;
  DurationError error = DurationError::Malformed;
  if (node->is(JsonNode::Kind::Number)) error = durationFromSeconds(node->number, ms);
  if (node->is(JsonNode::Kind::String)) error = parseDuration(node->text, ms);
  if (error == DurationError::None) return true;
  const Problems::At at(problems_, name);
  problems_.add(error == DurationError::NotPositive ? ProblemCode::duration_not_positive
                                                    : ProblemCode::invalid_duration);
  return false;
}

bool Fields::word(const char* name, const Words& words, std::uint32_t& out, Need need) const {
  const JsonNode* node = get(name, JsonNode::Kind::String, need);
  if (node == nullptr) return false;
  for (std::uint32_t i = 0; i < words.count; ++i) {
    if (node->text == words.word(i)) {
      out = i;
      return true;
    }
  }
  const Problems::At at(problems_, name);
  problems_.add(ProblemCode::unknown_value, node->text.c_str(), listOf(words).c_str());
  return false;
}

bool ObjectsOf::next() {
  while (next_ < array_.items.size()) {
    at_.reset();
    at_.emplace(problems_, next_);
    if (expectKind(array_.items[next_++], JsonNode::Kind::Object, problems_)) return true;
  }
  at_.reset();
  return false;
}

void ObjectsOf::isCalled(const char* kind) {
  if (const JsonNode* name = object().find("name")) at_->isCalled(kind, name->text);
}

}  // namespace oncue
