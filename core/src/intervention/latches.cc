#include "intervention/latches.h"

#include <algorithm>
#include <vector>

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

bool Latches::has(const LatchKey& latch) const { return set_.count(encode(latch)) != 0; }

void Latches::set(const LatchKey& latch) { set_.insert(encode(latch)); }

bool Latches::eraseTarget(std::string_view key, std::string_view id) {
  Writer target;
  target.text(key);
  target.text(id);
  return std::erase_if(set_, [&](const std::string& entry) {
           return entry.compare(0, target.bytes().size(), target.bytes()) == 0;
         }) != 0;
}

void Latches::serialize(Writer& out) const {
  std::vector<std::string_view> sorted(set_.begin(), set_.end());
  std::sort(sorted.begin(), sorted.end());
  out.varint(sorted.size());
  for (const std::string_view entry : sorted) out.text(entry);
}

bool Latches::deserialize(Reader& in) {
  set_.clear();
  const std::uint32_t size = in.count(1);
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string_view entry = in.text();
    if (!in.ok() || !isWellFormed(entry) || !set_.emplace(entry).second) return false;
  }
  return in.ok();
}

}  // namespace oncue
