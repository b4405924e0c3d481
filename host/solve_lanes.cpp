// Chooses the copy of the side by side solvers that suits this processor.
// Must not know what they compute.
#include "host/solve_lanes.h"

#include "host/instruction_set.h"

namespace lockstep::host {

#if defined(__x86_64__)
namespace v2 {
extern const LaneSolvers lane_solvers;
}
namespace v3 {
extern const LaneSolvers lane_solvers;
}
namespace v4 {
extern const LaneSolvers lane_solvers;
}
#else
namespace plain {
extern const LaneSolvers lane_solvers;
}
#endif

const LaneSolvers& lane_solvers() {
#if defined(__x86_64__)
    switch (instruction_set()) {
        case InstructionSet::v4:
            return v4::lane_solvers;
        case InstructionSet::v3:
            return v3::lane_solvers;
        default:
            return v2::lane_solvers;
    }
#else
    return plain::lane_solvers;
#endif
}

}  // namespace lockstep::host
