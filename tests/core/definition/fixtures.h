#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "definition/load.h"

namespace oncue::test {

inline std::string readFixture(const std::string& name) {
  std::ifstream file(std::string(ONCUE_FIXTURES_DIR "/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// "pointer code: sentence" per line.
inline std::string describe(const Vec<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text += "  " + problem.pointer + " " + problem.code + ": " + problem.message + "\n";
  }
  return text;
}

}  // namespace oncue::test
