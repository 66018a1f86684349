#include "event/campaign.h"

#include "event/coerce.h"
#include "event/query_string.h"

namespace oncue {
namespace {

constexpr std::uint32_t kClickId = 5;
constexpr std::uint32_t kNetwork = 6;

constexpr std::string_view kOptionNames[] = {"mktMedium",  "mktSource",   "mktTerm",
                                             "mktContent", "mktCampaign", "mktClickId"};

struct DefaultRule {
  std::uint32_t field;
  std::string_view parameter;
  std::string_view network;
};

constexpr DefaultRule kDefaults[] = {
    {0, "utm_medium", ""},   {1, "utm_source", ""},          {2, "utm_term", ""},
    {3, "utm_content", ""},  {4, "utm_campaign", ""},        {kClickId, "gclid", "Google"},
    {kClickId, "msclkid", "Microsoft"}, {kClickId, "dclid", "DoubleClick"}};

}  // namespace

CampaignRules::CampaignRules(std::string_view json) {
  if (!addGiven(json)) {
    rules_.truncate(0);
    for (bool& given : isGiven_) given = false;
  }
  for (const DefaultRule& rule : kDefaults) {
    if (!isGiven_[rule.field]) rules_.push({rule.field, rule.parameter, rule.network});
  }
}

bool CampaignRules::addGiven(std::string_view json) {
  JsonScanner scanner(json, arena_);
  std::string_view name;
  scanner.enterObject();
  while (scanner.nextMember(name)) addMember(scanner, name);
  return scanner.ok() && scanner.atEnd();
}

void CampaignRules::addMember(JsonScanner& scanner, std::string_view name) {
  for (std::uint32_t field = 0; field <= kClickId; ++field) {
    if (name != kOptionNames[field]) continue;
    std::string_view parameter;
    if (field == kClickId) {
      scanner.enterObject();
      while (scanner.nextMember(parameter)) rules_.push({field, parameter, scanner.read().text});
    } else {
      isGiven_[field] = true;
      scanner.enterArray();
      while (scanner.nextElement()) rules_.push({field, scanner.read().text, ""});
    }
    return;
  }
  scanner.skip();
}

void CampaignRules::read(std::string_view query, Arena& arena, EventValue (&fields)[kCampaignFields]) const {
  std::uint32_t chosen[kCampaignFields];
  std::string_view values[kCampaignFields];
  for (std::uint32_t& rule : chosen) rule = rules_.size();
  QueryString pairs(query, arena);
  std::string_view name, value;
  while (pairs.next(name, value)) {
    for (std::uint32_t i = 0; i < rules_.size(); ++i) {
      const std::uint32_t field = rules_[i].field;
      if (i > chosen[field] || name != rules_[i].parameter) continue;
      chosen[field] = i;
      values[field] = value;
    }
  }
  if (chosen[kClickId] < rules_.size()) values[kNetwork] = rules_[chosen[kClickId]].network;
  for (std::uint32_t field = 0; field < kCampaignFields; ++field) fields[field] = tsvSafe(values[field], arena);
}

}  // namespace oncue
