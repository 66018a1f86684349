// The truth of one intervention for one tuple of ids, as of its last evaluation.
#pragma once

#include <cstdint>
#include <string>

#include "base/text_table.h"
#include "oncue/vec.h"
#include "state/id_set.h"
#include "window/cell.h"

namespace oncue {

struct Entity;

struct Context : TextKeyed {  // by contextKey(): order and identity
  std::uint32_t intervention = 0;  // Model::interventions
  Vec<Entity*> entities;   // by the intervention's criteriaKeys; null where the event had no id
  SharedIds lastIds;               // of the last event with these ids
  bool evaluated = false;
  bool truth = false;
  std::uint64_t before = 0;        // truth of each criterion at the evaluation before the last
  std::uint64_t after = 0;         // and at the last
  std::int64_t evaluatedAt = 0;    // ms
  std::int64_t wakeAt = kNever;    // next ms at which the truth may change by itself, or something delayed; ms
  std::int64_t dueAt = kNever;     // when a delayed delivery is due, ms
  std::string dueEventId;          // of the event that caused it, "" for none
};

}  // namespace oncue
