// The primitives of a plugin by its own table of functions: layouts that the C ABI never asks for.
// Must not know how they are computed. Arguments: the plugin's path, the number of random tasks, the seed.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "runtime/exec/device.h"
#include "tests/gpu/primitives.h"

using namespace lockstep;

int main(int count, char** arguments) {
    if (count < 2) return std::fprintf(stderr, "usage: primitives PLUGIN [TASKS [SEED]]\n"), 2;
    const int tasks = count > 2 ? std::atoi(arguments[2]) : 500;
    const uint64_t seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : std::random_device()();
    generator.seed(seed);
    void* const plugin = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (!plugin) return std::fprintf(stderr, "%s\n", dlerror()), 2;
    using Entry = const Backend* (*)(int, std::string*);
    const auto entry = reinterpret_cast<Entry>(dlsym(plugin, "lockstep_backend"));
    std::string why;
    backend = entry ? entry(kBackendInterface, &why) : nullptr;
    if (!backend) return std::fprintf(stderr, "no backend: %s\n", why.c_str()), 2;
    struct {
        const char* name;
        bool (*check)();
        int wrong;
    } all[] = {{"product", check_product, 0}, {"transform", check_transform, 0}, {"gather", check_gather, 0},
               {"scatter", check_scatter, 0}, {"select", check_select, 0},       {"sort", check_sort, 0},
               {"search", check_search, 0}, {"segments", check_segments, 0}, {"solve", check_solve, 0},
               {"random", check_random, 0}};
    int wrong = 0;
    try {
        stream.native = backend->stream_new(0);
        stream.id = 1;
        for (int i = 0; i < tasks; ++i)
            for (auto& one : all) one.wrong += !one.check();
        wrong += !check_memory();
        backend->synchronize(0, &stream);
    } catch (const std::exception& error) {
        std::printf("%s\n", error.what());
        ++wrong;
    }
    for (const auto& one : all) {
        if (one.wrong) std::printf("%s: %d wrong\n", one.name, one.wrong);
        wrong += one.wrong;
    }
    std::printf("%d tasks of each primitive, %d wrong, seed %llu\n", tasks, wrong, static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    std::_Exit(wrong != 0);  // the plugin's memory goes with the process
}
