// The CPU as a backend.
// Must not know what its primitives do.
#include <cstring>
#include <string>

#include "host/instruction_set.h"
#include "host/memory.h"
#include "host/primitives.h"
#include "host/vendor/blas.h"
#include "host/vendor/fftw.h"
#include "host/vendor/lapack.h"
#include "runtime/exec/device.h"
#include "runtime/exec/threads.h"

namespace lockstep {
namespace {

std::string describe() {
    std::string text = "cpu: instruction set ";
    text += host::name_of(host::instruction_set());
    text += ", " + std::to_string(num_threads()) + " threads\n";
    text += "blas: " + host::vendor::blas_report() + "\n";
    text += "lapack: " + host::vendor::lapack_report() + "\n";
    text += "fft: " + host::vendor::fftw_report() + "\n";
    return text;
}

constexpr Backend make() {
    Backend b{};
    b.name = "cpu";
    b.device_count = [] { return 1; };
    b.supports = [](Primitive, DType) { return true; };
    b.allocate = [](int, int64_t bytes, Stream*) { return host::allocate(bytes); };
    b.allocate_zeroed = [](int, int64_t bytes, Stream*) { return host::allocate_zeroed(bytes); };
    b.deallocate = [](int, void* block, int64_t bytes, Stream*) noexcept { host::deallocate(block, bytes); };
    b.memory = [](int) { return host::memory_statistics(); };
    b.trim = [](int) { host::trim_memory(); };
    b.to_device = [](int, void* to, const void* from, int64_t n, Stream*) { std::memcpy(to, from, static_cast<size_t>(n)); };
    b.to_host = [](int, void* to, const void* from, int64_t n, Stream*) { std::memcpy(to, from, static_cast<size_t>(n)); };
    b.copy = [](int, void* to, int, const void* from, int64_t n, Stream*) { std::memcpy(to, from, static_cast<size_t>(n)); };
    b.wait = [](int, Stream*) {};
    b.synchronize = [](int, Stream*) {};
    b.host_memory = true;
    b.map = host::map;
    b.reduce = host::reduce;
    b.matmul = host::matmul;
    b.fft = host::fourier;
    b.gather = host::gather;
    b.scatter = host::scatter;
    b.count_true = host::count_true;
    b.select = host::select;
    b.sort = host::sort;
    b.search = host::search;
    b.scan = host::scan;
    b.segments = host::segments;
    b.solve = host::solve;
    b.row_major_size = host::kRowMajorSize;
    b.random = host::random_fill;
    b.random_rows = host::random_rows;
    b.info = describe;
    return b;
}

}  // namespace

const Backend& cpu_backend() {
    static constexpr Backend backend = make();
    return backend;
}

}  // namespace lockstep
