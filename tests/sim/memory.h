// Device memory: per device a reserved range of addresses, closed to the host save while queued work runs.
// Must not know streams or kernels. Callers hold the simulator's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

// A memory pool: how much of the device's memory it holds (reserved) and has given (used).
struct CUmemPoolHandle_st {
    int device = 0;
    bool alive = true;
    uint64_t threshold = 0;  // reserved beyond this is returned when the host waits
    uint64_t reserved = 0, reserved_high = 0, used = 0, used_high = 0;
};

namespace lockstep::sim {

using Pool = CUmemPoolHandle_st;

struct Block {
    char* data = nullptr;
    size_t bytes = 0;
    int device = 0;
    Pool* pool = nullptr;  // null: cudaMalloc's
    bool freed = false;    // by the host; queued work may still use it
};

// Bytes, 256-byte aligned, with a red zone behind them; null when the device's memory is exhausted. Contents:
// see poison.
Block* allocate_block(int device, Pool* pool, size_t bytes);
// All ones: a NaN, -1, true.
void poison(char* data, size_t bytes);
// Gives the memory back for other blocks. False when something wrote past its end.
bool release_block(Block* block);
// The block that holds all these bytes, null when there is none.
Block* find_block(const void* data, size_t bytes);

bool is_device_address(const void* address);
std::string describe_address(const void* address);

Pool* new_pool(int device);
void trim_pool(Pool* pool, uint64_t keep);
void trim_to_thresholds(int device);
uint64_t reserved_bytes(int device);  // pools and cudaMalloc

// Device memory is open while one lives; nests.
class Access {
  public:
    Access();
    ~Access();
    Access(const Access&) = delete;
    Access& operator=(const Access&) = delete;
};

// Page-locked host memory.
void note_pinned(void* data, size_t bytes);
size_t forget_pinned(void* data);  // 0: unknown
bool is_pinned(const void* data, size_t bytes);

}  // namespace lockstep::sim
