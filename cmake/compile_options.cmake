# The language, the warnings and the floating-point flags of every object of ours, as the target lockstep_options; and
# lockstep_unsanitized_options, the same without the sanitizers of a sanitized build.
# Must not know any source file. The floating-point flags are part of the numeric contract: never -ffast-math.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEV "-O1 -g" CACHE STRING "Flags of the build type Dev")
set(CMAKE_C_FLAGS_DEV "-O1 -g" CACHE STRING "Flags of the build type Dev")
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Dev" FORCE)
endif()

add_library(lockstep_unsanitized_options INTERFACE)
target_compile_options(lockstep_unsanitized_options INTERFACE
    -Wall -Wextra -Wpedantic -Werror
    -ffp-contract=off -fno-math-errno -fno-trapping-math
    -fvisibility=hidden $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>)

# GCC 12 sees an overlap in `"text" + std::string` that is not there: https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(lockstep_unsanitized_options INTERFACE -Wno-restrict)
endif()

add_library(lockstep_options INTERFACE)
target_link_libraries(lockstep_options INTERFACE lockstep_unsanitized_options)

# Thread-local free lists are on the path of every call: descriptors make them a few instructions in a shared library.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT LOCKSTEP_SANITIZE)
    target_compile_options(lockstep_options INTERFACE -mtls-dialect=gnu2)
endif()

if(LOCKSTEP_SANITIZE)
    target_compile_options(lockstep_options INTERFACE
        -fsanitize=${LOCKSTEP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
        -Wno-maybe-uninitialized)  # GCC warns of its own instrumentation
    target_link_options(lockstep_options INTERFACE -fsanitize=${LOCKSTEP_SANITIZE})
endif()
