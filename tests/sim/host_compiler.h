// The host's compiler as a function: from a text to a shared object.
// Must not know NVRTC's API, nor kernels.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lockstep::sim {

struct Compiled {
    std::string object;  // empty when the text does not compile
    std::string log;
};
// `headers` are names and texts of what the text may include. Any thread.
Compiled compile_for_host(const std::string& text,
                          const std::vector<std::pair<std::string, std::string>>& headers);

// The command as far as it changes what is compiled, and the texts of the simulator's own headers.
const std::string& host_compiler_kind();
const std::string& host_compiler();  // the program's path

}  // namespace lockstep::sim
