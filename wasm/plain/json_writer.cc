// The same JSON, of texts that a browser has encoded and numbers that it writes (absent.cc).
#include "base/json_writer.h"

#include "base/number_text.h"

namespace oncue {

void JsonWriter::separate() {
  if (needsComma_) out_ += ',';
  needsComma_ = true;
}

JsonWriter& JsonWriter::open(char c) {
  separate();
  out_ += c;
  needsComma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char c) {
  out_ += c;
  needsComma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  string(name);
  out_ += ':';
  needsComma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  out_ += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out_ += "\\u00";
      out_ += static_cast<char>('0' + (byte >> 4));
      out_ += "0123456789abcdef"[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') out_ += '\\';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::number(double number) {
  separate();
  appendNumber(out_, number);
  return *this;
}

// Without a call of JavaScript: what fired has two, and handlers wait for it.
JsonWriter& JsonWriter::integer(std::int64_t number) {
  if (number < 0) return this->number(static_cast<double>(number));
  separate();
  char text[20];
  std::size_t at = sizeof text;
  std::uint64_t rest = static_cast<std::uint64_t>(number);
  do {
    text[--at] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  out_.append(text + at, sizeof text - at);
  return *this;
}
JsonWriter& JsonWriter::null() { return json("null"); }
JsonWriter& JsonWriter::boolean(bool value) { return json(value ? "true" : "false"); }

JsonWriter& JsonWriter::value(const Value& value) {
  switch (value.kind) {
    case Value::Kind::Bool: return boolean(value.number != 0);
    case Value::Kind::Number: return number(value.number);
    case Value::Kind::String: return string(value.text);
    default: return null();
  }
}

JsonWriter& JsonWriter::json(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

}  // namespace oncue
