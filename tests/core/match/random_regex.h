#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace oncue::match_test {

/// Random numbers from a seed that is printed and can be set by the environment variable ONCUE_SEED.
class RandomSource {
 public:
  RandomSource() : seed_(chooseSeed()), engine_(seed_) { std::printf("%s\n", description().c_str()); }

  std::string description() const { return "ONCUE_SEED=" + std::to_string(seed_); }
  size_t below(size_t bound) { return static_cast<size_t>(engine_() % bound); }
  bool oneIn(size_t times) { return below(times) == 0; }
  template <typename T>
  const T& pick(const std::vector<T>& choices) { return choices[below(choices.size())]; }

 private:
  static uint64_t chooseSeed() {
    const char* chosen = std::getenv("ONCUE_SEED");
    return chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : std::random_device{}();
  }

  uint64_t seed_;
  std::mt19937_64 engine_;
};

/// Random patterns, valid ones and broken ones, and texts of the same characters.
class RandomRegex {
 public:
  explicit RandomRegex(RandomSource& random) : random_(random) {}

  std::string pattern();
  std::string text();

 private:
  std::string alternation(int depth);
  std::string concatenation(int depth);
  std::string atom(int depth);
  std::string group(int depth);
  std::string brackets();
  std::string quantifier();
  std::string character();

  RandomSource& random_;
};

}  // namespace oncue::match_test
