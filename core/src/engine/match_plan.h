// From an event to the computations it can change, without looking at the others.
#pragma once

#include <string>
#include <string_view>

#include "base/text_table.h"
#include "event/event.h"
#include "oncue/vec.h"

namespace oncue {

class MatchPlan {
 public:
  explicit MatchPlan(const Model& model) : model_(&model) {}

  // Appends the computations that `event` may match. Those left out certainly do not match; those named still have to
  // meet their criteria. The event must be settled.
  // `isOtherName`: vendor, name or version may differ from the call before.
  void candidates(Event& event, bool isOtherName, Vec<std::uint32_t>& out);

 private:
  // Computations that ask for `property = "text"`, by that text.
  struct Case : TextKeyed {
    Vec<std::uint32_t> computations;
  };
  struct Switch {
    std::uint32_t property;
    TextTable<Case> cases;
  };
  struct Candidates : TextKeyed {
    Vec<std::uint32_t> always;
    Vec<std::uint32_t> bySpecification;  // their matchers need the event's specification id
    Vec<Switch> switches;
  };

  const Candidates* lookUp(const Event& event);
  void compile(const Event& event, Candidates& found) const;

  const Model* model_;
  TextTable<Candidates> known_;  // by identity
  std::string identity_;
  const Candidates* current_ = nullptr;
};

}  // namespace oncue
