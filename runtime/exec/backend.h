// What a backend is: a struct of functions, one per primitive; all of NumPy is composed from these in runtime/numpy/.
// Must not know any particular backend. Optional entries are null: the dispatcher then uses the CPU's.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/array/dims.h"
#include "runtime/array/dtype.h"
#include "runtime/exec/program.h"
#include "runtime/random/bit_state.h"
#include "runtime/random/distribution.h"
#include "runtime/random/multivariate.h"

namespace lockstep {

struct Stream;  // runtime/exec/stream.h: backends see its `native` queue, which stream_new made

// Iteration space shared by the operands of a task, outermost dimension first, size-1 dimensions removed and
// neighbours merged where every operand allows it. ndim is at least 1 (a scalar is one dimension of size 1).
inline constexpr int kMaxOperands = 9;

struct Operand {
    char* data;       // address of the first element in iteration order
    const int64_t* strides;  // bytes per dimension of the space
    bool contiguous;  // packed in iteration order: may be read as one run
    bool scalar;      // all strides 0
    bool immediate;   // `data` is host memory on every device: a constant of the call, at most 16 bytes
};

struct MapTask {
    const Program* program;
    int ndim;
    const int64_t* shape;
    int64_t size;  // product of shape, > 0
    int inputs, outputs;
    const Operand* operands;  // inputs, then outputs; an output is identical to an input or disjoint from it
};

// A reduction: dimensions innermost first (the reverse of MapTask), in the order of runtime/exec/reduce_order.h.
struct ReduceTask {
    const Program* program;  // its terminal names the monoid
    int ndim;
    const int64_t* shape;
    const int64_t* out_strides;  // bytes; 0 on reduced dimensions
    int inputs;
    const Operand* operands;  // strides innermost first, too
    bool masked;       // the last input is a bool mask (`where=`), not an input of the program
    bool horizontal;   // see ReduceOrder: runs go to one output, else the output moves along dimension 0
    int unit_dims;     // horizontal: the innermost dimensions that form a unit
    int64_t unit, chunk;
    char* out;         // results of the monoid's type (int64 for argmin and argmax); every element is written
    const void* initial;  // host value of the accumulator's type to start from; null only for argmin and argmax
};

struct MatmulTask {
    DType dtype;
    int64_t m, n, k;
    int batch_ndim;
    const int64_t* batch_shape;
    const char *a, *b;
    char* c;
    const int64_t *a_strides, *b_strides, *c_strides;  // bytes: batch dimensions, then row, then column
    bool conjugate = false;  // of a, where m and n are 1 and the backend's memory is the host's: others never see it
};

enum class FftKind { c2c_forward, c2c_backward, r2c, c2r };
struct FftTask {
    FftKind kind;
    DType real;  // float32 or float64
    int64_t n;   // logical length
    int64_t howmany;
    const char* in;
    char* out;
    int64_t in_stride, out_stride;  // bytes between rows; rows are packed
    double scale;
};

// A cumulative fold along one axis, in the order of runtime/exec/scan_order.h.
struct ScanTask {
    Op op;       // an associative operation of two inputs
    DType type;  // of input, output and fold
    int64_t n;   // along the axis, > 0
    const char* in;
    char* out;  // the input's memory walked alike, or disjoint from it
    int64_t in_stride, out_stride;  // bytes, along the axis
    int ndim;                       // of the other dimensions, outermost first; at least 1
    const int64_t *shape, *in_strides, *out_strides;
};

// One indexed axis of an array: int64 positions over the task's space.
struct IndexOperand {
    const char* data;
    const int64_t* strides;  // bytes per dimension of the space
    int64_t size;            // of the indexed axis
    int64_t stride;          // bytes between its neighbours in the array
    int axis;                // its number in the array, for errors
};
enum class OutOfRange : uint8_t { raise, wrap, clip };  // raise: from -size on, negative ones count from the end

// Elements of `array` at computed places, over a space (outermost dimension first, ndim at least 1, size > 0):
// place(p) = array + sum of p[d] * array_strides[d] + sum over the indices of index(p) * stride.
struct IndexTask {
    DType type;
    int ndim;
    const int64_t* shape;
    char* array;
    const int64_t* array_strides;  // bytes; 0 on dimensions that only the indices span
    int indices;                   // up to kMaxDims
    const IndexOperand* index;
    OutOfRange mode;
    char* values;  // gather writes them, scatter reads them; disjoint from the array
    const int64_t* value_strides;
    // scatter: copy assigns, and of values for one place the last of the space, in C order, wins; an operation of two
    // inputs folds, array = op(array, value), in C order; one of one input is applied to the array, without values.
    Op op;
};

// Elements where a mask is true, in C order of the space.
struct SelectTask {
    int ndim;  // outermost first, at least 1; size > 0
    const int64_t* shape;
    const char* mask;  // bool
    const int64_t* mask_strides;
    enum class Direction : uint8_t { pack, unpack, positions } direction;
    int64_t itemsize;  // of array and packed
    char* array;       // pack reads it, unpack writes it; of positions, null
    const int64_t* array_strides;
    char* packed;           // the other side; of positions int64: ndim packed columns of `count` coordinates each
    int64_t packed_stride;  // bytes; 0: one value for all (unpack)
    int64_t count;          // how many are true: count_true's answer; not read where packed_stride is 0
};

// Folds of stretches of one axis: ufunc.reduceat. Result i folds from indices[i] up to indices[i + 1] (the last one
// up to n), or is the one element at indices[i] when that is not below its neighbour. Adding: first + the tree of the rest.
struct SegmentTask {
    Op op;
    DType type;
    int64_t n, count;   // along the axis; of indices; both > 0
    const char* indices;  // int64, packed, checked against n by the backend: index_error
    const char* in;
    char* out;
    int64_t in_stride, out_stride;
    int ndim;  // of the other dimensions, outermost first; at least 1
    const int64_t *shape, *in_strides, *out_strides;
};

// Rows of n elements, packed one after the other, sorted stably: NaN last, complex numbers lexicographically (NumPy's
// order of those with NaN), booleans as 0 and 1; -0 and +0 are equal to positions. Sorted values alone have -0 before +0.
struct SortTask {
    DType type;
    int64_t rows, n;
    const char* in;
    char* values;        // the rows sorted; null when only positions are asked for; may be `in`
    int64_t* positions;  // int64, within the row; null when only values are asked for
    // With ranks, only the elements of these ranks need be in place, smaller ones before them, others behind
    const int64_t* ranks;  // host memory, ascending, distinct
    int64_t rank_count;    // 0: sort
};

// Where values belong in a sorted row (by SortTask's order): before its equals, or behind them (`right`).
struct SearchTask {
    DType type;
    int64_t n, count;
    const char* sorted;   // packed, or in the order of `sorter`
    const int64_t* sorter;  // positions, may be null; checked against n: value_error, as NumPy
    const char* values;   // packed
    bool right;
    int64_t* out;  // packed
};

// Systems and factorisations of `batch` matrices of float64 or complex128: NumPy solves in these whatever it is given. Every matrix
// is packed and column-major, as LAPACK has it, one after the other; `a` and right-hand sides are overwritten with anything unless said.
enum class Solver : uint8_t {
    lu,        // a[n,n] = P L U, in place; values: n int64 row numbers that were swapped in turn, from 0 (getrf). Singular is no failure
    solve,     // a[n,n] x = b for k columns of b[n,k], given and returned in `x` (gesv). Fails where a is singular
    inverse,   // of a[n,n], in place. Fails where a is singular
    cholesky,  // a[n,n] = L L^H (upper: U^H U), in place, the other triangle zero; reads that triangle only. Fails: not positive definite
    qr,        // a[m,n] = q r, p = min(m, n): q in x[m,p] (full: x[m,m]), r in y[p,n] (full: y[m,n]), zero below; x null: r alone
    qr_raw,    // a[m,n] overwritten with reflectors and r (geqrf), their p factors in `values`
    svd,       // a[m,n] = u s vh: s in values[p] (real), u in x[m,p] (full: x[m,m]), vh in y[p,n] (full: y[n,n]); x, y null: s alone
    eigh,      // a[n,n] hermitian, lower triangle read (upper: the upper): values[n] real, ascending; vectors: a becomes them
    eig,       // a[n,n]: values[n] complex; vectors: x[n,n] complex, of norm 1 (geev)
    lstsq,     // least squares of a[m,n] x = b: b in x[max(m,n),k], solution in its first n rows, below them as gelsd has it;
               // values[p] singular values, y[1] int64 the rank with those up to rcond * largest taken for zero
};
struct SolveTask {
    Solver kind;
    DType type;
    int64_t m, n, k, batch;  // all > 0; m is n for square matrices, k is 1 where there is no right-hand side
    bool vectors, full, upper;
    double rcond;
    char *a, *x, *y, *values;
    bool row_major;  // a and x are row-major: only of the kinds before qr, with n up to Backend::row_major_size
};

inline constexpr int64_t kSolved = -1, kRefused = -2;

// A fill from a bit generator's stream: `count` draws of a distribution, in NumPy's order.
struct RandomTask {
    random::BitState* state;  // host memory; on return behind the last draw
    Distribution distribution;
    int64_t count;
    char* out;  // packed, of the distribution's type
    // Parameters of the distribution, float64 or int64 as its row says; stride 0: one for all draws, else packed
    struct Parameter {
        const char* data;  // of stride 0: host memory
        int64_t stride;
    } parameters[random::kMaxParameters];
};

enum class Primitive { map, reduce, matmul, fft, scan, gather, scatter, select, segments, sort, search, solve, random };

struct MemoryStatistics {
    int64_t used, cached, peak, limit;
};

// Compiled kernels: where those in use came from, and what is kept on disk.
struct KernelStatistics {
    int64_t from_pack, from_disk, compiled;  // loaded by this process
    int64_t entries, bytes, limit;           // in the disk cache
    std::string folder;                      // of the disk cache; empty where it is switched off
    std::string pack;                        // the pack in use, or why there is none
};

struct Backend {
    const char* name;
    int (*device_count)();
    // False where the entry is null or the dtype is not supported: the call then runs on the CPU.
    bool (*supports)(Primitive, DType);

    // 64-byte aligned; throws out_of_memory. Contents are undefined. The block may be used by work queued on the stream
    // from now on, and is given back when the work queued so far is done.
    void* (*allocate)(int ordinal, int64_t bytes, Stream*);
    void* (*allocate_zeroed)(int ordinal, int64_t bytes, Stream*);  // all bytes 0; null: the block is filled by a map
    void (*deallocate)(int ordinal, void* block, int64_t bytes, Stream*) noexcept;
    MemoryStatistics (*memory)(int ordinal);
    void (*trim)(int ordinal);
    // Plain bytes between this device and host memory. The host memory may be changed or freed when they return;
    // to_host has written it, and throws what work queued before it found wrong (see synchronize).
    void (*to_device)(int ordinal, void* device, const void* host, int64_t bytes, Stream*);
    void (*to_host)(int ordinal, void* host, const void* device, int64_t bytes, Stream*);
    // Bytes between two devices of this backend (or within one), queued on a stream of `to`.
    void (*copy)(int to, void* target, int from, const void* source, int64_t bytes, Stream*);
    // Waits for the stream; what kernels reported stays for the next synchronize.
    void (*wait)(int ordinal, Stream*);
    // Waits for the stream, or for all of the device's streams (null). Throws what kernels reported since the last time:
    // index_error and the like with operation, axis and value; the device stays usable.
    void (*synchronize)(int ordinal, Stream*);
    bool host_memory;  // the host may read and write its memory directly

    // Every entry works in the order of the stream it is given, and may return before the work is done.
    void (*map)(int ordinal, const MapTask&, Stream*);
    void (*reduce)(int ordinal, const ReduceTask&, Stream*);
    void (*matmul)(int ordinal, const MatmulTask&, Stream*);
    void (*fft)(int ordinal, const FftTask&, Stream*);
    void (*scan)(int ordinal, const ScanTask&, Stream*);
    // Throw index_error before anything is written where the host can tell, else at the next synchronize.
    void (*gather)(int ordinal, const IndexTask&, Stream*);
    void (*scatter)(int ordinal, const IndexTask&, Stream*);
    int64_t (*count_true)(int ordinal, const SelectTask&, Stream*);  // waits for the answer
    void (*select)(int ordinal, const SelectTask&, Stream*);
    void (*segments)(int ordinal, const SegmentTask&, Stream*);
    void (*sort)(int ordinal, const SortTask&, Stream*);
    void (*search)(int ordinal, const SearchTask&, Stream*);
    // Waits; the number of the first matrix of the batch that failed (see Solver; eigenvalues: no convergence), or kSolved; or
    // kRefused with nothing touched, where the device has no solver of that kind: the CPU does it then, on the record.
    int64_t (*solve)(int ordinal, const SolveTask&, Stream*);
    int64_t row_major_size;  // 0 where solve takes no row-major matrices
    // False, with nothing done, where it cannot make these draws in NumPy's order: the CPU then makes them. Waits where draws
    // consume as much as they need: the state is right when it returns.
    bool (*random)(int ordinal, const RandomTask&, Stream*);
    // Rows of dependent draws, into host memory. Null but in the CPU's backend.
    void (*random_rows)(const random::RowTask&);
    std::string (*info)();  // which libraries, from where

    // Queues and marks in them. Null in a backend whose calls are done when they return.
    void* (*stream_new)(int ordinal);
    void (*stream_free)(int ordinal, void* native) noexcept;
    bool (*stream_done)(int ordinal, Stream*);            // whether all its work is done
    void (*stream_wait)(Stream* waiter, Stream* other);   // later work of `waiter` after other's work so far
    void* (*event_new)(int ordinal);
    void (*event_free)(int ordinal, void* event) noexcept;
    void (*event_record)(int ordinal, void* event, Stream*);
    void (*event_wait)(void* event, Stream*);             // later work of the stream after the event
    bool (*event_done)(int ordinal, void* event);
    void (*event_synchronize)(int ordinal, void* event);
    double (*event_elapsed)(int ordinal, void* start, void* end);  // milliseconds; both are done

    // Null in a backend that compiles nothing at run time.
    KernelStatistics (*kernel_statistics)();
    int64_t (*kernel_warm)(int ordinal);  // loads or compiles the standard set into pack or disk cache; how many
    void (*kernel_clear)();               // empties the disk cache

    // How products of float32 and complex64 are computed: "strict", or "tf32" where the backend has it. False for a name it does not know.
    bool (*set_matmul_mode)(const char* mode);
};

}  // namespace lockstep
