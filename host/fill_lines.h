// Memory filled with one line of 64 bytes over and over, by the widest stores that the processor has.
// Must not know elements.
#pragma once

#include <cstdint>

namespace lockstep::host {

// bytes / 64 lines from `to` on, which lies at a multiple of 64; what is left of a line is not written.
using FillLines = void (*)(char* to, const char* line, int64_t bytes);

}  // namespace lockstep::host
