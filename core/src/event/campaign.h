// Campaign attribution: mkt_* fields from the page URL's query (events 5).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/arena.h"
#include "oncue/value.h"

namespace oncue {

// Query parameter names in order of preference, in Enrich's configuration shape.
class CampaignRules {
 public:
  // `json` is {"mktMedium":["utm_medium"],...,"mktClickId":{"gclid":"Google"}}. A list given replaces the default, click
  // ids given go before the defaults. "" or anything malformed keeps the defaults.
  explicit CampaignRules(std::string_view json);

  // mkt_medium, mkt_source, mkt_term, mkt_content, mkt_campaign.
  std::array<std::vector<std::string>, 5> parameters;
  std::vector<std::pair<std::string, std::string>> clickIds;  // parameter, network
};

struct CampaignFields {
  // The five of CampaignRules::parameters, then mkt_clickid, mkt_network.
  std::array<EventValue, 7> values;
};

// Duplicate names: the last one counts. Empty values are null; the network of an empty click id stands.
CampaignFields readCampaign(const CampaignRules& rules, std::string_view query, Arena& arena);

}  // namespace oncue
