#include "event/campaign.h"

#include <limits>
#include <optional>

#include "event/coerce.h"
#include "event/json_scanner.h"
#include "event/query_string.h"

namespace oncue {
namespace {

constexpr std::string_view kOptionNames[] = {"mktMedium", "mktSource", "mktTerm", "mktContent", "mktCampaign"};
constexpr std::size_t kClickId = 5;
constexpr std::size_t kNetwork = 6;

std::vector<std::string> readTexts(JsonScanner& json) {
  std::vector<std::string> texts;
  json.enterArray();
  while (json.nextElement()) texts.emplace_back(json.read().text);
  return texts;
}

void readClickIds(JsonScanner& json, CampaignRules& rules) {
  std::vector<std::pair<std::string, std::string>> given;
  std::string_view name;
  json.enterObject();
  while (json.nextMember(name)) {
    std::string parameter(name);
    given.emplace_back(std::move(parameter), json.read().text);
  }
  rules.clickIds.insert(rules.clickIds.begin(), given.begin(), given.end());
}

void readMember(JsonScanner& json, std::string_view name, CampaignRules& rules) {
  if (name == "mktClickId") return readClickIds(json, rules);
  for (std::size_t i = 0; i < std::size(kOptionNames); ++i) {
    if (name == kOptionNames[i]) {
      rules.parameters[i] = readTexts(json);
      return;
    }
  }
  json.skip();
}

// The value of the most preferred name seen, the latest one of equals.
struct Choice {
  std::size_t rank = std::numeric_limits<std::size_t>::max();
  std::string_view value;

  void offer(std::size_t offered, std::string_view text) {
    if (offered > rank) return;
    rank = offered;
    value = text;
  }
};

}  // namespace

CampaignRules::CampaignRules(std::string_view json)
    : parameters{{{"utm_medium"}, {"utm_source"}, {"utm_term"}, {"utm_content"}, {"utm_campaign"}}},
      clickIds{{"gclid", "Google"}, {"msclkid", "Microsoft"}, {"dclid", "DoubleClick"}} {
  if (json.empty()) return;
  CampaignRules given("");
  Arena arena;
  JsonScanner scanner(json, arena);
  std::string_view name;
  scanner.enterObject();
  while (scanner.nextMember(name)) readMember(scanner, name, given);
  if (scanner.ok() && scanner.atEnd()) *this = std::move(given);
}

CampaignFields readCampaign(const CampaignRules& rules, std::string_view query, Arena& arena) {
  std::array<Choice, 6> choices;
  QueryString pairs(query, arena);
  std::string_view name, value;
  while (pairs.next(name, value)) {
    for (std::size_t field = 0; field < rules.parameters.size(); ++field) {
      const std::vector<std::string>& names = rules.parameters[field];
      for (std::size_t rank = 0; rank < names.size(); ++rank) {
        if (name == names[rank]) choices[field].offer(rank, value);
      }
    }
    for (std::size_t rank = 0; rank < rules.clickIds.size(); ++rank) {
      if (name == rules.clickIds[rank].first) choices[kClickId].offer(rank, value);
    }
  }
  CampaignFields fields;
  for (std::size_t i = 0; i < choices.size(); ++i) fields.values[i] = tsvSafe(choices[i].value, arena);
  const std::size_t rank = choices[kClickId].rank;
  if (rank < rules.clickIds.size()) fields.values[kNetwork] = tsvSafe(rules.clickIds[rank].second, arena);
  return fields;
}

}  // namespace oncue
