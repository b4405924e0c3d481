// Device code's language for the host compiler: included before every kernel text. What is here is what
// kernels may use. Must not know kernels. Atomics are plain operations: the threads of a grid are fibers of
// one thread of the host.
#pragma once

#include "tests/sim/machine.h"

#define LOCKSTEP_SIM_DEVICE 1

namespace lockstep::sim {

// Set by the loader; one per shared object.
__attribute__((visibility("hidden"))) Machine* machine;
// All shared memory of the object is thread-local storage: the loader finds its bounds from this address, and
// fills it before every block.
__attribute__((visibility("hidden"))) thread_local char shared_memory_anchor;

template <class T>
inline T shuffle(unsigned mask, T value, unsigned source, Site site) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8 || sizeof(T) == 16);
    T result;
    machine->collective(Collective::shuffle, mask, false, source, &value, &result, sizeof(T), site);
    return result;
}
inline unsigned vote(unsigned mask, bool predicate, Site site) {
    return machine->collective(Collective::vote, mask, predicate, 0, nullptr, nullptr, 0, site);
}
inline unsigned lane() { return machine->linear_thread & 31; }

}  // namespace lockstep::sim

extern "C" {
__attribute__((used)) char* lockstep_sim_bind(lockstep::sim::Machine* machine) {
    lockstep::sim::machine = machine;
    return &lockstep::sim::shared_memory_anchor;
}
}
inline void* lockstep_sim_dynamic_shared() { return lockstep::sim::machine->dynamic_shared; }

#define threadIdx (::lockstep::sim::machine->thread)
#define blockIdx (::lockstep::sim::machine->block)
#define blockDim (::lockstep::sim::machine->block_size)
#define gridDim (::lockstep::sim::machine->grid_size)
#define __shared__ static thread_local
inline constexpr int warpSize = 32;

// As default arguments these two name the line of the call.
#define LS_SIM_SITE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline void __syncthreads(LS_SIM_SITE) { lockstep::sim::machine->barrier({file, line}); }
inline void __syncwarp(unsigned mask = 0xffffffffu, LS_SIM_SITE) {
    using namespace lockstep::sim;
    machine->collective(Collective::syncwarp, mask, false, 0, nullptr, nullptr, 0, {file, line});
}

// `width` is a power of two: segments of the warp that shuffle by themselves.
template <class T>
inline T __shfl_sync(unsigned mask, T value, int source, int width = 32, LS_SIM_SITE) {
    const unsigned w = unsigned(width), own = lockstep::sim::lane();
    return lockstep::sim::shuffle(mask, value, (own & ~(w - 1)) | (unsigned(source) & (w - 1)), {file, line});
}
template <class T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, LS_SIM_SITE) {
    const unsigned own = lockstep::sim::lane(), position = own & (unsigned(width) - 1);
    return lockstep::sim::shuffle(mask, value, delta <= position ? own - delta : own, {file, line});
}
template <class T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, LS_SIM_SITE) {
    const unsigned own = lockstep::sim::lane(), position = own & (unsigned(width) - 1);
    return lockstep::sim::shuffle(mask, value, delta < unsigned(width) - position ? own + delta : own,
                                  {file, line});
}
template <class T>
inline T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, LS_SIM_SITE) {
    const unsigned own = lockstep::sim::lane(), source = own ^ unsigned(bits);
    const unsigned end = (own & ~(unsigned(width) - 1)) + unsigned(width);  // an earlier segment may be read
    return lockstep::sim::shuffle(mask, value, source < end ? source : own, {file, line});
}

inline unsigned __ballot_sync(unsigned mask, int predicate, LS_SIM_SITE) {
    return lockstep::sim::vote(mask, predicate != 0, {file, line});
}
inline int __any_sync(unsigned mask, int predicate, LS_SIM_SITE) {
    return lockstep::sim::vote(mask, predicate != 0, {file, line}) != 0;
}
inline int __all_sync(unsigned mask, int predicate, LS_SIM_SITE) {
    return lockstep::sim::vote(mask, predicate != 0, {file, line}) == mask;
}

// For int, unsigned and unsigned long long, as CUDA has them.
template <class T>
concept LsSimAtomic = __is_same(T, int) || __is_same(T, unsigned) || __is_same(T, unsigned long long);
template <class T>
struct LsSimSame {
    using type = T;
};
template <class T>
using LsSimValue = typename LsSimSame<T>::type;  // takes its type from the address alone

template <LsSimAtomic T>
inline T atomicAdd(T* at, LsSimValue<T> value) {
    const T old = *at;
    *at = static_cast<T>(static_cast<unsigned long long>(old) + static_cast<unsigned long long>(value));
    return old;
}
template <LsSimAtomic T>
inline T atomicExch(T* at, LsSimValue<T> value) {
    const T old = *at;
    *at = value;
    return old;
}
template <LsSimAtomic T>
inline T atomicCAS(T* at, LsSimValue<T> expected, LsSimValue<T> value) {
    const T old = *at;
    if (old == expected) *at = value;
    return old;
}
template <LsSimAtomic T>
inline T atomicMax(T* at, LsSimValue<T> value) {
    const T old = *at;
    *at = value > old ? value : old;
    return old;
}
template <LsSimAtomic T>
inline T atomicMin(T* at, LsSimValue<T> value) {
    const T old = *at;
    *at = value < old ? value : old;
    return old;
}
template <LsSimAtomic T>
inline T atomicOr(T* at, LsSimValue<T> value) {
    const T old = *at;
    *at = old | value;
    return old;
}
template <LsSimAtomic T>
inline T atomicAnd(T* at, LsSimValue<T> value) {
    const T old = *at;
    *at = old & value;
    return old;
}

inline void __threadfence() { asm volatile("" ::: "memory"); }
inline void __threadfence_block() { asm volatile("" ::: "memory"); }
inline void __threadfence_system() { asm volatile("" ::: "memory"); }
inline void __trap() { lockstep::sim::machine->trap("__trap()"); }

inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(unsigned(x)); }
inline int __clzll(long long x) { return x == 0 ? 64 : __builtin_clzll((unsigned long long)x); }
inline unsigned __umulhi(unsigned a, unsigned b) { return unsigned(((unsigned long long)a * b) >> 32); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
    return (unsigned long long)(((unsigned __int128)a * b) >> 64);
}
