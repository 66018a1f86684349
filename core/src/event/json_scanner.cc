#include "event/json_scanner.h"

#include <cstring>

#include "base/number_text.h"
#include "base/utf8.h"

namespace oncue {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;
constexpr std::uint32_t kNotHex = 0x10000;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isHighSurrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool isLowSurrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

bool JsonScanner::fail() {
  ok_ = false;
  at_ = text_.size();
  return false;
}

char JsonScanner::look() {
  const char* at = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  while (at != end && static_cast<unsigned char>(*at) <= ' ' && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
    ++at;
  }
  at_ = static_cast<std::size_t>(at - text_.data());
  return at == end ? '\0' : *at;
}

bool JsonScanner::atEnd() {
  look();
  return at_ == text_.size();
}

bool JsonScanner::eat(char c) {
  if (look() != c || at_ == text_.size()) return false;
  ++at_;
  return true;
}

JsonScanner::Kind JsonScanner::peek() {
  switch (look()) {
    case '{': return Kind::Object;
    case '[': return Kind::Array;
    case '"': return Kind::String;
    case 't':
    case 'f': return Kind::Bool;
    case 'n': return Kind::Null;
    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9': return Kind::Number;
    default: return Kind::Error;
  }
}

bool JsonScanner::enter(char open) {
  first_ = true;
  return eat(open) || fail();
}

bool JsonScanner::more(char close) {
  if (!ok_) return false;
  const bool first = first_;
  first_ = false;
  if (eat(close)) return false;
  return first || eat(',') || fail();
}

bool JsonScanner::nextMember(std::string_view& name) {
  if (!more('}')) return false;
  if (look() != '"') return fail();
  name = string(true);
  return (ok_ && eat(':')) || fail();
}

bool JsonScanner::nextElement() { return more(']'); }

bool JsonScanner::literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return fail();
  at_ += word.size();
  return true;
}

EventValue JsonScanner::number() {
  const std::size_t begin = at_;
  const auto current = [&] { return at_ < text_.size() ? text_[at_] : '\0'; };
  const auto digits = [&] {
    if (!isDigit(current())) return fail();
    while (isDigit(current())) ++at_;
    return true;
  };
  if (current() == '-') ++at_;
  if (current() == '0') {
    ++at_;
  } else if (!digits()) {
    return {};
  }
  if (current() == '.') {
    ++at_;
    if (!digits()) return {};
  }
  if (current() == 'e' || current() == 'E') {
    ++at_;
    if (current() == '+' || current() == '-') ++at_;
    if (!digits()) return {};
  }
  double value = 0;
  if (!parseNumber(text_.substr(begin, at_ - begin), value)) return {};
  return EventValue::of(value == 0 ? 0.0 : value);  // no -0, as JSON.stringify writes none
}

std::uint32_t JsonScanner::hex4(std::size_t at) const {
  if (text_.size() - at < 4) return kNotHex;
  std::uint32_t unit = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const char c = text_[at + i];
    const char lower = static_cast<char>(c | 0x20);
    if (!isDigit(c) && (lower < 'a' || lower > 'f')) return kNotHex;
    unit = unit * 16 + static_cast<std::uint32_t>(isDigit(c) ? c - '0' : lower - 'a' + 10);
  }
  return unit;
}

bool JsonScanner::skipEscape() {
  const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  at_ += 2;
  switch (c) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return true;
    case 'u':
      if (hex4(at_) == kNotHex) return false;
      at_ += 4;
      return true;
    default: return false;
  }
}

bool JsonScanner::skipString(bool& escaped) {
  escaped = false;
  ++at_;
  for (;;) {
    // Local pointers: the members would be loaded and stored for every byte.
    const char* at = text_.data() + at_;
    const char* const end = text_.data() + text_.size();
    while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
    at_ = static_cast<std::size_t>(at - text_.data());
    if (at == end) return fail();
    if (*at == '"') {
      ++at_;
      return true;
    }
    escaped = true;
    if (*at != '\\' || !skipEscape()) return fail();
  }
}

std::string_view JsonScanner::unescape(std::size_t begin, std::size_t end, bool isName) {
  char* const start = static_cast<char*>(arena_.allocate(end - begin));
  char* out = start;
  const char* const text = text_.data();
  for (std::size_t at = begin; at < end; ++at) {
    if (text[at] != '\\') {
      *out++ = text[at];
      continue;
    }
    const char escape = text[++at];
    switch (escape) {
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u': {
        std::uint32_t unit = hex4(at + 1);
        at += 4;
        if (isHighSurrogate(unit) && end - at > 6 && text_[at + 1] == '\\' && text_[at + 2] == 'u' &&
            isLowSurrogate(hex4(at + 3))) {
          unit = 0x10000 + ((unit - 0xD800) << 10) + (hex4(at + 3) - 0xDC00);
          at += 6;
        } else if (!isName && (isHighSurrogate(unit) || isLowSurrogate(unit))) {
          unit = kReplacement;
        }
        std::string utf8;
        appendUtf8(utf8, unit);
        std::memcpy(out, utf8.data(), utf8.size());
        out += utf8.size();
        break;
      }
      default: *out++ = escape;
    }
  }
  const auto size = static_cast<std::size_t>(out - start);
  arena_.shrink(start, size);
  return {start, size};
}

std::string_view JsonScanner::string(bool isName) {
  const std::size_t begin = at_ + 1;
  bool escaped;
  if (!skipString(escaped)) return {};
  const std::size_t end = at_ - 1;
  return escaped ? unescape(begin, end, isName) : text_.substr(begin, end - begin);
}

EventValue JsonScanner::read() {
  switch (peek()) {
    case Kind::Object: skip(); return {.kind = EventValue::Kind::Object};
    case Kind::Array: skip(); return {.kind = EventValue::Kind::Array};
    case Kind::String: return EventValue::of(string(false));
    case Kind::Number: return number();
    case Kind::Null: literal("null"); return {};
    case Kind::Bool: {
      const bool value = text_[at_] == 't';
      literal(value ? "true" : "false");
      return EventValue::boolean(value);
    }
    case Kind::Error: fail();
  }
  return {};
}

void JsonScanner::skip() {
  open_.clear();
  do {
    bool escaped;
    switch (peek()) {
      case Kind::Object: enterObject(); open_.push_back('}'); break;
      case Kind::Array: enterArray(); open_.push_back(']'); break;
      case Kind::String: skipString(escaped); break;
      default: read();
    }
    while (!open_.empty() && ok_) {
      if (more(open_.back())) {
        if (open_.back() == '}' && (look() != '"' || !skipString(escaped) || !eat(':'))) fail();
        break;
      }
      open_.pop_back();
    }
  } while (!open_.empty() && ok_);
}

}  // namespace oncue
