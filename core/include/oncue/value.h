// The values OnCue hands out: attribute values, operands, defaults.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "oncue/vec.h"

namespace oncue {

// An owning, typed attribute value. Every number is a double (int32, int64, float and unix_timestamp attributes are
// doubles with an integral or real value). A Dict keeps its order: `items` alternates key (String) and value.
struct Value {
  enum class Kind : std::uint8_t { Null, Bool, Number, String, List, Dict };

  Kind kind = Kind::Null;
  double number = 0;         // Number, or 0/1 for Bool
  std::string text;          // String
  Vec<Value> items;  // List, or Dict as key, value, key, value ...

  static Value null() { return {}; }
  static Value boolean(bool b) { return make(Kind::Bool, b ? 1.0 : 0.0); }
  static Value of(double n) { return make(Kind::Number, n); }
  static Value of(std::string_view s) {
    Value v = make(Kind::String, 0);
    v.text.assign(s);
    return v;
  }
  static Value list(Vec<Value> values) {
    Value v = make(Kind::List, 0);
    v.items = std::move(values);
    return v;
  }
  static Value dict(Vec<Value> keysAndValues) {
    Value v = make(Kind::Dict, 0);
    v.items = std::move(keysAndValues);
    return v;
  }

  bool isNull() const { return kind == Kind::Null; }

  // Null, a number or a boolean in the place of what it was: no text or list is made or moved.
  void become(Kind scalar, double n = 0) {
    if (kind > Kind::Number) {  // others have neither
      text.clear();
      items.clear();
    }
    kind = scalar;
    number = n;
  }

  // Deep, ordered, type-strict: 3 equals 3.0, "3" does not equal 3, true does not equal 1.
  friend bool operator==(const Value& a, const Value& b) {
    return a.kind == b.kind && a.number == b.number && a.text == b.text && a.items == b.items;
  }

 private:
  static Value make(Kind kind, double number) {
    Value v;
    v.kind = kind;
    v.number = number;
    return v;
  }
};

// A value as read from one event; borrows from the event's buffers and lives until the next event is read.
struct EventValue {
  // Object stands for any JSON object; its members are never looked at.
  enum class Kind : std::uint8_t { Null, Bool, Number, String, Array, Object };

  Kind kind = Kind::Null;
  double number = 0;                  // Number, or 0/1 for Bool
  std::string_view text{};            // String
  const EventValue* items = nullptr;  // Array
  std::uint32_t count = 0;            // Array

  static EventValue of(double n) { return {.kind = Kind::Number, .number = n}; }
  static EventValue of(std::string_view s) { return {.kind = Kind::String, .text = s}; }
  static EventValue boolean(bool b) { return {.kind = Kind::Bool, .number = b ? 1.0 : 0.0}; }
  bool isNull() const { return kind == Kind::Null; }
  bool isScalar() const { return kind == Kind::Bool || kind == Kind::Number || kind == Kind::String; }
};

}  // namespace oncue
