// The section of a snapshot that holds what is synced (docs/snapshot.md).

#include <algorithm>

#include "engine/sync.h"

namespace oncue {
namespace {

constexpr std::uint8_t kVersion = 1;

}  // namespace

std::string Sync::save() {
  if (shared_.size() == 0 && anonymous_.size() == 0) return {};
  Writer out;
  out.u8(kVersion);
  out.varint(everKnown_.size());
  for (const std::uint64_t id : everKnown_) writeBigEndian(out, id);
  pruneDue();
  out.varint(dueByMerge_.size());
  for (const std::string& name : dueByMerge_) out.text(name);
  out.varint(shared_.size());
  for (const TextKeyed* keyed : shared_.sorted()) {
    const Shared& one = *static_cast<const Shared*>(keyed);
    out.text(one.keyName);
    out.text(one.id);
    out.u8(one.incomplete);
    Writer map;
    one.map.serialize(known(one), map);
    out.text(map.bytes());
    Writer own;
    one.own.serialize(own);
    out.text(own.bytes());
  }
  out.varint(anonymous_.size());
  for (const TextKeyed* keyed : anonymous_.sorted()) {
    Writer log;
    static_cast<const Anonymous*>(keyed)->log.serialize(log);
    out.text(keyed->key);
    out.text(log.bytes());
  }
  return out.take();
}

bool Sync::read(std::string_view section) {
  read_.clear();
  readAnonymous_.clear();
  readDue_.clear();
  const Vec<std::uint64_t> before = everKnown_;
  bind();
  if (section.empty()) return true;
  const auto isRead = [&] {
    Reader in(section);
    if (in.u8() != kVersion) return false;
    for (std::uint32_t left = in.count(8); left > 0; --left) {
      const std::uint64_t id = readBigEndian(in);
      const auto at = std::lower_bound(everKnown_.begin(), everKnown_.end(), id);
      if (at == everKnown_.end() || *at != id) everKnown_.insert(at, id);
    }
    for (std::uint32_t left = in.count(1); left > 0; --left) readDue_.emplace_back(in.text());
    for (std::uint32_t left = in.count(5); left > 0; --left) {
      const std::string_view keyName = in.text();
      const std::string_view id = in.text();
      const auto [one, isNew] = read_.findOrMake(sharedKey(keyName, id));
      if (!in.ok() || keyName.empty() || id.empty() || !isNew) return false;
      one->keyName = keyName;
      one->id = id;
      one->incomplete = in.flag();
      Reader map(in.text());
      bool isComplete = false;
      if (!one->map.deserialize(known(*one), map, isComplete) || !map.atEnd()) return false;
      if (!isComplete && !one->map.replicas().empty()) one->incomplete = true;
      Reader own(in.text());
      if (!one->own.deserialize(own) || !own.atEnd()) return false;
    }
    for (std::uint32_t left = in.count(3); left > 0; --left) {
      const auto [one, isNew] = readAnonymous_.findOrMake(in.text());
      Reader log(in.text());
      if (!isNew || !one->log.deserialize(log) || !log.atEnd()) return false;
    }
    return in.atEnd();
  };
  if (isRead()) return true;
  read_.clear();
  readAnonymous_.clear();
  readDue_.clear();
  everKnown_ = before;
  return false;
}

}  // namespace oncue
