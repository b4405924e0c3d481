// A library with FFTW3's interface, found at run time.
// Must not include fftw3.h: the few declarations of its stable ABI that are needed stand here.
#include "host/vendor/fftw.h"

#include <stddef.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <list>
#include <mutex>
#include <stdexcept>

#include "runtime/exec/library.h"

namespace lockstep::host::vendor {
namespace {

// From FFTW 3's manual ("64-bit guru interface"); MKL's wrappers share the ABI.
struct Dimension {
    ptrdiff_t n, in_stride, out_stride;
};
struct OpaquePlan;
using PlanPointer = OpaquePlan*;
constexpr int forward = -1, backward = 1;
constexpr unsigned preserve_input = 1u << 4, estimate = 1u << 6;

template <class T>
struct Functions {
    PlanPointer (*plan_c2c)(int, const Dimension*, int, const Dimension*, T*, T*, int, unsigned);
    PlanPointer (*plan_r2c)(int, const Dimension*, int, const Dimension*, T*, T*, unsigned);
    PlanPointer (*plan_c2r)(int, const Dimension*, int, const Dimension*, T*, T*, unsigned);
    void (*execute_c2c)(PlanPointer, T*, T*);
    void (*execute_r2c)(PlanPointer, T*, T*);
    void (*execute_c2r)(PlanPointer, T*, T*);
    void (*destroy)(PlanPointer);
};

// A plan serves other arrays of the same shape and the same alignment; 64 bytes cover what any of FFTW's
// codelets asks.
struct Key {
    fft::Kind kind;
    int64_t n, howmany, in_stride, out_stride;
    bool in_place;
    uintptr_t in_alignment, out_alignment;
    bool operator==(const Key&) const = default;
};

constexpr size_t plans_kept = 64;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find(separator, begin), text.size());
        if (end > begin) parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

int64_t reals_per_element(fft::Kind kind, bool out) {
    if (kind == fft::Kind::r2c) return out ? 2 : 1;
    if (kind == fft::Kind::c2r) return out ? 1 : 2;
    return 2;
}
int64_t row_elements(fft::Kind kind, int64_t n, bool out) {
    if (kind == fft::Kind::r2c && out) return n / 2 + 1;
    if (kind == fft::Kind::c2r && !out) return n / 2 + 1;
    return n;
}

}  // namespace

template <class T>
struct FftwLibrary<T>::State {
    // A plan may be dropped from the list while another thread still executes it; the last user destroys it,
    // under the lock, since of FFTW's functions only the executing ones are thread-safe.
    struct Entry {
        Key key;
        std::shared_ptr<OpaquePlan> plan;
    };
    Library library;
    Functions<T> functions{};
    std::recursive_mutex planner;
    std::list<Entry> plans;

    bool bind() {
        const std::string prefix = sizeof(T) == 8 ? "fftw_" : "fftwf_";
        const auto find = [&](auto*& to, const char* name) {
            to = library.function<std::remove_reference_t<decltype(*to)>>(prefix + name);
            return to != nullptr;
        };
        return find(functions.plan_c2c, "plan_guru64_dft") &&
               find(functions.plan_r2c, "plan_guru64_dft_r2c") &&
               find(functions.plan_c2r, "plan_guru64_dft_c2r") &&
               find(functions.execute_c2c, "execute_dft") && find(functions.execute_r2c, "execute_dft_r2c") &&
               find(functions.execute_c2r, "execute_dft_c2r") && find(functions.destroy, "destroy_plan");
    }

    std::shared_ptr<OpaquePlan> plan(const Key& key, T* in, T* out) {
        const std::lock_guard lock(planner);
        for (auto e = plans.begin(); e != plans.end(); ++e)
            if (e->key == key) {
                plans.splice(plans.begin(), plans, e);
                return e->plan;
            }
        const Dimension row = {key.n, 1, 1}, rows = {key.howmany, key.in_stride, key.out_stride};
        constexpr unsigned flags = estimate | preserve_input;
        PlanPointer made = nullptr;
        if (key.kind == fft::Kind::r2c)
            made = functions.plan_r2c(1, &row, 1, &rows, in, out, flags);
        else if (key.kind == fft::Kind::c2r)
            made = functions.plan_c2r(1, &row, 1, &rows, in, out, flags);
        else
            made = functions.plan_c2c(1, &row, 1, &rows, in, out,
                                      key.kind == fft::Kind::c2c_forward ? forward : backward, flags);
        if (made == nullptr) return nullptr;
        std::shared_ptr<OpaquePlan> owned(made, [this](PlanPointer p) {
            const std::lock_guard destroying(planner);
            functions.destroy(p);
        });
        plans.push_front({key, owned});
        if (plans.size() > plans_kept) plans.pop_back();
        return owned;
    }
};

template <class T>
bool FftwLibrary<T>::transform(fft::Kind kind, int64_t n, int64_t howmany, const T* in, int64_t in_row_stride,
                               T* out, int64_t out_row_stride, T scale) {
    if (!loaded() || n < 1 || howmany < 1) return false;
    const auto alignment = [](const T* p) { return reinterpret_cast<uintptr_t>(p) % 64; };
    T* const from = const_cast<T*>(in);  // the plans preserve their input
    const auto plan = state_->plan(
        {kind, n, howmany, in_row_stride, out_row_stride, in == out, alignment(in), alignment(out)}, from,
        out);
    if (!plan) return false;
    const Functions<T>& f = state_->functions;
    (kind == fft::Kind::r2c   ? f.execute_r2c
     : kind == fft::Kind::c2r ? f.execute_c2r
                              : f.execute_c2c)(plan.get(), from, out);
    if (scale == T(1)) return true;
    const int64_t parts = reals_per_element(kind, true), reals = parts * row_elements(kind, n, true);
    for (int64_t i = 0; i < howmany; ++i) {
        T* const row = out + i * out_row_stride * parts;
        for (int64_t j = 0; j < reals; ++j) row[j] *= scale;
    }
    return true;
}

namespace {

// What is wrong with the library's answers to small problems of every kind, or nothing: an L2 difference
// above 16 eps is more than both errors together.
template <class T>
std::string wrong_transform(FftwLibrary<T>& library) {
    constexpr const char* names[] = {"c2c forward", "c2c backward", "r2c", "c2r"};
    uint32_t state = 12345;
    for (const fft::Kind kind :
         {fft::Kind::c2c_forward, fft::Kind::c2c_backward, fft::Kind::r2c, fft::Kind::c2r})
        for (const int64_t n : {8, 30, 37}) {
            const int64_t rows = 3, in_row = row_elements(kind, n, false),
                          out_row = row_elements(kind, n, true);
            std::vector<T> in(static_cast<size_t>(rows * in_row * reals_per_element(kind, false)));
            std::vector<T> ours(static_cast<size_t>(rows * out_row * reals_per_element(kind, true))),
                theirs(ours);
            for (T& x : in) {
                state = state * 1664525u + 1013904223u;
                x = static_cast<T>(static_cast<int32_t>(state)) / T(2147483648.0);
            }
            fft::transform(kind, n, rows, in.data(), in_row, ours.data(), out_row, T(0.5));
            if (!library.transform(kind, n, rows, in.data(), in_row, theirs.data(), out_row, T(0.5)))
                return std::string("has no plan for ") + names[static_cast<int>(kind)] + " of " +
                       std::to_string(n);
            double difference = 0, size = 0;
            for (size_t i = 0; i < ours.size(); ++i) {
                difference += std::pow(static_cast<double>(ours[i]) - static_cast<double>(theirs[i]), 2);
                size += std::pow(static_cast<double>(ours[i]), 2);
            }
            if (!(std::sqrt(difference) <= 16 * std::numeric_limits<T>::epsilon() * std::sqrt(size)))
                return std::string("computes wrong results (") + names[static_cast<int>(kind)] + " of " +
                       std::to_string(n) + ")";
        }
    return {};
}

// The libraries of one precision the environment asks for, and the sentence that says so.
struct Wish {
    std::string sentence;
    std::vector<std::string> double_paths, float_paths;
};
Wish read_wish() {
    Wish wish;
    const char *const files = std::getenv("LOCKSTEP_FFTW_PATH"), *const name = std::getenv("LOCKSTEP_FFT");
    const std::string choice = name ? name : "";
    wish.sentence = "FFT: LOCKSTEP_FFT is " + (name ? choice : "not set") + ", LOCKSTEP_FFTW_PATH is " +
                    (files ? files : "not set") + "\n";
    if (files) wish.double_paths = wish.float_paths = split(files, ':');
    const auto add = [&](const char* for_double, const char* for_float) {
        wish.double_paths.push_back(for_double);
        wish.float_paths.push_back(for_float);
    };
    if (choice == "fftw") add("libfftw3.so.3", "libfftw3f.so.3");
    if (choice == "mkl") {
        add("libmkl_rt.so.2", "libmkl_rt.so.2");
        add("libmkl_rt.so", "libmkl_rt.so");
    }
    if (!choice.empty() && choice != "fftw" && choice != "mkl" && choice != "own")
        wish.sentence += "  LOCKSTEP_FFT must be own, fftw or mkl: ignored\n";
    return wish;
}

// Both precisions, opened at the first call and never closed: plans must not outlive the library.
struct Installed {
    Wish wish = read_wish();
    FftwLibrary<double> for_double{wish.double_paths};
    FftwLibrary<float> for_float{wish.float_paths};
};
Installed& installed() {
    static Installed& both = *new Installed;
    return both;
}

}  // namespace

template <class T>
FftwLibrary<T>::FftwLibrary(const std::vector<std::string>& paths) : state_(std::make_unique<State>()) {
    for (const std::string& path : paths) {
        if (!state_->library.open(path)) continue;
        std::string wrong =
            state_->bind() ? "" : "lacks functions of FFTW's 64-bit guru interface in this precision";
        if (wrong.empty()) wrong = wrong_transform(*this);
        if (wrong.empty()) return;
        state_->plans.clear();
        state_->library.refuse(wrong);
    }
}
template <class T>
FftwLibrary<T>::~FftwLibrary() = default;

template <class T>
bool FftwLibrary<T>::loaded() const {
    return state_->library.is_open();
}

template <class T>
std::string FftwLibrary<T>::report() const {
    const char* const precision = sizeof(T) == 8 ? "double" : "float";
    std::string text = std::string("  ") + precision + ": " +
                       (loaded() ? state_->library.path() : "our own transform") + "\n";
    for (const Library::Attempt& attempt : state_->library.attempts())
        text +=
            "    tried " + attempt.path + ": " + (attempt.error.empty() ? "in use" : attempt.error) + "\n";
    return text;
}

template class FftwLibrary<double>;
template class FftwLibrary<float>;

bool fftw_transform(fft::Kind kind, int64_t n, int64_t howmany, const double* in, int64_t in_row_stride,
                    double* out, int64_t out_row_stride, double scale) {
    return installed().for_double.transform(kind, n, howmany, in, in_row_stride, out, out_row_stride, scale);
}
bool fftw_transform(fft::Kind kind, int64_t n, int64_t howmany, const float* in, int64_t in_row_stride,
                    float* out, int64_t out_row_stride, float scale) {
    return installed().for_float.transform(kind, n, howmany, in, in_row_stride, out, out_row_stride, scale);
}

std::string fftw_report() {
    return installed().wish.sentence + installed().for_double.report() + installed().for_float.report();
}

}  // namespace lockstep::host::vendor
