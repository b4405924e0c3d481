# Runs cmake/generate/main.py: from the tables to lockstep.h, the C wrappers and the inventory, in LOCKSTEP_GENERATED_DIR.
# Must not know the tables' contents. Runs while configuring; a changed input makes the next build configure again.
set(LOCKSTEP_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")

file(GLOB_RECURSE LOCKSTEP_GENERATOR_INPUTS CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/runtime/tables/*.def"
    "${PROJECT_SOURCE_DIR}/runtime/tables/*.toml"
    "${PROJECT_SOURCE_DIR}/capi/*.in"
    "${PROJECT_SOURCE_DIR}/cmake/generate/*")
list(FILTER LOCKSTEP_GENERATOR_INPUTS EXCLUDE REGEX "__pycache__")
set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${LOCKSTEP_GENERATOR_INPUTS})

# Into a fresh folder first: files that did not change keep their time, and nothing is compiled again.
set(fresh "${PROJECT_BINARY_DIR}/generated.fresh")
file(REMOVE_RECURSE "${fresh}")
execute_process(
    COMMAND "${Python3_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/cmake/generate/main.py"
        --source "${PROJECT_SOURCE_DIR}" --output "${fresh}"
    RESULT_VARIABLE generator_status OUTPUT_VARIABLE generator_text ERROR_VARIABLE generator_text)
if(NOT generator_status EQUAL 0)
    message(FATAL_ERROR "cmake/generate/main.py failed (${generator_status}):\n${generator_text}")
endif()

file(GLOB_RECURSE fresh_files RELATIVE "${fresh}" "${fresh}/*")
file(GLOB_RECURSE stale_files RELATIVE "${LOCKSTEP_GENERATED_DIR}" "${LOCKSTEP_GENERATED_DIR}/*")
foreach(path IN LISTS stale_files)
    if(NOT path IN_LIST fresh_files)
        file(REMOVE "${LOCKSTEP_GENERATED_DIR}/${path}")
    endif()
endforeach()
set(LOCKSTEP_GENERATED_SOURCES "")
foreach(path IN LISTS fresh_files)
    get_filename_component(folder "${LOCKSTEP_GENERATED_DIR}/${path}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    file(COPY_FILE "${fresh}/${path}" "${LOCKSTEP_GENERATED_DIR}/${path}" ONLY_IF_DIFFERENT)
    if(path MATCHES "\\.cpp$")
        list(APPEND LOCKSTEP_GENERATED_SOURCES "${LOCKSTEP_GENERATED_DIR}/${path}")
    endif()
endforeach()
file(REMOVE_RECURSE "${fresh}")

# The public headers, where a program built against the build tree looks for them.
file(GLOB public_headers "${LOCKSTEP_GENERATED_DIR}/include/lockstep/*")
foreach(path IN LISTS public_headers)
    get_filename_component(name "${path}" NAME)
    file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/include/lockstep")
    file(COPY_FILE "${path}" "${PROJECT_BINARY_DIR}/include/lockstep/${name}" ONLY_IF_DIFFERENT)
endforeach()
