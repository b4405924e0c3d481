# The Python package: the extension lockstep._core and the folder python/lockstep of the build tree, which is importable;
# and its parts of the wheel (install component "python"). Must not know functions: the tables do, through cmake/generate/.
# The stable ABI, one extension for all Pythons from 3.12 on, where nanobind and CMake have it; else this Python's own.
if(CMAKE_VERSION VERSION_GREATER_EQUAL 3.26)
    set(stable_abi OPTIONAL_COMPONENTS Development.SABIModule)
endif()
if(NOT DEFINED Python_EXECUTABLE AND EXISTS "${PROJECT_SOURCE_DIR}/.venv/bin/python3")  # run.sh made it, with nanobind
    set(Python_EXECUTABLE "${PROJECT_SOURCE_DIR}/.venv/bin/python3" CACHE FILEPATH "The Python to build for")
endif()
find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module ${stable_abi})
execute_process(COMMAND "${Python_EXECUTABLE}" -m nanobind --cmake_dir
    OUTPUT_VARIABLE nanobind_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE nanobind_missing)
if(nanobind_missing)
    message(FATAL_ERROR "The Python package needs nanobind: ${Python_EXECUTABLE} -m pip install nanobind")
endif()
find_package(nanobind CONFIG REQUIRED)

set(LOCKSTEP_PYTHON_FOLDER "${PROJECT_BINARY_DIR}/python/lockstep")
file(GLOB python_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/capi/python/*.cpp")
nanobind_add_module(lockstep_python STABLE_ABI NB_STATIC NOMINSIZE ${python_sources})
set_target_properties(lockstep_python PROPERTIES
    OUTPUT_NAME _core LIBRARY_OUTPUT_DIRECTORY "${LOCKSTEP_PYTHON_FOLDER}"
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/lib")
target_include_directories(lockstep_python PRIVATE "${PROJECT_SOURCE_DIR}" "${LOCKSTEP_GENERATED_DIR}")
target_link_libraries(lockstep_python PRIVATE lockstep lockstep_options)

# The build tree's package: the sources themselves, by links, beside the built parts.
file(MAKE_DIRECTORY "${LOCKSTEP_PYTHON_FOLDER}")
file(GLOB python_modules CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/capi/python/lockstep/*" "${LOCKSTEP_GENERATED_DIR}/python/lockstep/*")
list(FILTER python_modules EXCLUDE REGEX "__pycache__")
foreach(path IN LISTS python_modules)
    get_filename_component(name "${path}" NAME)
    file(CREATE_LINK "${path}" "${LOCKSTEP_PYTHON_FOLDER}/${name}" SYMBOLIC)
endforeach()
file(CREATE_LINK "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}" "${LOCKSTEP_PYTHON_FOLDER}/lib" SYMBOLIC)
file(CREATE_LINK "${LOCKSTEP_GENERATED_DIR}/include" "${LOCKSTEP_PYTHON_FOLDER}/include" SYMBOLIC)

# The wheel: `cmake --install --component python`, and no part of a plain install. The libraries' real files under the names
# that loaders ask for.
install(TARGETS lockstep_python LIBRARY DESTINATION lockstep COMPONENT python EXCLUDE_FROM_ALL)
install(FILES ${python_modules} DESTINATION lockstep COMPONENT python EXCLUDE_FROM_ALL)
install(DIRECTORY "${LOCKSTEP_GENERATED_DIR}/include/lockstep" DESTINATION lockstep/include COMPONENT python EXCLUDE_FROM_ALL)
install(FILES $<TARGET_FILE:lockstep> DESTINATION lockstep/lib RENAME liblockstep.so.${LOCKSTEP_ABI_VERSION} COMPONENT python EXCLUDE_FROM_ALL)
install(FILES $<TARGET_FILE:numpy> DESTINATION lockstep/lib RENAME libnumpy.so.${LOCKSTEP_ABI_VERSION} COMPONENT python EXCLUDE_FROM_ALL)
# oneTBB goes along under its own name, which liblockstep.so finds beside itself: no other package need be in place.
install(FILES $<TARGET_FILE:TBB::tbb> DESTINATION lockstep/lib RENAME $<TARGET_SONAME_FILE_NAME:TBB::tbb> COMPONENT python EXCLUDE_FROM_ALL)

# The CUDA backend and its kernels where they were built.
set(wheel_parts lockstep numpy lockstep_python)
if(TARGET lockstep_cuda)
    list(APPEND wheel_parts lockstep_cuda lockstep_kernels)
    install(TARGETS lockstep_cuda LIBRARY DESTINATION lockstep/lib COMPONENT python EXCLUDE_FROM_ALL)
    install(FILES "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/lockstep_kernels.pack" DESTINATION lockstep/lib COMPONENT python EXCLUDE_FROM_ALL)
endif()
add_custom_target(lockstep_wheel DEPENDS ${wheel_parts})
