// Collects what is wrong with a definition, with the place and the names of the objects around it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "oncue/status.h"
#include "oncue/vec.h"

namespace oncue {

enum class ProblemCode : std::uint8_t {
#define ONCUE_PROBLEM(code, severity, sentence) code,
#include "definition/problems.def"
#undef ONCUE_PROBLEM
};

class Problems {
 public:
  explicit Problems(LoadReport& report) : report_(report) {}

  // Adds the error or warning of that code at the current place.
  void add(ProblemCode code, const char* a = "", const char* b = "", const char* c = "");
  // An error whose code and sentence come from elsewhere.
  void addError(std::string_view code, const std::string& sentence);

  // While one lives, the place is one step further in.
  class At {
   public:
    At(Problems& problems, const char* field);  // "" takes no step
    At(Problems& problems, std::size_t item);
    ~At();
    At(const At&) = delete;
    At& operator=(const At&) = delete;

    // Names the object at this place, for the sentences of everything in it.
    void isCalled(const char* kind, const std::string& name);

   private:
    Problems& problems_;
    std::size_t pointerSize_;
    std::size_t subjectSize_;
  };

  std::size_t errorCount() const { return report_.errors.size(); }

 private:
  void appendPlace(std::string& out) const;
  void push(Vec<Problem>& list, std::string_view code, const std::string& sentence);

  LoadReport& report_;
  std::string pointer_;
  std::string subject_;
};

}  // namespace oncue
