#include "random_regex.h"

namespace oncue::match_test {

namespace {

const std::vector<std::string> kCharacters = {
    "a", "b", "a", "b", "k", "s", "K", "S", "A", "0", "9", "_", "-", " ", "\n", "é", "É", "ß", "ſ", "K",
    "ÿ", "µ", "σ", "ς", "Σ", "Я", "я", "ǅ", "日", "😀", "\xED\xA0\x80"};
const std::vector<std::string> kBrokenBytes = {
    "\xFF", "\x80", "\xC3", "\xE2\x82", "\xF0\x9F", "\xE0\x80\x80", "\xF4\x9F\xBF\xBF", "\xC0\x80", "\xF5\x80\x80\x80"};
const std::vector<std::string> kEscapes = {
    "\\d", "\\D", "\\s", "\\S", "\\w", "\\W", "\\n", "\\t", "\\.", "\\\\", "\\-", "\\]", "\\x61", "\\x{e9}",
    "\\x{1F600}",
    "\\141", "\\0", "\\_", "\\a", "\\f", "\\r", "\\v", "\\x{10FFFF}"};
const std::vector<std::string> kRareEscapes = {
    "\\b", "\\B", "\\A", "\\z", "\\Qa.b\\E", "\\Q*", "\\Q\\E", "\\pL", "\\p{Lu}", "\\P{^N}", "\\p{Nope}", "\\C",
    "\\Z", "\\1",
    "\\8", "\\x{110000}", "\\x{}", "\\x", "\\x1", "\\q", "\\é", "\\12", "\\777", "\\"};
const std::vector<std::string> kNames = {
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit", "d", "nope", ""};
const std::vector<std::string> kNoise = {
    "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "\\", "-", ":", "(?", "(?P<", "(?<", "(?=",
    "(?P=a)", "[:",
    ":]", "[^", "{2", "{,2}", "{2,1}", "{1001}", "{01}", "++", "**", "\\E", "\xFF", "\xC3"};

}  // namespace

std::string RandomRegex::character() { return random_.pick(kCharacters); }

std::string RandomRegex::quantifier() {
  static const std::vector<std::string> kQuantifiers = {"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}", "{0,}",
                                                       "{1}", "{3}", "{7,11}"};
  std::string chosen = random_.pick(kQuantifiers);
  if (random_.oneIn(200)) chosen = "{" + std::to_string(random_.below(1100)) + "}";
  if (random_.oneIn(4)) chosen += "?";
  if (random_.oneIn(60)) chosen += random_.pick(kQuantifiers);
  return chosen;
}

std::string RandomRegex::brackets() {
  std::string body = random_.oneIn(3) ? "[^" : "[";
  if (random_.oneIn(20)) body += "]";
  for (size_t n = 1 + random_.below(3); n > 0; --n) {
    switch (random_.below(6)) {
      case 0:
        body += character() + "-" + character();
        break;
      case 1:
        body += random_.oneIn(30) ? random_.pick(kRareEscapes) : random_.pick(kEscapes);
        break;
      case 2:
        body += std::string(random_.oneIn(3) ? "[:^" : "[:") + random_.pick(kNames) + ":]";
        break;
      case 3:
        body += random_.oneIn(2) ? "a-z" : "\\x{80}-\\x{10FFFF}";
        break;
      default:
        body += character();
    }
  }
  return body + "]";
}

std::string RandomRegex::group(int depth) {
  static const std::vector<std::string> kOpenings = {"(", "(?:", "(?i:", "(?s:", "(?m:", "(?U:", "(?-i:", "(?im-s:",
      "(?P<n>"};
  static const std::vector<std::string> kRare = {"(?P<é>", "(?P<>", "(?P<a-b>", "(?<n>", "(?=", "(?!", "(?<=", "(?#",
      "(?-:",
                                                "(?x:", "(?i-i:", "(?", "(?P"};
  return (random_.oneIn(100) ? random_.pick(kRare) : random_.pick(kOpenings)) + alternation(depth - 1) + ")";
}

std::string RandomRegex::atom(int depth) {
  switch (random_.below(14)) {
    case 0:
    case 1:
      return depth > 0 ? group(depth) : character();
    case 2:
      return brackets();
    case 3:
      return random_.pick(kEscapes);
    case 4:
      return ".";
    case 5:
      return random_.oneIn(2) ? "^" : "$";
    case 6:
      return random_.oneIn(2) ? "\\b" : "\\B";
    case 7:
      return random_.oneIn(20) ? random_.pick(kRareEscapes) : character();
    case 8:
      return random_.oneIn(2) ? "(?i)" : random_.oneIn(2) ? "(?m)" : "(?s)";
    default:
      return character();
  }
}

std::string RandomRegex::concatenation(int depth) {
  std::string all;
  for (size_t n = random_.below(5); n > 0; --n) {
    all += atom(depth);
    if (random_.oneIn(3)) all += quantifier();
  }
  return all;
}

std::string RandomRegex::alternation(int depth) {
  std::string all = concatenation(depth);
  while (random_.oneIn(3)) all += "|" + concatenation(depth);
  return all;
}

std::string RandomRegex::pattern() {
  std::string all = alternation(3);
  if (random_.oneIn(8)) all.insert(random_.below(all.size() + 1), random_.pick(kNoise));
  return all;
}

std::string RandomRegex::text() {
  std::string all;
  const bool broken = random_.oneIn(8);
  for (size_t n = random_.below(random_.oneIn(10) ? 40 : 7); n > 0; --n) {
    all += broken && random_.oneIn(3) ? random_.pick(kBrokenBytes) : character();
  }
  return all;
}

}  // namespace oncue::match_test
