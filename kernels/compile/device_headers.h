// The headers that device code may include, carried in the program: no source tree is needed where kernels
// are compiled. Must not know what they say. cmake/embed_headers.py makes the list.
#pragma once

#include <span>
#include <string_view>

#include "kernels/compile/digest.h"

namespace lockstep::cuda {

struct DeviceHeader {
    const char* name;       // as #include has it, "kernels/device/map.h"; sorted
    std::string_view text;  // ends in a 0 that it does not count
};
std::span<const DeviceHeader> device_headers();

// Of all headers that a text includes, directly or through others: part of its kernels' keys. Any thread.
Digest digest_of_headers(std::string_view prologue);

}  // namespace lockstep::cuda
