#include "sync/synced_computations.h"

#include <algorithm>

#include "base/sort.h"
#include "sync/fact.h"

namespace oncue {
namespace {

// As column.cc coerces them.
Value::Kind kindOf(const Computation& computation) {
  if (computation.type.dict || computation.aggregation == AggregationKind::ApproxCountDistinct) return Value::Kind::String;
  switch (computation.type.element) {
    case ElementType::Bytes:
    case ElementType::String: return Value::Kind::String;
    case ElementType::Bool: return Value::Kind::Bool;
    default: return Value::Kind::Number;
  }
}

}  // namespace

std::uint64_t computationId(const Computation& computation) {
  Reader in(computation.hash);
  return readBigEndian(in);
}

bool isDevicesOwn(const Property& property) {
  if (property.source == Property::Source::Atomic) {
    const AtomicField field = property.atomic;
    return field == AtomicField::domain_userid || field == AtomicField::domain_sessionid || field == AtomicField::refr_domain_userid;
  }
  // What the tracker attaches with contexts.session: the same two and more.
  return property.name == "client_session";
}

SyncedComputations syncedComputations(const Model& model, std::uint32_t key) {
  SyncedComputations found;
  for (std::uint32_t i = 0; i < model.computations.size(); ++i) {
    const Computation& computation = model.computations[i];
    if (computation.key != key) continue;
    if (computation.property != kNone && isDevicesOwn(model.properties[computation.property])) continue;
    found.push_back({computationId(computation), i, &computation});
  }
  sortBy(found, [](const SyncedComputation& a, const SyncedComputation& b) { return a.id < b.id; });
  return found;
}

const SyncedComputation* findComputation(const SyncedComputations& computations, std::uint64_t id) {
  const auto at = std::lower_bound(computations.begin(), computations.end(), id,
                                   [](const SyncedComputation& one, std::uint64_t wanted) { return one.id < wanted; });
  return at != computations.end() && at->id == id ? at : nullptr;
}

std::int64_t resetOf(const Computation& computation) {
  return computation.periodMs > 0 ? computation.periodMs : computation.ttlMs;
}

bool fits(const Computation& computation, const Element& element) {
  switch (aggregationInfo(computation.aggregation).reads) {
    case Reads::Nothing:
    case Reads::Time: return element.kind == Value::Kind::Null;
    case Reads::Numbers: return element.kind == Value::Kind::Number;
    default: return element.kind == kindOf(computation);
  }
}

}  // namespace oncue
