// cuFFT for the simulator: strict about arguments, transforms by the CPU's backend when the stream gets there.
// Must not know who asks. It destroys the input of c2r, as cuFFT may.
#include <cstring>
#include <map>

#include "kernels/vendor/cufft.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"
#include "tests/sim/api.h"
#include "tests/sim/stream.h"
#include "tests/sim/vendor_checks.h"

namespace lockstep::cuda {
namespace {

using namespace lockstep::sim;
using Plan = Cufft::Plan;
using Status = Cufft::Status;
using Type = Cufft::Type;
constexpr Status kSuccess = 0, kInvalidPlan = 1, kInvalidValue = 4, kUnaligned = 9;

const char* const kTransform = "a transform of cuFFT";

struct State {
    int device = 0;
    bool own_area = true, made = false, has_stream = false;
    Type type{};
    int64_t n = 0, batch = 0, in_distance = 0, out_distance = 0;
    size_t work_bytes = 0;
    void* area = nullptr;  // for the next transform: forgotten after it
    cudaStream_t stream = nullptr;
};
std::map<Plan, State>& plans() {
    static auto& all = *new std::map<Plan, State>;
    return all;
}
State* find(Plan plan) {
    const auto at = plans().find(plan);
    return expect(at != plans().end(), kTransform, "a plan") ? &at->second : nullptr;
}

bool is_wide(Type t) { return static_cast<int>(t) >= static_cast<int>(Type::c2c_float64); }
bool is_r2c(Type t) { return t == Type::r2c_float32 || t == Type::r2c_float64; }
bool is_c2r(Type t) { return t == Type::c2r_float32 || t == Type::c2r_float64; }

Status create(Plan* plan) {
    const auto lock = lock_simulator();
    static Plan last = 0;
    *plan = ++last;
    plans()[*plan].device = current_device();
    return kSuccess;
}
Status destroy(Plan plan) {
    const auto lock = lock_simulator();
    return expect(plans().erase(plan) == 1, "cufftDestroy", "a plan") ? kSuccess : kInvalidPlan;
}
Status get_version(int* version) {
    *version = 12000;
    return kSuccess;
}
Status set_auto_allocation(Plan plan, int automatic) {
    const auto lock = lock_simulator();
    State* const s = find(plan);
    if (!s || !expect(!s->made, "cufftSetAutoAllocation", "a plan that is not made yet")) return kInvalidPlan;
    s->own_area = automatic != 0;
    return kSuccess;
}

Status make_plan(Plan plan, int rank, long long* n, long long* in_shape, long long in_step, long long in_distance,
                 long long* out_shape, long long out_step, long long out_distance, Type type, long long batch,
                 size_t* work_bytes) {
    const auto lock = lock_simulator();
    State* const s = find(plan);
    if (!s || !expect(!s->made && !s->own_area, kTransform, "a fresh plan without an area of its own")) return kInvalidPlan;
    const int64_t half = n[0] / 2 + 1, in_points = is_c2r(type) ? half : n[0], out_points = is_r2c(type) ? half : n[0];
    if (!expect(rank == 1 && n[0] >= 2 && batch >= 1, kTransform, "rows of two points or more") ||
        !expect((in_shape == nullptr) == (out_shape == nullptr), kTransform, "both shapes or none"))
        return kInvalidValue;
    s->in_distance = in_shape ? in_distance : in_points;
    s->out_distance = out_shape ? out_distance : out_points;
    if (in_shape && !expect(in_step == 1 && out_step == 1 && in_shape[0] >= in_points && out_shape[0] >= out_points &&
                                (batch == 1 || (in_distance >= in_points && out_distance >= out_points)),
                            kTransform, "packed rows that do not overlap"))
        return kInvalidValue;
    s->type = type;
    s->n = n[0];
    s->batch = batch;
    s->work_bytes = n[0] % 2 == 0 ? 0 : static_cast<size_t>(n[0] * batch * 16);
    s->made = true;
    *work_bytes = s->work_bytes;
    return kSuccess;
}

Status set_stream(Plan plan, cudaStream_t stream) {
    const auto lock = lock_simulator();
    State* const s = find(plan);
    if (!s || !expect(s->made, "cufftSetStream", "a plan that is made")) return kInvalidPlan;
    s->stream = stream;
    s->has_stream = true;
    return kSuccess;
}
Status set_work_area(Plan plan, void* area) {
    const auto lock = lock_simulator();
    State* const s = find(plan);
    if (!s || !expect(s->made, "cufftSetWorkArea", "a plan that is made")) return kInvalidPlan;
    if (!expect(area && is_live(area, static_cast<int64_t>(s->work_bytes) + 1), "cufftSetWorkArea", "device memory"))
        return kInvalidValue;
    s->area = area;
    return kSuccess;
}

// Real parts only at frequency 0 and, for even n, n/2: cuFFT's answer to anything else is its own.
template <class T>
bool is_hermitian(const char* rows, const State& s) {
    for (int64_t i = 0; i < s.batch; ++i) {
        const T* const row = reinterpret_cast<const T*>(rows) + i * s.in_distance * 2;
        if (row[1] != 0 || (s.n % 2 == 0 && row[s.n / 2 * 2 + 1] != 0)) return false;
    }
    return true;
}

void transform(const State& s, char* in, char* out, FftKind kind) {
    const bool wide = is_wide(s.type);
    const int64_t real = wide ? 8 : 4, in_item = is_r2c(s.type) ? real : 2 * real, out_item = is_c2r(s.type) ? real : 2 * real;
    if (s.work_bytes) {
        expect_or_abort(find_block(s.area, s.work_bytes) != nullptr, kTransform, "a work area as long as it is used");
        poison(static_cast<char*>(s.area), s.work_bytes);
    }
    if (kind == FftKind::c2r)
        expect_or_abort(wide ? is_hermitian<double>(in, s) : is_hermitian<float>(in, s), kTransform,
                        "c2r input without imaginary parts where the spectrum of a real signal has none");
    cpu_backend().fft(0,
                      {kind, wide ? types::float64_ : types::float32_, s.n, s.batch, in, out, s.in_distance * in_item,
                       s.out_distance * out_item, 1.0},
                      nullptr);
    if (kind == FftKind::c2r)
        for (int64_t i = 0; i < s.batch; ++i)
            poison(in + i * s.in_distance * in_item, static_cast<size_t>((s.n / 2 + 1) * in_item));
}

Status execute(Plan plan, void* in, void* out, Type type, FftKind kind) {
    const auto lock = lock_simulator();
    State* const s = find(plan);
    if (!s || !expect(s->made && s->type == type, kTransform, "a plan of this kind")) return kInvalidPlan;
    if (!expect(s->device == current_device(), kTransform, "the plan's device to be current") ||
        !expect(s->has_stream && s->area, kTransform, "a stream and a work area for this transform"))
        return kInvalidValue;
    const int64_t real = is_wide(type) ? 8 : 4, half = s->n / 2 + 1;
    if (!expect(is_aligned_to(in, 2 * real) && is_aligned_to(out, 2 * real), kTransform, "data aligned as complex numbers"))
        return kUnaligned;
    const auto live = [&](void* data, int64_t points, int64_t distance, int64_t item) {
        return expect(is_live(data, ((s->batch - 1) * distance + points) * item), kTransform, "rows inside device memory");
    };
    if (!expect(in != out, kTransform, "two arrays") ||
        !live(in, is_c2r(type) ? half : s->n, s->in_distance, is_r2c(type) ? real : 2 * real) ||
        !live(out, is_r2c(type) ? half : s->n, s->out_distance, is_c2r(type) ? real : 2 * real))
        return kInvalidValue;
    const cudaStream_t stream = stream_of(s->stream);
    if (!expect(stream != nullptr, kTransform, "a stream")) return kInvalidValue;
    queue(stream, [state = *s, in, out, kind] { transform(state, static_cast<char*>(in), static_cast<char*>(out), kind); });
    s->area = nullptr;
    s->has_stream = false;
    return broken(stream->device) == cudaSuccess ? kSuccess : kInvalidValue;
}

template <Type type>
Status execute_c2c(Plan plan, void* in, void* out, int direction) {
    return execute(plan, in, out, type, direction == Cufft::kForward ? FftKind::c2c_forward : FftKind::c2c_backward);
}
template <Type type, FftKind kind>
Status execute_real(Plan plan, void* in, void* out) {
    return execute(plan, in, out, type, kind);
}

}  // namespace

const Cufft& cufft() {
    static constexpr Cufft functions = {
        create,
        destroy,
        get_version,
        set_auto_allocation,
        make_plan,
        set_stream,
        set_work_area,
        {execute_c2c<Type::c2c_float32>, execute_c2c<Type::c2c_float64>},
        {execute_real<Type::r2c_float32, FftKind::r2c>, execute_real<Type::r2c_float64, FftKind::r2c>},
        {execute_real<Type::c2r_float32, FftKind::c2r>, execute_real<Type::c2r_float64, FftKind::c2r>}};
    return functions;
}

std::string cufft_report() { return "cuFFT: the CPU backend's transforms\n"; }

}  // namespace lockstep::cuda
