/* The structures of DLPack 1.x and of its unversioned predecessor, laid out as their specification says.
   Must not know Lockstep. Source: https://dmlc.github.io/dlpack/latest/c_api.html */
#ifndef LOCKSTEP_DLPACK_ABI_H
#define LOCKSTEP_DLPACK_ABI_H

#include <stdint.h>

enum { DLPACK_MAJOR = 1, DLPACK_MINOR = 0 };

enum { DLPACK_DEVICE_CPU = 1, DLPACK_DEVICE_CUDA = 2, DLPACK_DEVICE_CUDA_HOST = 3 };

enum {
    DLPACK_INT = 0,
    DLPACK_UINT = 1,
    DLPACK_FLOAT = 2,
    DLPACK_BFLOAT = 4,
    DLPACK_COMPLEX = 5,
    DLPACK_BOOL = 6
};

enum { DLPACK_FLAG_READ_ONLY = 1 };

typedef struct dlpack_device {
    int32_t device_type;
    int32_t device_id;
} dlpack_device;

typedef struct dlpack_dtype {
    uint8_t code;
    uint8_t bits;
    uint16_t lanes;
} dlpack_dtype;

typedef struct dlpack_tensor {
    void* data;
    dlpack_device device;
    int32_t ndim;
    dlpack_dtype dtype;
    int64_t* shape;
    int64_t* strides; /* in elements; NULL: C order */
    uint64_t byte_offset;
} dlpack_tensor;

typedef struct dlpack_managed {
    dlpack_tensor tensor;
    void* manager_ctx;
    void (*deleter)(struct dlpack_managed* self);
} dlpack_managed;

typedef struct dlpack_version {
    uint32_t major;
    uint32_t minor;
} dlpack_version;

typedef struct dlpack_managed_versioned {
    dlpack_version version;
    void* manager_ctx;
    void (*deleter)(struct dlpack_managed_versioned* self);
    uint64_t flags;
    dlpack_tensor tensor;
} dlpack_managed_versioned;

#endif
