#include "sync/replica_map.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/insert_at.h"

namespace oncue {
namespace {

constexpr std::uint8_t kVersion = 1;

template <typename Items>
auto placeOf(Items& items, std::uint64_t id, std::uint64_t (*idOf)(const typename Items::value_type&)) {
  std::size_t low = 0;
  for (std::size_t high = items.size(); low < high;) {
    const std::size_t middle = (low + high) / 2;
    idOf(items[middle]) < id ? low = middle + 1 : high = middle;
  }
  return low;
}

std::uint64_t idOfReplica(const Replica& replica) { return replica.id; }
std::uint64_t idOfPartial(const Partial& partial) { return partial.computation; }

Partial& partialOf(Vec<Partial>& partials, std::uint64_t computation) {
  const std::size_t place = placeOf(partials, computation, idOfPartial);
  if (place == partials.size() || partials[place].computation != computation) {
    insertAt(partials, place, {.computation = computation, .segments = {}});
  }
  return partials[place];
}

// Whether a is to be kept rather than b, of the same replica.
bool isAhead(const Replica& a, const Replica& b) { return a.n != b.n ? a.n > b.n : a.chain >= b.chain; }

void writeTime(Writer& out, std::int64_t to, std::int64_t from) {
  out.varint(zigzag(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)));
}

std::int64_t readTime(Reader& in, std::int64_t from) {
  const auto read = static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + unzigzag(in.varint()));
  if (read < -kLatestMs || read > kLatestMs) in.fail();
  return read;
}

void writePartial(const Partial& partial, const Computation& computation, Writer& out) {
  writeBigEndian(out, partial.computation);
  out.varint(partial.segments.size());
  std::int64_t before = 0;
  for (const Segment& segment : partial.segments) {
    Writer cell;
    segment.cell.serialize(computation, cell);
    writeTime(out, segment.firstAt, before);
    writeTime(out, segment.lastAt, segment.firstAt);
    out.text(cell.bytes());
    before = segment.lastAt;
  }
}

// `computation` is null when it is not known: the segments are checked as far as that goes, and left out.
bool readSegments(const Computation* computation, std::int64_t replicaLastAt, Reader& in, Vec<Segment>& segments) {
  const std::uint32_t count = in.count(3);
  std::int64_t before = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int64_t firstAt = readTime(in, before);
    const std::int64_t lastAt = readTime(in, firstAt);
    Reader bytes(in.text());
    if (!in.ok() || lastAt < firstAt || lastAt > replicaLastAt || (i > 0 && firstAt <= before)) return false;
    const std::int64_t gap = firstAt - before;
    before = lastAt;
    if (computation == nullptr) continue;
    const std::int64_t reset = resetOf(*computation);
    if (i > 0 && (reset == 0 || gap < reset)) return false;
    Segment segment{firstAt, lastAt, Cell(*computation)};
    if (!segment.cell.deserialize(*computation, bytes) || !bytes.atEnd()) return false;
    if (segment.cell.empty() || segment.cell.lastReceipt() != lastAt) return false;
    segments.push_back(std::move(segment));
  }
  return count > 0;
}

}  // namespace

const Replica* ReplicaMap::find(std::uint64_t replica) const {
  const std::size_t place = placeOf(replicas_, replica, idOfReplica);
  return place < replicas_.size() && replicas_[place].id == replica ? &replicas_[place] : nullptr;
}

Replica& ReplicaMap::findOrMake(std::uint64_t replica) {
  const std::size_t place = placeOf(replicas_, replica, idOfReplica);
  if (place == replicas_.size() || replicas_[place].id != replica) {
    insertAt(replicas_, place, {.id = replica, .n = 0, .chain = 0, .lastAt = -kLatestMs, .partials = {}});
  }
  return replicas_[place];
}

std::uint32_t ReplicaMap::apply(std::uint64_t id, const Fact& fact, std::uint64_t chain, const SyncedComputations& known) {
  Replica& replica = findOrMake(id);
  replica.chain = chain;
  replica.lastAt = fact.at;
  const Stamp stamp{.ts = fact.ts, .replica = id, .seq = ++replica.n};
  std::uint32_t ignored = 0;
  for (const FactUpdate& update : fact.updates) {
    const SyncedComputation* found = findComputation(known, update.computation);
    if (found == nullptr) {
      ++ignored;
      continue;
    }
    addToPartial(partialOf(replica.partials, found->id), *found->definition, update.element.view(), stamp, fact.at);
  }
  return ignored;
}

void ReplicaMap::join(ReplicaMap from, const SyncedComputations& known) {
  for (Replica& theirs : from.replicas_) {
    Replica& mine = findOrMake(theirs.id);
    if (!isAhead(mine, theirs)) std::swap(mine, theirs);
    for (Partial& partial : theirs.partials) joinPartial(partialOf(mine.partials, partial.computation), std::move(partial));
  }
  if (floor > 0 || from.floor > 0) raiseFloor(from.floor, known);
}

void ReplicaMap::raiseFloor(std::int64_t to, const SyncedComputations& known) {
  floor = std::max(floor, to);
  for (const SyncedComputation& computation : known) {
    if (resetOf(*computation.definition) == 0) continue;
    SegmentUnion pieces(*computation.definition);
    collect(computation.id, pieces);
    std::int64_t deadUntil = 0;
    if (!pieces.deadUntil(floor, deadUntil)) continue;
    for (Replica& replica : replicas_) {
      eraseIf(replica.partials, [&](Partial& partial) {
        if (partial.computation != computation.id) return false;
        eraseIf(partial.segments, [&](const Segment& segment) { return segment.lastAt <= deadUntil; });
        return partial.segments.empty();
      });
    }
  }
}

void ReplicaMap::collect(std::uint64_t computation, SegmentUnion& pieces) const {
  for (const Replica& replica : replicas_) {
    const std::size_t place = placeOf(replica.partials, computation, idOfPartial);
    if (place == replica.partials.size() || replica.partials[place].computation != computation) continue;
    for (const Segment& segment : replica.partials[place].segments) pieces.add(segment);
  }
}

void ReplicaMap::writeVector(JsonWriter& out) const {
  out.beginObject();
  for (const Replica& replica : replicas_) {
    out.key(hexText(replica.id)).beginObject();
    out.key("n").integer(static_cast<std::int64_t>(replica.n)).key("chain").string(hexText(replica.chain)).endObject();
  }
  out.endObject();
}

std::uint64_t ReplicaMap::digest() const {
  Writer all;
  all.varint(epoch);
  all.varint(zigzag(static_cast<std::uint64_t>(floor)));
  for (const Replica& replica : replicas_) {
    writeBigEndian(all, replica.id);
    all.varint(replica.n);
    writeBigEndian(all, replica.chain);
  }
  return hash64(all.bytes());
}

void ReplicaMap::serialize(const SyncedComputations& known, Writer& out) const {
  out.u8(kVersion);
  out.varint(epoch);
  out.varint(zigzag(static_cast<std::uint64_t>(floor)));
  out.varint(known.size());
  for (const SyncedComputation& computation : known) writeBigEndian(out, computation.id);
  out.varint(replicas_.size());
  for (const Replica& replica : replicas_) {
    writeBigEndian(out, replica.id);
    out.varint(replica.n);
    writeBigEndian(out, replica.chain);
    writeTime(out, replica.lastAt, 0);
    out.varint(replica.partials.size());
    for (const Partial& partial : replica.partials) {
      writePartial(partial, *findComputation(known, partial.computation)->definition, out);
    }
  }
}

bool ReplicaMap::deserialize(const SyncedComputations& known, Reader& in, bool& isComplete) {
  *this = {};
  if (in.u8() != kVersion) return false;
  epoch = in.varint();
  floor = readTime(in, 0);
  Vec<std::uint64_t> writers;
  for (std::uint32_t left = in.count(8); left > 0; --left) {
    const std::uint64_t id = readBigEndian(in);
    if (!writers.empty() && id <= writers.back()) return false;
    writers.push_back(id);
  }
  isComplete = std::all_of(known.begin(), known.end(), [&](const SyncedComputation& computation) {
    return std::binary_search(writers.begin(), writers.end(), computation.id);
  });
  for (std::uint32_t left = in.count(8 + 1 + 8 + 1 + 1); left > 0; --left) {
    if (!readReplica(known, writers, in)) return false;
  }
  return in.ok();
}

bool ReplicaMap::readReplica(const SyncedComputations& known, const Vec<std::uint64_t>& writers, Reader& in) {
  Replica replica{.id = readBigEndian(in), .n = in.varint(), .chain = readBigEndian(in), .lastAt = readTime(in, 0), .partials = {}};
  if (!in.ok() || replica.n == 0 || (!replicas_.empty() && replica.id <= replicas_.back().id)) return false;
  std::uint64_t before = 0;
  const std::uint32_t count = in.count(8 + 1 + 3);
  for (std::uint32_t i = 0; i < count; ++i) {
    Partial partial{.computation = readBigEndian(in), .segments = {}};
    if ((i > 0 && partial.computation <= before) || !std::binary_search(writers.begin(), writers.end(), partial.computation)) return false;
    before = partial.computation;
    const SyncedComputation* found = findComputation(known, partial.computation);
    if (!readSegments(found == nullptr ? nullptr : found->definition, replica.lastAt, in, partial.segments)) return false;
    if (found != nullptr) replica.partials.push_back(std::move(partial));
  }
  replicas_.push_back(std::move(replica));
  return in.ok();
}

std::string hexText(std::uint64_t number) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '\0');
  for (char& digit : text) {
    digit = kDigits[number >> 60];
    number <<= 4;
  }
  return text;
}

bool parseHex(std::string_view text, std::uint64_t& number) {
  number = 0;
  for (const char c : text) {
    const bool isDigit = c >= '0' && c <= '9';
    if (!isDigit && (c < 'a' || c > 'f')) return false;
    number = number << 4 | static_cast<std::uint64_t>(isDigit ? c - '0' : c - 'a' + 10);
  }
  return text.size() == 16;
}

}  // namespace oncue
