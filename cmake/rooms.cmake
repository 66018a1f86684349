# oncue_room(<name> [SOURCES <glob>...] [HOT <file>...] [DEPENDS <room>...] [PRIVATE <library>...]
#            [APART <file>...])
# A static library oncue_<name> from core/src/<name>/*.cc. DEPENDS is the only way from one room
# to another, so the link graph is the dependency direction. A room without sources is INTERFACE.
# HOT files run once per event: in wasm, where the rest is built for size, they are built for speed.
# APART files have helpers of the same name as others of the room: a unity build compiles them by themselves.
function(oncue_room name)
  cmake_parse_arguments(room "" "" "SOURCES;HOT;APART;DEPENDS;PRIVATE" ${ARGN})
  if(NOT room_SOURCES)
    set(room_SOURCES src/${name}/*.cc)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${room_SOURCES})
  list(TRANSFORM room_DEPENDS PREPEND oncue_)

  if(EMSCRIPTEN AND room_HOT)
    set_source_files_properties(${room_HOT} PROPERTIES COMPILE_OPTIONS -O3)
  endif()

  set(library oncue_${name})
  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
    if(ONCUE_UNITY AND NOT EMSCRIPTEN)
      set_target_properties(${library} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
      set_source_files_properties(${room_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
    target_link_libraries(${library} PRIVATE oncue_flags ${room_PRIVATE})
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${library} ${scope}
    ${PROJECT_SOURCE_DIR}/core/include ${PROJECT_SOURCE_DIR}/core/src)
  target_link_libraries(${library} ${scope} ${room_DEPENDS})
endfunction()
