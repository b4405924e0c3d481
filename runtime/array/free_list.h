// Recycling of small objects of one type, per thread: array headers are made and freed on every call.
// Must not know what it recycles.
#pragma once

#include <new>
#include <utility>

namespace lockstep {

template <class T>
class FreeList {
  public:
    template <class... Args>
    static T* make(Args&&... args) {
        Cache& cache = cache_;
        void* memory = cache.count ? cache.slots[--cache.count] : ::operator new(sizeof(T), std::align_val_t(alignof(T)));
        if constexpr (sizeof...(Args) == 0) return new (memory) T;  // T() would clear all of it first
        else return new (memory) T(std::forward<Args>(args)...);
    }
    static void recycle(T* object) noexcept {
        object->~T();
        Cache& cache = cache_;
        if (cache.count < kSlots && !cache.closed)
            cache.slots[cache.count++] = object;
        else
            ::operator delete(object, std::align_val_t(alignof(T)));
    }

  private:
    static constexpr int kSlots = 64;
    struct Cache {
        void* slots[kSlots];
        int count = 0;
        bool closed = false;  // an object freed after the thread's own end goes straight back
        ~Cache() {
            closed = true;
            while (count) ::operator delete(slots[--count], std::align_val_t(alignof(T)));
        }
    };
    static inline thread_local Cache cache_;
};

}  // namespace lockstep
