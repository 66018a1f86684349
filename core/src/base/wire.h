// Byte form of snapshots and states: little-endian, append-only writer, reader that checks before every read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace oncue {

// Differences wrap around in 64 bits; small ones of either sign get small codes.
inline std::uint64_t zigzag(std::uint64_t difference) { return difference << 1 ^ (difference >> 63 != 0 ? ~0ULL : 0); }
inline std::uint64_t unzigzag(std::uint64_t code) { return code >> 1 ^ (code % 2 != 0 ? ~0ULL : 0); }

class Writer {
 public:
  void u8(std::uint8_t v) { bytes_.push_back(static_cast<char>(v)); }
  void u32(std::uint32_t v);
  void u64(std::uint64_t v);
  void i64(std::int64_t v) { u64(static_cast<std::uint64_t>(v)); }
  void varint(std::uint64_t v);           // LEB128
  void f64(double v);                     // IEEE bits; -0 is written as 0
  void text(std::string_view v);          // varint length, bytes
  void raw(std::string_view v) { bytes_.append(v); }

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Every read returns a zero value once the input has run short or was malformed; check ok() at the end, or before
// trusting a length. count() refuses lengths that the remaining bytes cannot hold, so nothing huge is ever allocated.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t u8();
  bool flag();  // a u8 of 0 or 1; fails on anything else
  std::uint32_t u32();
  std::uint64_t u64();
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  std::uint64_t varint();
  double f64();                            // fails on NaN, infinities and -0
  std::string_view text();
  std::string_view raw(std::uint64_t size);
  // A varint item count, each item at least `minItemBytes` long; fails when that cannot fit in what remains.
  std::uint32_t count(std::uint32_t minItemBytes);

  bool ok() const { return ok_; }
  bool atEnd() const { return ok_ && at_ == bytes_.size(); }
  void fail() { ok_ = false; }
  std::uint64_t remaining() const { return ok_ ? bytes_.size() - at_ : 0; }

 private:
  bool need(std::uint64_t size);

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace oncue
