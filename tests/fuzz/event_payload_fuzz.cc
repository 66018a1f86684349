// Text door: payloads and enriched JSON never crash, and the scanner accepts exactly the texts that parseJson accepts.
#include "base/json.h"
#include "event/json_scanner.h"
#include "event/repair_utf8.h"
#include "event_fuzz.h"

namespace {

struct Anything final : oncue::JsonSink {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number(double) override { return true; }
  bool string(std::string_view) override { return true; }
  bool key(std::string_view) override { return true; }
  bool startObject() override { return true; }
  bool endObject() override { return true; }
  bool startArray() override { return true; }
  bool endArray() override { return true; }
};

void compareParsers(std::string_view text) {
  // A byte order mark is an error to JSON.parse, and so to events.
  if (oncue::validUtf8Prefix(text) != text.size() || text.substr(0, 3) == "\xEF\xBB\xBF") return;
  Anything sink;
  std::string error;
  const bool expected = oncue::parseJson(text, sink, error);
  oncue::Arena arena;
  oncue::JsonScanner scanner(text, arena);
  scanner.skip();
  if ((scanner.ok() && scanner.atEnd()) != expected) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncue;
  const std::string_view text = fuzz::textOf(data, size);
  compareParsers(text);
  EventError error;
  fuzz::touchAll(fuzz::greedyReader().read(text, EventFormat::Payload, error));
  fuzz::touchAll(fuzz::greedyReader().read(text, EventFormat::EnrichedJson, error));
  return 0;
}
