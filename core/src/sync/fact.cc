#include "sync/fact.h"

#include "base/hash.h"
#include "base/insert_at.h"

namespace oncue {
namespace {

constexpr std::uint32_t kLeastUpdateBytes = 8 + 1;

void writeDifference(Writer& out, std::int64_t to, std::int64_t from) {
  out.varint(zigzag(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)));
}

// Out of range unless it is a time that a fact may have.
bool readTime(Reader& in, std::int64_t from, std::int64_t& out) {
  out = static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + unzigzag(in.varint()));
  return in.ok() && out >= -kLatestMs && out <= kLatestMs;
}

bool readElement(Reader& in, HeldElement& element) {
  Reader ahead = in;
  if (ahead.u8() != static_cast<std::uint8_t>(Value::Kind::Null)) return element.deserialize(in);
  in.u8();
  return in.ok();
}

}  // namespace

void writeBigEndian(Writer& out, std::uint64_t number) {
  out.u64(__builtin_bswap64(number));
}

std::uint64_t readBigEndian(Reader& in) { return __builtin_bswap64(in.u64()); }

std::string factBytes(std::int64_t ts, std::int64_t at, const Vec<FactUpdate>& updates) {
  Writer out;
  writeDifference(out, ts, 0);
  writeDifference(out, at, ts);
  out.varint(updates.size());
  for (const FactUpdate& update : updates) {
    writeBigEndian(out, update.computation);
    update.element.serialize(out);
  }
  return out.take();
}

bool readFact(std::string_view bytes, Fact& fact) {
  Reader in(bytes);
  fact = {};
  if (!readTime(in, 0, fact.ts) || !readTime(in, fact.ts, fact.at)) return false;
  const std::uint32_t count = in.count(kLeastUpdateBytes);
  for (std::uint32_t i = 0; i < count; ++i) {
    FactUpdate update{.computation = readBigEndian(in), .element = {}};
    if (i > 0 && update.computation <= fact.updates.back().computation) return false;
    if (!readElement(in, update.element)) return false;
    fact.updates.push_back(std::move(update));
  }
  return in.atEnd() && count > 0;
}

std::uint64_t nextChain(std::uint64_t chain, std::string_view factBytes) {
  Writer link;
  writeBigEndian(link, chain);
  link.raw(factBytes);
  return hash64(link.bytes());
}

void addUpdate(Fact& fact, FactUpdate update) {
  std::size_t at = fact.updates.size();
  while (at > 0 && fact.updates[at - 1].computation > update.computation) --at;
  insertAt(fact.updates, at, std::move(update));
}

const FactUpdate* findUpdate(const Fact& fact, std::uint64_t computation) {
  for (const FactUpdate& update : fact.updates) {
    if (update.computation == computation) return &update;
  }
  return nullptr;
}

}  // namespace oncue
