#include "event/referrer.h"

#include <algorithm>

#include "event/coerce.h"
#include "event/json_scanner.h"
#include "event/query_string.h"

namespace oncue {
namespace {

// Takes the text before the next `mark` off `rest`.
std::string_view take(std::string_view& rest, char mark) {
  const std::size_t at = rest.find(mark);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

// "com", "de", "co.uk", "com.br": what may follow a brand's name in its countries' domains.
bool isPublicSuffix(std::string_view text) {
  const std::string_view first = take(text, '.');
  if (text.empty()) return first.size() >= 2 && first.size() <= 3;
  return text.size() == 2 && (first == "co" || first == "com");
}

std::string_view firstSegment(std::string_view path) {
  const std::size_t begin = path.find_first_not_of('/');
  return begin == std::string_view::npos ? std::string_view{} : path.substr(begin, path.find('/', begin) - begin);
}

bool isTrackable(const UrlParts& referrer) {
  return !referrer.host.empty() &&
         (referrer.scheme == "http" || referrer.scheme == "https" || referrer.scheme == "android-app");
}

EventValue searchTerm(const ReferrerTable::Source& source, std::string_view query, Arena& arena) {
  QueryString pairs(query, arena);
  std::string_view name, value;
  while (pairs.next(name, value)) {
    if (std::find(source.parameters.begin(), source.parameters.end(), name) != source.parameters.end()) {
      return tsvSafe(value, arena);
    }
  }
  return {};
}

}  // namespace

ReferrerTable::ReferrerTable(std::string_view json) {
  if (!json.empty()) addJson(json);
  addBuiltIn();
  std::sort(domains_.begin(), domains_.end(), [](const Domain& a, const Domain& b) {
    const int order = a.text.compare(b.text);
    return order != 0 ? order < 0 : a.source < b.source;
  });
}

void ReferrerTable::addDomain(std::string_view domain) {
  const auto source = static_cast<std::uint32_t>(sources_.size() - 1);
  (domain.ends_with('.') ? brands_ : domains_).push_back({std::string(domain), source});
}

void ReferrerTable::addJson(std::string_view json) {
  Arena arena;
  JsonScanner scanner(json, arena);
  std::string_view medium, name, list;
  scanner.enterObject();
  while (scanner.nextMember(medium)) {
    scanner.enterObject();
    while (scanner.nextMember(name)) {
      sources_.push_back({std::string(medium), std::string(name), {}});
      scanner.enterObject();
      while (scanner.nextMember(list)) {
        const bool domains = list == "domains";
        scanner.enterArray();
        while (scanner.nextElement()) {
          const std::string_view text = scanner.read().text;
          if (domains) {
            addDomain(text);
          } else {
            sources_.back().parameters.emplace_back(text);
          }
        }
      }
    }
  }
  if (scanner.ok() && scanner.atEnd()) return;
  sources_.clear();
  domains_.clear();
  brands_.clear();
}

void ReferrerTable::addBuiltIn() {
  for (std::string_view lines = kBuiltInReferrers; !lines.empty();) {
    std::string_view line = take(lines, '\n');
    const std::string_view medium = take(line, '|');
    const std::string_view name = take(line, '|');
    sources_.push_back({std::string(medium), std::string(name), {}});
    for (std::string_view names = take(line, '|'); !names.empty();) {
      sources_.back().parameters.emplace_back(take(names, ','));
    }
    while (!line.empty()) addDomain(take(line, ','));
  }
}

const ReferrerTable::Source* ReferrerTable::findExact(std::string_view candidate) const {
  const auto at = std::lower_bound(domains_.begin(), domains_.end(), candidate,
                                   [](const Domain& domain, std::string_view text) { return domain.text < text; });
  return at != domains_.end() && at->text == candidate ? &sources_[at->source] : nullptr;
}

const ReferrerTable::Source* ReferrerTable::findBrand(std::string_view host) const {
  for (const Domain& brand : brands_) {
    if (host.starts_with(brand.text) && isPublicSuffix(host.substr(brand.text.size()))) return &sources_[brand.source];
  }
  return nullptr;
}

const ReferrerTable::Source* ReferrerTable::findUnder(std::string_view host, std::string_view path) const {
  std::string candidate;
  while (!host.empty()) {
    candidate.assign(host).append(path);
    if (const Source* source = findExact(candidate)) return source;
    if (path.empty()) {
      if (const Source* source = findBrand(host)) return source;
    }
    take(host, '.');
  }
  return nullptr;
}

const ReferrerTable::Source* ReferrerTable::find(std::string_view host, std::string_view path) const {
  const std::string_view segment = firstSegment(path);
  if (!segment.empty()) {
    if (const Source* source = findUnder(host, path)) return source;
    if (const Source* source = findUnder(host, "/" + std::string(segment))) return source;
  }
  return findUnder(host, "");
}

ReferrerFields readReferrer(const ReferrerTable& table, const std::vector<std::string>& internalDomains,
                            const UrlParts& referrer, const UrlParts& page, Arena& arena) {
  if (!isTrackable(referrer)) return {};
  const bool internal = referrer.host == page.host || std::find(internalDomains.begin(), internalDomains.end(),
                                                                referrer.host) != internalDomains.end();
  if (internal) return {.medium = EventValue::of("internal"), .source = {}, .term = {}};
  const ReferrerTable::Source* source = table.find(referrer.host, referrer.path);
  if (source == nullptr || source->medium == "unknown") {
    return {.medium = EventValue::of("unknown"), .source = {}, .term = {}};
  }
  return {.medium = EventValue::of(std::string_view(source->medium)),
          .source = EventValue::of(std::string_view(source->name)),
          .term = searchTerm(*source, referrer.query, arena)};
}

}  // namespace oncue
