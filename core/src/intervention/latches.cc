#include "intervention/latches.h"

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

bool Latches::has(const LatchKey& latch) const { return set_.find(encode(latch)) != nullptr; }

void Latches::set(const LatchKey& latch) { set_.findOrMake(encode(latch)); }

bool Latches::eraseTarget(std::string_view key, std::string_view id) {
  Writer target;
  target.text(key);
  target.text(id);
  const std::size_t before = set_.size();
  for (const TextKeyed* entry : set_.sorted()) {
    const std::string latch = entry->key;
    if (latch.compare(0, target.bytes().size(), target.bytes()) == 0) set_.erase(latch);
  }
  return set_.size() != before;
}

void Latches::serialize(Writer& out) const {
  out.varint(set_.size());
  for (const TextKeyed* entry : set_.sorted()) out.text(entry->key);
}

bool Latches::deserialize(Reader& in) {
  set_.clear();
  const std::uint32_t size = in.count(1);
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string_view entry = in.text();
    if (!in.ok() || !isWellFormed(entry) || !set_.findOrMake(entry).second) return false;
  }
  return in.ok();
}

}  // namespace oncue
