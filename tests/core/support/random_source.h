#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace oncue::test {

// Random numbers from a seed that is printed and can be set by the environment variable ONCUE_SEED.
class RandomSource {
 public:
  RandomSource() : seed_(chooseSeed()), engine_(seed_) { std::printf("%s\n", description().c_str()); }

  std::string description() const { return "ONCUE_SEED=" + std::to_string(seed_); }
  std::uint64_t bits() { return engine_(); }
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  bool oneIn(std::uint64_t times) { return below(times) == 0; }

 private:
  static std::uint64_t chooseSeed() {
    const char* chosen = std::getenv("ONCUE_SEED");
    return chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : std::random_device{}();
  }

  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace oncue::test
