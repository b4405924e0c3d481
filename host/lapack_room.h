// Scratch memory of a LAPACK call, in elements.
// Must not know which call.
#pragma once

#include <algorithm>

#include "host/scratch_block.h"
#include "host/vendor/lapack.h"
#include "runtime/array/error.h"

namespace lockstep::host {

template <class T>
struct LapackRoom {
    ScratchBlock block;
    explicit LapackRoom(int64_t elements) : block(std::max<int64_t>(1, elements) * int64_t{sizeof(T)}) {}
    T* get() const { return reinterpret_cast<T*>(block.data); }
};

// How long `work` is to be, as the first element says that a call with length -1 has written.
template <class I, class T>
I work_length(T asked) {
    double length;
    if constexpr (std::is_same_v<T, double>)
        length = asked;
    else
        length = asked.re;
    if (sizeof(I) == 4 && !(length < 2147483648.0))
        fail(Status::not_implemented,
             "a: too large for a LAPACK with 32-bit sizes: it needs %.0f elements of scratch", length);
    return std::max<I>(1, static_cast<I>(length));
}

}  // namespace lockstep::host
