# Finds emcc on PATH or in $EMSDK and hands over to the toolchain file that comes with it.

find_program(ONCUE_EMCC emcc HINTS $ENV{EMSDK}/upstream/emscripten NO_CMAKE_FIND_ROOT_PATH)
if(NOT ONCUE_EMCC)
  message(FATAL_ERROR
    "emcc not found on PATH nor in \$EMSDK. Install emscripten (Debian, Ubuntu: apt-get install "
    "emscripten), or an emsdk from https://emscripten.org and set EMSDK to its directory.")
endif()

get_filename_component(emcc_dir ${ONCUE_EMCC} DIRECTORY)
# Emscripten's toolchain file calls its tools by name.
if(NOT ":$ENV{PATH}:" MATCHES ":${emcc_dir}:")
  set(ENV{PATH} "${emcc_dir}:$ENV{PATH}")
endif()
# Debian's /usr/bin/emcc is a link into the directory that holds the toolchain file.
file(REAL_PATH ${ONCUE_EMCC} emcc_real)
get_filename_component(emscripten_root ${emcc_real} DIRECTORY)

set(CMAKE_C_COMPILER ${emcc_dir}/emcc)
set(CMAKE_CXX_COMPILER ${emcc_dir}/em++)
set(CMAKE_AR ${emcc_dir}/emar CACHE FILEPATH "Emscripten ar")
set(CMAKE_RANLIB ${emcc_dir}/emranlib CACHE FILEPATH "Emscripten ranlib")
include(${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake)
