// Detection of the processor's instruction set.
// Must not know what is compiled for it.
#include "host/instruction_set.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace lockstep::host {
namespace {

InstructionSet detect() {
#if defined(__x86_64__)
    const InstructionSet best = __builtin_cpu_supports("x86-64-v4")   ? InstructionSet::v4
                                : __builtin_cpu_supports("x86-64-v3") ? InstructionSet::v3
                                                                      : InstructionSet::v2;
    const char* cap = std::getenv("LOCKSTEP_ISA");
    for (const InstructionSet set : {InstructionSet::v2, InstructionSet::v3})
        if (cap && !std::strcmp(cap, name_of(set)) && set < best) return set;
    return best;
#else
    return InstructionSet::plain;
#endif
}

}  // namespace

InstructionSet instruction_set() {
    static const InstructionSet set = detect();
    return set;
}

const char* name_of(InstructionSet set) {
    static constexpr const char* kNames[] = {"plain", "v2", "v3", "v4"};
    return kNames[static_cast<int>(set)];
}

}  // namespace lockstep::host
