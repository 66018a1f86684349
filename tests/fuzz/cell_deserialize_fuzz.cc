// Any bytes offered as a cell are refused, or give a cell that writes the same bytes again and works.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "window/cell.h"

namespace {

using namespace oncue;

// The first byte chooses the computation.
Computation computationOf(std::uint8_t choice) {
  Computation computation;
  computation.aggregation = static_cast<AggregationKind>(choice % kAggregationCount);
  computation.type.element = static_cast<ElementType>(choice / 2 % 8);
  computation.type.list = computation.aggregation == AggregationKind::UniqueList;
  computation.type.dict = computation.aggregation == AggregationKind::CategoryCount;
  computation.periodMs = choice >= 128 ? 60'000 : 0;
  computation.ttlMs = choice % 3 == 0 ? 60'000 : 0;
  computation.unitMs = 1000;
  return computation;
}

void exercise(const Computation& computation, Cell& cell) {
  for (const std::int64_t now : {std::int64_t{0}, std::int64_t{1'710'504'000'000}, kNever}) {
    cell.value(computation, now);
    cell.nextDeparture(computation, now);
    cell.dead(computation, now);
  }
  Cell other(computation);
  other.update(computation, EventValue::of(1.0), {50, 1, 1}, 60, 100);
  other.merge(computation, cell, 100);
  cell.merge(computation, other, 3);
  cell.update(computation, EventValue::of(std::string_view("2")), {60, 1, 2}, 70, 3);
  cell.value(computation, 80);
  cell.prune(computation, 100'000'000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Computation computation = computationOf(data[0]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Cell cell(computation);
  Reader in(bytes);
  if (!cell.deserialize(computation, in)) return 0;
  Writer out;
  cell.serialize(computation, out);
  if (out.bytes() != bytes.substr(0, bytes.size() - static_cast<std::size_t>(in.remaining()))) __builtin_trap();
  exercise(computation, cell);
  return 0;
}
