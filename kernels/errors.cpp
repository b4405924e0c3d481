// The device error words, in host memory that kernels can write.
// Must not know primitives.
#include "kernels/errors.h"

#include <mutex>

#include "kernels/cuda.h"
#include "runtime/exec/program.h"

namespace lockstep::cuda {
namespace {

constexpr int kMostDevices = 64;

struct Word {
    std::once_flag once;
    device::ErrorWord* word = nullptr;
};

Word& slot(int ordinal) {
    static Word words[kMostDevices];
    if (ordinal < 0 || ordinal >= kMostDevices) fail(Status::internal_error, "cuda: device %d of at most 64", ordinal);
    return words[ordinal];
}

}  // namespace

device::ErrorWord* error_word(int ordinal) {
    Word& s = slot(ordinal);
    std::call_once(s.once, [&] {
        const DeviceScope scope(ordinal);
        void* memory = nullptr;
        check(cudaHostAlloc(&memory, sizeof(device::ErrorWord), cudaHostAllocMapped), "cudaHostAlloc");
        s.word = new (memory) device::ErrorWord{};
    });
    return s.word;
}

void raise_reported(int ordinal) {
    volatile device::ErrorWord* const word = slot(ordinal).word;
    if (!word || word->state != 2) return;
    const unsigned op = word->op;
    const Status status = static_cast<Status>(word->status);
    const int axis = word->axis;
    const int64_t value = word->value, size = word->size;
    word->state = 0;
    const char* const name = op < kOps && kOpRows.row[op].name && op ? kOpRows.row[op].name : "indexing";
    if (status == Status::index_error && axis < 0)
        fail(status, "%s: index %lld is out of bounds for an axis of size %lld", name, static_cast<long long>(value),
             static_cast<long long>(size));
    if (status == Status::index_error)
        fail(status, "%s: index %lld is out of bounds for axis %d with size %lld", name, static_cast<long long>(value), axis,
             static_cast<long long>(size));
    fail(status, "sorter: index %lld is out of range for %lld elements", static_cast<long long>(value),
         static_cast<long long>(size));
}

}  // namespace lockstep::cuda
