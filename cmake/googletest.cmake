# Defines oncue_gtest: an installed GoogleTest, or one built from sources (always so for wasm).

set(GOOGLETEST_SOURCE_DIR /usr/src/googletest CACHE PATH "GoogleTest's source tree")

if(NOT EMSCRIPTEN)
  find_package(GTest QUIET)
endif()

if(GTest_FOUND)
  add_library(oncue_gtest INTERFACE)
  target_link_libraries(oncue_gtest INTERFACE GTest::gtest_main)
elseif(EXISTS ${GOOGLETEST_SOURCE_DIR}/googletest/src/gtest-all.cc)
  set(gtest ${GOOGLETEST_SOURCE_DIR}/googletest)
  add_library(oncue_gtest STATIC ${gtest}/src/gtest-all.cc ${gtest}/src/gtest_main.cc)
  target_include_directories(oncue_gtest SYSTEM PUBLIC ${gtest}/include PRIVATE ${gtest})
  # Not oncue_flags: its warnings are for our own sources.
  target_compile_options(oncue_gtest PRIVATE -std=c++20 -fno-exceptions -fno-rtti)
  find_package(Threads)
  target_link_libraries(oncue_gtest PUBLIC $<$<NOT:$<BOOL:${EMSCRIPTEN}>>:Threads::Threads>)
else()
  message(WARNING
    "GoogleTest not found, so the core's tests are left out. Install libgtest-dev and googletest "
    "(Debian, Ubuntu), or configure with -DGOOGLETEST_SOURCE_DIR=<source tree>.")
endif()
