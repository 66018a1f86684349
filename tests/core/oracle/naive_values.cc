#include "oracle/naive_values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <tuple>

namespace oncue::oracle {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

// Shortest decimal text that reads back as the same double, as ECMAScript writes it below 1e21.
std::string numberText(double number) {
  char buffer[64];
  if (number == std::floor(number) && std::fabs(number) < 1e21) {
    std::snprintf(buffer, sizeof buffer, "%.0f", number);
    return buffer;
  }
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, number);
    if (std::strtod(buffer, nullptr) == number) break;
  }
  return buffer;
}

// ^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$
bool isNumeric(const std::string& text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - from;
  };
  const auto sign = [&] {
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  };
  sign();
  std::size_t mantissa = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    sign();
    if (digits() == 0) return false;
  }
  return i == text.size();
}

struct Civil {
  std::int64_t year;
  int month, day;
};

bool isLeap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int daysIn(std::int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && isLeap(year) ? 1 : 0);
}

// Counting from 1970, one year and one month at a time.
Civil civilOf(std::int64_t days) {
  Civil at{1970, 1, 1};
  while (days >= (isLeap(at.year) ? 366 : 365)) days -= isLeap(at.year++) ? 366 : 365;
  while (days >= daysIn(at.year, at.month)) days -= daysIn(at.year, at.month++);
  at.day = static_cast<int>(days) + 1;
  return at;
}

std::int64_t daysOf(std::int64_t year, int month, int day) {
  std::int64_t days = 0;
  for (std::int64_t y = 1970; y < year; ++y) days += isLeap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) days += daysIn(year, m);
  return days + day - 1;
}

std::string dateText(std::int64_t days, bool firstOfMonth) {
  const Civil at = civilOf(days);
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", static_cast<int>(at.year), at.month, firstOfMonth ? 1 : at.day);
  return buffer;
}

std::string isoText(std::int64_t ms) {
  char buffer[32];
  const int inDay = static_cast<int>(ms % kDayMs);
  std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d.%03dZ", inDay / 3'600'000, inDay / 60'000 % 60,
                inDay / 1000 % 60, inDay % 1000);
  return dateText(ms / kDayMs, false) + buffer;
}

// The one form of ISO 8601 that histories contain: YYYY-MM-DDTHH:MM:SS[.mmm]Z.
std::optional<std::int64_t> parseIso(const std::string& text) {
  int year, month, day, hour, minute, second, ms = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) != 6) {
    return std::nullopt;
  }
  const std::string rest = text.substr(static_cast<std::size_t>(used));
  if (rest.size() == 5 && rest[0] == '.') ms = std::atoi(rest.c_str() + 1);
  if (rest.empty() || rest.back() != 'Z') return std::nullopt;
  return daysOf(year, month, day) * kDayMs + ((hour * 60 + minute) * 60 + second) * 1000LL + ms;
}

bool isScalar(const Json& value) { return value.is_number() || value.is_string() || value.is_boolean(); }

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

// The table of evaluation 5; nothing = rejected.
std::optional<Json> coerce(const std::string& type, const Json& in) {
  if (!isScalar(in)) return std::nullopt;
  if (type == "string" || type == "bytes") {
    if (in.is_string()) return in;
    if (in.is_boolean()) return Json(in.get<bool>() ? "true" : "false");
    return Json(numberText(in.get<double>()));
  }
  if (type == "bool") {
    if (in.is_boolean()) return in;
    if (in.is_number()) return Json(in.get<double>() != 0);
    const std::string text = lower(in.get<std::string>());
    if (text == "true" || text == "1") return Json(true);
    if (text == "false" || text == "0") return Json(false);
    return std::nullopt;
  }
  if (type == "unix_timestamp") {
    if (in.is_number()) return in;
    if (!in.is_string()) return std::nullopt;
    const auto ms = parseIso(in.get<std::string>());
    if (!ms) return std::nullopt;
    return Json(std::floor(static_cast<double>(*ms) / 1000));
  }
  double number = 0;
  if (in.is_boolean()) {
    number = in.get<bool>() ? 1 : 0;
  } else if (in.is_number()) {
    number = in.get<double>();
  } else {
    const std::string text = in.get<std::string>();
    if (!isNumeric(text)) return std::nullopt;
    number = std::strtod(text.c_str(), nullptr);
  }
  if (type == "int32") number = std::trunc(std::clamp(number, -2147483648.0, 2147483647.0));
  if (type == "int64") number = std::trunc(std::clamp(number, -9223372036854775808.0, 9223372036854775808.0));
  return Json(number);
}

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

Json applyDatePart(const std::string& part, const Json& value) {
  if (part.empty()) return value;
  if (!value.is_string()) return nullptr;
  const auto ms = parseIso(value.get<std::string>());
  if (!ms) return nullptr;
  const std::int64_t days = *ms / kDayMs;
  const std::int64_t weekday = (days + 3) % 7;  // 1970-01-01 was a Thursday; Monday = 0
  if (part == "hour_of_day") return static_cast<double>(*ms % kDayMs / 3'600'000);
  if (part == "day_of_week") return static_cast<double>(weekday + 1);
  if (part == "month_of_year") return static_cast<double>(civilOf(days).month);
  if (part == "active_week") return dateText(days - weekday, false);
  return dateText(days, part == "active_month");
}

// Scalars of the same JSON type with the same value; numbers numerically.
bool same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.get<double>() == b.get<double>();
  return isScalar(a) && a.type() == b.type() && a == b;
}

bool deepEqual(const Json& a, const Json& b) {
  if (!a.is_array() || !b.is_array()) return same(a, b);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), deepEqual);
}

bool like(const std::string& text, const std::string& pattern, std::size_t t = 0, std::size_t p = 0) {
  if (p == pattern.size()) return t == text.size();
  if (pattern[p] == '%') {
    for (std::size_t to = t; to <= text.size(); ++to) {
      if (like(text, pattern, to, p + 1)) return true;
    }
    return false;
  }
  return t < text.size() && (pattern[p] == '_' || pattern[p] == text[t]) && like(text, pattern, t + 1, p + 1);
}

// Histories use letters, one leading ^ or one trailing $.
bool rlike(const std::string& text, const std::string& pattern) {
  if (pattern.front() == '^') return text.rfind(pattern.substr(1), 0) == 0;
  if (pattern.back() == '$') {
    const std::string tail = pattern.substr(0, pattern.size() - 1);
    return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
  }
  return text.find(pattern) != std::string::npos;
}

bool compare(const std::string& op, const Json& left, const Json& right) {
  int sign = 0;
  if (left.is_number() && right.is_number()) {
    const double a = left.get<double>(), b = right.get<double>();
    sign = a < b ? -1 : a > b ? 1 : 0;
  } else if (left.is_string() && right.is_string()) {
    sign = left.get<std::string>().compare(right.get<std::string>());
  } else {
    return false;
  }
  if (op == "<") return sign < 0;
  if (op == ">") return sign > 0;
  if (op == "<=") return sign <= 0;
  return sign >= 0;
}

bool amongOperands(const Json& value, const Json& operand) {
  if (!operand.is_array()) return same(value, operand);
  return std::any_of(operand.begin(), operand.end(), [&](const Json& one) { return same(value, one); });
}

bool holdsForEvent(const std::string& op, const Json& left, const Json& operand) {
  if (op == "is null") return left.is_null();
  if (op == "is not null") return !left.is_null();
  if (left.is_null()) return op == "!=";
  if (op == "=") return same(left, operand);
  if (op == "!=") return isScalar(left) && !same(left, operand);
  if (op == "like") return left.is_string() && like(left.get<std::string>(), operand.get<std::string>());
  if (op == "in") {
    if (operand.is_array() || !left.is_array()) return amongOperands(left, operand);
    return std::any_of(left.begin(), left.end(), [&](const Json& one) { return same(one, operand); });
  }
  return compare(op, left, operand);
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
  return unit == "s" ? 1000 : unit == "min" ? 60'000 : unit == "h" ? 3'600'000 : kDayMs;
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

bool holdsForAttribute(const std::string& op, const Json& left, const Json& operand) {
  const bool isEmpty = left.is_null() || (left.is_string() && left.get<std::string>().empty()) ||
                       (left.is_structured() && left.empty());
  if (op == "is null") return isEmpty;
  if (op == "is not null") return !isEmpty;
  if (left.is_null()) return false;
  if (op == "=") return deepEqual(left, operand);
  if (op == "!=") return !deepEqual(left, operand);
  if (op == "like") return left.is_string() && like(left.get<std::string>(), operand.get<std::string>());
  if (op == "not like") return left.is_string() && !like(left.get<std::string>(), operand.get<std::string>());
  if (op == "rlike") return left.is_string() && rlike(left.get<std::string>(), operand.get<std::string>());
  if (op == "not rlike") return left.is_string() && !rlike(left.get<std::string>(), operand.get<std::string>());
  if (op == "in" || op == "not in") {
    bool isIn = false;
    if (left.is_array()) {
      isIn = std::any_of(left.begin(), left.end(), [&](const Json& one) { return amongOperands(one, operand); });
    } else if (left.is_object()) {
      for (const auto& member : left.items()) isIn = isIn || amongOperands(Json(member.key()), operand);
    } else {
      isIn = amongOperands(left, operand);
    }
    return isIn == (op == "in");
  }
  return compare(op, left, operand);
}

}  // namespace oncue::oracle
