// HyperLogLog: the number of distinct 64-bit hashes in 16 KiB, with a standard error of 0.8 %.
#pragma once

#include <cstdint>
#include <string>

namespace oncue {

class Reader;
class Writer;

// The registers are the maximum over all hashes, so they do not depend on order, repetition or grouping.
class HyperLogLog {
 public:
  bool empty() const { return registers_.empty(); }  // nothing was ever added
  void add(std::uint64_t hash);
  void merge(const HyperLogLog& from);

  // Integers only, so the same number everywhere.
  std::uint64_t estimate() const;

  void serialize(Writer& out) const;  // must not be empty
  bool deserialize(Reader& in);

 private:
  std::string registers_;  // one byte each
};

}  // namespace oncue
