// The border between C and C++: every exported function runs inside border(), which no exception leaves.
// Must not know what a function does.
#pragma once

#include <cstddef>
#include <string_view>

#include "lockstep/lockstep.h"

namespace lockstep::capi {

// Turns the exception being handled into the thread's last error, "function: text", and gives its status.
[[gnu::cold, gnu::noinline]] ls_status caught(const char* function) noexcept;

template <class Body>
inline ls_status border(const char* function, const Body& body) noexcept {
    try {
        body();
        return LS_OK;
    } catch (...) {
        return caught(function);
    }
}

// The caller's buffer filled by the header's rule for texts; false when the text was cut.
bool put_text(std::string_view from, char* text, size_t capacity, size_t* needed) noexcept;
// The same, as an error when it was cut.
void give_text(std::string_view from, char* text, size_t capacity, size_t* needed);

}  // namespace lockstep::capi
