// Any bytes offered as a fact, or as the shared state of an id, are refused, or give one that writes the same bytes again
// and works.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

#include "sync/own_log.h"
#include "sync/replica_map.h"

namespace {

using namespace oncue;

// One computation of every aggregation, with TTLs and windows.
class Known {
 public:
  Known() {
    for (std::uint32_t i = 0; i < kAggregationCount; ++i) {
      Computation& computation = definitions_.emplace_back();
      computation.aggregation = static_cast<AggregationKind>(i);
      computation.type.element = ElementType::Double;
      computation.type.list = computation.aggregation == AggregationKind::UniqueList;
      computation.type.dict = computation.aggregation == AggregationKind::CategoryCount;
      computation.periodMs = i % 3 == 0 ? 60'000 : 0;
      computation.ttlMs = i % 3 == 1 ? 60'000 : 0;
      computation.unitMs = 1000;
      list.push_back({.id = i + 1, .index = i, .definition = &computation});
    }
  }
  SyncedComputations list;

 private:
  std::deque<Computation> definitions_;
};

void exercise(ReplicaMap& map, const SyncedComputations& known) {
  for (const SyncedComputation& computation : known) {
    SegmentUnion pieces(*computation.definition);
    map.collect(computation.id, pieces);
    pieces.latest().value(*computation.definition, 1'767'603'600'000);
  }
  map.digest();
  map.raiseFloor(map.floor + 1, known);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Known known;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) {
    Fact fact;
    if (readFact(bytes, fact) && factBytes(fact) != bytes) __builtin_trap();
    return 0;
  }
  Reader in(bytes);
  Writer out;
  if (data[0] % 3 == 1) {
    OwnLog log;
    if (!log.deserialize(in) || !in.atEnd()) return 0;
    log.serialize(out);
  } else {
    ReplicaMap map;
    bool isComplete = false;
    if (!map.deserialize(known.list, in, isComplete) || !in.atEnd()) return 0;
    map.serialize(known.list, out);
    exercise(map, known.list);
    // What the fuzzer's list does not know is left out.
    if (out.bytes().size() != bytes.size()) return 0;
  }
  if (out.bytes() != bytes) __builtin_trap();
  return 0;
}
