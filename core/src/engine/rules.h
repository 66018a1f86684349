// What the engine works out once per load about each intervention.
#pragma once

#include "oncue/vec.h"

#include "definition/model.h"

namespace oncue {

struct Rule {
  bool changesWithTime = false;  // a criterion's truth can change without an event
  bool delayed = false;          // contexts may hold a delayed delivery
  // Ticks have to look at its contexts even if no event of theirs updated anything: it changes with time, or an event
  // of other ids can change what it reads, or it is delayed.
  bool watched = false;
  // Per criterion in depth-first order: which of criteriaKeys its attribute is stored under; kNone = unpopulated.
  Vec<std::uint32_t> keyPositions;
};

struct RuleSet {
  void compile(const Model& model);  // once

  Vec<Rule> rules;                               // by intervention
  Vec<Vec<std::uint32_t>> readers;       // by computation: the interventions that read it
  Vec<Vec<std::uint32_t>> watchedByKey;  // by key: watched interventions over that key alone
  Vec<std::uint32_t> watchedAcrossKeys;          // watched interventions over several keys
  Vec<std::uint32_t> usedKeys;                   // keys whose id is read from each event
  std::uint32_t session = kNone;                         // the key domain_sessionid
};

}  // namespace oncue
