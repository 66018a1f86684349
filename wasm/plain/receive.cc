// An intervention that a server sent, taken apart by js/engine/src/plain/received.ts; empty when it was malformed.
#include "base/wire.h"
#include "engine/impl.h"

namespace oncue {

void Engine::Impl::receive(std::string_view compiled, std::int64_t at) {
  letTimePass(at);
  Reader in(compiled);
  const std::string_view id = in.text();
  const std::string_view name = in.text();
  const double version = in.f64();
  Target sentTo;
  sentTo.key = in.text();
  sentTo.id = in.text();
  const std::string_view json = in.text();
  const Held held = in.ok() ? passReceived(id, name, version, sentTo) : Held::Malformed;
  if (held != Held::No) {
    rejection = holdBack(held);
    return;
  }
  ++counters.received;
  ++firedCount;
  firedJson.json(json);
}

}  // namespace oncue
