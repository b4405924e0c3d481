// What the checks of primitives share: the plugin's table of functions, a stream, random numbers, blocks of device memory.
// Must not know any primitive.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "runtime/exec/backend.h"
#include "runtime/exec/stream.h"

inline const lockstep::Backend* backend;
inline lockstep::Stream stream;
inline std::mt19937_64 generator;

inline int64_t below(int64_t n) { return static_cast<int64_t>(generator() % static_cast<uint64_t>(n)); }
inline int64_t pick(std::initializer_list<int64_t> values) {
    return values.begin()[below(static_cast<int64_t>(values.size()))];
}

// Bytes on the device and here.
struct Block {
    std::vector<char> bytes;
    char* device;

    explicit Block(int64_t size)
        : bytes(static_cast<size_t>(size)), device(static_cast<char*>(backend->allocate(0, size, &stream))) {}
    ~Block() { backend->deallocate(0, device, size(), &stream); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    int64_t size() const { return static_cast<int64_t>(bytes.size()); }
    void fill_random() {
        for (char& c : bytes) c = static_cast<char>(generator());
    }
    void to_device() { backend->to_device(0, device, bytes.data(), size(), &stream); }
    std::vector<char> from_device() const {
        std::vector<char> now(bytes.size());
        backend->to_host(0, now.data(), device, size(), &stream);
        return now;
    }
};

// Waits; the text of what kernels reported, "" where all was well.
inline std::string reported() {
    try {
        backend->synchronize(0, &stream);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

// One random task each, checked; false, with a line on standard output, when the result is wrong.
bool check_product();
bool check_transform();
bool check_gather();
bool check_scatter();
bool check_select();
bool check_sort();
bool check_search();
bool check_segments();
bool check_solve();
bool check_random();
// On a device without memory.
bool check_memory();
