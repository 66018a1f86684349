// Campaign attribution: mkt_* fields from the page URL's query.
#pragma once

#include <string_view>

#include "event/arena.h"
#include "event/json_scanner.h"
#include "oncue/value.h"

namespace oncue {

// mkt_medium, mkt_source, mkt_term, mkt_content, mkt_campaign, mkt_clickid, mkt_network.
constexpr std::uint32_t kCampaignFields = 7;

// Which query parameters mean what.
class CampaignRules {
 public:
  // `json` is {"mktMedium":["utm_medium"],...,"mktClickId":{"gclid":"Google"}} and outlives the rules. A list given
  // replaces the default, click ids given go before the defaults. "" or anything malformed keeps the defaults.
  explicit CampaignRules(std::string_view json);

  // Duplicate names: the last one counts. Empty values are null; the network of an empty click id stands.
  void read(std::string_view query, Arena& arena, EventValue (&fields)[kCampaignFields]) const;

 private:
  struct Rule {
    std::uint32_t field;
    std::string_view parameter;
    std::string_view network;  // of a click id
  };

  bool addGiven(std::string_view json);
  void addMember(JsonScanner& scanner, std::string_view name);

  PlainList<Rule> rules_;  // of one field in order of preference
  bool isGiven_[kCampaignFields] = {};
  Arena arena_;
};

}  // namespace oncue
