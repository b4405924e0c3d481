// Lockstep's typed exception: a status from errors.def and a text naming argument, expected and actual.
// Must not know the C function: the border in capi/ puts its name in front.
#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string>

namespace lockstep {

enum class Status : int {
#define LS_STATUS(number, name, python, doc) name = number,
#include "runtime/tables/errors.def"
#undef LS_STATUS
};

class Error : public std::exception {
  public:
    Error(Status status, std::string text) : status_(status), text_(std::move(text)) {}
    Status status() const { return status_; }
    const char* what() const noexcept override { return text_.c_str(); }

  private:
    Status status_;
    std::string text_;
};

// printf-like construction; out of line so that hot functions stay small.
[[noreturn, gnu::cold, gnu::format(printf, 2, 3)]] void fail(Status status, const char* format, ...);

// "(2, 3)", "(5,)", "()": a shape as NumPy prints it.
std::string shape_text(std::span<const int64_t> shape);

}  // namespace lockstep
