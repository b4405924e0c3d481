// The blocked product: which kernel, which blocks, which thread. The arithmetic is in the kernels.
// Must not know vendor libraries. Blocks of k have fixed borders, so the number of threads never changes a
// result.
#include "host/gemm/gemm.h"

#include <string.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "host/gemm/kernel.h"
#include "host/gemm/scratch.h"
#include "host/instruction_set.h"
#include "host/parallel.h"
#include "runtime/exec/threads.h"

namespace lockstep::host::gemm {
namespace {

// Multiply-adds below which waking a thread costs more than it saves (about 10 us of work).
constexpr double parallel_work = 3e5;
// Rows and columns of C for which A and B are packed at once: at 2 KB a row, 6 MB each, to stay in L3.
constexpr int64_t most_packed = 3072;
constexpr int64_t thin_rows = 4;
constexpr int64_t task_cost = 256 << 10;  // of one task, for parallel_ranges: all tasks are worth a thread

struct Operand {
    const char* data;
    int64_t row, col;  // strides in elements

    Operand transposed() const { return {data, col, row}; }
};

struct Product {
    int64_t m, n, k;
    Operand a, b;
    char* c;
    int64_t c_row, c_col;

    // C^T = B^T A^T: every element type multiplies commutatively.
    Product transposed() const { return {n, m, k, b.transposed(), a.transposed(), c, c_col, c_row}; }
    double work() const { return double(m) * double(n) * double(k); }
};

template <class F>
void for_each(bool parallel, int64_t count, const F& f) {
    const auto run = [&](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; ++i) f(i);
    };
    if (parallel && count > 1) {
        parallel_ranges(count, 1, count * task_cost, run);
    } else {
        run(0, count);
    }
}

constexpr int64_t blocks(int64_t n, int64_t size) { return (n + size - 1) / size; }

void write_zeros(const Product& p, int64_t element) {
    for (int64_t i = 0; i < p.m; ++i) {
        for (int64_t j = 0; j < p.n; ++j) {
            memset(p.c + (i * p.c_row + j * p.c_col) * element, 0, size_t(element));
        }
    }
}

void multiply_thin(const Kernel& kernel, const Product& p) {
    // Along k where that is how B lies in memory, or where rows of B are too short to fill registers.
    const bool along_k = std::abs(p.b.row) < std::abs(p.b.col) || (p.n < 8 && p.k >= 32);
    const bool parallel = p.work() >= parallel_work;
    const auto run = along_k ? kernel.dot : kernel.thin;
    // The length of a strip changes no result.
    int64_t strip = along_k ? kernel.dot_strip : kernel.strip;
    if (parallel) strip = std::min(strip, std::max<int64_t>(blocks(p.n, 4 * num_threads()), 16));
    for_each(parallel, blocks(p.n, strip), [&](int64_t s) {
        const int64_t j = s * strip;
        run(p.m, std::min(strip, p.n - j), p.k, p.a.data, p.a.row, p.a.col,
            p.b.data + j * p.b.col * kernel.element, p.b.row, p.b.col, p.c + j * p.c_col * kernel.element,
            p.c_row, p.c_col);
    });
}

// A block of C small enough for its rows of A and columns of B to be packed at once.
class Block {
  public:
    Block(const Kernel& kernel, const Product& product)
        : kernel_(kernel),
          p_(product),
          parallel_(product.work() >= parallel_work),
          steps_(blocks(std::min(p_.k, kernel.depth), kernel.k_unit)),
          a_panels_(blocks(p_.m, kernel.mr)),
          b_panels_(blocks(p_.n, kernel.nr)),
          a_bytes_(size_t(a_panels_ * kernel.a_step * steps_ + 63) & ~size_t(63)),
          b_bytes_(size_t(b_panels_ * kernel.b_step * steps_ + 63) & ~size_t(63)),
          scratch_(a_bytes_ + b_bytes_ + size_t(p_.m * p_.n * kernel.accumulator)) {
        choose_task();
    }

    void multiply() {
        char* c = p_.c;
        int64_t c_row = p_.c_row, c_col = p_.c_col, size = kernel_.element;
        if (kernel_.accumulator) {
            c = scratch_.data() + a_bytes_ + b_bytes_;
            c_row = p_.n, c_col = 1, size = kernel_.accumulator;
        }
        const int64_t across = blocks(p_.n, columns_), tasks = across * blocks(p_.m, rows_);
        for (int64_t k = 0; k < p_.k; k += kernel_.depth) {
            const int64_t count = std::min(kernel_.depth, p_.k - k), steps = blocks(count, kernel_.k_unit);
            pack(k, count, steps);
            for_each(parallel_, tasks, [&](int64_t task) {
                const int64_t i = task / across * rows_, j = task % across * columns_;
                kernel_.block(std::min(rows_, p_.m - i), std::min(columns_, p_.n - j), steps,
                              scratch_.data() + i / kernel_.mr * kernel_.a_step * steps,
                              scratch_.data() + a_bytes_ + j / kernel_.nr * kernel_.b_step * steps,
                              c + (i * c_row + j * c_col) * size, c_row, c_col, k == 0);
            });
        }
        if (kernel_.accumulator) round();
    }

  private:
    // Tasks of the kernel's block size, halved until every thread has four or they are a few tiles.
    void choose_task() {
        rows_ = kernel_.rows;
        columns_ = kernel_.columns;
        if (!parallel_) return;
        const int64_t wanted = 4 * num_threads();
        while (blocks(p_.m, rows_) * blocks(p_.n, columns_) < wanted) {
            if (columns_ >= 4 * kernel_.nr) {
                columns_ = blocks(columns_ / 2, kernel_.nr) * kernel_.nr;
            } else if (rows_ >= 4 * kernel_.mr) {
                rows_ = blocks(rows_ / 2, kernel_.mr) * kernel_.mr;
            } else {
                break;
            }
        }
    }

    void pack(int64_t k, int64_t count, int64_t steps) {
        constexpr int64_t group = 8;  // panels packed by one task
        const int64_t a_groups = blocks(a_panels_, group), b_groups = blocks(b_panels_, group);
        const int64_t size = kernel_.element;
        for_each(parallel_, a_groups + b_groups, [&](int64_t g) {
            if (g < a_groups) {
                const int64_t panel = g * group, i = panel * kernel_.mr;
                kernel_.pack_a(std::min(group * kernel_.mr, p_.m - i), count,
                               p_.a.data + (i * p_.a.row + k * p_.a.col) * size, p_.a.row, p_.a.col,
                               scratch_.data() + panel * kernel_.a_step * steps);
            } else {
                const int64_t panel = (g - a_groups) * group, j = panel * kernel_.nr;
                kernel_.pack_b(std::min(group * kernel_.nr, p_.n - j), count,
                               p_.b.data + (j * p_.b.col + k * p_.b.row) * size, p_.b.col, p_.b.row,
                               scratch_.data() + a_bytes_ + panel * kernel_.b_step * steps);
            }
        });
    }

    void round() {
        const char* from = scratch_.data() + a_bytes_ + b_bytes_;
        for_each(parallel_, blocks(p_.m, rows_), [&](int64_t task) {
            const int64_t i = task * rows_;
            kernel_.finish(std::min(rows_, p_.m - i), p_.n, from + i * p_.n * kernel_.accumulator, p_.n,
                           p_.c + i * p_.c_row * kernel_.element, p_.c_row, p_.c_col);
        });
    }

    const Kernel& kernel_;
    const Product p_;
    const bool parallel_;
    const int64_t steps_, a_panels_, b_panels_;
    const size_t a_bytes_, b_bytes_;
    Scratch scratch_;
    int64_t rows_ = 0, columns_ = 0;
};

void multiply_blocked(const Kernel& kernel, const Product& p) {
    // Half types keep a float accumulator for each element of the block.
    const int64_t most = most_packed / kernel.rows * kernel.rows;
    const int64_t most_columns = most_packed / kernel.nr * kernel.nr;
    for (int64_t j = 0; j < p.n; j += most_columns) {
        for (int64_t i = 0; i < p.m; i += most) {
            Product part = p;
            part.m = std::min(most, p.m - i);
            part.n = std::min(most_columns, p.n - j);
            part.a.data += i * p.a.row * kernel.element;
            part.b.data += j * p.b.col * kernel.element;
            part.c += (i * p.c_row + j * p.c_col) * kernel.element;
            Block(kernel, part).multiply();
        }
    }
}

void multiply(const Kernel& kernel, Product p) {
    if (p.m <= 0 || p.n <= 0) return;
    if (p.k <= 0) return write_zeros(p, kernel.element);
    if (std::min(p.m, p.n) <= thin_rows) {
        if (p.m > p.n) p = p.transposed();
        return multiply_thin(kernel, p);
    }
    if (p.c_col != 1 && p.c_row == 1) p = p.transposed();
    multiply_blocked(kernel, p);
}

const Kernels& kernels_of(InstructionSet set) {
#if defined(__x86_64__)
    return set == InstructionSet::v4 ? v4::kernels : set == InstructionSet::v3 ? v3::kernels : v2::kernels;
#else
    (void)set;
    return plain::kernels;
#endif
}

template <class T>
const Kernel& kernel_of() {
    static const Kernels& kernels = kernels_of(instruction_set());
    if constexpr (std::is_same_v<T, bool>) return kernels.boolean;
    if constexpr (std::is_same_v<T, float>) return kernels.float32;
    if constexpr (std::is_same_v<T, double>) return kernels.float64;
    if constexpr (std::is_same_v<T, scalar::float16>) return kernels.float16;
    if constexpr (std::is_same_v<T, scalar::bfloat16>) return kernels.bfloat16;
    if constexpr (std::is_same_v<T, scalar::complex64>) return kernels.complex64;
    if constexpr (std::is_same_v<T, scalar::complex128>) return kernels.complex128;
    if constexpr (std::is_integral_v<T> && sizeof(T) == 1) return kernels.uint8;
    if constexpr (std::is_integral_v<T> && sizeof(T) == 2) return kernels.uint16;
    if constexpr (std::is_integral_v<T> && sizeof(T) == 4) return kernels.uint32;
    if constexpr (std::is_integral_v<T> && sizeof(T) == 8) return kernels.uint64;
}

}  // namespace

template <class T>
void multiply(int64_t m, int64_t n, int64_t k, const T* a, int64_t a_row, int64_t a_col, const T* b,
              int64_t b_row, int64_t b_col, T* c, int64_t c_row, int64_t c_col) {
    multiply(kernel_of<T>(), Product{m,
                                     n,
                                     k,
                                     {reinterpret_cast<const char*>(a), a_row, a_col},
                                     {reinterpret_cast<const char*>(b), b_row, b_col},
                                     reinterpret_cast<char*>(c),
                                     c_row,
                                     c_col});
}

#define LS_DTYPE(number, name, character, kind, bytes, T)                                             \
    template void multiply<T>(int64_t, int64_t, int64_t, const T*, int64_t, int64_t, const T*, int64_t, \
                            int64_t, T*, int64_t, int64_t);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE

}  // namespace lockstep::host::gemm
