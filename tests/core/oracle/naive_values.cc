#include "oracle/naive_values.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <tuple>

#include "oracle/naive_coercion.h"
#include "oracle/naive_criteria.h"

namespace oncue::oracle {
namespace {

Json walk(const Json& data, const std::string& path) {
  if (!data.is_object()) return nullptr;
  if (path == "v.a") {
    const auto v = data.find("v");
    if (v == data.end() || !v->is_object()) return nullptr;
    const auto a = v->find("a");
    return a == v->end() ? Json() : *a;
  }
  if (path == "v[0]") {
    const auto v = data.find("v");
    return v == data.end() || !v->is_array() || v->empty() ? Json() : (*v)[0];
  }
  const auto found = data.find(path == "$.v" ? "v" : path);
  return found == data.end() ? Json() : *found;
}

Json read(const PropertyDef& property, const EventDef& event, std::int64_t receivedAt) {
  switch (property.source) {
    case PropertyDef::Source::None: return nullptr;
    case PropertyDef::Source::Atomic: {
      const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
      const auto time = [](const std::optional<std::int64_t>& ms) { return ms ? Json(isoText(*ms)) : Json(); };
      if (property.name == "app_id") return text(event.appId);
      if (property.name == "user_id") return text(event.uid);
      if (property.name == "domain_sessionidx") return event.vid ? Json(static_cast<double>(*event.vid)) : Json();
      if (property.name == "derived_tstamp") return time(derivedTstamp(event, receivedAt));
      if (property.name == "collector_tstamp") return time(receivedAt);
      if (property.name == "true_tstamp") return time(event.ttm);
      if (property.name == "dvce_created_tstamp") return time(event.dtm);
      std::abort();
    }
    case PropertyDef::Source::Event:
      if (event.name == "page_view" || event.vendor != property.vendor || event.name != property.name ||
          event.version.substr(0, event.version.find('-')) != std::to_string(property.major)) {
        return nullptr;
      }
      return walk(event.data, property.path);
    case PropertyDef::Source::Entity: {
      std::size_t left = property.index;
      for (const auto& [major, data] : event.items) {
        if (property.vendor != "com.acme" || property.name != "item" || major != property.major) continue;
        if (left-- == 0) return walk(data, property.path);
      }
      return nullptr;
    }
  }
  return nullptr;
}

// Shewchuk's exact partial sums, rounded once, half to even, as Python's math.fsum.
double exactSum(const std::vector<double>& values) {
  std::vector<double> partials;
  for (double x : values) {
    std::size_t kept = 0;
    for (double y : partials) {
      if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
      const double high = x + y;
      const double low = y - (high - x);
      if (low != 0) partials[kept++] = low;
      x = high;
    }
    partials.resize(kept);
    partials.push_back(x);
  }
  if (partials.empty()) return 0;
  std::size_t n = partials.size() - 1;
  double high = partials[n];
  double low = 0;
  while (n > 0) {
    const double x = high;
    const double y = partials[--n];
    high = x + y;
    low = y - (high - x);
    if (low != 0) break;
  }
  if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
    const double y = low * 2;
    const double x = high + y;
    if (y == x - high) high = x;
  }
  return high;
}

struct Seen {
  Json value;
  double count = 0;
  std::int64_t ts = 0;  // of the most recent sighting
  std::uint64_t seq = 0;
};

// Facts come in order of (ts, seq), so that a value's last sighting is its most recent.
std::vector<Seen> countValues(std::span<const Fact> facts) {
  std::vector<Seen> seen;
  for (const Fact& fact : facts) {
    auto at = std::find_if(seen.begin(), seen.end(), [&](const Seen& one) { return one.value == fact.element; });
    if (at == seen.end()) at = seen.insert(seen.end(), {fact.element});
    ++at->count;
    at->ts = fact.ts;
    at->seq = fact.seq;
  }
  return seen;
}

Json aggregate(const AttributeDef& attribute, std::span<const Fact> facts, std::int64_t now) {
  const std::string& how = attribute.aggregation;
  const auto age = [&](const Fact& fact) {
    return static_cast<double>(std::max<std::int64_t>(0, now - fact.ts)) / static_cast<double>(unitMs(attribute.unit));
  };
  if (how == "counter") return static_cast<double>(facts.size());
  if (how == "first") return facts.front().element;
  if (how == "last") return facts.back().element;
  if (how == "time_since_first") return age(facts.front());
  if (how == "time_since_last") return age(facts.back());
  if (how == "sum" || how == "mean" || how == "min" || how == "max") {
    std::vector<double> numbers;
    for (const Fact& fact : facts) numbers.push_back(fact.element.get<double>());
    if (how == "min") return *std::min_element(numbers.begin(), numbers.end());
    if (how == "max") return *std::max_element(numbers.begin(), numbers.end());
    return how == "sum" ? exactSum(numbers) : exactSum(numbers) / static_cast<double>(numbers.size());
  }
  std::vector<Seen> seen = countValues(facts);
  if (how == "approx_count_distinct") return static_cast<double>(seen.size());
  if (how == "most_frequent" || how == "least_frequent") {
    const auto rank = [](const Seen& one) { return std::tuple(one.count, one.ts, one.seq); };
    std::sort(seen.begin(), seen.end(), [&](const Seen& a, const Seen& b) { return rank(a) < rank(b); });
    return (how == "most_frequent" ? seen.back() : seen.front()).value;
  }
  if (how == "unique_list") {
    const auto rank = [](const Seen& one) { return std::tuple(one.ts, one.seq); };
    std::sort(seen.begin(), seen.end(), [&](const Seen& a, const Seen& b) { return rank(a) < rank(b); });
    Json list = Json::array();
    for (std::size_t i = seen.size() > 100 ? seen.size() - 100 : 0; i < seen.size(); ++i) list.push_back(seen[i].value);
    return list;
  }
  const auto rank = [](const Seen& one) { return std::tuple(-one.count, one.value.get<std::string>()); };
  std::sort(seen.begin(), seen.end(), [&](const Seen& a, const Seen& b) { return rank(a) < rank(b); });
  Json dict = Json::object();
  for (std::size_t i = 0; i < seen.size() && i < 100; ++i) dict[seen[i].value.get<std::string>()] = seen[i].count;
  return dict;
}

// The type of the elements an aggregation compares and keeps.
std::string elementType(const AttributeDef& attribute) {
  if (attribute.aggregation == "category_count" || attribute.aggregation == "approx_count_distinct") return "string";
  const std::size_t list = attribute.type.rfind("_list");
  return list == std::string::npos ? attribute.type : attribute.type.substr(0, list);
}

std::int64_t lifetimeOf(const AttributeDef& attribute, std::int64_t ttlMs) {
  return attribute.periodMs != 0 ? attribute.periodMs : ttlMs;
}

bool hasExpired(const AttributeDef& attribute, std::int64_t ttlMs, const std::vector<Fact>& facts, std::int64_t now) {
  const std::int64_t lifetime = lifetimeOf(attribute, ttlMs);
  std::int64_t last = 0;
  for (const Fact& fact : facts) last = std::max(last, fact.receipt);
  return lifetime != 0 && now - last >= lifetime;
}

}  // namespace

std::int64_t unitMs(const std::string& unit) {
  return unit == "s" ? 1000 : unit == "min" ? 60'000 : unit == "h" ? 3'600'000 : 86'400'000;
}

std::int64_t derivedTstamp(const EventDef& event, std::int64_t receivedAt) {
  if (event.ttm) return *event.ttm;
  return event.dtm && *event.dtm < receivedAt ? *event.dtm : receivedAt;
}

Ids idsOf(const EventDef& event) {
  const bool isUuid = event.sid.size() == 36;
  return {event.duid, isUuid ? lower(event.sid) : std::string(), event.uid};
}

bool passesFilter(const AttributeDef& attribute, const EventDef& event, std::int64_t receivedAt) {
  const bool isView = event.name == "page_view";
  const std::string vendor = isView ? "com.snowplowanalytics.snowplow" : event.vendor;
  const std::string version = isView ? "1-0-0" : event.version;
  const bool matches =
      attribute.matchers.empty() ||
      std::any_of(attribute.matchers.begin(), attribute.matchers.end(), [&](const MatcherDef& matcher) {
        return (matcher.vendor.empty() || matcher.vendor == vendor) &&
               (matcher.name.empty() || matcher.name == event.name) &&
               (matcher.version.empty() || matcher.version == version);
      });
  if (!matches) return false;
  const auto holds = [&](const EventCriterionDef& one) {
    return holdsForEvent(one.op, read(one.property, event, receivedAt), one.value);
  };
  if (attribute.criteria.empty()) return true;
  return attribute.any ? std::any_of(attribute.criteria.begin(), attribute.criteria.end(), holds)
                       : std::all_of(attribute.criteria.begin(), attribute.criteria.end(), holds);
}

std::optional<Json> elementOf(const AttributeDef& attribute, const EventDef& event, std::int64_t receivedAt) {
  const std::string& how = attribute.aggregation;
  if (how == "counter" || how == "time_since_last" || how == "time_since_first") return Json();
  const Json value = applyDatePart(attribute.property.datePart, read(attribute.property, event, receivedAt));
  if (how == "sum" || how == "min" || how == "max" || how == "mean") {
    return value.is_boolean() ? std::nullopt : coerce("double", value);
  }
  return coerce(elementType(attribute), value);
}

bool addFact(const AttributeDef& attribute, std::int64_t ttlMs, std::uint32_t windowEventLimit, Fact fact,
             std::vector<Fact>& facts) {
  if (attribute.periodMs != 0 && fact.ts <= fact.receipt - attribute.periodMs) return false;
  std::vector<Fact> kept = facts;
  if (hasExpired(attribute, ttlMs, kept, fact.receipt)) kept.clear();
  kept.push_back(fact);
  const auto isOlder = [](const Fact& a, const Fact& b) { return std::tuple(a.ts, a.seq) < std::tuple(b.ts, b.seq); };
  std::sort(kept.begin(), kept.end(), isOlder);
  if (attribute.periodMs != 0 && kept.size() > windowEventLimit) {
    if (kept.front().seq == fact.seq) return false;
    kept.erase(kept.begin());
  }
  facts = std::move(kept);
  return true;
}

Json valueOf(const AttributeDef& attribute, std::int64_t ttlMs, const std::vector<Fact>& facts, std::int64_t now) {
  if (facts.empty() || hasExpired(attribute, ttlMs, facts, now)) return nullptr;
  std::span<const Fact> inside = facts;
  while (!inside.empty() && attribute.periodMs != 0 && inside[0].ts <= now - attribute.periodMs) {
    inside = inside.subspan(1);
  }
  if (inside.empty()) return nullptr;
  Json result = aggregate(attribute, inside, now);
  if (result.is_object()) return result;
  if (result.is_array()) {
    for (Json& item : result) item = coerce(elementType(attribute), item).value_or(nullptr);
    return result;
  }
  return coerce(attribute.type, result).value_or(nullptr);
}

Json retrieved(const AttributeDef& attribute, const Json& value) {
  if (!value.is_null()) return value;
  if (!attribute.defaultValue.is_null()) return attribute.defaultValue;
  return attribute.aggregation == "approx_count_distinct" ? Json(0.0) : Json();
}

}  // namespace oncue::oracle
