#include "event/referrer.h"

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

// "/a" of "/a/b"; "" when there is no segment.
std::string_view firstSegment(std::string_view path) {
  const std::size_t begin = path.find_first_not_of('/');
  return begin == std::string_view::npos ? std::string_view{} : path.substr(begin - 1, path.find('/', begin) - begin + 1);
}

class Search {
 public:
  Search(const UrlParts& referrer, Arena& arena)
      : referrer_(referrer), segment_(firstSegment(referrer.path)), arena_(arena) {}

  void lookInJson(std::string_view text) {
    JsonScanner whole(text, arena_);
    whole.skip();
    if (!whole.ok() || !whole.atEnd()) return;
    JsonScanner json(text, arena_);
    std::string_view medium, name;
    json.enterObject();
    while (json.nextMember(medium)) {
      json.enterObject();
      while (json.nextMember(name)) lookInSource(json, medium, name);
    }
    if (!json.ok()) bestRank_ = 0;
  }

  void lookInList(std::string_view lines) {
    while (!lines.empty()) {
      std::string_view line = take(lines, '\n');
      const std::string_view medium = take(line, '|');
      const std::string_view name = take(line, '|');
      std::string_view parameters = take(line, '|');
      bool isBest = false;
      while (!line.empty()) isBest |= offer(take(line, ','));
      if (!isBest) continue;
      choose(medium, name);
      while (!parameters.empty()) readTerm(take(parameters, ','));
    }
  }

  bool result(ReferrerSource& found) const {
    found = best_;
    return bestRank_ > 0;
  }

 private:
  void lookInSource(JsonScanner& json, std::string_view medium, std::string_view name) {
    const std::size_t begin = json.position();
    if (!lookInMember(json, "domains")) return;
    choose(medium, name);
    const std::size_t end = json.position();
    json.seek(begin);
    lookInMember(json, "parameters");
    json.seek(end);
  }

  // True when `wanted` is the list of domains and one of them is better than what was found before.
  bool lookInMember(JsonScanner& json, std::string_view wanted) {
    const bool isDomains = wanted == "domains";
    bool isBest = false;
    std::string_view list;
    json.enterObject();
    while (json.nextMember(list)) {
      if (list != wanted) {
        json.skip();
        continue;
      }
      json.enterArray();
      while (json.nextElement()) {
        const std::string_view text = json.read().text;
        if (isDomains) {
          isBest |= offer(text);
        } else {
          readTerm(text);
        }
      }
    }
    return isBest;
  }

  // True when the domain, possibly with a path, fits better than what was found before.
  bool offer(std::string_view domain) {
    const std::size_t slash = domain.find('/');
    const std::string_view path = slash == std::string_view::npos ? std::string_view{} : domain.substr(slash);
    std::size_t rank = hostRank(domain.substr(0, slash));
    if (rank == 0) return false;
    if (!path.empty()) {
      if (segment_.empty()) return false;
      if (path != referrer_.path && path != segment_) return false;
      rank += path == referrer_.path ? 2 * kPathRank : kPathRank;
    }
    if (rank <= bestRank_) return false;
    bestRank_ = rank;
    return true;
  }

  // Length of the host or parent host that the domain means, 0 for none.
  std::size_t hostRank(std::string_view domain) const {
    const std::string_view whole = referrer_.host;
    if (domain.ends_with('.')) {
      for (std::string_view host = whole; !host.empty(); take(host, '.')) {
        if (host.starts_with(domain) && isPublicSuffix(host.substr(domain.size()))) return host.size();
      }
      return 0;
    }
    if (domain.empty() || !whole.ends_with(domain)) return 0;
    const std::size_t rest = whole.size() - domain.size();
    return rest == 0 || whole[rest - 1] == '.' ? domain.size() : 0;
  }

  void choose(std::string_view medium, std::string_view name) {
    best_ = {medium, name, {}};
    termPlace_ = kNoPlace;
  }

  // Of all parameters the pair that stands first in the query counts.
  void readTerm(std::string_view parameter) {
    QueryString pairs(referrer_.query, arena_);
    std::string_view name, value;
    for (std::size_t place = 0; place < termPlace_ && pairs.next(name, value); ++place) {
      if (name != parameter) continue;
      best_.term = tsvSafe(value, arena_);
      termPlace_ = place;
    }
  }

  static constexpr std::size_t kPathRank = 1 << 20;  // longer than any host
  static constexpr std::size_t kNoPlace = static_cast<std::size_t>(-1);

  const UrlParts& referrer_;
  std::string_view segment_;
  Arena& arena_;
  ReferrerSource best_;
  std::size_t bestRank_ = 0;
  std::size_t termPlace_ = kNoPlace;
};

}  // namespace

bool findReferrer(std::string_view json, const UrlParts& referrer, Arena& arena, ReferrerSource& found) {
  Search search(referrer, arena);
  if (!json.empty()) search.lookInJson(json);
  search.lookInList(kBuiltInReferrers);
  return search.result(found);
}

}  // namespace oncue
