# Every bench/*.cpp is a program of its own, built by the target `bench` and run by hand.
# Must not know what is measured. Programs see the C ABI; those that measure an inner layer link the core beside it.
add_custom_target(bench)
file(GLOB bench_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
foreach(source IN LISTS bench_sources)
    get_filename_component(name "${source}" NAME_WE)
    add_executable(bench_${name} EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(bench_${name} PRIVATE lockstep lockstep_core)
    add_dependencies(bench bench_${name})
endforeach()
