# liblockstep.so (the core behind the C ABI) and libnumpy.so (the parity document's flat symbols, on liblockstep only).
# Must not know single functions: the exported names are in exports.map and numpy_exports.map.
file(STRINGS "${LOCKSTEP_GENERATED_DIR}/include/lockstep/lockstep.h" abi_line REGEX "define LS_ABI_VERSION +[0-9]+")
string(REGEX REPLACE ".*LS_ABI_VERSION +([0-9]+).*" "\\1" LOCKSTEP_ABI_VERSION "${abi_line}")
if(NOT LOCKSTEP_ABI_VERSION MATCHES "^[0-9]+$")
    message(FATAL_ERROR "lockstep.h defines no LS_ABI_VERSION: the library's file name needs it")
endif()

file(GLOB capi_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/capi/*.cpp")
set(numpy_sources ${capi_sources})
list(FILTER numpy_sources INCLUDE REGEX "/libnumpy[^/]*\\.cpp$")
list(REMOVE_ITEM capi_sources ${numpy_sources})

# lockstep_library(target version_script source...): a shared library with a closed list of exports and a versioned name.
function(lockstep_library target version_script)
    add_library(${target} SHARED ${ARGN})
    target_link_options(${target} PRIVATE
        -Wl,--as-needed "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/${version_script}")
    if(NOT LOCKSTEP_SANITIZE)  # the sanitizers' symbols are found in the program
        target_link_options(${target} PRIVATE -Wl,-z,defs)
    endif()
    set_target_properties(${target} PROPERTIES
        SOVERSION ${LOCKSTEP_ABI_VERSION} VERSION ${LOCKSTEP_ABI_VERSION}.${PROJECT_VERSION}
        LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/${version_script}"
        BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
    target_include_directories(${target} INTERFACE
        "$<BUILD_INTERFACE:${LOCKSTEP_GENERATED_DIR}/include>"
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
endfunction()

lockstep_library(lockstep exports.map ${capi_sources} ${LOCKSTEP_GENERATED_SOURCES})
target_include_directories(lockstep PRIVATE "${LOCKSTEP_GENERATED_DIR}/include")
target_link_libraries(lockstep PRIVATE lockstep_whole_core)
add_library(lockstep::lockstep ALIAS lockstep)

lockstep_library(numpy numpy_exports.map ${numpy_sources})
target_link_libraries(numpy PRIVATE lockstep_options lockstep)
add_library(lockstep::numpy ALIAS numpy)
