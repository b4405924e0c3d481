// cuSOLVER for the simulator: handles, and the table of functions.
// Must not know who asks.
#include "tests/sim/vendor_cusolver.h"

#include <set>

namespace lockstep::cuda {
namespace solver {
namespace {

std::set<Handle>& handles() {
    static auto& alive = *new std::set<Handle>;
    return alive;
}

Status create(Handle* handle) {
    const auto lock = lock_simulator();
    *handle = new Cusolver::HandleState;
    (*handle)->device = current_device();
    handles().insert(*handle);
    return kSuccess;
}
Status destroy(Handle handle) {
    const auto lock = lock_simulator();
    if (!expect(handles().erase(handle) == 1, "cusolverDnDestroy", "a handle")) return kNotInitialized;
    delete handle;
    return kSuccess;
}
Status set_stream(Handle handle, cudaStream_t stream) {
    const auto lock = lock_simulator();
    handle->stream = stream;
    return kSuccess;
}
Status create_parameters(Parameters* parameters) {
    *parameters = new Cusolver::ParametersState;
    return kSuccess;
}
Status create_jacobi(Jacobi* jacobi) {
    *jacobi = new Cusolver::JacobiState;
    return kSuccess;
}

}  // namespace

bool is_handle(Handle handle) { return handles().count(handle) == 1; }

}  // namespace solver

const Cusolver& cusolver() {
    static const Cusolver functions = [] {
        Cusolver f{};
        f.create = solver::create;
        f.destroy = solver::destroy;
        f.set_stream = solver::set_stream;
        f.create_parameters = solver::create_parameters;
        f.create_jacobi = solver::create_jacobi;
        solver::add_systems(f);
        solver::add_reflectors(f);
        solver::add_spectra(f);
        return f;
    }();
    return functions;
}

std::string cusolver_report() { return "cuSOLVER: the CPU backend's factorisations\n"; }

}  // namespace lockstep::cuda
