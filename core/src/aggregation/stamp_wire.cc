#include "aggregation/stamp_wire.h"

namespace oncue {
void StampWriter::write(const Stamp& stamp, Writer& out) {
  out.varint(zigzag(static_cast<std::uint64_t>(stamp.ts) - static_cast<std::uint64_t>(previous_.ts)));
  const bool moved = stamp.replica != previous_.replica;
  out.u8(moved ? 1 : 0);
  if (moved) out.u64(stamp.replica);
  out.varint(stamp.seq);
  previous_ = stamp;
}

Stamp StampReader::read(Reader& in) {
  Stamp stamp = previous_;
  stamp.ts = static_cast<std::int64_t>(static_cast<std::uint64_t>(previous_.ts) + unzigzag(in.varint()));
  const std::uint8_t moved = in.u8();
  if (moved == 1) stamp.replica = in.u64();
  if (moved > 1 || (moved == 1 && stamp.replica == previous_.replica)) in.fail();
  stamp.seq = in.varint();
  previous_ = stamp;
  return stamp;
}

}  // namespace oncue
