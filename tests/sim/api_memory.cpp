// CUDA's allocations, pools, page-locked memory and copies on the simulator.
// Must not know kernels.
#include <cstdlib>
#include <cstring>

#include "tests/sim/api.h"
#include "tests/sim/memory.h"
#include "tests/sim/settings.h"
#include "tests/sim/stream.h"

namespace lockstep::sim {
namespace {

Pool* default_pool(int device) {
    static Pool* pools[8] = {};
    Pool*& pool = pools[device];
    if (!pool) pool = new_pool(device);
    return pool;
}
Pool*& current_pool(int device) {
    static Pool* pools[8] = {};
    if (!pools[device]) pools[device] = default_pool(device);
    return pools[device];
}

void release(Block* block) {
    const size_t bytes = block->bytes;
    const int device = block->device;
    if (!release_block(block))
        break_device(device, cudaErrorIllegalAddress,
                     "something wrote behind the end of a block of " + std::to_string(bytes) + " bytes");
}

// In the order of the stream: what other streams wrote too early is overwritten.
cudaError_t allocate_in_order(void** to, size_t bytes, Pool* pool, cudaStream_t handle) {
    const cudaStream_t stream = stream_of(handle);
    if (!stream || !pool || !pool->alive) return cudaErrorInvalidResourceHandle;
    if (broken(pool->device) != cudaSuccess) return broken(pool->device);
    *to = nullptr;
    if (bytes == 0) return cudaSuccess;
    Block* block = allocate_block(pool->device, pool, bytes);
    if (!block) {  // as the driver does: frees that are queued come first
        finish_device(pool->device);
        block = allocate_block(pool->device, pool, bytes);
    }
    if (!block) return cudaErrorMemoryAllocation;
    *to = block->data;
    queue(stream, [data = block->data, bytes] { poison(data, bytes); });
    return cudaSuccess;
}

// A block of the host's that begins here and that it has not freed.
Block* own_block(void* data) {
    Block* const block = find_block(data, 1);
    return block && block->data == data && !block->freed ? block : nullptr;
}

bool is_range_of_device(const void* data, size_t bytes) {
    const Block* const block = find_block(data, bytes);
    return block && !block->freed;
}

// Which sides of a copy are device memory. False when the direction or a range is wrong.
bool check_copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, bool& to_device,
                bool& from_device) {
    to_device = is_device_address(to);
    from_device = is_device_address(from);
    if (to_device && !is_range_of_device(to, bytes)) return false;
    if (from_device && !is_range_of_device(from, bytes)) return false;
    switch (kind) {
        case cudaMemcpyHostToHost:
            return !to_device && !from_device;
        case cudaMemcpyHostToDevice:
            return to_device && !from_device;
        case cudaMemcpyDeviceToHost:
            return !to_device && from_device;
        case cudaMemcpyDeviceToDevice:
            return to_device && from_device;
        case cudaMemcpyDefault:
            return true;
    }
    return false;
}

cudaError_t copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t handle) {
    const cudaStream_t stream = stream_of(handle);
    if (!stream) return cudaErrorInvalidResourceHandle;
    if (broken(stream->device) != cudaSuccess) return broken(stream->device);
    if (bytes == 0) return cudaSuccess;
    bool to_device = false, from_device = false;
    if (!check_copy(to, from, bytes, kind, to_device, from_device)) return cudaErrorInvalidValue;
    if (!from_device && !is_pinned(from, bytes)) {  // pageable memory is read before the call returns
        std::shared_ptr<char[]> staged(new char[bytes]);
        std::memcpy(staged.get(), from, bytes);
        queue(stream, [=] { std::memcpy(to, staged.get(), bytes); });
    } else {
        queue(stream, [=] { std::memmove(to, from, bytes); });
    }
    if (!to_device && !is_pinned(to, bytes)) finish(mark(stream));  // and written before it does
    return broken(stream->device);
}

}  // namespace
}  // namespace lockstep::sim

using namespace lockstep::sim;

extern "C" {

cudaError_t cudaMalloc(void** to, size_t bytes) {
    const auto lock = lock_simulator();
    const int device = current_device();
    *to = nullptr;
    if (broken(device) != cudaSuccess) return result(broken(device));
    if (bytes == 0) return cudaSuccess;
    Block* const block = allocate_block(device, nullptr, bytes);
    if (!block) return result(cudaErrorMemoryAllocation);
    poison(block->data, bytes);
    *to = block->data;
    return cudaSuccess;
}

cudaError_t cudaFree(void* data) {
    const auto lock = lock_simulator();
    if (!data) return cudaSuccess;
    Block* const block = own_block(data);
    if (!block) return result(cudaErrorInvalidValue);
    const int device = block->device;
    finish_device(device);
    release(block);
    return result(broken(device));
}

cudaError_t cudaMallocAsync(void** to, size_t bytes, cudaStream_t stream) {
    const auto lock = lock_simulator();
    const cudaStream_t own = stream_of(stream);
    if (!own) return result(cudaErrorInvalidResourceHandle);
    return result(allocate_in_order(to, bytes, current_pool(own->device), own));
}

cudaError_t cudaMallocFromPoolAsync(void** to, size_t bytes, cudaMemPool_t pool, cudaStream_t stream) {
    const auto lock = lock_simulator();
    return result(allocate_in_order(to, bytes, pool, stream));
}

cudaError_t cudaFreeAsync(void* data, cudaStream_t handle) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream) return result(cudaErrorInvalidResourceHandle);
    if (!data) return cudaSuccess;
    Block* const block = own_block(data);
    if (!block || !block->pool) return result(cudaErrorInvalidValue);
    if (broken(stream->device) != cudaSuccess) return result(broken(stream->device));
    block->freed = true;
    queue(stream, [block] { release(block); });
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* free_bytes, size_t* total_bytes) {
    const auto lock = lock_simulator();
    *total_bytes = static_cast<size_t>(settings().memory);
    *free_bytes = *total_bytes - reserved_bytes(current_device());
    return cudaSuccess;
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int device) {
    const auto lock = lock_simulator();
    if (device < 0 || device >= settings().devices) return result(cudaErrorInvalidDevice);
    *pool = default_pool(device);
    return cudaSuccess;
}

cudaError_t cudaDeviceGetMemPool(cudaMemPool_t* pool, int device) {
    const auto lock = lock_simulator();
    if (device < 0 || device >= settings().devices) return result(cudaErrorInvalidDevice);
    *pool = current_pool(device);
    return cudaSuccess;
}

cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t pool) {
    const auto lock = lock_simulator();
    if (device < 0 || device >= settings().devices || pool->device != device)
        return result(cudaErrorInvalidValue);
    current_pool(device) = pool;
    return cudaSuccess;
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps* properties) {
    const auto lock = lock_simulator();
    const int device = properties->location.id;
    if (properties->allocType != cudaMemAllocationTypePinned ||
        properties->location.type != cudaMemLocationTypeDevice || device < 0 || device >= settings().devices)
        return result(cudaErrorInvalidValue);
    *pool = new_pool(device);
    return cudaSuccess;
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
    const auto lock = lock_simulator();
    pool->alive = false;
    trim_pool(pool, 0);
    return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
    const auto lock = lock_simulator();
    uint64_t number = 0;
    if (attribute >= cudaMemPoolAttrReleaseThreshold) std::memcpy(&number, value, sizeof number);
    switch (attribute) {
        case cudaMemPoolReuseFollowEventDependencies:
        case cudaMemPoolReuseAllowOpportunistic:
        case cudaMemPoolReuseAllowInternalDependencies:
            return cudaSuccess;
        case cudaMemPoolAttrReleaseThreshold:
            pool->threshold = number;
            return cudaSuccess;
        case cudaMemPoolAttrReservedMemHigh:
            pool->reserved_high = pool->reserved;
            break;
        case cudaMemPoolAttrUsedMemHigh:
            pool->used_high = pool->used;
            break;
        default:
            return result(cudaErrorInvalidValue);
    }
    return result(number ? cudaErrorInvalidValue : cudaSuccess);  // high marks can only be reset
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
    const auto lock = lock_simulator();
    uint64_t number = 0;
    switch (attribute) {
        case cudaMemPoolAttrReleaseThreshold:
            number = pool->threshold;
            break;
        case cudaMemPoolAttrReservedMemCurrent:
            number = pool->reserved;
            break;
        case cudaMemPoolAttrReservedMemHigh:
            number = pool->reserved_high;
            break;
        case cudaMemPoolAttrUsedMemCurrent:
            number = pool->used;
            break;
        case cudaMemPoolAttrUsedMemHigh:
            number = pool->used_high;
            break;
        default:
            return result(cudaErrorInvalidValue);
    }
    std::memcpy(value, &number, sizeof number);
    return cudaSuccess;
}

// Every device reaches all memory here.
cudaError_t cudaMemPoolSetAccess(cudaMemPool_t, const cudaMemAccessDesc* list, size_t count) {
    for (size_t i = 0; i < count; ++i)
        if (list[i].location.type != cudaMemLocationTypeDevice || list[i].location.id >= settings().devices)
            return result(cudaErrorInvalidValue);
    return cudaSuccess;
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t keep) {
    const auto lock = lock_simulator();
    trim_pool(pool, keep);
    return cudaSuccess;
}

cudaError_t cudaHostAlloc(void** to, size_t bytes, unsigned) {
    const auto lock = lock_simulator();
    *to = nullptr;
    if (broken(current_device()) != cudaSuccess) return result(broken(current_device()));
    if (bytes == 0) return cudaSuccess;
    void* const data = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    if (!data) return result(cudaErrorMemoryAllocation);
    std::memset(data, 0xff, bytes);
    note_pinned(data, bytes);
    *to = data;
    return cudaSuccess;
}

cudaError_t cudaMallocHost(void** to, size_t bytes) { return cudaHostAlloc(to, bytes, cudaHostAllocDefault); }

cudaError_t cudaFreeHost(void* data) {
    const auto lock = lock_simulator();
    if (!data) return cudaSuccess;
    for (int i = 0; i < settings().devices; ++i) finish_device(i);
    if (!forget_pinned(data)) return result(cudaErrorInvalidValue);
    std::free(data);
    return cudaSuccess;
}

cudaError_t cudaHostRegister(void* data, size_t bytes, unsigned) {
    const auto lock = lock_simulator();
    if (!data || !bytes) return result(cudaErrorInvalidValue);
    if (is_pinned(data, 1)) return result(cudaErrorHostMemoryAlreadyRegistered);
    note_pinned(data, bytes);
    return cudaSuccess;
}

cudaError_t cudaHostUnregister(void* data) {
    const auto lock = lock_simulator();
    return result(forget_pinned(data) ? cudaSuccess : cudaErrorHostMemoryNotRegistered);
}

cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned) {
    const auto lock = lock_simulator();
    if (!is_pinned(host, 1)) return result(cudaErrorInvalidValue);
    *device = host;
    return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* pointer) {
    const auto lock = lock_simulator();
    *attributes = {};
    void* const address = const_cast<void*>(pointer);
    if (const Block* const block = find_block(pointer, 1)) {
        attributes->type = cudaMemoryTypeDevice;
        attributes->device = block->device;
        attributes->devicePointer = address;
    } else if (is_pinned(pointer, 1)) {
        attributes->type = cudaMemoryTypeHost;
        attributes->devicePointer = attributes->hostPointer = address;
    } else {
        attributes->device = -2;
        attributes->hostPointer = address;
    }
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
    const auto lock = lock_simulator();
    return result(copy(to, from, bytes, kind, stream));
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
    const auto lock = lock_simulator();
    const cudaError_t error = copy(to, from, bytes, kind, nullptr);
    finish(mark(stream_of(nullptr)));
    return result(error != cudaSuccess ? error : broken(current_device()));
}

cudaError_t cudaMemcpyPeerAsync(void* to, int to_device, const void* from, int from_device, size_t bytes,
                                cudaStream_t stream) {
    const auto lock = lock_simulator();
    const Block* const target = find_block(to, bytes);
    const Block* const source = find_block(from, bytes);
    if (!target || !source || target->device != to_device || source->device != from_device)
        return result(cudaErrorInvalidValue);
    return result(copy(to, from, bytes, cudaMemcpyDeviceToDevice, stream));
}

cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes, cudaStream_t handle) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream) return result(cudaErrorInvalidResourceHandle);
    if (bytes == 0) return cudaSuccess;
    if (!is_range_of_device(data, bytes) && !is_pinned(data, bytes)) return result(cudaErrorInvalidValue);
    queue(stream, [=] { std::memset(data, value, bytes); });
    return result(broken(stream->device));
}

cudaError_t cudaMemset(void* data, int value, size_t bytes) {
    return cudaMemsetAsync(data, value, bytes, nullptr);
}
}
