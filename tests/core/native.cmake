include(GoogleTest)

set(re2_test ${CMAKE_CURRENT_SOURCE_DIR}/match/regex_re2_test.cc)
find_path(RE2_INCLUDE re2/re2.h)
find_library(RE2_LIBRARY re2)
mark_as_advanced(RE2_INCLUDE RE2_LIBRARY)

if(NOT RE2_INCLUDE OR NOT RE2_LIBRARY)
  message(STATUS "RE2 not found: the comparison of our regex matcher with RE2 is left out (install libre2-dev)")
  list(REMOVE_ITEM all_sources ${re2_test})
endif()

set(rooms "")
foreach(source IN LISTS all_sources)
  file(RELATIVE_PATH relative ${CMAKE_CURRENT_SOURCE_DIR} ${source})
  string(REGEX REPLACE "/.*" "" room ${relative})
  list(APPEND rooms ${room})
  list(APPEND sources_${room} ${source})
endforeach()
list(REMOVE_DUPLICATES rooms)

# Compiling is most of a run with sanitizers, and the optimiser most of compiling: it is for the tests that go through
# thousands of random cases. A file with options of its own stays out of its folder's unity build.
set(optimised_rooms match oracle sync window)
if(ONCUE_SANITIZE)
  set(optimised_files ${all_sources})
  list(FILTER optimised_files INCLUDE REGEX "/(json_scanner|json_tree|number_text)_test")
  set_source_files_properties(${optimised_files} PROPERTIES COMPILE_OPTIONS -O1)
endif()

foreach(room IN LISTS rooms)
  add_executable(${room}_test ${sources_${room}})
  target_link_libraries(${room}_test PRIVATE oncue_test_support
    $<IF:$<TARGET_EXISTS:oncue_${room}>,oncue_${room},oncue_engine>)
  oncue_unity_tests(${room}_test)
  if(ONCUE_SANITIZE AND NOT room IN_LIST optimised_rooms)
    target_compile_options(${room}_test PRIVATE -O0)
  endif()
  if(re2_test IN_LIST sources_${room})
    target_include_directories(${room}_test SYSTEM PRIVATE ${RE2_INCLUDE})
    target_link_libraries(${room}_test PRIVATE ${RE2_LIBRARY})
  endif()
  # Discovered when ctest runs, so that a build does not run what it has built.
  gtest_discover_tests(${room}_test TEST_PREFIX ${room}. DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endforeach()

# For runs of whole suites: a process per case, as ctest has it, takes twice the time under sanitizers.
list(TRANSFORM rooms APPEND _test OUTPUT_VARIABLE suites)
list(JOIN suites "\n" suites)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/suites.txt "${suites}\n")

# js/engine/test compares its snapshots with those of the WebAssembly engine.
add_executable(oncue_replay_tool tools/replay_main.cc)
target_link_libraries(oncue_replay_tool PRIVATE oncue_flags oncue_engine)
