# What differs between Emscripten versions and packagings.

# The setting was renamed in 3.1.27.
if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.27)
  set(oncue_wasm_stack -sTOTAL_STACK)
else()
  set(oncue_wasm_stack -sSTACK_SIZE)
endif()

# Debian installs the npm packages that Emscripten's linker needs where Node does not look.
function(oncue_wasm_link target)
  if(IS_DIRECTORY /usr/share/nodejs)
    set_target_properties(${target} PROPERTIES
      CXX_LINKER_LAUNCHER "${CMAKE_COMMAND};-E;env;NODE_PATH=/usr/share/nodejs")
  endif()
endfunction()
