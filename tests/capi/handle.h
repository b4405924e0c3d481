// Short-lived handles for the tests, on lockstep.h only.
// Must not know what is tested.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "lockstep/lockstep.h"

// Frees its array at the end; `&h` is a result pointer.
class Handle {
  public:
    Handle() = default;
    explicit Handle(std::vector<double> values) : Handle(std::move(values), {}) {}
    Handle(std::vector<double> values, std::vector<int64_t> shape) {
        if (shape.empty()) shape = {static_cast<int64_t>(values.size())};
        EXPECT_EQ(ls_from_host(values.data(), LS_FLOAT64, static_cast<int>(shape.size()), shape.data(),
                               nullptr, &a_),
                  LS_OK)
            << ls_last_error();
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { EXPECT_EQ(ls_array_free(&a_), LS_OK); }
    ls_array** operator&() { return &a_; }
    operator ls_array*() const { return a_; }

  private:
    ls_array* a_ = nullptr;
};

inline std::vector<double> doubles(const ls_array* a) {
    int64_t size = -1;
    ls_dtype dtype = 0;
    EXPECT_EQ(ls_array_size(a, &size), LS_OK) << ls_last_error();
    EXPECT_EQ(ls_array_dtype(a, &dtype), LS_OK);
    EXPECT_EQ(dtype, static_cast<ls_dtype>(LS_FLOAT64));
    std::vector<double> values(size < 0 ? 0 : static_cast<size_t>(size));
    EXPECT_EQ(ls_to_host(a, values.data(), values.size() * sizeof(double)), LS_OK) << ls_last_error();
    return values;
}

inline std::vector<int64_t> shape_of(const ls_array* a) {
    int ndim = -1;
    EXPECT_EQ(ls_array_ndim(a, &ndim), LS_OK) << ls_last_error();
    std::vector<int64_t> shape(static_cast<size_t>(ndim));
    EXPECT_EQ(ls_array_shape(a, ndim, shape.data()), LS_OK);
    return shape;
}

// The call failed with this status, and its text begins with the function and holds the words. A function of its own, so
// that the 2200 calls in misuse_table.cpp compile in 22 s with sanitizers and not 56.
struct CallText {
    const char* text;
    const char* file;
    int line;
};

inline void expect_failure(const CallText& call, ls_status status, ls_status expected,
                           std::initializer_list<const char*> words) {
    const testing::ScopedTrace trace(call.file, call.line, call.text);
    const std::string seen = ls_last_error(), written = call.text;
    EXPECT_EQ(status, expected) << seen;
    EXPECT_EQ(ls_last_status(), expected);
    EXPECT_EQ(seen.substr(0, seen.find(':')), written.substr(0, written.find('('))) << seen;
    for (const char* word : words) EXPECT_NE(seen.find(word), std::string::npos) << seen << " lacks " << word;
}

#define EXPECT_FAILS(call, expected_status, ...) \
    expect_failure({#call, __FILE__, __LINE__}, (call), expected_status, {__VA_ARGS__})

#define OK(call) ASSERT_EQ((call), LS_OK) << ls_last_error()
