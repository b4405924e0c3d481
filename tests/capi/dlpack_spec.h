// DLPack's structures written down from its specification a second time, so that a slip in the library's
// shows. Must not know Lockstep. Source: https://dmlc.github.io/dlpack/latest/c_api.html
#pragma once

#include <cstddef>
#include <cstdint>

namespace dlpack {

constexpr int32_t kCPU = 1;
constexpr uint8_t kFloat = 2;
constexpr uint64_t kReadOnly = 1;

struct Tensor {
    void* data;
    struct {
        int32_t device_type, device_id;
    } device;
    int32_t ndim;
    struct {
        uint8_t code, bits;
        uint16_t lanes;
    } dtype;
    int64_t *shape, *strides;
    uint64_t byte_offset;
};
static_assert(sizeof(Tensor) == 48 && offsetof(Tensor, dtype) == 20 && offsetof(Tensor, byte_offset) == 40);

struct ManagedVersioned {
    struct {
        uint32_t major, minor;
    } version;
    void* manager_ctx;
    void (*deleter)(ManagedVersioned*);
    uint64_t flags;
    Tensor tensor;
};
static_assert(sizeof(ManagedVersioned) == 80 && offsetof(ManagedVersioned, tensor) == 32);

}  // namespace dlpack
