#include "base/json_writer.h"

#include "base/number_text.h"
#include "base/plain_run.h"
#include "base/utf8.h"

namespace oncue {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void appendControl(std::string& out, unsigned char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

void appendQuoted(std::string& out, std::string_view s) {
  out += '"';
  // What stands as it is goes in one piece: states are kilobytes of it.
  std::size_t from = 0;
  for (std::size_t i = 0; (i = skipPlain(s, i)) < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (const std::size_t n = c >= 0x80 ? utf8SequenceLength(s, i) : 0) {
      i += n;
      continue;
    }
    out.append(s, from, i - from);
    from = ++i;
    if (c >= 0x80) {
      out.append(kReplacement);
    } else if (c < 0x20) {
      appendControl(out, c);
    } else {
      out += '\\';
      out += static_cast<char>(c);
    }
  }
  out.append(s, from);
  out += '"';
}

}  // namespace

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
  separate();
  appendQuoted(out_, name);
  out_ += ':';
  needsComma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  appendQuoted(out_, text);
  return *this;
}

JsonWriter& JsonWriter::number(double number) {
  separate();
  appendNumber(out_, number);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  separate();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::value(const Value& value) {
  switch (value.kind) {
    case Value::Kind::Null: return null();
    case Value::Kind::Bool: return boolean(value.number != 0);
    case Value::Kind::Number: return number(value.number);
    case Value::Kind::String: return string(value.text);
    case Value::Kind::List:
      beginArray();
      for (const Value& item : value.items) this->value(item);
      return endArray();
    case Value::Kind::Dict:
      beginObject();
      for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        key(value.items[i].text);
        this->value(value.items[i + 1]);
      }
      return endObject();
  }
  return *this;
}

JsonWriter& JsonWriter::json(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

}  // namespace oncue
