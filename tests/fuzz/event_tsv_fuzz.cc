// Enriched TSV never crashes. Columns the input lacks are added, or it would hardly ever have 131 of them.
#include <algorithm>
#include <string>

#include "event_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncue;
  std::string line(fuzz::textOf(data, size));
  const auto tabs = std::count(line.begin(), line.end(), '\t');
  if (tabs < kAtomicFieldCount - 1) line.append(static_cast<std::size_t>(kAtomicFieldCount - 1 - tabs), '\t');
  EventError error;
  fuzz::touchAll(fuzz::greedyReader().read(line, EventFormat::EnrichedTsv, error));
  return 0;
}
