// What an ls_array handle points to, and the marks that tell live handles of every kind from freed ones.
// Must not know functions.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "lockstep/lockstep.h"
#include "runtime/array/array.h"
#include "runtime/array/free_list.h"

inline constexpr uint32_t kFreedHandle = 0x6c73dead;

struct ls_array {
    static constexpr uint32_t kLive = 0x6c73b1a5;
    uint32_t mark = kLive;
    lockstep::Array array;
};

namespace lockstep::capi {

// A handle's first field is its mark, another for each kind. Freed handles stay in the thread's free list for a
// while, so that a second use is seen, as is one of another kind; it is a best effort.
template <class Handle>
bool is_live(const Handle* h) {
    return h && reinterpret_cast<uintptr_t>(h) % alignof(Handle) == 0 && h->mark == Handle::kLive;
}

template <class Handle>
void delete_handle(Handle* handle) noexcept {
    // through volatile: the compiler would drop a store to an object that is going away
    *const_cast<volatile uint32_t*>(&handle->mark) = kFreedHandle;
    FreeList<Handle>::recycle(handle);
}

inline ls_array* empty_handle() { return FreeList<ls_array>::make(); }

inline ls_array* new_handle(Array&& array) {
    return FreeList<ls_array>::make(ls_array::kLive, std::move(array));
}

struct HandleDeleter {
    template <class Handle>
    void operator()(Handle* handle) const {
        delete_handle(handle);
    }
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
