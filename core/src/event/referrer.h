// refr_medium, refr_source and refr_term.
#pragma once

#include <string_view>

#include "event/arena.h"
#include "event/url.h"
#include "oncue/value.h"

namespace oncue {

// Lines of "medium|source|parameters|domains", lists separated by commas. A domain that ends in a dot stands for every
// country's: "google." is google.com, google.de, google.co.uk. Written for this project; the field's usual database
// carries another licence.
extern const std::string_view kBuiltInReferrers;

struct ReferrerSource {
  std::string_view medium;
  std::string_view name;
  EventValue term;  // the first query pair that the source names as its search parameter
};

// The most specific source for a referrer: full path before its first segment before none, and within each the full
// host before its parents; among equals the first. `json` is {medium:{source:{domains:[],parameters:[]}}} and is
// looked at before the built-in list; anything malformed adds nothing. False when no source fits.
bool findReferrer(std::string_view json, const UrlParts& referrer, Arena& arena, ReferrerSource& found);

}  // namespace oncue
