// What the parts of lockstep._core that nanobind makes have in common: a status becomes a Python exception.
// Must not know single functions.
#pragma once

#include <nanobind/nanobind.h>

#include <optional>
#include <string>

#include "callable.h"

namespace lockstep::python {

// What fails with a Python exception set, for nanobind.
template <class Body>
auto guarded(const Body& body) {
    try {
        return body();
    } catch (const PythonError&) {
        throw nanobind::python_error();
    }
}

inline void verify(ls_status status) {
    guarded([&] { check(status); });
}

// The same for a call that may wait for a device: other threads of Python's run meanwhile.
template <class Call>
void verify_unlocked(const Call& call) {
    ls_status status;
    {
        const nanobind::gil_scoped_release others_run;
        status = call();
    }
    verify(status);
}

inline const char* or_null(const std::optional<std::string>& text) { return text ? text->c_str() : nullptr; }

// A text of the library's by the header's rule: asked for its length first.
template <class Fill>
std::string text_of(const Fill& fill) {
    size_t needed = 0;
    fill(nullptr, size_t(0), &needed);
    std::string text(needed, '\0');
    verify(fill(text.data(), text.size(), &needed));
    text.resize(needed ? needed - 1 : 0);
    return text;
}

void add_streams(nanobind::module_& m);

}  // namespace lockstep::python
