// What an ls_array handle points to: an Array behind a mark that tells live handles from freed ones.
// Must not know functions.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "lockstep/lockstep.h"
#include "runtime/array/array.h"
#include "runtime/array/free_list.h"

inline constexpr uint32_t kLiveHandle = 0x6c73b1a5;
inline constexpr uint32_t kFreedHandle = 0x6c73dead;

struct ls_array {
    uint32_t mark = kLiveHandle;
    lockstep::Array array;
};

namespace lockstep::capi {

// Freed headers stay in the thread's free list for a while, so that a second use is seen; it is a best
// effort.
inline bool is_live(const ls_array* a) {
    return a && reinterpret_cast<uintptr_t>(a) % alignof(ls_array) == 0 && a->mark == kLiveHandle;
}

inline ls_array* empty_handle() { return FreeList<ls_array>::make(); }

inline ls_array* new_handle(Array&& array) {
    return FreeList<ls_array>::make(kLiveHandle, std::move(array));
}

inline void delete_handle(ls_array* handle) noexcept {
    // through volatile: the compiler would drop a store to an object that is going away
    *const_cast<volatile uint32_t*>(&handle->mark) = kFreedHandle;
    FreeList<ls_array>::recycle(handle);
}

struct HandleDeleter {
    void operator()(ls_array* handle) const { delete_handle(handle); }
};
using OwnedHandle = std::unique_ptr<ls_array, HandleDeleter>;

// An array whose storage must not be released again should the handle fail to be made: the handle comes
// first.
template <class Make>
void adopt(ls_array** result, const Make& make) {
    OwnedHandle handle(empty_handle());
    handle->array = make();
    *result = handle.release();
}

}  // namespace lockstep::capi
