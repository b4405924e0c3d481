// The steps around cuSOLVER's functions: copies, adjoints, triangles, what `info` says.
// Must not know which factorisation.
#include "kernels/solve_call.h"

#include <algorithm>

#include "kernels/device/solve_arguments.h"
#include "kernels/index_space.h"
#include "kernels/matmul.h"
#include "kernels/region.h"
#include "kernels/source/solve_source.h"
#include "kernels/transfer.h"

namespace lockstep::cuda {

SolveCall::SolveCall(int on, const SolveTask& task, Stream* s)
    : ordinal(on), t(task), stream(s), solver(on, s), api(cusolver()), complex(task.type.is_complex()),
      item(task.type.itemsize()), type(complex ? Cusolver::Type::complex128 : Cusolver::Type::float64),
      infos(on, task.batch * 4, s) {
    check(cudaMemsetAsync(infos.data(), 0, static_cast<size_t>(t.batch) * 4, queue_of(stream)), "cudaMemsetAsync");
}

int64_t SolveCall::first_failed() const {
    std::vector<int> numbers(static_cast<size_t>(t.batch));
    to_host(ordinal, numbers.data(), infos.data(), t.batch * 4, stream);
    for (int64_t i = 0; i < t.batch; ++i) {
        const int number = numbers[static_cast<size_t>(i)];
        if (number < 0) fail(Status::internal_error, "cuSOLVER: argument %d is wrong", -number);
        if (number > 0) return i;
    }
    return kSolved;
}

void SolveCall::launch(const char (&name)[8], KernelSource (*source)(DType), int64_t count, const void* arguments) const {
    IndexKernel kernel{{}};
    std::copy(name, name + 8, kernel.name);
    kernel.name[1] = static_cast<char>(t.type.number());
    const DType of = t.type;
    launch_index(
        ordinal, kernel, [=] { return source(of); }, count, arguments, stream);
}

void SolveCall::keep_triangle(const char* in, int64_t in_leading, int64_t in_matrix, char* out, int64_t rows,
                              int64_t columns, bool upper) const {
    const device::TriangleArguments a{rows * columns * t.batch, divider<uint64_t>(rows), divider<uint64_t>(columns), in,
                                      out,                      in_leading,              in_matrix,                  upper};
    launch({'T', 0, 't'}, triangle_source, a.count, &a);
}

void SolveCall::copy(const char* from, int64_t leading, int64_t from_matrix, char* to, int64_t to_leading,
                     int64_t to_matrix, int64_t rows, int64_t columns, int64_t count) const {
    const int64_t shape[] = {count, columns, rows};
    const int64_t from_strides[] = {from_matrix * item, leading * item, item};
    const int64_t to_strides[] = {to_matrix * item, to_leading * item, item};
    copy_region(ordinal, region(from, t.type, shape, from_strides), region(to, t.type, shape, to_strides), stream);
}

// A transposition, then imaginary parts times -1.
void SolveCall::adjoint(const char* in, int64_t rows, int64_t columns, int64_t leading, int64_t in_matrix, char* out,
                        int64_t count) const {
    const int64_t shape[] = {count, columns, rows};
    const int64_t from[] = {in_matrix * item, leading * item, item};
    const int64_t to[] = {rows * columns * item, item, columns * item};
    copy_region(ordinal, region(in, t.type, shape, from), region(out, t.type, shape, to), stream);
    if (!complex) return;
    const double minus_one = -1;
    const int64_t all[] = {count * rows * columns}, step[] = {item};
    scale_region(ordinal, constant(&minus_one, types::float64_), region(out + item / 2, types::float64_, all, step), stream);
}

void SolveCall::identity(char* to, int64_t rows, int64_t count) const {
    alignas(16) const double values[2][2] = {{0, 0}, {1, 0}};
    const int64_t all[] = {count * rows * rows}, step[] = {item};
    fill_region(ordinal, constant(values[0], t.type), region(to, t.type, all, step), stream);
    const int64_t shape[] = {count, rows}, diagonal[] = {rows * rows * item, (rows + 1) * item};
    fill_region(ordinal, constant(values[1], t.type), region(to, t.type, shape, diagonal), stream);
}

void SolveCall::multiply_adjoint(const char* a, const char* b, char* c, int64_t m, int64_t n, int64_t k) const {
    const Workspace turned(ordinal, m * k * item, stream);
    adjoint(a, k, m, k, 0, turned.data(), 1);
    const int64_t a_strides[] = {item, m * item}, b_strides[] = {item, k * item}, c_strides[] = {item, m * item};
    matmul(ordinal, {t.type, m, n, k, 0, nullptr, turned.data(), b, c, a_strides, b_strides, c_strides}, stream);
}

void SolveRoom::settle() const {
    if (!host_.empty()) check(cudaStreamSynchronize(queue_of(call_.stream)), "cudaStreamSynchronize");
}

Addresses::Addresses(const SolveCall& call, char* first, int64_t elements)
    : memory_(call.ordinal, call.t.batch * static_cast<int64_t>(sizeof(char*)), call.stream) {
    const device::AddressArguments a{call.t.batch, first, elements * call.item, reinterpret_cast<char**>(memory_.data())};
    call.launch({'T', 0, 'a'}, [](DType) { return addresses_source(); }, a.count, &a);
}

}  // namespace lockstep::cuda
