#include "intervention/latches.h"

#include "base/features.h"

namespace oncue {
namespace {

std::string encode(const LatchKey& latch) {
  Writer out;
  out.text(latch.key);
  out.text(latch.id);
  out.text(latch.name);
  out.varint(latch.version);
  return out.take();
}

bool isWellFormed(std::string_view entry) {
  Reader in(entry);
  in.text();
  in.text();
  in.text();
  in.varint();
  return in.atEnd();
}

}  // namespace

const DeliveryRecord* Latches::find(const LatchKey& key) const { return records_.find(encode(key)); }

bool Latches::has(const LatchKey& latch) const {
  const DeliveryRecord* record = find(latch);
  return record != nullptr && record->latched;
}

DeliveryRecord& Latches::at(const LatchKey& key) { return *records_.findOrMake(encode(key)).first; }

bool Latches::eraseTarget(std::string_view key, std::string_view id) {
  Writer target;
  target.text(key);
  target.text(id);
  const std::size_t before = records_.size();
  for (const TextKeyed* entry : records_.sorted()) {
    if (entry->key.starts_with(target.bytes())) records_.erase(entry->key);
  }
  return records_.size() != before;
}

void Latches::eraseSession(std::string_view id) {
  if (!features::deliveryLimits()) return;
  records_.forEach([&](DeliveryRecord& record) {
    if (record.session != id) return;
    record.session.clear();
    record.inSession = 0;
  });
}

std::size_t Latches::size() const {
  std::size_t latched = 0;
  records_.forEach([&](const DeliveryRecord& record) { latched += record.latched; });
  return latched;
}

void Latches::serialize(Writer& out) const {
  out.varint(records_.size());
  for (const TextKeyed* entry : records_.sorted()) {
    const DeliveryRecord& record = *static_cast<const DeliveryRecord*>(entry);
    out.text(record.key);
    const bool plain = !features::deliveryLimits() || (record.total == 0 && record.until == 0);
    out.u8(static_cast<std::uint8_t>(record.latched | !plain << 1));
    if (plain) continue;
    out.varint(record.total);
    out.i64(record.lastAt);
    out.text(record.session);
    out.varint(record.inSession);
    out.i64(record.until);
    out.varint(record.recent.size());
    for (const std::int64_t at : record.recent) out.i64(at);
  }
}

bool Latches::deserialize(Reader& in, std::uint8_t snapshotVersion) {
  records_.clear();
  const std::uint32_t size = in.count(1);
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string_view entry = in.text();
    if (!in.ok() || !isWellFormed(entry)) return false;
    const auto [record, isNew] = records_.findOrMake(entry);
    // Version 1 knew latches only.
    const std::uint8_t flags = features::severalVersions() && snapshotVersion < 2 ? 1 : in.u8();
    if (!isNew || flags > (features::deliveryLimits() ? 3 : 1)) return false;
    record->latched = (flags & 1) != 0;
    if (!features::deliveryLimits() || (flags & 2) == 0) continue;
    record->total = in.varint();
    record->lastAt = in.i64();
    record->session = in.text();
    record->inSession = in.varint();
    record->until = in.i64();
    for (std::uint32_t left = in.count(8); left > 0; --left) {
      const std::int64_t at = in.i64();
      if (!record->recent.empty() && at < record->recent.back()) return false;
      record->recent.push_back(at);
    }
  }
  return in.ok();
}

}  // namespace oncue
