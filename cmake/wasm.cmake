# What differs between Emscripten versions and packagings.

# The setting was renamed in 3.1.27.
if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.27)
  set(oncue_wasm_stack -sTOTAL_STACK)
else()
  set(oncue_wasm_stack -sSTACK_SIZE)
endif()

# npm puts node_modules/.bin before everything else, and Debian's linker takes the first wasm-opt it finds: the npm
# package's is of another age and gives imports other names than the JavaScript has.
string(REGEX REPLACE "[^:]*/node_modules/\\.bin(:|$)" "" oncue_link_path "$ENV{PATH}")
set(oncue_link_env "PATH=${oncue_link_path}")
# Debian installs the npm packages that Emscripten's linker needs where Node does not look.
if(IS_DIRECTORY /usr/share/nodejs)
  list(APPEND oncue_link_env NODE_PATH=/usr/share/nodejs)
endif()

function(oncue_wasm_link target)
  set_target_properties(${target} PROPERTIES CXX_LINKER_LAUNCHER "${CMAKE_COMMAND};-E;env;${oncue_link_env}")
endfunction()
