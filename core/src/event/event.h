// One event as the definitions see it: the canonical atomic fields, the self-describing event and the entities, read
// from any of the inputs, restricted to what the loaded definitions want.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "definition/model.h"
#include "oncue/engine.h"

namespace oncue {

// Why an event was not counted; stable names in eventErrorName().
enum class EventError : std::uint8_t {
  None,
  NotJson,               // the text is not a JSON object
  MissingColumns,        // enriched TSV with other than 131 columns
  UnknownEventType,      // `e` absent or not one of the protocol's
  BadSelfDescribing,     // `e` = ue without a parsable body or valid iglu URI
  BadRecord,             // object door: the buffer is malformed
};
constexpr std::uint32_t kEventErrorCount = 6;
std::string_view eventErrorName(EventError error);  // "not_json", ...

using EventId = std::array<std::uint8_t, 16>;

// What may differ from the event read before, so that what was found for that one need not be found again.
struct EventChange {
  static constexpr std::uint8_t kName = 1;     // vendor, name, version
  static constexpr std::uint8_t kIds = 2;      // of any attribute key
  static constexpr std::uint8_t kFilters = 4;  // what any event filter looks at, but for the name
  static constexpr std::uint8_t kAll = 7;
};

// Borrowed views stay valid until the reader that filled the event reads again.
class Event {
 public:
  virtual ~Event() = default;

  virtual std::string_view vendor() const = 0;   // event_vendor
  virtual std::string_view name() const = 0;     // event_name
  virtual std::string_view version() const = 0;  // event_version, e.g. "1-0-2"

  virtual std::uint8_t changes() const = 0;  // EventChange bits

  // data.id of the first event_specification entity, "" when there is none.
  virtual std::string_view specificationId() const = 0;

  virtual const EventId* id() const = 0;     // event_id, null when it has none
  virtual std::string_view idText() = 0;     // its canonical lower-case text, "" when null

  // The event's own clock: collector_tstamp (enriched) or stm, else ttm, else dtm (payload); ms.
  virtual std::optional<std::int64_t> clock() const = 0;

  // Must be called once before any of the reads below: `now` stands for the collector's clock.
  virtual void settle(std::int64_t now) = 0;
  virtual std::int64_t derivedTstamp() const = 0;  // ms

  // Value at Model::properties[property]; Null when absent.
  virtual EventValue value(std::uint32_t property) = 0;
  virtual EventValue atomic(AtomicField field) = 0;

  // Text id at a key's property by the rule for ids: null, "", object, array -> nothing.
  virtual std::optional<std::string_view> identifier(std::uint32_t property) = 0;
};

}  // namespace oncue
