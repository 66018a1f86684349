// oncue.page.wasm, what browsers load: the same calls behind one export, without Embind's JavaScript and without the
// doors for text, which a page's own JSON.parse opens.
#include <emscripten/emscripten.h>

#include <tuple>
#include <type_traits>
#include <utility>

#include "buffer.h"
#include "calls.h"

namespace {

using calls::Bytes;
using calls::Handle;
using calls::Text;

std::string answer;

double give(double number) { return number; }

double give(std::string text) {
  answer = std::move(text);
  return static_cast<double>(answer.size());
}

double give(Bytes bytes) { return give(std::move(bytes.bytes)); }

// The arguments of one call: texts stand in the buffer one after the other, lengths and numbers come by value.
class Arguments {
 public:
  Arguments(Handle engine, const std::uint32_t* lengths, const double* numbers)
      : engine_(engine), lengths_(lengths), numbers_(numbers) {}

  template <class T>
  T next() {
    if constexpr (std::is_same_v<T, Handle>) {
      return engine_;
    } else if constexpr (std::is_same_v<T, Text>) {
      const std::uint32_t from = std::exchange(at_, at_ + *lengths_);
      return bufferText(from, *lengths_++);
    } else {
      return *numbers_++;
    }
  }

 private:
  Handle engine_;
  const std::uint32_t* lengths_;
  const double* numbers_;
  std::uint32_t at_ = 0;
};

template <class Answer, class... Types>
double run(Answer (*call)(Types...), Arguments arguments) {
  // Braces evaluate from left to right.
  std::tuple<Types...> values{arguments.template next<Types>()...};
  if constexpr (std::is_void_v<Answer>) {
    std::apply(call, values);
    return 0;
  } else {
    return give(std::apply(call, values));
  }
}

// A page that syncs is built with ONCUE_SYNC.
#ifndef ONCUE_SYNC
#undef ONCUE_SYNC_CALLS
#define ONCUE_SYNC_CALLS(CALL)
#endif

enum class CallId : std::uint32_t {
#define ONCUE_ID(name) name,
  ONCUE_CALLS(ONCUE_ID)
  ONCUE_SYNC_CALLS(ONCUE_ID)
#undef ONCUE_ID
};

}  // namespace

extern "C" {

// Text and bytes are left at oncue_answer(), and their length is returned.
EMSCRIPTEN_KEEPALIVE const char* oncue_answer() { return answer.data(); }

EMSCRIPTEN_KEEPALIVE double oncue_call(CallId id, Handle engine, double number0, double number1, std::uint32_t length0,
                                       std::uint32_t length1, std::uint32_t length2) {
  const double numbers[] = {number0, number1};
  const std::uint32_t lengths[] = {length0, length1, length2};
  const Arguments arguments(engine, lengths, numbers);
  switch (id) {
#define ONCUE_CASE(name) \
  case CallId::name: return run(calls::name, arguments);
    ONCUE_CALLS(ONCUE_CASE)
    ONCUE_SYNC_CALLS(ONCUE_CASE)
#undef ONCUE_CASE
  }
  return 0;
}

}  // extern "C"
