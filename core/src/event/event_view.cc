#include "event/event_view.h"

#include <string>

#include "base/calendar.h"
#include "base/number_text.h"
#include "event/coerce.h"
#include "event/cross_domain.h"
#include "event/referrer.h"
#include "event/uuid.h"

namespace oncue {
namespace {

std::uint32_t offset(AtomicField field, AtomicField first) {
  return static_cast<std::uint32_t>(field) - static_cast<std::uint32_t>(first);
}

AtomicField advance(AtomicField first, std::size_t by) {
  return static_cast<AtomicField>(static_cast<std::size_t>(first) + by);
}

EventValue textOrNull(std::string_view text) { return text.empty() ? EventValue{} : EventValue::of(text); }

// `part` counts from ..._urlscheme in the order of the atomic fields.
EventValue urlPart(const UrlParts& url, std::uint32_t part) {
  if (!url.valid) return {};
  switch (part) {
    case 0: return textOrNull(url.scheme);
    case 1: return textOrNull(url.host);
    case 2: return EventValue::of(static_cast<double>(url.port));
    case 3: return textOrNull(url.path);
    case 4: return textOrNull(url.query);
    default: return textOrNull(url.fragment);
  }
}

bool isTrackable(const UrlParts& referrer) {
  return !referrer.host.empty() &&
         (referrer.scheme == "http" || referrer.scheme == "https" || referrer.scheme == "android-app");
}

// Enrich's formula; without `stm`, sent = collected.
std::int64_t derive(std::int64_t collector, std::optional<std::int64_t> created, std::optional<std::int64_t> sent) {
  if (!sent) sent = collector;
  return created && *created < *sent ? collector - (*sent - *created) : collector;
}

}  // namespace

EventView::EventView(const ReadPlan& plan, const EnrichmentOptions& options)
    : plan_(plan), options_(options), campaignRules_(options_.campaigns), raw_(plan) {
  raw_.reset(false);
}

EventError EventView::begin() {
  const std::uint8_t stale = raw_.beginning;
  raw_.beginning = 0;
  if (stale & Beginning::kName) isNamed_ = raw_.isEnriched() ? nameFromGiven() : nameFromProtocol();
  if (stale & Beginning::kId) readId();
  if (stale & Beginning::kTimes) readTimes(stale);
  if (isNamed_) return EventError::None;
  return type_ == nullptr ? EventError::UnknownEventType : EventError::BadSelfDescribing;
}

bool EventView::nameFromProtocol() {
  type_ = eventTypeOfCode(raw_.protocol(ProtocolKey::e));
  if (type_ == nullptr) return false;
  const bool isTyped = !type_->vendor.empty();
  if (!isTyped && raw_.schema.vendor.empty()) return false;
  vendor_ = isTyped ? type_->vendor : raw_.schema.vendor;
  name_ = isTyped ? type_->name : raw_.schema.name;
  format_ = isTyped ? kTypedFormat : raw_.schema.format;
  version_ = isTyped ? kTypedVersion : raw_.schema.version;
  return true;
}

bool EventView::nameFromGiven() {
  type_ = eventTypeOfName(raw_.given(AtomicField::event).text);
  const bool isTyped = type_ != nullptr && !type_->vendor.empty();
  const auto either = [&](AtomicField field, std::string_view typed, std::string_view fromSchema) {
    const std::string_view given = computeGiven(field).text;
    return !given.empty() ? given : isTyped ? typed : fromSchema;
  };
  vendor_ = either(AtomicField::event_vendor, isTyped ? type_->vendor : "", raw_.schema.vendor);
  name_ = either(AtomicField::event_name, isTyped ? type_->name : "", raw_.schema.name);
  format_ = either(AtomicField::event_format, kTypedFormat, raw_.schema.format);
  version_ = either(AtomicField::event_version, kTypedVersion, raw_.schema.version);
  return !name_.empty();
}

EventView::Time EventView::givenTime(AtomicField field) const {
  std::int64_t ms;
  const EventValue& given = raw_.given(field);
  if (given.kind != EventValue::Kind::String || !parseIsoTimestamp(given.text, ms)) return std::nullopt;
  return isRepresentable(ms) ? Time(ms) : std::nullopt;
}

void EventView::readTimes(std::uint8_t stale) {
  if (raw_.isEnriched()) {
    created_ = givenTime(AtomicField::dvce_created_tstamp);
    sent_ = givenTime(AtomicField::dvce_sent_tstamp);
    true_ = givenTime(AtomicField::true_tstamp);
    givenCollector_ = givenTime(AtomicField::collector_tstamp);
    givenDerived_ = givenTime(AtomicField::derived_tstamp);
    return;
  }
  givenCollector_.reset();
  givenDerived_.reset();
  if (stale & Beginning::kCreated) created_ = asEpochMs(raw_.protocol(ProtocolKey::dtm));
  if (stale & Beginning::kSent) sent_ = asEpochMs(raw_.protocol(ProtocolKey::stm));
  if (stale & Beginning::kTrue) true_ = asEpochMs(raw_.protocol(ProtocolKey::ttm));
}

std::string_view EventView::specificationId() const {
  if (plan_.specificationSlot == kNone) return {};
  return raw_.value(plan_.specificationSlot).text;
}

void EventView::readId() {
  // A value that is no text has an empty one.
  const std::string_view text = raw_.isEnriched() ? raw_.given(AtomicField::event_id).text : raw_.protocol(ProtocolKey::eid);
  hasId_ = parseUuid(text, id_);
}

std::optional<std::int64_t> EventView::clock() const {
  for (const Time& time : {givenCollector_, givenDerived_, sent_, true_, created_}) {
    if (time) return time;
  }
  return std::nullopt;
}

void EventView::settle(std::int64_t now) {
  collector_ = givenCollector_.value_or(now);
  if (raw_.isEnriched()) {
    derived_ = givenDerived_.value_or(collector_);
  } else {
    derived_ = true_ ? *true_ : derive(collector_, created_, sent_);
  }
  knownAt_[static_cast<std::size_t>(AtomicField::collector_tstamp)] = 0;
  knownAt_[static_cast<std::size_t>(AtomicField::derived_tstamp)] = 0;
}

EventValue EventView::value(std::uint32_t property) {
  const Property& wanted = plan_.model.properties[property];
  return wanted.source == Property::Source::Atomic ? atomic(wanted.atomic) : raw_.value(property);
}

std::optional<std::string_view> EventView::identifier(std::uint32_t property) {
  const EventValue found = value(property);
  switch (found.kind) {
    case EventValue::Kind::String:
      return found.text.empty() ? std::nullopt : std::optional(found.text);
    case EventValue::Kind::Number: return raw_.arena.copy(numberText(found.number));
    case EventValue::Kind::Bool: return found.number != 0 ? "true" : "false";
    default: return std::nullopt;
  }
}

EventValue EventView::remember(AtomicField field, const EventValue& value) {
  knownAt_[static_cast<std::size_t>(field)] = raw_.number();
  return known_[static_cast<std::size_t>(field)] = value;
}

EventValue EventView::atomic(AtomicField field) {
  if (!plan_.wants(field)) return {};
  const FieldSource source = payloadSource(field);
  const auto index = static_cast<std::size_t>(field);
  if (raw_.isFresh(knownAt_[index], source.key, source.other)) return known_[index];
  return remember(field, compute(field));
}

EventValue EventView::compute(AtomicField field) {
  const FieldRule rule = payloadSource(field).rule;
  if (rule == FieldRule::EventType) return typeField(field);
  // Of the text, which the object door does not keep, nothing else is made.
  if (field == AtomicField::event_id) return hasId_ ? EventValue::of(raw_.arena.copy(uuidText(id_))) : EventValue{};
  if (atomicType(field) == AtomicType::Timestamp && field != AtomicField::refr_device_tstamp) {
    return time(field);
  }
  return raw_.isEnriched() ? computeGiven(field) : computeFromProtocol(field);
}

EventValue EventView::time(AtomicField field) {
  Time ms;
  switch (field) {
    case AtomicField::collector_tstamp: ms = collector_; break;
    case AtomicField::derived_tstamp: ms = derived_; break;
    case AtomicField::dvce_created_tstamp: ms = created_; break;
    case AtomicField::dvce_sent_tstamp: ms = sent_; break;
    case AtomicField::true_tstamp: ms = true_; break;
    default: ms = givenTime(field);  // etl_tstamp, which only enriched events have
  }
  return ms ? timestampValue(*ms, raw_.arena) : EventValue{};
}

EventValue EventView::typeField(AtomicField field) {
  switch (field) {
    case AtomicField::event_vendor: return textOrNull(vendor_);
    case AtomicField::event_name: return textOrNull(name_);
    case AtomicField::event_format: return textOrNull(format_);
    case AtomicField::event_version: return textOrNull(version_);
    default: return raw_.isEnriched() ? computeGiven(field) : EventValue::of(type_->event);
  }
}

EventValue EventView::computeGiven(AtomicField field) {
  const EventValue& given = raw_.given(field);
  const bool isText = given.kind == EventValue::Kind::String;
  if (!given.isScalar()) return {};
  if (payloadSource(field).rule == FieldRule::Uuid) return isText ? asUuid(given.text, raw_.arena) : EventValue{};
  switch (atomicType(field)) {
    case AtomicType::Integer: {
      if (isText) return asInteger(given.text);
      return given.kind == EventValue::Kind::Number ? asInteger(numberText(given.number)) : EventValue{};
    }
    case AtomicType::Decimal:
      if (isText) return asDecimal(given.text);
      return given.kind == EventValue::Kind::Number ? given : EventValue{};
    case AtomicType::Boolean:
      if (!isText) return given.kind == EventValue::Kind::Bool ? given : EventValue{};
      if (given.text == "true" || given.text == "false") return EventValue::boolean(given.text == "true");
      return asBoolean(given.text);
    case AtomicType::Timestamp: return time(field);
    case AtomicType::Json: return {};
    case AtomicType::String: break;
  }
  if (isText) return tsvSafe(given.text, raw_.arena);
  if (given.kind == EventValue::Kind::Bool) return EventValue::of(given.number != 0 ? "true" : "false");
  return EventValue::of(raw_.arena.copy(numberText(given.number)));
}

std::string_view EventView::protocol(const FieldSource& source) const {
  const std::string_view text = raw_.protocol(source.key);
  return text.empty() && source.other != ProtocolKey::none ? raw_.protocol(source.other) : text;
}

EventValue EventView::computeFromProtocol(AtomicField field) {
  const FieldSource source = payloadSource(field);
  Arena& arena = raw_.arena;
  switch (source.rule) {
    case FieldRule::Text: return tsvSafe(protocol(source), arena);
    case FieldRule::UserAgent: {
      const std::string_view text = protocol(source);
      return tsvSafe(text.empty() ? std::string_view(options_.userAgent) : text, arena);
    }
    case FieldRule::Integer: return asInteger(protocol(source));
    case FieldRule::Decimal: return asDecimal(protocol(source));
    case FieldRule::Boolean: return asBoolean(protocol(source));
    case FieldRule::Uuid: return asUuid(protocol(source), arena);
    case FieldRule::Platform: return asPlatform(protocol(source));
    case FieldRule::Width: return asDimension(protocol(source), false);
    case FieldRule::Height: return asDimension(protocol(source), true);
    case FieldRule::FirstAddress: return tsvSafe(firstAddress(protocol(source)), arena);
    case FieldRule::PageUrl: page(); return textOrNull(page_.text);
    case FieldRule::PageUrlPart: return urlPart(page(), offset(field, AtomicField::page_urlscheme));
    case FieldRule::ReferrerUrlPart: return urlPart(referrerUrl(), offset(field, AtomicField::refr_urlscheme));
    case FieldRule::Referrer: readReferrer(); break;
    case FieldRule::Campaign: readCampaign(); break;
    case FieldRule::CrossDomain: readCrossDomain(); break;
    default: return {};
  }
  return known_[static_cast<std::size_t>(field)];
}

const UrlParts& EventView::url(ProtocolKey key, Url& made) {
  if (!raw_.isFresh(made.madeAt, key, key)) {
    made.text = encodeSpaces(tsvSafe(raw_.protocol(key), raw_.arena).text, raw_.arena);
    made.parts = splitUrl(made.text);
    made.madeAt = raw_.number();
  }
  return made.parts;
}

const UrlParts& EventView::page() { return url(ProtocolKey::url, page_); }

const UrlParts& EventView::referrerUrl() { return url(ProtocolKey::refr, referrer_); }

void EventView::readCampaign() {
  EventValue fields[kCampaignFields];
  if (options_.campaignAttribution) campaignRules_.read(page().query, raw_.arena, fields);
  for (std::size_t i = 0; i < 5; ++i) remember(advance(AtomicField::mkt_medium, i), fields[i]);
  remember(AtomicField::mkt_clickid, fields[5]);
  remember(AtomicField::mkt_network, fields[6]);
}

void EventView::readReferrer() {
  const UrlParts& referrer = referrerUrl();
  std::string_view medium, name;
  EventValue term;
  if (isTrackable(referrer)) {
    bool isInternal = referrer.host == page().host;
    for (const std::string& domain : options_.internalDomains) isInternal |= referrer.host == domain;
    ReferrerSource source;
    medium = isInternal ? "internal" : "unknown";
    if (!isInternal && findReferrer(options_.referrers, referrer, raw_.arena, source) && source.medium != medium) {
      medium = source.medium;
      name = source.name;
      term = source.term;
    }
  }
  remember(AtomicField::refr_medium, textOrNull(medium));
  remember(AtomicField::refr_source, textOrNull(name));
  remember(AtomicField::refr_term, term);
}

void EventView::readCrossDomain() {
  const CrossDomain link = oncue::readCrossDomain(page().query, raw_.arena);
  remember(AtomicField::refr_domain_userid, link.userId);
  remember(AtomicField::refr_device_tstamp, link.timestamp);
}

}  // namespace oncue
