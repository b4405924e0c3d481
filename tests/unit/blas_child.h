// A fresh process of the test program with another LOCKSTEP_BLAS, since what the loader finds is final for a
// process. Must not know single tests.
#pragma once

#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

namespace lockstep::test {

// What the child of this program that runs `test` prints, with LOCKSTEP_BLAS set to `choice` ("" leaves it
// unset).
inline std::string child(const std::string& test, const std::string& choice) {
    char self[4096] = {};
    if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0) return "no /proc/self/exe";
    const std::string setting = choice.empty() ? "env -u LOCKSTEP_BLAS " : "LOCKSTEP_BLAS='" + choice + "' ";
    const std::string command = setting + "'" + self + "' --gtest_filter='" + test + "' 2>&1";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return "popen failed";
    std::string text;
    std::array<char, 4096> buffer;
    while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        text.append(buffer.data(), got);
    return text + (pclose(pipe) == 0 ? "child passed" : "child failed");
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace lockstep::test
