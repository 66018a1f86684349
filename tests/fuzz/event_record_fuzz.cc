// Object door: no bytes in the shared buffer make the reader look outside them, whatever records came before.
#include <string>

#include "event/record.h"
#include "event_fuzz.h"

namespace {

constexpr std::string_view kBegin("1RCO", 4);
constexpr std::string_view kGoOn("2RCO", 4);
// "pv" in the slot of "e", the ninth key by name.
constexpr std::string_view kPageView("\4\10\0\0\2\0\0\0pv", 10);

void read(oncue::EventReader& reader, const std::string& record) {
  oncue::EventError error;
  oncue::fuzz::touchAll(reader.readRecord({reinterpret_cast<const std::uint8_t*>(record.data()), record.size()}, error));
}

}  // namespace

// The first byte of each part is its length; each part is the body of a record that goes on from the one before.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncue;
  EventReader reader(fuzz::greedyModel(), {});
  std::string_view rest = fuzz::textOf(data, size);
  read(reader, std::string(rest));
  read(reader, std::string(kBegin).append(kPageView).append(rest));
  while (!rest.empty()) {
    const std::size_t length = static_cast<unsigned char>(rest[0]);
    read(reader, std::string(kGoOn).append(rest.substr(1, length)));
    rest.remove_prefix(std::min(rest.size(), length + 1));
  }
  return 0;
}
