# The same suites as one wasm executable under Node. RE2 is a native library, so its comparison
# stays native.
list(REMOVE_ITEM all_sources ${CMAKE_CURRENT_SOURCE_DIR}/match/regex_re2_test.cc)
if(NOT all_sources)
  return()
endif()

add_executable(oncue_core_tests ${all_sources})
target_link_libraries(oncue_core_tests PRIVATE oncue_test_support oncue_engine)
oncue_unity_tests(oncue_core_tests)
target_compile_options(oncue_core_tests PRIVATE -O1)
target_link_options(oncue_core_tests PRIVATE
  # Before 3.1.24 the asynchronous loader takes Node's fetch for a browser's and fails on a path.
  -sWASM_ASYNC_COMPILATION=0
  -O1 -flto -sENVIRONMENT=node -sNODERAWFS=1 -sEXIT_RUNTIME=1
  -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=64MB -sMAXIMUM_MEMORY=2GB
  ${oncue_wasm_stack}=4MB)
oncue_wasm_link(oncue_core_tests)
add_test(NAME oncue_core_tests COMMAND oncue_core_tests)
set_tests_properties(oncue_core_tests PROPERTIES TIMEOUT 900)
