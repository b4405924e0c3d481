// Real rows in terms of complex ones. Must not know how complex rows are computed.
// Row strides in elements as in fft.h; n >= 1, howmany >= 1.
#pragma once

#include <cstdint>

namespace lockstep::host::fft {

template <class T>
void real_forward(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out, int64_t out_stride,
                  T scale);
template <class T>
void real_backward(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out, int64_t out_stride,
                   T scale);

}  // namespace lockstep::host::fft
