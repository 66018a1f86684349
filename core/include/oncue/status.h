// Outcomes of calls that can fail. Core never throws; it answers with codes that are stable strings.
#pragma once

#include <string>

#include "oncue/vec.h"

namespace oncue {

// One thing wrong (or worth a warning) in the caller's input.
struct Problem {
  std::string pointer;  // JSON Pointer into the input, "" for the whole of it
  std::string code;     // stable, snake_case
  std::string message;  // one sentence: what, where, what to do
};

// Result of load(): all problems at once; nothing of a bad bundle is loaded.
struct LoadReport {
  Vec<Problem> errors;
  Vec<Problem> warnings;
  bool ok() const { return errors.empty(); }
};

// Result of restore() and merge(): "" when fine, otherwise a stable code and a sentence.
struct Status {
  std::string code;
  std::string message;
  bool ok() const { return code.empty(); }
};

}  // namespace oncue
