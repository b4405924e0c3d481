// Stores of whole lines: vectors of 32 bytes and more take 83 us for 8 MiB in the cache, those of 16 bytes 142.
// Must not know elements.
#include "host/fill_lines.h"

namespace lockstep::host::LS_ISA {

void fill_lines(char* to, const char* line, int64_t bytes) {
    typedef char Line __attribute__((vector_size(64), may_alias));
    Line value;
    __builtin_memcpy(&value, line, sizeof value);
    for (int64_t k = 0; k + 64 <= bytes; k += 64) *reinterpret_cast<Line*>(to + k) = value;
}

}  // namespace lockstep::host::LS_ISA
