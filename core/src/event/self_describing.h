// Self-describing JSON -> the wanted values of a RawEvent.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/json_scanner.h"
#include "event/raw_event.h"

namespace oncue {

class SelfDescribingReader {
 public:
  SelfDescribingReader(const ReadPlan& plan, RawEvent& raw);

  // Before the first call for an event: entities are counted from 0.
  void reset();

  // {"schema":..., "data":{"schema":S,"data":{...}}}; the outer schema is not looked at. False when the text is not JSON,
  // S is not an iglu URI or the data is not an object; then nothing is kept.
  bool readEvent(std::string_view json);

  // {"schema":..., "data":[{"schema":S,"data":{...}},...]}. An entity without a valid S or an object as data is skipped
  // and not counted; a text that is not JSON has no entities.
  void readEntities(std::string_view json);

  // The same with the scanner before the outer object; false when that is not an object.
  bool readEvent(JsonScanner& json);
  bool readEntities(JsonScanner& json);

  // Data alone, the scanner before it: it becomes the n-th entity, or the event's data, by `root`.
  void readData(JsonScanner& json, std::uint32_t root);

 private:
  bool readWrapped(JsonScanner& json, bool isEvent);
  bool readEventBody(JsonScanner& json);
  bool readEntityList(JsonScanner& json);
  bool findParts(JsonScanner& json, IgluUri& schema, std::size_t& dataAt);
  void readEntity(JsonScanner& json);
  void readEntityData(JsonScanner& json, const IgluUri& schema, std::size_t dataAt);
  void walk(JsonScanner& json, std::uint32_t node);
  void walkObject(JsonScanner& json, std::uint32_t node);
  void walkArray(JsonScanner& json, std::uint32_t node);
  void clear(std::uint32_t node);

  // Of one node of the trie; what is not of the event or the walk in hand does not count.
  struct Visit {
    std::uint32_t event;
    std::uint32_t count;  // entities of a schema
    std::uint32_t walk;
  };

  const Trie& trie_;
  const ReadPlan& plan_;
  RawEvent& raw_;
  PlainList<Visit> visits_;  // by node
  std::uint32_t event_ = 0;
  std::uint32_t walk_ = 0;
  bool specificationSeen_ = false;
  PlainList<EventValue> items_;  // of the arrays being collected
};

}  // namespace oncue
