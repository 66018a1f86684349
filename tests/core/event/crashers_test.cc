// Inputs that once broke a door, kept by the fuzzers in tests/fuzz.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/wire.h"
#include "event/event_cases.h"
#include "event/record.h"

namespace oncue::test {
namespace {

template <class Replay>
void replayAll(const char* fuzzer, Replay replay) {
  const std::filesystem::path folder = std::filesystem::path(ONCUE_FIXTURES_DIR "/crashers") / fuzzer;
  if (!std::filesystem::exists(folder)) return;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(file.path());
    std::ifstream in(file.path(), std::ios::binary);
    replay(std::string(std::istreambuf_iterator<char>(in), {}));
  }
}

class Crashers : public testing::Test {
 protected:
  void answer(Event* event) {
    if (event != nullptr) answersOf(*event, wanted_);
  }

  Wanted wanted_{{}, true};
  EventReader reader_{wanted_.model, {}};
  EventError error_{};
};

TEST_F(Crashers, Record) {
  replayAll("event_record", [&](const std::string& bytes) {
    Writer record;
    record.u32(kRecordMagic);
    record.raw(bytes);
    answer(reader_.readRecord({reinterpret_cast<const std::uint8_t*>(record.bytes().data()), record.bytes().size()}, error_));
  });
}

TEST_F(Crashers, Payload) {
  replayAll("event_payload", [&](const std::string& text) {
    answer(reader_.read(text, EventFormat::Payload, error_));
    answer(reader_.read(text, EventFormat::EnrichedJson, error_));
  });
}

TEST_F(Crashers, Tsv) {
  replayAll("event_tsv", [&](const std::string& line) { answer(reader_.read(line, EventFormat::EnrichedTsv, error_)); });
}

}  // namespace
}  // namespace oncue::test
