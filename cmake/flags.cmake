# The only place that names compiler flags. Everything of ours links to oncue_flags.

option(ONCUE_SANITIZE "Compile with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

add_library(oncue_flags INTERFACE)
target_compile_options(oncue_flags INTERFACE
  -std=c++20
  -Wall -Wextra -Werror
  # A fused multiply-add rounds once where wasm rounds twice; results must not depend on the machine.
  -ffp-contract=off
  -fno-exceptions -fno-rtti)

if(ONCUE_SANITIZE)
  # The vptr check needs the type information that -fno-rtti removes.
  set(sanitizers -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_compile_options(oncue_flags INTERFACE ${sanitizers})
  target_link_options(oncue_flags INTERFACE ${sanitizers})
endif()

if(ONCUE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "ONCUE_FUZZ needs clang's libFuzzer; configure with -DCMAKE_CXX_COMPILER=clang++")
  endif()
  target_compile_options(oncue_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(EMSCRIPTEN)
  target_compile_options(oncue_flags INTERFACE
    -flto -fwhole-program-vtables -fvisibility=hidden
    # Every browser that has what the packages use of JavaScript (Object.hasOwn: since 2022) has these.
    -mbulk-memory -mnontrapping-fptoint -msign-ext
    # Embind wants RTTI for the names of unbound types; without them it works with -fno-rtti.
    -DEMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
endif()

find_program(ONCUE_CCACHE ccache)
mark_as_advanced(ONCUE_CCACHE)
if(ONCUE_CCACHE AND NOT EMSCRIPTEN AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ONCUE_CCACHE})
endif()
