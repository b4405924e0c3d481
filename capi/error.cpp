// The last error of each thread, and the names of the statuses.
// Must not allocate memory: it reports that there is none.
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "capi/border.h"
#include "runtime/array/error.h"

namespace lockstep::capi {
namespace {

// Long enough for the paths that a missing vendor library lists; longer texts are cut.
struct LastError {
    ls_status status = LS_OK;
    char text[4096] = "";
};
constinit thread_local LastError last_error;

ls_status record(const char* function, Status status, const char* text) noexcept {
    LastError& e = last_error;
    e.status = static_cast<ls_status>(status);
    std::snprintf(e.text, sizeof e.text, "%s: %s", function, text);
    return e.status;
}

struct StatusRow {
    int number;
    const char *name, *python;
};
constexpr StatusRow kStatuses[] = {
#define LS_STATUS(number, name, python, doc) {number, #name, python},
#include "runtime/tables/errors.def"
#undef LS_STATUS
};

const StatusRow* row_of(ls_status status) {
    for (const StatusRow& row : kStatuses)
        if (row.number == static_cast<int>(status)) return &row;
    return nullptr;
}

}  // namespace

ls_status caught(const char* function) noexcept {
    try {
        throw;
    } catch (const Error& e) {
        return record(function, e.status(), e.what());
    } catch (const std::bad_alloc&) {
        return record(function, Status::out_of_memory, "the host's memory is exhausted");
    } catch (const std::exception& e) {
        return record(function, Status::internal_error, e.what());
    } catch (...) {
        return record(function, Status::internal_error, "an exception of unknown type");
    }
}

bool put_text(std::string_view from, char* text, size_t capacity, size_t* needed) noexcept {
    if (needed) *needed = from.size() + 1;
    if (capacity == 0) return false;
    const size_t kept = from.size() < capacity ? from.size() : capacity - 1;
    std::memcpy(text, from.data(), kept);
    text[kept] = '\0';
    return kept == from.size();
}

void give_text(std::string_view from, char* text, size_t capacity, size_t* needed) {
    if (!text && capacity > 0)
        fail(Status::bad_handle, "text: expected a buffer of %zu bytes, got NULL", capacity);
    if (!put_text(from, text, capacity, needed))
        fail(Status::buffer_too_small, "text: expected a capacity of %zu bytes, got %zu", from.size() + 1,
             capacity);
}

}  // namespace lockstep::capi

using namespace lockstep::capi;

const char* ls_last_error(void) { return last_error.text; }

ls_status ls_last_status(void) { return last_error.status; }

ls_status ls_last_error_copy(char* text, size_t capacity, size_t* needed) {
    if (!text && capacity > 0) return LS_BAD_HANDLE;
    return put_text(last_error.text, text, capacity, needed) ? LS_OK : LS_BUFFER_TOO_SMALL;
}

const char* ls_status_name(ls_status status) {
    const auto* row = row_of(status);
    return row ? row->name : "unknown";
}

const char* ls_status_python(ls_status status) {
    const auto* row = row_of(status);
    return row ? row->python : "";
}
