#include "sync/own_log.h"

#include <algorithm>
#include <utility>

#include "definition/model.h"
#include "window/saturating.h"

namespace oncue {
namespace {

constexpr std::uint32_t kRoom = 1000;
constexpr std::uint32_t kLeastPendingBytes = 1 + 12 + 2;
constexpr std::uint32_t kLeastFormBytes = 1 + 2;

std::int64_t clampTime(std::int64_t ms) { return std::clamp(ms, -kLatestMs, kLatestMs); }

void writeDifference(Writer& out, std::int64_t to, std::int64_t from) {
  out.varint(zigzag(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)));
}

std::int64_t readDifference(Reader& in, std::int64_t from) {
  const auto read = static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + unzigzag(in.varint()));
  if (read < -kLatestMs || read > kLatestMs) in.fail();
  return read;
}

}  // namespace

void OwnLog::begin(std::int64_t ts, std::int64_t at, std::int64_t lastAt) {
  PendingFact next;
  next.deviceTs = next.fact.ts = clampTime(ts);
  next.deviceAt = clampTime(at);
  next.fact.at = std::max(next.deviceAt, pending_.empty() ? lastAt : pending_.back().fact.at);
  pending_.push_back(std::move(next));
}

void OwnLog::settle(std::int64_t lastAt) {
  for (std::uint32_t i = frozen_; i < pending_.size(); ++i) {
    PendingFact& one = pending_[i];
    one.fact.ts = one.deviceTs;
    one.fact.at = std::max(one.deviceAt, i == 0 ? lastAt : pending_[i - 1].fact.at);
  }
}

bool OwnLog::freezeNext(std::int64_t offset, std::int64_t lastAt) {
  PendingFact& next = pending_[frozen_];
  const std::int64_t floor = frozen_ == 0 ? lastAt : pending_[frozen_ - 1].fact.at;
  const std::int64_t ts = clampTime(saturatingAdd(next.deviceTs, offset));
  const std::int64_t at = std::max(clampTime(saturatingAdd(next.deviceAt, offset)), floor);
  const bool moved = ts != next.fact.ts || at != next.fact.at;
  next.fact.ts = ts;
  next.fact.at = at;
  ++frozen_;
  if (moved) settle(lastAt);
  return moved;
}

void OwnLog::renumber(std::int64_t lastAt) {
  forms_.clear();
  settle(lastAt);
}

bool OwnLog::beginsWith(const Form& form, const Form& with) {
  return form.size() >= with.size() && std::equal(with.begin(), with.end(), form.begin());
}

OwnLog::Form OwnLog::presentForm(std::uint32_t count) const {
  Form form;
  for (std::uint32_t i = 0; i < count; ++i) form.push_back({pending_[i].fact.ts, pending_[i].fact.at});
  return form;
}

void OwnLog::rememberForm() {
  Form present = presentForm(frozen_);
  for (const Form& form : forms_) {
    if (beginsWith(form, present)) return;
  }
  eraseIf(forms_, [&](const Form& form) { return beginsWith(present, form); });
  if (forms_.size() == kMaxForms) forms_.erase(forms_.begin(), forms_.begin() + 1);
  forms_.push_back(std::move(present));
}

void OwnLog::unfreeze(std::int64_t lastAt) {
  if (frozen_ > 0) rememberForm();
  frozen_ = 0;
  settle(lastAt);
}

std::uint32_t OwnLog::findForm(std::uint64_t before, std::uint64_t count, std::uint64_t chain) const {
  // The present one first.
  for (std::uint32_t place = 0; place <= forms_.size(); ++place) {
    const Form* form = place == 0 ? nullptr : &forms_[place - 1];
    if (count > (form == nullptr ? frozen_ : form->size())) continue;
    std::uint64_t link = before;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Fact& fact = pending_[i].fact;
      link = nextChain(link, form == nullptr ? factBytes(fact) : factBytes((*form)[i].ts, (*form)[i].at, fact.updates));
    }
    if (link == chain) return form == nullptr ? kPresent : place - 1;
  }
  return kNone;
}

void OwnLog::takeForm(std::uint32_t form, std::int64_t lastAt) {
  const Form taken = std::move(forms_[form]);
  forms_.erase(forms_.begin() + form, forms_.begin() + form + 1);
  if (frozen_ > 0) rememberForm();
  frozen_ = static_cast<std::uint32_t>(taken.size());
  for (std::uint32_t i = 0; i < frozen_; ++i) {
    pending_[i].fact.ts = taken[i].ts;
    pending_[i].fact.at = taken[i].at;
  }
  settle(lastAt);
}

void OwnLog::dropFirst(std::uint32_t count) {
  const Form taken = presentForm(forms_.empty() ? 0 : count);
  eraseIf(forms_, [&](Form& form) {
    if (form.size() <= count || !beginsWith(form, taken)) return true;
    form.erase(form.begin(), form.begin() + count);
    return false;
  });
  pending_.erase(pending_.begin(), pending_.begin() + count);
  frozen_ -= std::min(frozen_, count);
}

std::uint32_t OwnLog::dropBefore(std::int64_t floor) {
  // Receipts never run backwards, so these are the first.
  std::uint32_t count = 0;
  while (count < pending_.size() && pending_[count].fact.at < floor) ++count;
  // Requests that had them are refused for ever, and others were numbered otherwise.
  if (count > 0) forms_.clear();
  dropFirst(count);
  return count;
}

std::uint32_t OwnLog::makeRoom() {
  if (pending_.size() < kMaxPending) return 0;
  std::uint32_t sent = frozen_;
  for (const Form& form : forms_) sent = std::max(sent, static_cast<std::uint32_t>(form.size()));
  const std::uint32_t count = std::min(kRoom, size() - sent);
  pending_.erase(pending_.begin() + sent, pending_.begin() + sent + count);
  return count;
}

void OwnLog::clear() {
  pending_.clear();
  forms_.clear();
  frozen_ = 0;
}

void OwnLog::serialize(Writer& out) const {
  out.varint(pending_.size());
  out.varint(frozen_);
  for (const PendingFact& one : pending_) {
    out.text(factBytes(one.fact));
    writeDifference(out, one.deviceTs, one.fact.ts);
    writeDifference(out, one.deviceAt, one.fact.at);
  }
  if (forms_.empty()) return;
  out.varint(forms_.size());
  for (const Form& form : forms_) {
    out.varint(form.size());
    for (std::uint32_t i = 0; i < form.size(); ++i) {
      writeDifference(out, form[i].ts, pending_[i].fact.ts);
      writeDifference(out, form[i].at, pending_[i].fact.at);
    }
  }
}

bool OwnLog::deserialize(Reader& in) {
  clear();
  const std::uint32_t count = in.count(kLeastPendingBytes);
  const std::uint64_t frozen = in.varint();
  for (std::uint32_t i = 0; i < count; ++i) {
    PendingFact one;
    if (!readFact(in.text(), one.fact)) return false;
    one.deviceTs = readDifference(in, one.fact.ts);
    one.deviceAt = readDifference(in, one.fact.at);
    if (!in.ok() || (i > 0 && one.fact.at < pending_.back().fact.at)) return false;
    pending_.push_back(std::move(one));
  }
  frozen_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(frozen, count));
  return in.ok() && frozen <= count && (in.atEnd() || readForms(in));
}

bool OwnLog::readForms(Reader& in) {
  const std::uint32_t count = in.count(kLeastFormBytes);
  for (std::uint32_t i = 0; i < count; ++i) {
    Form form;
    for (std::uint32_t left = in.count(2); left > 0; --left) {
      if (form.size() == pending_.size()) return false;
      const Fact& fact = pending_[form.size()].fact;
      const std::int64_t ts = readDifference(in, fact.ts);
      form.push_back({ts, readDifference(in, fact.at)});
      if (form.size() > 1 && form.back().at < form[form.size() - 2].at) return false;
    }
    if (form.empty()) return false;
    forms_.push_back(std::move(form));
  }
  return in.ok() && count > 0 && count <= kMaxForms;
}

}  // namespace oncue
