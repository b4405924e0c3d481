// Arrays of every layout over memory with guard bytes, and a packed copy of what they hold.
// Must not know what is computed with them.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "runtime/exec/memory.h"
#include "runtime/exec/threads.h"

namespace lockstep::layouts {

enum class Layout { c, fortran, gaps, reversed, padded, unaligned, rows_repeat, columns_repeat, one };
inline constexpr Layout kLayouts[] = {Layout::c,           Layout::fortran,        Layout::gaps,
                                      Layout::reversed,    Layout::padded,         Layout::unaligned,
                                      Layout::rows_repeat, Layout::columns_repeat, Layout::one};
// Whether a case of a long list is run: each one, but a random quarter where memory or threads are watched and a case
// takes 10 to 40 times as long.
inline bool taken() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static std::mt19937 random(std::random_device{}());
    return random() % 4 == 0;
#else
    return true;
#endif
}

inline constexpr Layout kWritable[] = {Layout::c,        Layout::fortran, Layout::gaps,
                                       Layout::reversed, Layout::padded,  Layout::unaligned};

// Byte strides of a layout; `columns_repeat` stands still along the last axis, `rows_repeat` along all
// others.
inline Dims strides_of(Layout layout, const Dims& shape, int64_t item) {
    Dims strides = layout == Layout::fortran ? f_strides(shape, item) : c_strides(shape, item);
    const int last = shape.size() - 1;
    if (layout == Layout::padded) {
        Dims wider = shape;
        if (last >= 0) wider[last] += 3;
        strides = c_strides(wider, item);
    }
    for (int i = 0; i <= last; ++i) {
        if (layout == Layout::gaps) strides[i] *= 2;
        if (layout == Layout::reversed) strides[i] = -strides[i];
        const bool still = layout == Layout::one || (layout == Layout::columns_repeat && i == last) ||
                           (layout == Layout::rows_repeat && i != last);
        if (still) strides[i] = 0;
    }
    return strides;
}

// An array of a layout inside memory of its own; bytes that belong to no element must stay as they are.
class Placed {
  public:
    Placed(Layout layout, const Dims& shape, DType dtype) {
        Array probe;
        probe.dtype = dtype;
        probe.shape = shape;
        probe.strides = strides_of(layout, shape, dtype.itemsize());
        probe.data = reinterpret_cast<char*>(uintptr_t{1} << 40);  // only for the extent
        const Extent e = extent(probe);
        const int64_t below = probe.data - e.begin, above = e.end - probe.data;
        memory_.assign(static_cast<size_t>(below + above + 3 * kGuard), kFill);
        const uintptr_t start = reinterpret_cast<uintptr_t>(memory_.data());
        char* aligned = memory_.data() + kGuard + (64 - start % 64) % 64;
        char* first = aligned + (below + 63) / 64 * 64 + (layout == Layout::unaligned ? 1 : 0);
        if (first + above > memory_.data() + memory_.size()) std::abort();
        array = adopt_host(first, dtype, shape, probe.strides, false, nullptr, nullptr);
    }
    Array array;

    // Address of the element at C-order position i.
    char* address(int64_t i) const {
        char* p = array.data;
        for (int d = array.ndim() - 1; d >= 0; --d) {
            p += i % array.shape[d] * array.strides[d];
            i /= array.shape[d];
        }
        return p;
    }
    template <class T>
    T at(int64_t i) const {
        T value;
        std::memcpy(&value, address(i), sizeof value);
        return value;
    }
    // Every element from `make()`; repeated ones are written several times.
    template <class T, class Make>
    void fill(Make make) {
        for (int64_t i = 0; i < array.size(); ++i) {
            const T value = make();
            std::memcpy(address(i), &value, sizeof value);
        }
    }
    // Elements in C order.
    std::vector<char> packed() const {
        std::vector<char> bytes(static_cast<size_t>(array.nbytes()));
        for (int64_t i = 0; i < array.size(); ++i)
            std::memcpy(bytes.data() + i * array.itemsize(), address(i),
                        static_cast<size_t>(array.itemsize()));
        return bytes;
    }
    bool guards_intact() const {
        std::vector<char> copy = memory_;
        for (int64_t i = 0; i < array.size(); ++i)
            std::memset(copy.data() + (address(i) - memory_.data()), kFill,
                        static_cast<size_t>(array.itemsize()));
        for (const char c : copy)
            if (c != kFill) return false;
        return true;
    }

  private:
    static constexpr int64_t kGuard = 128;
    static constexpr char kFill = 0x33;
    std::vector<char> memory_;
};

inline std::vector<char> packed(const Array& a) {
    std::vector<char> bytes(static_cast<size_t>(a.nbytes()));
    to_host(a, bytes.data(), a.nbytes());
    return bytes;
}

// The number of threads while this object lives.
class Threads {
  public:
    explicit Threads(int n) { set_num_threads(n); }
    ~Threads() { set_num_threads(0); }
};

}  // namespace lockstep::layouts
