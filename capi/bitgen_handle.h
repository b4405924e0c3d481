// What an ls_bitgen handle points to.
// Must not know functions.
#pragma once

#include "capi/convert.h"
#include "runtime/random/generator.h"

struct ls_bitgen {
    static constexpr uint32_t kLive = 0x6c73b17e;
    static constexpr const char* kName = "a bit generator";
    uint32_t mark = kLive;
    lockstep::random::Generator generator;
};

namespace lockstep::capi {

inline random::Generator& generator_in(ls_bitgen* handle, const char* name) {
    return live_in(handle, name).generator;
}
inline const random::Generator& generator_in(const ls_bitgen* handle, const char* name) {
    return live_in(handle, name).generator;
}

}  // namespace lockstep::capi
