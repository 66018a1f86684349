// refr_medium, refr_source and refr_term (events 5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/arena.h"
#include "event/url.h"
#include "oncue/value.h"

namespace oncue {

// Lines of "medium|source|parameters|domains", lists separated by commas. A domain that ends in a dot stands for every
// country's: "google." is google.com, google.de, google.co.uk. Written for this project; the field's usual database
// carries another licence.
extern const std::string_view kBuiltInReferrers;

class ReferrerTable {
 public:
  struct Source {
    std::string medium;
    std::string name;
    std::vector<std::string> parameters;  // of the search term
  };

  // `json` is {medium:{source:{domains:[],parameters:[]}}}; its entries win over the built-in ones. "" or anything
  // malformed adds nothing.
  explicit ReferrerTable(std::string_view json);

  // The most specific entry for a host and a path: full path before its first segment before none, and within each
  // the full host before its parents. nullptr when there is none.
  const Source* find(std::string_view host, std::string_view path) const;

 private:
  struct Domain {
    std::string text;
    std::uint32_t source;
  };

  void addJson(std::string_view json);
  void addBuiltIn();
  void addDomain(std::string_view domain);
  const Source* findExact(std::string_view candidate) const;
  const Source* findBrand(std::string_view host) const;
  const Source* findUnder(std::string_view host, std::string_view path) const;

  std::vector<Source> sources_;
  std::vector<Domain> domains_;  // sorted; among equals the first added is first
  std::vector<Domain> brands_;   // end in a dot
};

struct ReferrerFields {
  EventValue medium;
  EventValue source;
  EventValue term;
};

ReferrerFields readReferrer(const ReferrerTable& table, const std::vector<std::string>& internalDomains,
                            const UrlParts& referrer, const UrlParts& page, Arena& arena);

}  // namespace oncue
