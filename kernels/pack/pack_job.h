// Building a kernel pack: the standard set in groups, compiled in parallel, taken from a former pack where
// nothing changed. Must not know command lines.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "kernels/compile/kernel.h"
#include "kernels/compile/pack_file.h"

namespace lockstep::cuda {

// Kernels that are compiled in one go and stored as one blob, for one architecture.
struct Group {
    std::vector<const KernelSource*> sources;
    std::vector<Digest> keys;
    int architecture = 0;
};

// Few kernels of one prologue each, in their order: a first call loads a whole group.
std::vector<Group> make_groups(std::span<const KernelSource> sources, std::span<const int> architectures);

struct PackReport {
    size_t kernels = 0, groups = 0, compiled = 0;  // groups that no former pack had
    std::vector<std::string> failures;             // one text per kernel that does not compile
};
// `formers` are packs to take unchanged groups from. `progress` is told how many groups are done, by one
// thread at a time. Kernels that fail are left out of the content.
PackContent build_pack(std::span<const Group> groups, std::span<const PackFile* const> formers,
                       PackReport& report, const std::function<void(size_t)>& progress);

}  // namespace lockstep::cuda
