// Options as js/engine/src/plain/options.ts has written them, which answers for their values.
#include "base/wire.h"
#include "oncue/engine.h"

namespace oncue::plain {
namespace {

void readTexts(Reader& in, Vec<std::string>& out) {
  out.resize(in.count(1));
  for (std::string& text : out) text = in.text();
}

}  // namespace

void readOptions(std::string_view compiled, EngineOptions& options) {
  Reader in(compiled);
  options.seed = in.u64();
  options.windowEventLimit = in.u32();
  options.maxIdsPerKey = in.u32();
  options.sessionIdsMs = in.i64();
  options.refireOnEdge = in.u8() != 0;
  readTexts(in, options.appIds);
}

}  // namespace oncue::plain
