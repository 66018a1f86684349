// oncue_replay_tool DEFINITIONS.json OPTIONS-JSON EVERY < events
// Runs events through the native engine, for comparison with the WebAssembly one. A line of input is `now TAB payload`;
// after every EVERY events and after the last, the snapshot goes to stdout as u32 length (little-endian) and bytes.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "oncue/engine.h"

namespace {

int fail(const oncue::LoadReport& report) {
  for (const oncue::Problem& problem : report.errors) {
    std::cerr << problem.pointer << ": " << problem.code << ": " << problem.message << '\n';
  }
  return 1;
}

void writeSnapshot(const oncue::Engine& engine) {
  const std::string bytes = engine.snapshot();
  for (int shift = 0; shift < 32; shift += 8) std::cout.put(static_cast<char>(bytes.size() >> shift & 0xFF));
  std::cout.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: oncue_replay_tool DEFINITIONS.json OPTIONS-JSON EVERY < events\n";
    return 2;
  }
  std::ios::sync_with_stdio(false);
  oncue::EngineOptions options;
  if (const oncue::LoadReport report = oncue::parseOptions(argv[2], options); !report.ok()) return fail(report);
  oncue::Engine engine(std::move(options));
  std::ifstream file(argv[1], std::ios::binary);
  const std::string definitions{std::istreambuf_iterator<char>(file), {}};
  if (const oncue::LoadReport report = engine.load(definitions); !report.ok()) return fail(report);

  const long every = std::strtol(argv[3], nullptr, 10);
  long count = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) {
      std::cerr << "line " << count + 1 << " has no tab\n";
      return 2;
    }
    engine.track(std::string_view(line).substr(tab + 1), oncue::EventFormat::Payload, std::atoll(line.c_str()));
    if (++count % every == 0) writeSnapshot(engine);
  }
  if (count % every != 0) writeSnapshot(engine);
  return 0;
}
