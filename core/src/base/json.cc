// Our own, because everything a page loads has to fit the size budget: with nlohmann's SAX parser, which the tests
// compare this with, the page would be 4.5 KB (brotli) larger.
#include "base/json.h"

#include <cstdint>
#include <limits>

#include "base/number_text.h"
#include "base/plain_run.h"
#include "base/utf8.h"

namespace oncue {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;
constexpr std::uint32_t kNotHex = 0x10000;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isHighSurrogate(std::uint32_t unit) { return unit >> 10 == 0xD800 >> 10; }
bool isLowSurrogate(std::uint32_t unit) { return unit >> 10 == 0xDC00 >> 10; }

class Parser {
 public:
  Parser(std::string_view text, JsonSink& sink) : text_(text), sink_(sink) {}

  // True when the whole text was read; else `why` is null when the sink stopped it.
  bool parse() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    do {
      if (!value()) return false;
      while (!open_.empty() && closes()) {
        const bool isObject = open_.back() == '}';
        open_.pop_back();
        if (isObject ? !sink_.endObject() : !sink_.endArray()) return false;
      }
      if (!open_.empty() && (!separator() || !name())) return false;
    } while (!open_.empty());
    return look() == '\0' && at_ == text_.size() ? true : fail("expected nothing more");
  }

  const char* why() const { return why_; }
  std::size_t position() const { return at_; }

 private:
  bool fail(const char* why) {
    why_ = why;
    return false;
  }

  // The next character after white space, '\0' at the end.
  char look() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    }
    return '\0';
  }

  char at(std::size_t position) const { return position < text_.size() ? text_[position] : '\0'; }

  bool value() {
    const char c = look();
    if (c == '{' || c == '[') return open(c);
    if (c == '"') return string() && sink_.string(scratch_);
    if (c == '-' || isDigit(c)) return number();
    if (literal("null")) return sink_.null();
    if (literal("true")) return sink_.boolean(true);
    if (literal("false")) return sink_.boolean(false);
    return fail("expected a value");
  }

  // An empty one is closed by the caller; else its first value comes next.
  bool open(char c) {
    ++at_;
    open_.push_back(static_cast<char>(c + 2));
    first_ = true;
    return c == '{' ? sink_.startObject() : sink_.startArray();
  }

  bool closes() {
    if (look() != open_.back()) return false;
    ++at_;
    first_ = false;
    return true;
  }

  bool separator() {
    if (first_) {
      first_ = false;
      return true;
    }
    if (look() != ',') return fail(open_.back() == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
    ++at_;
    return true;
  }

  bool name() {
    if (open_.back() != '}') return true;
    if (look() != '"') return fail("expected a name in quotes");
    if (!string() || !sink_.key(scratch_)) return false;
    if (look() != ':') return fail("expected ':'");
    ++at_;
    return true;
  }

  bool literal(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  void digits() {
    while (isDigit(at(at_))) ++at_;
  }

  // What parseNumber takes beyond JSON is a leading '+' or zero and a missing digit beside the point.
  bool number() {
    const std::size_t begin = at_;
    if (text_[at_] == '-') ++at_;
    const std::size_t whole = at_;
    digits();
    bool ok = at_ > whole && (text_[whole] != '0' || at_ == whole + 1);
    if (at(at_) == '.') {
      ++at_;
      ok &= isDigit(at(at_));
      digits();
    }
    if ((at(at_) | 0x20) == 'e') {
      ++at_;
      if (at(at_) == '-' || at(at_) == '+') ++at_;
      ok &= isDigit(at(at_));
      digits();
    }
    if (!ok) return fail("malformed number");
    double value =
        text_[begin] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    parseNumber(text_.substr(begin, at_ - begin), value);
    return sink_.number(value);
  }

  // Into scratch_.
  bool string() {
    scratch_.clear();
    std::size_t from = ++at_;
    while ((at_ = skipPlain(text_, at_)) < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"' || c == '\\') {
        scratch_.append(text_, from, at_ - from);
        if (c == '"') {
          ++at_;
          return true;
        }
        if (!escape()) return fail("unknown escape in a string");
        from = at_;
        continue;
      }
      if (c < 0x20) return fail("control character in a string");
      const std::size_t size = utf8SequenceLength(text_, at_);
      if (size == 0) return fail("text is not UTF-8");
      at_ += size;
    }
    return fail("string without an end");
  }

  bool escape() {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char c = at(at_ + 1);
    const std::size_t simple = kNames.find(c);
    if (simple != std::string_view::npos) {
      scratch_ += kMeanings[simple];
      at_ += 2;
      return true;
    }
    std::uint32_t unit = escapedUnit(at_);
    if (unit == kNotHex) return false;
    at_ += 6;
    const std::uint32_t next = isHighSurrogate(unit) ? escapedUnit(at_) : kNotHex;
    if (isLowSurrogate(next)) {
      unit = 0x10000 + ((unit & 0x3FF) << 10) + (next & 0x3FF);
      at_ += 6;
    } else if (unit >> 11 == 0xD800 >> 11) {
      unit = kReplacement;
    }
    appendUtf8(scratch_, unit);
    return true;
  }

  // Of \uXXXX, or kNotHex.
  std::uint32_t escapedUnit(std::size_t begin) const {
    if (at(begin) != '\\' || at(begin + 1) != 'u') return kNotHex;
    std::uint32_t unit = 0;
    for (std::size_t i = begin + 2; i < begin + 6; ++i) {
      const char c = at(i);
      const char lower = static_cast<char>(c | 0x20);
      if (!isDigit(c) && (lower < 'a' || lower > 'f')) return kNotHex;
      unit = unit * 16 + static_cast<std::uint32_t>(isDigit(c) ? c - '0' : lower - 'a' + 10);
    }
    return unit;
  }

  std::string_view text_;
  JsonSink& sink_;
  std::size_t at_ = 0;
  bool first_ = false;  // just opened: no comma is due
  std::string open_;    // closing brackets due, innermost last
  std::string scratch_;
  const char* why_ = nullptr;
};

void describe(std::string_view text, std::size_t position, const char* why, std::string& error) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < position && i < text.size(); ++i) {
    ++column;
    if (text[i] != '\n') continue;
    ++line;
    column = 1;
  }
  error = why;
  error += " at line ";
  error += std::to_string(line);
  error += ", column ";
  error += std::to_string(column);
}

}  // namespace

bool parseJson(std::string_view text, JsonSink& sink, std::string& error) {
  Parser parser(text, sink);
  if (parser.parse()) return true;
  if (parser.why() != nullptr) describe(text, parser.position(), parser.why(), error);
  return false;
}

}  // namespace oncue
