#include "base/wire.h"

#include <cmath>
#include <cstring>

namespace oncue {

void Writer::u32(std::uint32_t v) {
  for (int shift = 0; shift < 32; shift += 8) u8(static_cast<std::uint8_t>(v >> shift));
}

void Writer::u64(std::uint64_t v) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(v >> 8 * i);
  raw({bytes, sizeof bytes});
}

void Writer::varint(std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) u8(static_cast<std::uint8_t>(v | 0x80));
  u8(static_cast<std::uint8_t>(v));
}

void Writer::f64(double v) {
  if (v == 0) v = 0;
  std::uint64_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  u64(bits);
}

void Writer::text(std::string_view v) {
  varint(v.size());
  raw(v);
}

bool Reader::need(std::uint64_t size) {
  if (ok_ && size > bytes_.size() - at_) ok_ = false;
  return ok_;
}

std::uint8_t Reader::u8() { return need(1) ? static_cast<std::uint8_t>(bytes_[at_++]) : 0; }

bool Reader::flag() {
  const std::uint8_t v = u8();
  if (v > 1) ok_ = false;
  return ok_ && v == 1;
}

std::uint32_t Reader::u32() {
  if (!need(4)) return 0;
  std::uint32_t v = 0;
  for (int shift = 0; shift < 32; shift += 8) v |= static_cast<std::uint32_t>(u8()) << shift;
  return v;
}

std::uint64_t Reader::u64() {
  if (!need(8)) return 0;
  std::uint64_t v = 0;
  for (int shift = 0; shift < 64; shift += 8) v |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes_[at_++])) << shift;
  return v;
}

std::uint64_t Reader::varint() {
  std::uint64_t v = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = u8();
    if (!ok_) return 0;
    const std::uint64_t bits = byte & 0x7f;
    // Canonical form only: no bits lost past 64, no padding byte.
    if ((shift == 63 && bits > 1) || (byte == 0 && shift > 0)) break;
    v |= bits << shift;
    if (byte < 0x80) return v;
  }
  ok_ = false;
  return 0;
}

double Reader::f64() {
  const std::uint64_t bits = u64();
  double v;
  std::memcpy(&v, &bits, sizeof v);
  if (!std::isfinite(v) || (v == 0 && bits != 0)) ok_ = false;
  return ok_ ? v : 0;
}

std::string_view Reader::raw(std::uint64_t size) {
  if (!need(size)) return {};
  const std::string_view v = bytes_.substr(at_, static_cast<std::size_t>(size));
  at_ += static_cast<std::size_t>(size);
  return v;
}

std::string_view Reader::text() { return raw(varint()); }

std::uint32_t Reader::count(std::uint32_t minItemBytes) {
  const std::uint64_t n = varint();
  if (ok_ && n > remaining() / minItemBytes) ok_ = false;
  return ok_ ? static_cast<std::uint32_t>(n) : 0;
}

}  // namespace oncue
