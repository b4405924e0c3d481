// Fills: the element is made once and stored in whole lines.
// Must not know types: only item sizes.
#include "host/fill.h"

#include <algorithm>
#include <cstring>

#include "host/item_width.h"
#include "host/loops/loops.h"
#include "host/parallel.h"
#include "host/tile.h"

namespace lockstep::host {

namespace {

constexpr int64_t kLine = 64;
constexpr int64_t kShare = 2 << 20;  // one thread fills 100 bytes a nanosecond in the cache: waking another takes as long

// One element, over and over: a line of them and one element more, so that a line can start at any byte of one.
struct Pattern {
    alignas(kLine) char bytes[kLine + 16];
    int64_t itemsize;
    bool uniform = true;  // all bytes are the same

    Pattern(const char* item, int64_t size) : itemsize(size) {
        for (int64_t k = 0; k < kLine + 16; k += size) std::memcpy(bytes + k, item, static_cast<size_t>(size));
        for (int64_t k = 1; k < size; ++k) uniform &= item[k] == item[0];
    }
};

// More than a line: its first and last line as they come, those between at their own places in memory.
void fill_many(char* to, int64_t bytes, const Pattern& p) {
    const int64_t ahead = static_cast<int64_t>(-reinterpret_cast<uintptr_t>(to) % kLine);
    std::memcpy(to, p.bytes, kLine);
    loops().moving.lines(to + ahead, p.bytes + ahead % p.itemsize, bytes - ahead);
    std::memcpy(to + bytes - kLine, p.bytes, kLine);  // a whole number of elements from the end
}

// n packed elements.
void fill_run(char* to, int64_t n, const Pattern& p) {
    const int64_t bytes = n * p.itemsize;
    if (bytes <= kLine) std::memcpy(to, p.bytes, static_cast<size_t>(bytes));
    else if (p.uniform) std::memset(to, p.bytes[0], static_cast<size_t>(bytes));
    else fill_many(to, bytes, p);
}

// The whole output is one packed run.
void fill_packed(char* to, int64_t n, const Pattern& p) {
    const int64_t bytes = n * p.itemsize;
    if (bytes < kShare || !worth_sharing(bytes)) return fill_run(to, n, p);
    parallel_ranges(n, 4096, bytes, [&](int64_t begin, int64_t end) {
        fill_run(to + begin * p.itemsize, end - begin, p);
    });
}

void fill_row(char* to, int64_t stride, int64_t n, const Pattern& p) {
    if (stride == p.itemsize) return fill_run(to, n, p);
    of_width(p.itemsize, [&]<class T>(T) {
        for (int64_t i = 0; i < n; ++i) std::memcpy(to + i * stride, p.bytes, sizeof(T));  // may be unaligned
    });
}

// Rows along the innermost dimension, one after the other.
void fill_rows(const MapTask& task, const Operand& out, const Pattern& p) {
    const int inner = task.ndim - 1;
    const int64_t n = task.shape[inner];
    parallel_ranges(task.size / n, 1, task.size * p.itemsize, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
            char* to = out.data;
            for (int64_t d = inner - 1, rest = row; d >= 0; --d) {
                to += rest % task.shape[d] * out.strides[d];
                rest /= task.shape[d];
            }
            fill_row(to, out.strides[inner], n, p);
        }
    });
}

}  // namespace

bool fill(const MapTask& task) {
    const Program& program = *task.program;
    if (task.outputs != 1 || task.inputs != 1 || program.length != 1 || !task.operands[0].scalar) return false;
    const Instruction& code = program.code[0];
    alignas(16) char value[16], item[16];
    std::memcpy(value, task.operands[0].data, static_cast<size_t>(program.input_type[0].itemsize()));
    char* args[4] = {value, value, value, value};
    args[row_of(code.op).inputs] = item;
    loop_of(program, code)(1, args);
    const Operand& out = task.operands[1];
    const Pattern pattern(item, program.type(program.output[0]).itemsize());
    if (out.contiguous) fill_packed(out.data, task.size, pattern);
    else fill_rows(task, out, pattern);
    return true;
}

namespace {

// Each of n elements k times, packed; K is k where the compiler is to know it.
template <class T, int64_t K>
void spread_known(const char* from, int64_t stride, int64_t n, char* to) {
    for (int64_t i = 0; i < n; ++i) {
        T value;  // memcpy: both sides may be unaligned
        std::memcpy(&value, from + i * stride, sizeof value);
        for (int64_t j = 0; j < K; ++j, to += sizeof value) std::memcpy(to, &value, sizeof value);
    }
}

void spread_row(const char* from, int64_t stride, int64_t n, char* to, int64_t k, int64_t itemsize) {
    of_width(itemsize, [&]<class T>(T) {
        if (k == 2) return spread_known<T, 2>(from, stride, n, to);
        if (k == 3) return spread_known<T, 3>(from, stride, n, to);
        if (k == 4) return spread_known<T, 4>(from, stride, n, to);
        for (int64_t i = 0; i < n; ++i) fill_items(to + i * k * itemsize, from + i * stride, itemsize, k);
    });
}

}  // namespace

bool spread(const MapTask& t) {
    const Program& p = *t.program;
    if (t.ndim < 2 || t.inputs != 1 || t.outputs != 1 || p.length != 1 || p.code[0].op != Op::copy) return false;
    const int64_t itemsize = p.code[0].loop.itemsize();
    const int inner = t.ndim - 1, outer = t.ndim - 2;
    const int64_t *in = t.operands[0].strides, *out = t.operands[1].strides;
    const int64_t k = t.shape[inner], n = t.shape[outer];
    if (in[inner] != 0 || out[inner] != itemsize || out[outer] != k * itemsize) return false;
    parallel_ranges(t.size / k, 1024, t.size * itemsize, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end;) {
            const int64_t column = i % n, count = std::min(n - column, end - i);
            const char* from = t.operands[0].data + column * in[outer];
            char* to = t.operands[1].data + column * out[outer];
            for (int64_t d = outer - 1, rest = i / n; d >= 0; --d) {
                from += rest % t.shape[d] * in[d];
                to += rest % t.shape[d] * out[d];
                rest /= t.shape[d];
            }
            spread_row(from, in[outer], count, to, k, itemsize);
            i += count;
        }
    });
    return true;
}

void fill_zeros(char* to, int64_t bytes) {
    if (bytes < kShare || !worth_sharing(bytes)) {
        std::memset(to, 0, static_cast<size_t>(bytes));
        return;
    }
    parallel_ranges(bytes, 4096, bytes, [&](int64_t begin, int64_t end) {
        std::memset(to + begin, 0, static_cast<size_t>(end - begin));
    });
}

}  // namespace lockstep::host
