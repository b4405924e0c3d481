// Times calls of C functions from compiled code, so that a caller in Python costs nothing: a small shared library
// for ctypes.
// Must not know which functions: bench/lockstep_side.py fills in the steps, whose arguments are words or earlier
// results.
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace {

constexpr int kMostArguments = 20;

template <size_t>
using Word = uint64_t;

// Every argument of the functions timed here is an integer or an address, which C passes as one word; of a structure by value
// compiled_loop.py makes the words that the processor's calling convention asks for.
template <size_t... I>
int32_t call(const void* function, const uint64_t* words, std::index_sequence<I...>) {
    return reinterpret_cast<int32_t (*)(Word<I>...)>(const_cast<void*>(function))(words[I]...);
}

using Caller = int32_t (*)(const void*, const uint64_t*);

template <size_t N>
int32_t caller(const void* function, const uint64_t* words) {
    return call(function, words, std::make_index_sequence<N>());
}

template <size_t... N>
constexpr auto callers(std::index_sequence<N...>) {
    struct Table {
        Caller of[sizeof...(N)];
    };
    return Table{{caller<N>...}};
}

constexpr auto kCallers = callers(std::make_index_sequence<kMostArguments + 1>());

}  // namespace

extern "C" {

struct Step {
    const void* function;  // returns a status; 0: fine
    int32_t count;         // arguments
    int32_t room_size;
    size_t* room;  // of a call that decides how many results there are: holds room_size before it, their number after
    uint64_t words[kMostArguments];
    uint64_t from_slot;  // bit i: words[i] is the number of a slot whose value is the argument
    uint64_t frees;      // bit k: nothing needs slot k after this step
};

using Free = int32_t (*)(void**);
using Wait = int32_t (*)(const char*);

// Runs all steps `number` times, waits for the device (a null wait: none), and gives the seconds of all of it.
// Returns the
// status of the first step that fails; what is in the slots then is the caller's.
[[gnu::visibility("default")]] int32_t bench_time(const Step* steps, int32_t count, void** slots, int64_t number,
                                                  Free free, Wait wait, const char* device, double* seconds) {
    uint64_t words[kMostArguments];
    const auto start = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < number; ++i) {
        for (const Step* step = steps; step != steps + count; ++step) {
            for (int32_t a = 0; a < step->count; ++a) {
                const uint64_t word = step->words[a];
                words[a] = (step->from_slot >> a & 1) ? reinterpret_cast<uint64_t>(slots[word]) : word;
            }
            if (step->room != nullptr) *step->room = static_cast<size_t>(step->room_size);
            if (const int32_t status = kCallers.of[step->count](step->function, words); status != 0) return status;
            uint64_t frees = step->frees;
            if (step->room != nullptr) frees &= (uint64_t{1} << *step->room) - 1;  // such a call is alone
            for (; frees != 0; frees &= frees - 1) free(&slots[std::countr_zero(frees)]);
        }
    }
    if (wait != nullptr)
        if (const int32_t status = wait(device); status != 0) return status;
    *seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return 0;
}
}
