// Chooses the kernels of the best instruction set this processor has, once.
// Must not be compiled for more than the baseline, or use the kernels' own headers.
#include "host/fft/kernels.h"
#include "host/instruction_set.h"

namespace lockstep::host::fft {

#define LS_FFT_DECLARE(isa)                       \
    namespace isa {                               \
    const Kernels<double>& kernel_table_double(); \
    const Kernels<float>& kernel_table_float();   \
    }

#if defined(__x86_64__)
LS_FFT_DECLARE(v2)
LS_FFT_DECLARE(v3)
LS_FFT_DECLARE(v4)
#define LS_FFT_CHOOSE(entry)                                 \
    (instruction_set() == InstructionSet::v4   ? v4::entry() \
     : instruction_set() == InstructionSet::v3 ? v3::entry() \
                                               : v2::entry())
#else
LS_FFT_DECLARE(plain)
#define LS_FFT_CHOOSE(entry) plain::entry()
#endif

template <>
const Kernels<double>& kernels() {
    static const Kernels<double>& chosen = LS_FFT_CHOOSE(kernel_table_double);
    return chosen;
}
template <>
const Kernels<float>& kernels() {
    static const Kernels<float>& chosen = LS_FFT_CHOOSE(kernel_table_float);
    return chosen;
}

}  // namespace lockstep::host::fft
