# Finds what the CUDA backend is built with: the runtime's header and static library, nvcc and Thrust, of CUDA 13. Sets
# LOCKSTEP_HAVE_CUDA and the target lockstep_cudart. Must not know kernels: most are compiled by NVRTC, which the pack's tool
# opens by itself, the others are compiled by lockstep_nvcc_object.
#
# LOCKSTEP_CUDA: AUTO builds the backend where CUDA is found, ON fails where it is not, OFF leaves it out. CUDA is looked for
# beside nvcc, in CUDA_PATH and CUDA_HOME, in /usr/local/cuda, and in .venv, where run.sh installs PyPI's NVIDIA packages.
set(LOCKSTEP_CUDA AUTO CACHE STRING "Build the CUDA backend: AUTO (where CUDA 13 is found), ON or OFF")
set_property(CACHE LOCKSTEP_CUDA PROPERTY STRINGS AUTO ON OFF)
if(NOT LOCKSTEP_CUDA MATCHES "^(AUTO|ON|OFF)$")
    message(FATAL_ERROR "LOCKSTEP_CUDA: expected AUTO, ON or OFF, got '${LOCKSTEP_CUDA}'")
endif()
set(LOCKSTEP_HAVE_CUDA OFF)
if(LOCKSTEP_CUDA STREQUAL "OFF")
    return()
endif()

find_program(nvcc_program nvcc PATHS /usr/local/cuda/bin)
mark_as_advanced(nvcc_program)
set(cuda_folders $ENV{CUDA_PATH} $ENV{CUDA_HOME})
if(nvcc_program)
    get_filename_component(folder "${nvcc_program}" REALPATH)
    get_filename_component(folder "${folder}" DIRECTORY)
    get_filename_component(folder "${folder}" DIRECTORY)
    list(APPEND cuda_folders "${folder}")
endif()
file(GLOB venv_folders "${PROJECT_SOURCE_DIR}/.venv/lib/python3.*/site-packages/nvidia/cu13")
list(APPEND cuda_folders /usr/local/cuda ${venv_folders})

find_path(LOCKSTEP_CUDA_INCLUDE cuda_runtime_api.h PATHS ${cuda_folders} PATH_SUFFIXES include targets/x86_64-linux/include
    NO_DEFAULT_PATH DOC "Folder of cuda_runtime_api.h")
find_library(LOCKSTEP_CUDART cudart_static PATHS ${cuda_folders} PATH_SUFFIXES lib64 lib targets/x86_64-linux/lib
    NO_DEFAULT_PATH DOC "libcudart_static.a")

set(nvcc_folders "")
foreach(up .. ../../..)  # of include/, of targets/x86_64-linux/include/
    list(APPEND nvcc_folders "${LOCKSTEP_CUDA_INCLUDE}/${up}/bin")
endforeach()
find_program(LOCKSTEP_NVCC nvcc PATHS ${nvcc_folders} NO_DEFAULT_PATH DOC "nvcc of the same CUDA")
find_path(LOCKSTEP_CCCL_INCLUDE thrust/sort.h PATHS "${LOCKSTEP_CUDA_INCLUDE}/cccl" "${LOCKSTEP_CUDA_INCLUDE}" NO_DEFAULT_PATH
    DOC "Folder of thrust/")

set(cuda_problem "")
if(NOT LOCKSTEP_CUDA_INCLUDE OR NOT LOCKSTEP_CUDART)
    set(cuda_problem "cuda_runtime_api.h or libcudart_static.a was not found in: ${cuda_folders}")
elseif(NOT EXISTS "${LOCKSTEP_CUDA_INCLUDE}/crt/host_defines.h")
    set(cuda_problem "${LOCKSTEP_CUDA_INCLUDE} has no crt/host_defines.h (PyPI: nvidia-cuda-crt)")
elseif(NOT LOCKSTEP_NVCC OR NOT LOCKSTEP_CCCL_INCLUDE)
    string(CONCAT cuda_problem "beside ${LOCKSTEP_CUDA_INCLUDE} there is no nvcc or no thrust/sort.h "
        "(PyPI: nvidia-cuda-nvcc, nvidia-nvvm, nvidia-cuda-cccl)")
else()
    file(STRINGS "${LOCKSTEP_CUDA_INCLUDE}/cuda_runtime_api.h" version_line REGEX "define +CUDART_VERSION +[0-9]+")
    if(NOT version_line MATCHES "CUDART_VERSION +([0-9]+)" OR CMAKE_MATCH_1 LESS 13000)
        set(cuda_problem "CUDA 13 is needed, ${LOCKSTEP_CUDA_INCLUDE} says: ${version_line}")
    endif()
endif()
if(cuda_problem)
    if(LOCKSTEP_CUDA STREQUAL "ON")
        message(FATAL_ERROR "LOCKSTEP_CUDA=ON: ${cuda_problem}")
    endif()
    message(STATUS "Without the CUDA backend: ${cuda_problem}")
    return()
endif()

set(LOCKSTEP_HAVE_CUDA ON)
add_library(lockstep_cudart INTERFACE)
target_include_directories(lockstep_cudart SYSTEM INTERFACE "${LOCKSTEP_CUDA_INCLUDE}")
target_link_libraries(lockstep_cudart INTERFACE "${LOCKSTEP_CUDART}" Threads::Threads ${CMAKE_DL_LIBS} rt)
message(STATUS "CUDA backend with ${LOCKSTEP_CUDART}")

# lockstep_nvcc_object(variable name source [option...]): an object of a .cu source for LOCKSTEP_CUDA_ARCHITECTURES; the variable
# gets its path. The last architecture's PTX is in it, too, for devices to come. The flags are those of the numeric contract. CUDA
# is no language of CMake's here, for PyPI's folders fail its checks.
find_program(LOCKSTEP_CCACHE ccache)
mark_as_advanced(LOCKSTEP_CCACHE)
function(lockstep_nvcc_object variable name source)
    set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.o")
    set(codes "")
    foreach(architecture IN LISTS LOCKSTEP_CUDA_ARCHITECTURES)
        list(APPEND codes "-gencode=arch=compute_${architecture},code=sm_${architecture}")
    endforeach()
    list(GET LOCKSTEP_CUDA_ARCHITECTURES -1 last)
    list(APPEND codes "-gencode=arch=compute_${last},code=compute_${last}")
    set(launcher "")
    if(LOCKSTEP_CCACHE)
        set(launcher "${LOCKSTEP_CCACHE}")
    endif()
    add_custom_command(OUTPUT "${object}"
        COMMAND ${launcher} "${LOCKSTEP_NVCC}" -std=c++17 -O3 -DNDEBUG --fmad=false "-ccbin=${CMAKE_CXX_COMPILER}"
            -Xcompiler=-fPIC,-fvisibility=hidden,-ffp-contract=off -Xfatbin=-compress-mode=size ${codes} ${ARGN}
            "-I${PROJECT_SOURCE_DIR}" -isystem "${LOCKSTEP_CCCL_INCLUDE}" -isystem "${LOCKSTEP_CUDA_INCLUDE}"
            -MD -MF "${object}.d" -c "${source}" -o "${object}"
        DEPENDS "${source}" DEPFILE "${object}.d" COMMENT "nvcc ${name}" VERBATIM)
    set(${variable} "${object}" PARENT_SCOPE)
endfunction()
