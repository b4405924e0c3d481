// Valid arguments of every type, for calls in which one of them is made wrong.
// Must not know functions.
#pragma once

#include "handle.h"

struct Valid {
    Handle x{{1, 2, 3}};
    ls_array* results[8] = {};  // of functions with a number of results `needed` says how many there is room for
    const ls_array* list[2] = {x, x};
    const ls_array* half_freed[2] = {x, x};
    const int64_t shape[2] = {3, 1};
    int64_t numbers[8] = {};
    ls_index index[1] = {ls_at(0)};
    ls_scalar scalar = ls_int(0);
    ls_dtype dtype = 0;
    bool flag = false;
    double number = 0;
    alignas(8) char text[8192] = {};
    const char* name = nullptr;
    int integer = 0;
    size_t needed = 8;
    void* pointer = nullptr;
    ls_stream *stream = nullptr, *new_stream = nullptr;
    ls_event *event = nullptr, *new_event = nullptr;
    ls_bitgen *generator = nullptr, *new_generator = nullptr;
    ls_bitgen_state state = {};
    uint32_t seeds[8] = {1, 2, 3, 4};
    uint64_t wide[4] = {1, 0, 0, 0};
    ls_memory_statistics memory = {LS_SIZE(ls_memory_statistics), 0, 0, 0, 0};
    ls_kernel_cache_statistics kernels = {LS_SIZE(ls_kernel_cache_statistics), 0, 0, 0, 0, 0, 0};

    Valid() {
        EXPECT_EQ(ls_stream_new("cpu", &stream), LS_OK) << ls_last_error();
        EXPECT_EQ(ls_event_new("cpu", &event), LS_OK) << ls_last_error();
        EXPECT_EQ(ls_bitgen_new(LS_PCG64, seeds, 1, nullptr, 0, 4, &generator), LS_OK) << ls_last_error();
        state.size = sizeof state;
        EXPECT_EQ(ls_bitgen_get_state(generator, &state), LS_OK) << ls_last_error();
    }
    ~Valid() {
        free_results();
        for (ls_stream** s : {&stream, &new_stream}) ls_stream_free(s);
        for (ls_event** e : {&event, &new_event}) ls_event_free(e);
        for (ls_bitgen** g : {&generator, &new_generator}) ls_bitgen_free(g);
    }
    Valid(const Valid&) = delete;
    Valid& operator=(const Valid&) = delete;

    // A handle that was just freed.
    const ls_array* freed() { return freed_mutable(); }
    ls_array* freed_mutable() {
        ls_array* a = nullptr;
        EXPECT_EQ(ls_from_scalar(ls_int(1), &a), LS_OK);
        ls_array* const copy = a;
        EXPECT_EQ(ls_array_free(&a), LS_OK);
        return copy;
    }
    ls_bitgen* freed_generator() {
        ls_bitgen* g = nullptr;
        EXPECT_EQ(ls_bitgen_copy(generator, &g), LS_OK) << ls_last_error();
        ls_bitgen* const copy = g;
        EXPECT_EQ(ls_bitgen_free(&g), LS_OK);
        return copy;
    }
    const ls_stream* freed_stream() {
        ls_stream* s = nullptr;
        EXPECT_EQ(ls_stream_new("cpu", &s), LS_OK) << ls_last_error();
        const ls_stream* const copy = s;
        EXPECT_EQ(ls_stream_free(&s), LS_OK);
        return copy;
    }
    ls_event* freed_event() {
        ls_event* e = nullptr;
        EXPECT_EQ(ls_event_new("cpu", &e), LS_OK) << ls_last_error();
        ls_event* const copy = e;
        EXPECT_EQ(ls_event_free(&e), LS_OK);
        return copy;
    }
    // A live handle passed for one of another kind.
    template <class T>
    static T* as(const void* other) {
        return static_cast<T*>(const_cast<void*>(other));
    }
    const ls_array* const* list_with_freed() {
        half_freed[1] = freed();
        return half_freed;
    }
    static ls_scalar impossible() {
        ls_scalar s = ls_float32(1);
        s.weak = LS_WEAK_INT;  // weak integers hold int64
        return s;
    }
    static ls_axes bad_axes() { return ls_axes_of(3, nullptr); }

    // The call took the argument: it worked, or failed for another reason than the argument's form.
    void accepted(ls_status status) {
        EXPECT_NE(status, LS_BAD_HANDLE) << ls_last_error();
        EXPECT_NE(status, LS_INTERNAL_ERROR) << ls_last_error();
        if (status != LS_OK) {
            EXPECT_EQ(std::string(ls_last_error()).find("options"), std::string::npos) << ls_last_error();
        }
        free_results();
    }
    void free_results() {
        for (ls_array*& r : results) ls_array_free(&r);
    }
};
