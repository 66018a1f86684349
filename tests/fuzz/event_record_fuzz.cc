// Object door: no bytes in the shared buffer make the reader look outside them.
#include <string>

#include "event/record.h"
#include "event_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncue;
  EventError error;
  fuzz::touchAll(fuzz::greedyReader().readRecord({data, size}, error));
  // With a beginning that is understood: "pv" in the slot of "e", the ninth key by name.
  std::string record("1RCO\4\10\0\0\2\0\0\0pv", 14);
  record.append(fuzz::textOf(data, size));
  fuzz::touchAll(fuzz::greedyReader().readRecord({reinterpret_cast<const std::uint8_t*>(record.data()), record.size()}, error));
  return 0;
}
