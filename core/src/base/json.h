// JSON text -> a stream of tokens.
#pragma once

#include <string>
#include <string_view>

namespace oncue {

// Receives the tokens of one JSON text in order. Every function returns false to stop the parse. Views are valid during
// the call only and hold valid UTF-8.
class JsonSink {
 public:
  virtual bool null() = 0;
  virtual bool boolean(bool value) = 0;
  virtual bool number(double value) = 0;  // infinite when the text overflows a double
  virtual bool string(std::string_view text) = 0;
  virtual bool key(std::string_view name) = 0;  // then the member's value
  virtual bool startObject() = 0;
  virtual bool endObject() = 0;
  virtual bool startArray() = 0;
  virtual bool endArray() = 0;

 protected:
  ~JsonSink() = default;
};

// Parses exactly one JSON value (RFC 8259) with nothing but white space around it. False when the text is not JSON or
// not UTF-8, then `error` says where and why, or when the sink stopped the parse, then `error` is left alone. An
// escaped lone surrogate is read as U+FFFD. Needs no stack for nesting: a sink that builds something bounds the depth.
bool parseJson(std::string_view text, JsonSink& sink, std::string& error);

}  // namespace oncue
