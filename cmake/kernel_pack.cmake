# Kernels at build time: the headers of device code as a library (lockstep_kernel_headers), and lockstep_pack, the tool that
# compiles the standard set of kernels into a pack beside the plugin. Must not know single kernels, nor headers by name.
set(LOCKSTEP_CUDA_ARCHITECTURES 90 CACHE STRING
    "Architectures of the kernel pack: 90 for sm_90; a release has 75;80;90;100;120")

# Zstandard is linked statically where it can be: the plugin then needs nothing that a user's machine may lack.
find_library(LOCKSTEP_ZSTD NAMES libzstd.a zstd DOC "Zstandard (Debian: libzstd-dev)")
find_path(LOCKSTEP_ZSTD_INCLUDE zstd.h DOC "Folder of zstd.h")
find_path(LOCKSTEP_XXHASH_INCLUDE xxhash.h DOC "Folder of xxhash.h (Debian: libxxhash-dev)")
if(NOT LOCKSTEP_ZSTD OR NOT LOCKSTEP_ZSTD_INCLUDE OR NOT LOCKSTEP_XXHASH_INCLUDE)
    message(FATAL_ERROR "zstd.h, libzstd or xxhash.h was not found: install libzstd-dev and libxxhash-dev")
endif()

set(embed_script "${PROJECT_SOURCE_DIR}/cmake/embed_headers.py")
set(embedded_headers "${PROJECT_BINARY_DIR}/kernels/device_headers_list.cpp")
file(GLOB header_candidates CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/kernels/device/*.h" "${PROJECT_SOURCE_DIR}/runtime/scalar/*.h"
    "${PROJECT_SOURCE_DIR}/runtime/scalar/random/*.h"
    "${PROJECT_SOURCE_DIR}/runtime/tables/*.def" "${PROJECT_SOURCE_DIR}/runtime/exec/*.h")
add_custom_command(OUTPUT "${embedded_headers}"
    COMMAND "${Python3_EXECUTABLE}" -B "${embed_script}" "${PROJECT_SOURCE_DIR}" "${embedded_headers}"
    DEPENDS "${embed_script}" ${header_candidates} COMMENT "Device headers" VERBATIM)
add_library(lockstep_kernel_headers OBJECT "${embedded_headers}")
target_include_directories(lockstep_kernel_headers
    PRIVATE "${PROJECT_SOURCE_DIR}"
    INTERFACE SYSTEM "${LOCKSTEP_ZSTD_INCLUDE}" "${LOCKSTEP_XXHASH_INCLUDE}")
target_link_libraries(lockstep_kernel_headers PRIVATE lockstep_options INTERFACE "${LOCKSTEP_ZSTD}")

# lockstep_pack_tool(target compiler_source...): the tool with a compiler, vendor/nvrtc_library.cpp or the simulator's. The
# caller links what offers cuda_runtime_api.h.
function(lockstep_pack_tool target)
    file(GLOB sources CONFIGURE_DEPENDS
        "${PROJECT_SOURCE_DIR}/kernels/pack/*.cpp" "${PROJECT_SOURCE_DIR}/kernels/source/*.cpp")
    foreach(name compiler device_headers digest pack_file parallel zstd_frame)
        list(APPEND sources "${PROJECT_SOURCE_DIR}/kernels/compile/${name}.cpp")
    endforeach()
    add_executable(${target} ${sources} ${ARGN})
    target_link_libraries(${target} PRIVATE lockstep_core lockstep_options lockstep_kernel_headers Threads::Threads)
    target_compile_definitions(${target} PRIVATE "LOCKSTEP_CUDA_HINTS=\"${PROJECT_SOURCE_DIR}/.venv\"")
endfunction()

# lockstep_kernel_pack(target output tool architectures [option...]): builds the pack, from the former one where nothing
# changed. A kernel that does not compile fails the build.
function(lockstep_kernel_pack target output tool architectures)
    string(REPLACE ";" "," list "${architectures}")
    add_custom_command(OUTPUT "${output}"
        COMMAND ${tool} --output "${output}" --architectures "${list}" ${ARGN}
        DEPENDS ${tool} COMMENT "Kernel pack for ${list}" USES_TERMINAL VERBATIM)
    add_custom_target(${target} ALL DEPENDS "${output}")
endfunction()

if(LOCKSTEP_HAVE_CUDA AND NOT LOCKSTEP_SANITIZE)  # kernels are the same with and without sanitizers
    lockstep_pack_tool(lockstep_pack
        "${PROJECT_SOURCE_DIR}/kernels/vendor/nvrtc_library.cpp" "${PROJECT_SOURCE_DIR}/kernels/vendor/search.cpp")
    target_link_libraries(lockstep_pack PRIVATE lockstep_cudart)
    set(pack "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/lockstep_kernels.pack")
    lockstep_kernel_pack(lockstep_kernels "${pack}" lockstep_pack "${LOCKSTEP_CUDA_ARCHITECTURES}")
    install(FILES "${pack}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
