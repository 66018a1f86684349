// What one event meant to the groups of one id of a synced key: all that leaves a device.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aggregation/held_element.h"
#include "base/wire.h"
#include "oncue/vec.h"

namespace oncue {

// The element is Null for counter and time_since_*.
struct FactUpdate {
  std::uint64_t computation = 0;  // computationId()
  HeldElement element;
};

// A replica numbers its facts of one id from 1, without gaps.
struct Fact {
  std::int64_t ts = 0;        // derived_tstamp, ms
  std::int64_t at = 0;        // receipt, ms; never behind the replica's fact before
  Vec<FactUpdate> updates;    // at least one, ascending by computation
};

// As far as a date of JavaScript goes; facts with other times are refused.
constexpr std::int64_t kLatestMs = 8'640'000'000'000'000;

// Zigzag varint ts and at - ts, varint count, then for each update the eight bytes of its computation, big-endian, and the
// element. The same fact gives the same bytes: the chain goes over them.
std::string factBytes(std::int64_t ts, std::int64_t at, const Vec<FactUpdate>& updates);
inline std::string factBytes(const Fact& fact) { return factBytes(fact.ts, fact.at, fact.updates); }

// False when `bytes` are not exactly one fact; `fact` is unspecified then.
bool readFact(std::string_view bytes, Fact& fact);

// The chain after one more fact. It begins at 0.
std::uint64_t nextChain(std::uint64_t chain, std::string_view factBytes);

// Adds an update in its place.
void addUpdate(Fact& fact, FactUpdate update);

// Null when the fact has none for the computation.
const FactUpdate* findUpdate(const Fact& fact, std::uint64_t computation);

// Big-endian, so that bytes sort as numbers do.
void writeBigEndian(Writer& out, std::uint64_t number);
std::uint64_t readBigEndian(Reader& in);

}  // namespace oncue
