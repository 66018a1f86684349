// Compares our matcher with RE2 on the pattern and text that the bytes are split into.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "../core/match/re2_oracle.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace oncue::match_test;
  const Comparison comparison = compareFuzzInput({reinterpret_cast<const char*>(data), size});
  if (comparison.verdict == Verdict::kWrong) {
    std::fprintf(stderr, "%s\n", comparison.detail.c_str());
    std::abort();
  }
  return 0;
}
