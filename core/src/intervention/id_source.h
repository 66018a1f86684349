// Random-looking ids from the host's seed: the engine has no randomness of its own.
#pragma once

#include <cstdint>
#include <string>

namespace oncue {

class IdSource {
 public:
  explicit IdSource(std::uint64_t seed) : seed_(seed) {}

  std::string uuid();              // the next UUID v4 in canonical lower-case text
  std::uint64_t replica() const;   // this seed's replica id
  std::uint64_t used() const { return used_; }
  // After a restore: ids go on where the snapshot's stopped, so that none is given twice.
  void skipTo(std::uint64_t used) { used_ = used; }

 private:
  std::uint64_t seed_;
  std::uint64_t used_ = 0;
};

}  // namespace oncue
