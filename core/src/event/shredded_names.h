// The Analytics SDKs' spelling of a schema: <vendor>_<name>_<major>, lower-case, vendor dots as underscores, camelCase
// as snake_case (events 6).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/read_plan.h"

namespace oncue {

// Which of the wanted schemas are meant by a spelling. The Go SDK parts every capital and keeps dashes, the Scala SDK
// parts the first of a run and turns dashes into underscores: both are known.
class ShreddedNames {
 public:
  explicit ShreddedNames(const ReadPlan& plan);

  // Indexes into ReadPlan::schemas; several when definitions differ only in what the spelling loses.
  std::vector<std::uint32_t> find(std::string_view spelling) const;

 private:
  std::vector<std::pair<std::string, std::uint32_t>> names_;  // sorted
};

}  // namespace oncue
