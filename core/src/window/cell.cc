#include "window/cell.h"

#include <algorithm>
#include <utility>

#include "aggregation/column.h"
#include "window/rolling_window.h"
#include "window/saturating.h"

namespace oncue {
namespace {

bool isWindowed(const Computation& computation) { return computation.periodMs > 0; }

// Entries count while their ts is greater.
std::int64_t windowBound(const Computation& computation, std::int64_t now) {
  return saturatingSubtract(now, computation.periodMs);
}

constexpr std::uint8_t kWindowedTag = 0x80;
constexpr std::uint8_t kEmptyTag = 0x40;

std::uint8_t tagOf(const Computation& computation) {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(computation.aggregation) |
                                   (isWindowed(computation) ? kWindowedTag : 0));
}

}  // namespace

Cell::Cell(const Computation&) {}
Cell::Cell(Cell&& other) noexcept = default;
Cell& Cell::operator=(Cell&& other) noexcept = default;
Cell::~Cell() = default;

bool Cell::update(const Computation& computation, const EventValue& value, const Stamp& stamp, std::int64_t now,
                  std::uint32_t windowEventLimit) {
  if (isWindowed(computation) && (windowEventLimit == 0 || stamp.ts <= windowBound(computation, now))) return false;
  Element element;
  if (isPrepared(computation, value, element)) return take(computation, element, stamp, now, windowEventLimit);
  std::string scratch;
  return coerceToElement(computation, value, scratch, element) &&
         take(computation, element, stamp, now, windowEventLimit);
}

bool Cell::take(const Computation& computation, const Element& element, const Stamp& stamp, std::int64_t now,
                std::uint32_t windowEventLimit) {
  if (!put(computation, element, stamp, empty() || expired(computation, now), windowEventLimit)) return false;
  lastReceipt_ = now;
  return true;
}

void Cell::add(const Computation& computation, const Element& element, const Stamp& stamp, std::int64_t at,
               std::uint32_t windowEventLimit) {
  const bool fresh = empty();
  lastReceipt_ = fresh ? at : std::max(lastReceipt_, at);
  put(computation, element, stamp, fresh, windowEventLimit);
}

bool Cell::put(const Computation& computation, const Element& element, const Stamp& stamp, bool fresh,
               std::uint32_t windowEventLimit) {
  if (isWindowed(computation)) {
    if (fresh) window_ = std::make_unique<RollingWindow>();
    return window_->add(element, stamp, windowEventLimit);
  }
  if (fresh) state_ = AggregationState(computation.aggregation);
  state_.update(element, stamp);
  return true;
}

Value Cell::value(const Computation& computation, std::int64_t now) const {
  Value out;
  read(computation, now, out);
  return out;
}

void Cell::read(const Computation& computation, std::int64_t now, Value& out) const {
  if (empty() || expired(computation, now)) return out.become(Value::Kind::Null);
  const ReadContext context{.now = now, .unitMs = std::max<std::int64_t>(computation.unitMs, 1)};
  if (window_) {
    window_->value(computation.aggregation, windowBound(computation, now), context, out);
  } else {
    state_.finalize(context, out);
  }
  coerceResult(computation.type, out);
}

std::int64_t Cell::nextDeparture(const Computation& computation, std::int64_t now) const {
  if (empty() || expired(computation, now)) return kNever;
  if (!window_) return computation.ttlMs == 0 ? kNever : saturatingAdd(lastReceipt_, computation.ttlMs);
  std::int64_t earliest = 0;
  if (!window_->earliestWithin(windowBound(computation, now), earliest)) return kNever;
  return saturatingAdd(std::min(earliest, lastReceipt_), computation.periodMs);
}

void Cell::prune(const Computation& computation, std::int64_t now) {
  if (!window_) return;
  window_->dropUntil(saturatingSubtract(windowBound(computation, now), kPruneDelayMs));
}

bool Cell::dead(const Computation& computation, std::int64_t now) const {
  if (!window_) return empty() || expired(computation, now);
  return expired(computation, now, kPruneDelayMs) ||
         window_->sizeWithin(saturatingSubtract(windowBound(computation, now), kPruneDelayMs)) == 0;
}

std::uint32_t Cell::windowSize(const Computation& computation, std::int64_t now) const {
  if (!window_ || expired(computation, now)) return 0;
  return window_->sizeWithin(windowBound(computation, now));
}

bool Cell::windowFull(const Computation& computation, std::int64_t now, std::uint32_t windowEventLimit) const {
  return window_ && windowSize(computation, now) >= windowEventLimit;
}

bool Cell::truncated(const Computation& computation) const {
  return window_ ? window_->truncated(computation.aggregation) : state_ && state_.truncated();
}

void Cell::merge(const Computation& computation, const Cell& from, std::uint32_t windowEventLimit) {
  if (from.empty()) return;
  lastReceipt_ = empty() ? from.lastReceipt_ : std::max(lastReceipt_, from.lastReceipt_);
  if (from.window_) {
    if (!window_) window_ = std::make_unique<RollingWindow>();
    window_->merge(*from.window_, windowEventLimit);
  }
  if (from.state_) {
    if (!state_) state_ = AggregationState(computation.aggregation);
    state_.merge(from.state_);
  }
}

// Tag (aggregation and shape), then unless empty the last receipt and the state or the window.
void Cell::serialize(const Computation& computation, Writer& out) const {
  const bool none = empty() || (window_ && window_->size() == 0);
  out.u8(static_cast<std::uint8_t>(tagOf(computation) | (none ? kEmptyTag : 0)));
  if (none) return;
  out.i64(lastReceipt_);
  if (window_) {
    window_->serialize(out);
  } else {
    state_.serialize(out);
  }
}

bool Cell::deserialize(const Computation& computation, Reader& in) {
  *this = Cell(computation);
  const std::uint8_t tag = in.u8();
  if (!in.ok() || (tag & ~kEmptyTag) != tagOf(computation)) return false;
  if ((tag & kEmptyTag) != 0) return true;
  const std::int64_t receipt = in.i64();
  bool ok = false;
  if (isWindowed(computation)) {
    window_ = std::make_unique<RollingWindow>();
    ok = window_->deserialize(computation.aggregation, in);
  } else {
    state_ = AggregationState(computation.aggregation);
    ok = state_.deserialize(in);
  }
  if (ok) {
    lastReceipt_ = receipt;
  } else {
    *this = Cell(computation);
  }
  return ok;
}

// Nothing was relevant for as long as the TTL or the period: as if nothing were stored.
bool Cell::outlived(std::int64_t limit, std::int64_t now, std::int64_t grace) const {
  return now > lastReceipt_ &&
         saturatingSubtract(now, lastReceipt_) >= saturatingAdd(limit, grace);
}

}  // namespace oncue
