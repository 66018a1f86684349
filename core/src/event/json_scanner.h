// A pull reader over one JSON text (RFC 8259): the caller walks into what it wants and skips the rest, so an event
// costs little more than its bytes. No tree, no copies but of strings that hold escapes, no stack for nesting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event/arena.h"

namespace oncue {

// Refuses what JSON.parse refuses. Where the text is not UTF-8 the scanner does not look: repair it before (utf8.h).
// Two leniencies, both as JavaScript: an escaped lone surrogate in a string is read as U+FFFD (what TextEncoder makes
// of it), a number too large for a double is read as null.
// After an error every call fails or returns an empty value; ok() tells.
class JsonScanner {
 public:
  enum class Kind : std::uint8_t { Error, Null, Bool, Number, String, Object, Array };

  // Views into `text` and `arena` are handed out; both must outlive them.
  JsonScanner(std::string_view text, Arena& arena) : text_(text), arena_(arena) {}

  Kind peek();  // of the value that comes next

  // Call enter, then next until it returns false; each true must be followed by reading or skipping one value.
  // Names are unescaped; a name with a lone surrogate equals no valid text.
  bool enterObject() { return enter('{'); }
  bool nextMember(std::string_view& name);
  bool enterArray() { return enter('['); }
  bool nextElement();

  // Reads a scalar. Containers are skipped and answered as Object or as Array without items.
  EventValue read();
  void skip();

  bool ok() const { return ok_; }
  bool atEnd();  // nothing but white space is left

  // For reading a value again: position() before it, seek() back to it.
  std::size_t position() const { return at_; }
  void seek(std::size_t position) { at_ = position; }

 private:
  bool enter(char open);
  bool more(char close);
  bool eat(char c);
  bool fail();
  char look();  // next character after white space, '\0' at the end
  bool literal(std::string_view word);
  EventValue number();
  std::string_view string(bool isName);
  std::string_view unescape(std::size_t begin, std::size_t end, bool isName);
  bool skipString(bool& escaped);
  bool skipEscape();
  std::uint32_t hex4(std::size_t at) const;

  std::string_view text_;
  Arena& arena_;
  std::size_t at_ = 0;
  bool first_ = false;  // just entered a container: no comma is due
  bool ok_ = true;
  std::string open_;  // containers being skipped
};

}  // namespace oncue
