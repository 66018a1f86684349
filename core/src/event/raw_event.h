// One event as a door left it, before anything is computed: raw values of what the plan wants.
#pragma once

#include <cstdint>
#include <string_view>

#include "event/arena.h"
#include "event/iglu_uri.h"
#include "event/read_plan.h"

namespace oncue {

class RawEvent {
 public:
  explicit RawEvent(const ReadPlan& plan) : plan_(plan) { values_.extend(plan.slotCount); }

  // Forgets the previous event; `isEnriched` says whether atomic fields will be given or protocol values.
  void reset(bool isEnriched);
  bool isEnriched() const { return isEnriched_; }

  // Protocol values as text, "" when absent.
  std::string_view protocol(ProtocolKey key) const { return protocol_[static_cast<std::size_t>(key)]; }
  void setProtocol(ProtocolKey key, std::string_view text) { protocol_[static_cast<std::size_t>(key)] = text; }

  // The object door keeps what an event has in common with the one before: instead of reset(), then for what differs.
  void goOn();
  void changeProtocol(ProtocolKey key, std::string_view text) {
    setProtocol(key, text);
    change(key);
  }
  void changeSchema(const IgluUri& uri);
  void changeValue(std::uint32_t slot, const EventValue& value);

  std::uint8_t changes = 0;    // EventChange bits
  std::uint8_t beginning = 0;  // Beginning bits: of what changed since these were cleared

  // Events are numbered, so that what is made of these values is known as long as neither changes.
  std::uint64_t number() const { return number_; }
  bool isFresh(std::uint64_t madeAt, ProtocolKey key, ProtocolKey other) const {
    return madeAt >= lostAt_ && madeAt >= changedAt_[static_cast<std::size_t>(key)] &&
           madeAt >= changedAt_[static_cast<std::size_t>(other)];
  }

  // Atomic fields of an enriched event: texts of a TSV, typed values of a JSON.
  const EventValue& given(AtomicField field) const { return given_[static_cast<std::size_t>(field)]; }
  void setGiven(AtomicField field, const EventValue& value) { given_[static_cast<std::size_t>(field)] = value; }

  // Values found in self-describing data, by slot of the plan.
  const EventValue& value(std::uint32_t slot) const { return values_[slot]; }
  void setValue(std::uint32_t slot, const EventValue& value);

  // For undoing everything set since mark().
  std::uint32_t mark() const { return touched_.size(); }
  void rollBack(std::uint32_t mark);

  Arena arena;
  IgluUri schema;  // of the self-describing event; its vendor is "" when there is none

 private:
  void change(ProtocolKey key) {
    const Dependents& dependents = plan_.dependents[static_cast<std::size_t>(key)];
    changes |= dependents.changes;
    beginning |= dependents.beginning;
    changedAt_[static_cast<std::size_t>(key)] = number_;
  }

  const ReadPlan& plan_;
  bool isEnriched_ = false;
  std::string_view protocol_[kProtocolKeyCount];
  std::uint64_t number_ = 0;
  std::uint64_t lostAt_ = 0;                              // everything
  std::uint64_t changedAt_[kProtocolKeyCount + 1] = {};  // by ProtocolKey; nothing is made of `none`
  EventValue given_[kAtomicFieldCount];
  PlainList<EventValue> values_;
  PlainList<std::uint32_t> touched_;  // slots that setValue() set
};

}  // namespace oncue
