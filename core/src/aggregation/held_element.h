// An element that outlives its event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aggregation/aggregation.h"

namespace oncue {

// 16 bytes natively (12 in wasm) plus the text itself: windows and maps hold many of these, most of them numbers.
class HeldElement {
 public:
  HeldElement() = default;
  explicit HeldElement(const Element& element);
  HeldElement(const HeldElement& other) : HeldElement(other.view()) {}
  HeldElement(HeldElement&& other) noexcept { swap(other); }
  HeldElement& operator=(HeldElement other) noexcept {
    swap(other);
    return *this;
  }
  ~HeldElement();

  Element view() const;
  Value::Kind kind() const { return kind_; }

  void serialize(Writer& out) const;
  // False on bytes that no element writes; the element is then Null.
  bool deserialize(Reader& in);

 private:
  void swap(HeldElement& other) noexcept;

  union {
    double number_ = 0;
    char* text_;
  };
  std::uint32_t size_ = 0;  // bytes of text
  Value::Kind kind_ = Value::Kind::Null;
};

// A total order, the same on every platform: kind, then number, then text bytewise.
bool sameElement(const Element& a, const Element& b);
bool elementLess(const Element& a, const Element& b);

// Fixed for ever: it decides which values a map beyond its limit keeps.
std::uint64_t elementHash(const Element& element);

Value valueOf(const Element& element);
void assign(const Element& element, Value& out);  // the same in the place of what `out` was

}  // namespace oncue
