#include "aggregation/held_element.h"

#include <cstring>
#include <utility>

#include "base/float_bits.h"
#include "base/hash.h"

namespace oncue {

HeldElement::HeldElement(const Element& element) : kind_(element.kind) {
  if (kind_ != Value::Kind::String) {
    number_ = element.number;
    return;
  }
  size_ = static_cast<std::uint32_t>(element.text.size());
  text_ = size_ == 0 ? nullptr : new char[size_];
  if (size_ != 0) std::memcpy(text_, element.text.data(), size_);
}

HeldElement::~HeldElement() {
  if (kind_ == Value::Kind::String) delete[] text_;
}

void HeldElement::swap(HeldElement& other) noexcept {
  // The union is eight bytes whichever member is live.
  char mine[sizeof number_];
  std::memcpy(mine, &number_, sizeof number_);
  std::memcpy(&number_, &other.number_, sizeof number_);
  std::memcpy(&other.number_, mine, sizeof number_);
  std::swap(size_, other.size_);
  std::swap(kind_, other.kind_);
}

Element HeldElement::view() const {
  if (kind_ == Value::Kind::String) return {.kind = kind_, .text = std::string_view(text_, size_)};
  return {.kind = kind_, .number = number_};
}

void HeldElement::serialize(Writer& out) const {
  out.u8(static_cast<std::uint8_t>(kind_));
  switch (kind_) {
    case Value::Kind::Bool: return out.u8(number_ != 0 ? 1 : 0);
    case Value::Kind::Number: return out.f64(number_);
    case Value::Kind::String: return out.text(view().text);
    default: return;
  }
}

bool HeldElement::deserialize(Reader& in) {
  Element element;
  const std::uint8_t kind = in.u8();
  switch (static_cast<Value::Kind>(kind)) {
    case Value::Kind::Bool: {
      const std::uint8_t flag = in.u8();
      if (flag > 1) in.fail();
      element.number = flag;
      break;
    }
    case Value::Kind::Number: element.number = in.f64(); break;
    case Value::Kind::String: element.text = in.text(); break;
    default: in.fail();
  }
  if (in.ok()) {
    element.kind = static_cast<Value::Kind>(kind);
    *this = HeldElement(element);
  }
  return in.ok();
}

bool sameElement(const Element& a, const Element& b) {
  return a.kind == b.kind && a.number == b.number && a.text == b.text;
}

bool elementLess(const Element& a, const Element& b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  return a.number != b.number ? a.number < b.number : a.text < b.text;
}

std::uint64_t elementHash(const Element& element) {
  if (element.kind == Value::Kind::String) return hash64(element.text);
  char bytes[8];
  const std::uint64_t bits = bitsOf(element.number);
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(bits >> (8 * i));
  return hash64({bytes, sizeof bytes}, static_cast<std::uint64_t>(element.kind));
}

Value valueOf(const Element& element) {
  Value value;
  assign(element, value);
  return value;
}

void assign(const Element& element, Value& out) {
  out.become(element.kind, element.number);
  out.text = element.text;
}

}  // namespace oncue
