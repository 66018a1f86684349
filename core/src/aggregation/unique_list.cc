#include "aggregation/unique_list.h"

#include <algorithm>
#include <utility>

#include "aggregation/stamp_wire.h"
#include "base/insert_at.h"

namespace oncue {
namespace {

using Entries = Vec<UniqueList::Entry>;

Entries::iterator find(Entries& entries, const Element& element) {
  return std::find_if(entries.begin(), entries.end(), [&](const UniqueList::Entry& entry) {
    return sameElement(entry.value.view(), element);
  });
}

}  // namespace

// A value dropped once a hundred others were seen later cannot be missed: it comes back only by a later sighting.
void UniqueList::update(State& state, const Element& element, const Stamp& stamp) {
  Entries& entries = state.entries;
  const auto known = find(entries, element);
  if (known != entries.end()) {
    if (known->last >= stamp) return;
    entries.erase(known);
  }
  const auto at = std::lower_bound(entries.begin(), entries.end(), stamp,
                                   [](const Entry& entry, const Stamp& s) { return entry.last < s; });
  insertAt(entries, static_cast<std::size_t>(at - entries.begin()), Entry{HeldElement(element), stamp});
  if (entries.size() > kMaxValues) entries.erase(entries.begin());
}

void UniqueList::merge(State& into, const State& from) {
  for (const Entry& entry : from.entries) update(into, entry.value.view(), entry.last);
}

void UniqueList::finalize(const State& state, const ReadContext&, Value& out) {
  if (state.entries.empty()) return out.become(Value::Kind::Null);
  Vec<Value> values;
  values.reserve(state.entries.size());
  for (const Entry& entry : state.entries) values.push_back(valueOf(entry.value.view()));
  out = Value::list(std::move(values));
}

void UniqueList::serialize(const State& state, Writer& out) {
  out.varint(state.entries.size());
  StampWriter stamps;
  for (const Entry& entry : state.entries) {
    stamps.write(entry.last, out);
    entry.value.serialize(out);
  }
}

bool UniqueList::deserialize(State& state, Reader& in) {
  constexpr std::uint32_t kLeastEntryBytes = 5;
  Entries& entries = state.entries;
  entries.clear();
  const std::uint32_t count = in.count(kLeastEntryBytes);
  if (count > kMaxValues) return false;
  StampReader stamps;
  for (std::uint32_t i = 0; i < count; ++i) {
    Entry entry;
    entry.last = stamps.read(in);
    if (!entry.value.deserialize(in)) return false;
    if (!entries.empty() && entries.back().last >= entry.last) return false;
    if (find(entries, entry.value.view()) != entries.end()) return false;
    entries.push_back(std::move(entry));
  }
  return in.ok();
}

}  // namespace oncue
