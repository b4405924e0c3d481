// A short list of 64-bit sizes, strides or axes, without heap memory up to four entries.
// Must not know what the numbers mean.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>

namespace lockstep {

inline constexpr int kMaxDims = 64;  // NumPy 2's limit

class Dims {
  public:
    Dims() = default;
    explicit Dims(int size, int64_t value = 0) {
        resize(size);
        std::fill_n(data(), size, value);
    }
    Dims(std::initializer_list<int64_t> values) { assign(values.begin(), static_cast<int>(values.size())); }
    Dims(std::span<const int64_t> values) { assign(values.data(), static_cast<int>(values.size())); }
    Dims(const Dims& other) { assign(other.data(), other.size_); }
    Dims(Dims&& other) noexcept : size_(other.size_), heap_(std::move(other.heap_)) {
        if (!heap_) copy_few(inline_, other.inline_, size_);
        other.size_ = 0;
    }
    Dims& operator=(const Dims& other) {
        if (this != &other) assign(other.data(), other.size_);
        return *this;
    }
    Dims& operator=(Dims&& other) noexcept {
        size_ = other.size_;
        heap_ = std::move(other.heap_);
        if (!heap_) copy_few(inline_, other.inline_, size_);
        other.size_ = 0;
        return *this;
    }

    int size() const { return size_; }
    bool empty() const { return size_ == 0; }
    int64_t* data() { return heap_ ? heap_.get() : inline_; }
    const int64_t* data() const { return heap_ ? heap_.get() : inline_; }
    int64_t& operator[](int i) { return data()[i]; }
    int64_t operator[](int i) const { return data()[i]; }
    int64_t* begin() { return data(); }
    int64_t* end() { return data() + size_; }
    const int64_t* begin() const { return data(); }
    const int64_t* end() const { return data() + size_; }
    operator std::span<const int64_t>() const { return {data(), static_cast<size_t>(size_)}; }

    // Keeps the entries up to the smaller size; new ones are unset. At most kMaxDims entries ever live here.
    void resize(int size) {
        if (size > kMaxDims) throw std::length_error("more than 64 dimensions");
        if (size > kInline && !heap_) {
            heap_ = std::make_unique<int64_t[]>(kMaxDims);
            std::memcpy(heap_.get(), inline_, sizeof inline_);
        }
        size_ = size;
    }
    void push_back(int64_t value) {
        resize(size_ + 1);
        data()[size_ - 1] = value;
    }
    void insert(int at, int64_t value) {
        resize(size_ + 1);
        std::copy_backward(data() + at, data() + size_ - 1, data() + size_);
        data()[at] = value;
    }
    void erase(int at) {
        std::copy(data() + at + 1, data() + size_, data() + at);
        --size_;
    }
    bool operator==(const Dims& other) const {
        return size_ == other.size_ && std::equal(begin(), end(), other.begin());
    }

  private:
    static constexpr int kInline = 4;
    void assign(const int64_t* values, int size) {
        resize(size);
        if (heap_) std::memcpy(heap_.get(), values, static_cast<size_t>(size) * sizeof(int64_t));
        else copy_few(inline_, values, size);
    }
    // One by one: numbers that were just written one by one cannot be read in pairs before the processor's store buffer
    // has emptied, which was 10 of the 160 ns of an `x[i]`.
    static void copy_few(int64_t* to, const int64_t* from, int size) {
        switch (size) {
            case 4: to[3] = from[3]; [[fallthrough]];
            case 3: to[2] = from[2]; [[fallthrough]];
            case 2: to[1] = from[1]; [[fallthrough]];
            case 1: to[0] = from[0]; [[fallthrough]];
            default: break;
        }
    }

    int size_ = 0;
    int64_t inline_[kInline];
    std::unique_ptr<int64_t[]> heap_;
};

// Product of the sizes; 1 for none. Callers guarantee that it fits (checked when an array is made).
inline int64_t product(std::span<const int64_t> sizes) {
    int64_t n = 1;
    for (const int64_t s : sizes) n *= s;
    return n;
}

}  // namespace lockstep
