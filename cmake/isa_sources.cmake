# lockstep_isa_objects(target source...): compiles each source once per instruction set, as target_<set> object libraries.
# Must not know what the sources compute. Convention: such a source is named *.isa.cpp and names its symbols by LS_ISA.
#
# On x86-64 the sets are v2, v3 and v4 (the psABI levels), elsewhere `plain`. LOCKSTEP_ISA_SETS lists them afterwards,
# and the variable <target>_OBJECTS in the caller's scope holds the objects.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    set(LOCKSTEP_ISA_SETS v2 v3 v4)
else()
    set(LOCKSTEP_ISA_SETS plain)
endif()
set(LOCKSTEP_ISA_FLAGS_v2 -march=x86-64-v2)
set(LOCKSTEP_ISA_FLAGS_v3 -march=x86-64-v3)
set(LOCKSTEP_ISA_FLAGS_v4 -march=x86-64-v4 -mprefer-vector-width=512)
set(LOCKSTEP_ISA_FLAGS_plain "")
# A sanitizer makes these objects many times slower to compile: one set has it, and the tests run on that (LOCKSTEP_ISA).
set(LOCKSTEP_SANITIZED_ISA v3 plain)

function(lockstep_isa_objects target)
    set(objects "")
    foreach(set IN LISTS LOCKSTEP_ISA_SETS)
        add_library(${target}_${set} OBJECT ${ARGN})
        target_compile_definitions(${target}_${set} PRIVATE LS_ISA=${set})
        target_compile_options(${target}_${set} PRIVATE ${LOCKSTEP_ISA_FLAGS_${set}})
        target_include_directories(${target}_${set} PRIVATE
            "${PROJECT_SOURCE_DIR}" "${LOCKSTEP_GENERATED_DIR}")
        if(set IN_LIST LOCKSTEP_SANITIZED_ISA)
            target_link_libraries(${target}_${set} PRIVATE lockstep_options)
        else()
            target_link_libraries(${target}_${set} PRIVATE lockstep_unsanitized_options)
        endif()
        list(APPEND objects $<TARGET_OBJECTS:${target}_${set}>)
    endforeach()
    set(${target}_OBJECTS "${objects}" PARENT_SCOPE)
endfunction()
