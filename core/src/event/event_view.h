// The Event over a RawEvent: atomic fields are computed when asked for, once per event.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/campaign.h"
#include "event/event.h"
#include "event/event_type.h"
#include "event/raw_event.h"
#include "event/reader.h"
#include "event/url.h"

namespace oncue {

class EventView final : public Event {
 public:
  EventView(const ReadPlan& plan, const EnrichmentOptions& options);  // keeps both

  // What the doors fill, then begin() makes the event of it: of all that is stale. None, or why it is unusable.
  RawEvent& raw() { return raw_; }
  EventError begin();

  std::string_view vendor() const override { return vendor_; }
  std::string_view name() const override { return name_; }
  std::string_view version() const override { return version_; }
  std::uint8_t changes() const override { return raw_.changes; }
  std::string_view specificationId() const override;
  const EventId* id() const override { return hasId_ ? &id_ : nullptr; }
  std::string_view idText() override { return atomic(AtomicField::event_id).text; }
  std::optional<std::int64_t> clock() const override;
  void settle(std::int64_t now) override;
  std::int64_t derivedTstamp() const override { return derived_; }
  EventValue value(std::uint32_t property) override;
  EventValue atomic(AtomicField field) override;
  std::optional<std::string_view> identifier(std::uint32_t property) override;

 private:
  using Time = std::optional<std::int64_t>;

  bool nameFromProtocol();
  bool nameFromGiven();
  void readId();
  void readTimes(std::uint8_t stale);
  Time givenTime(AtomicField field) const;

  EventValue compute(AtomicField field);
  EventValue computeGiven(AtomicField field);
  EventValue computeFromProtocol(AtomicField field);
  EventValue typeField(AtomicField field);
  EventValue time(AtomicField field);
  std::string_view protocol(const FieldSource& source) const;
  EventValue remember(AtomicField field, const EventValue& value);
  void readCampaign();
  void readReferrer();
  void readCrossDomain();
  const UrlParts& page();
  const UrlParts& referrerUrl();

  const ReadPlan& plan_;
  const EnrichmentOptions& options_;
  CampaignRules campaignRules_;
  RawEvent raw_;

  const EventType* type_ = nullptr;  // protocol doors only
  bool isNamed_ = false;
  std::string_view vendor_, name_, format_, version_;
  EventId id_;
  bool hasId_ = false;
  Time created_, sent_, true_, givenCollector_, givenDerived_;
  std::int64_t collector_ = 0, derived_ = 0;

  EventValue known_[kAtomicFieldCount];
  std::uint64_t knownAt_[kAtomicFieldCount] = {};  // number of the event that known_ was made for; 0: none
  struct Url {
    std::string_view text;
    UrlParts parts;
    std::uint64_t madeAt = 0;
  };
  const UrlParts& url(ProtocolKey key, Url& made);
  Url page_, referrer_;
};

}  // namespace oncue
