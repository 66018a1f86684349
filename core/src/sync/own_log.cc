#include "sync/own_log.h"

#include <algorithm>
#include <utility>

#include "window/saturating.h"

namespace oncue {
namespace {

constexpr std::uint32_t kRoom = 1000;
constexpr std::uint32_t kLeastPendingBytes = 1 + 12 + 2;

std::int64_t clampTime(std::int64_t ms) { return std::clamp(ms, -kLatestMs, kLatestMs); }

void writeDifference(Writer& out, std::int64_t to, std::int64_t from) {
  out.varint(zigzag(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)));
}

std::int64_t readDifference(Reader& in, std::int64_t from) {
  const auto read = static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + unzigzag(in.varint()));
  if (read < -kLatestMs || read > kLatestMs) in.fail();
  return read;
}

}  // namespace

void OwnLog::begin(std::int64_t ts, std::int64_t at, std::int64_t lastAt) {
  PendingFact next;
  next.deviceTs = next.fact.ts = clampTime(ts);
  next.deviceAt = clampTime(at);
  next.fact.at = std::max(next.deviceAt, pending_.empty() ? lastAt : pending_.back().fact.at);
  pending_.push_back(std::move(next));
}

void OwnLog::settle(std::int64_t lastAt) {
  for (std::uint32_t i = frozen_; i < pending_.size(); ++i) {
    PendingFact& one = pending_[i];
    one.fact.ts = one.deviceTs;
    one.fact.at = std::max(one.deviceAt, i == 0 ? lastAt : pending_[i - 1].fact.at);
  }
}

bool OwnLog::freezeNext(std::int64_t offset, std::int64_t lastAt) {
  PendingFact& next = pending_[frozen_];
  const std::int64_t floor = frozen_ == 0 ? lastAt : pending_[frozen_ - 1].fact.at;
  const std::int64_t ts = clampTime(saturatingAdd(next.deviceTs, offset));
  const std::int64_t at = std::max(clampTime(saturatingAdd(next.deviceAt, offset)), floor);
  const bool moved = ts != next.fact.ts || at != next.fact.at;
  next.fact.ts = ts;
  next.fact.at = at;
  ++frozen_;
  if (moved) settle(lastAt);
  return moved;
}

void OwnLog::unfreeze(std::int64_t lastAt) {
  frozen_ = 0;
  settle(lastAt);
}

std::uint64_t OwnLog::chainAfter(std::uint64_t chain, std::uint32_t count) const {
  for (std::uint32_t i = 0; i < count; ++i) chain = nextChain(chain, factBytes(pending_[i].fact));
  return chain;
}

void OwnLog::dropFirst(std::uint32_t count) {
  pending_.erase(pending_.begin(), pending_.begin() + count);
  frozen_ -= std::min(frozen_, count);
}

std::uint32_t OwnLog::dropBefore(std::int64_t floor) {
  // Receipts never run backwards, so these are the first.
  std::uint32_t count = 0;
  while (count < pending_.size() && pending_[count].fact.at < floor) ++count;
  dropFirst(count);
  return count;
}

std::uint32_t OwnLog::makeRoom() {
  if (pending_.size() < kMaxPending) return 0;
  const std::uint32_t count = std::min(kRoom, size() - frozen_);
  pending_.erase(pending_.begin() + frozen_, pending_.begin() + frozen_ + count);
  return count;
}

void OwnLog::clear() {
  pending_.clear();
  frozen_ = 0;
}

void OwnLog::serialize(Writer& out) const {
  out.varint(pending_.size());
  out.varint(frozen_);
  for (const PendingFact& one : pending_) {
    out.text(factBytes(one.fact));
    writeDifference(out, one.deviceTs, one.fact.ts);
    writeDifference(out, one.deviceAt, one.fact.at);
  }
}

bool OwnLog::deserialize(Reader& in) {
  clear();
  const std::uint32_t count = in.count(kLeastPendingBytes);
  const std::uint64_t frozen = in.varint();
  for (std::uint32_t i = 0; i < count; ++i) {
    PendingFact one;
    if (!readFact(in.text(), one.fact)) return false;
    one.deviceTs = readDifference(in, one.fact.ts);
    one.deviceAt = readDifference(in, one.fact.at);
    if (!in.ok() || (i > 0 && one.fact.at < pending_.back().fact.at)) return false;
    pending_.push_back(std::move(one));
  }
  frozen_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(frozen, count));
  return in.ok() && frozen <= count;
}

}  // namespace oncue
