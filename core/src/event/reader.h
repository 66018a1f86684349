// Reads events from any door into one Event.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "event/event.h"
#include "oncue/vec.h"

namespace oncue {

class EventReader {
 public:
  // Keeps a reference to `model`. `readsAppId`: whether atomic() will be asked for it, whatever the definitions.
  EventReader(const Model& model, EnrichmentOptions options, bool readsAppId = true);
  ~EventReader();

  // Text door. The returned event is owned by the reader and valid until the next read. `error` says why it is
  // unusable; then the result is null.
  Event* read(std::string_view text, EventFormat format, EventError& error);

  // Object door: a record written by the page's extractor into the shared buffer (layout in record.h).
  // By pointer and size: a span is passed in memory, where it is read in one piece as soon as its two parts are written,
  // and waits for them.
  Event* readRecord(const std::uint8_t* record, std::size_t size, EventError& error);
  Event* readRecord(std::span<const std::uint8_t> record, EventError& error) {
    return readRecord(record.data(), record.size(), error);
  }

  // What the page's extractor must look for, as JSON (layout in record.h).
  std::string extractionPlan() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncue
