# nlohmann/json through a directory that holds nothing else: -I/usr/include would shadow
# Emscripten's own libc headers.

set(ONCUE_NLOHMANN_DIR "" CACHE PATH "Directory that contains nlohmann/json.hpp (found when empty)")

find_path(ONCUE_NLOHMANN_FOUND nlohmann/json.hpp
  HINTS ${ONCUE_NLOHMANN_DIR}
  PATHS /usr/include /usr/local/include /opt/homebrew/include
  NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(ONCUE_NLOHMANN_FOUND)
if(NOT ONCUE_NLOHMANN_FOUND)
  message(FATAL_ERROR
    "nlohmann/json.hpp not found. Install nlohmann-json3-dev (Debian, Ubuntu) or nlohmann-json, "
    "or configure with -DONCUE_NLOHMANN_DIR=<directory that contains nlohmann/>.")
endif()

set(private_include ${PROJECT_BINARY_DIR}/nlohmann_include)
file(MAKE_DIRECTORY ${private_include})
file(CREATE_LINK ${ONCUE_NLOHMANN_FOUND}/nlohmann ${private_include}/nlohmann SYMBOLIC)

add_library(oncue_nlohmann INTERFACE)
target_include_directories(oncue_nlohmann SYSTEM INTERFACE ${private_include})
