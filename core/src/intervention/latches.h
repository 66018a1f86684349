// Which targets an intervention was already delivered to (evaluation 9, sent once).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text_table.h"
#include "base/wire.h"

namespace oncue {

// (intervention name, version, target key name, target id)
struct LatchKey {
  std::string_view name;
  std::uint32_t version;
  std::string_view key;
  std::string_view id;
};

class Latches {
 public:
  bool has(const LatchKey& latch) const;
  void set(const LatchKey& latch);
  bool eraseTarget(std::string_view key, std::string_view id);  // of every intervention; false when there was none
  std::size_t size() const { return set_.size(); }

  void serialize(Writer& out) const;
  bool deserialize(Reader& in);

 private:
  TextTable<TextKeyed> set_;
};

}  // namespace oncue
