// Indices checked and turned into offsets.
// Must not know element types or what is done with the items.
#include "host/places.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "host/loops/loops.h"
#include "host/parallel.h"
#include "runtime/array/error.h"

namespace lockstep::host {
namespace {

int64_t load(const char* from) {
    int64_t value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// An index over the dimensions along which it differs.
struct Distinct {
    int ndim = 0;
    int64_t size = 1;
    int64_t shape[kMaxDims], strides[kMaxDims];

    Distinct(const IndexTask& t, const IndexOperand& index) {
        for (int d = 0; d < t.ndim; ++d) {
            if (index.strides[d] == 0) continue;
            shape[ndim] = t.shape[d];
            strides[ndim++] = index.strides[d];
            size *= t.shape[d];
        }
        if (ndim == 0) {
            shape[0] = 1;
            strides[0] = 8;
            ndim = 1;
        }
    }
    // Calls row(address, count) for the elements begin .. end - 1.
    template <class Row>
    void rows(const char* data, int64_t begin, int64_t end, Row row) const {
        const int64_t inner = shape[ndim - 1];
        while (begin < end) {
            const int64_t column = begin % inner, count = std::min(inner - column, end - begin);
            const char* address = data + column * strides[ndim - 1];
            int64_t rest = begin / inner;
            for (int d = ndim - 2; d >= 0; --d) {
                address += rest % shape[d] * strides[d];
                rest /= shape[d];
            }
            row(address, count);
            begin += count;
        }
    }
};

struct Range {
    int64_t low = INT64_MAX, high = INT64_MIN;
};

Range range_of(const Distinct& distinct, const char* data, int64_t begin, int64_t end) {
    Range r;
    const int64_t stride = distinct.strides[distinct.ndim - 1];
    distinct.rows(data, begin, end, [&](const char* address, int64_t count) {
        if (stride == 8 && reinterpret_cast<uintptr_t>(address) % 8 == 0)
            return loops().indexing.range(reinterpret_cast<const int64_t*>(address), count, &r.low, &r.high);
        for (int64_t i = 0; i < count; ++i) {
            const int64_t v = load(address + i * stride);
            r.low = std::min(r.low, v);
            r.high = std::max(r.high, v);
        }
    });
    return r;
}

void narrow(std::atomic<int64_t>& bound, int64_t value, bool low) {
    int64_t old = bound.load(std::memory_order_relaxed);
    while ((low ? value < old : value > old) && !bound.compare_exchange_weak(old, value)) {}
}

[[noreturn]] void refuse(const Distinct& distinct, const IndexOperand& index) {
    distinct.rows(index.data, 0, distinct.size, [&](const char* address, int64_t count) {
        for (int64_t i = 0; i < count; ++i) {
            const int64_t v = load(address + i * distinct.strides[distinct.ndim - 1]);
            if (v < -index.size || v >= index.size)
                fail(Status::index_error, "index %lld is out of bounds for axis %d with size %lld",
                     static_cast<long long>(v), index.axis, static_cast<long long>(index.size));
        }
    });
    fail(Status::index_error, "an index changed while it was used");
}

// Whether all are in 0 .. size - 1.
bool check(const IndexTask& t, const IndexOperand& index) {
    const Distinct distinct(t, index);
    std::atomic<int64_t> low{INT64_MAX}, high{INT64_MIN};
    parallel_ranges(distinct.size, 4096, distinct.size * 8, [&](int64_t begin, int64_t end) {
        const Range r = range_of(distinct, index.data, begin, end);
        narrow(low, r.low, true);
        narrow(high, r.high, false);
    });
    const bool plain = low >= 0 && high < index.size;
    if (plain) return true;
    if (index.size == 0) fail(Status::index_error, "index %lld is out of bounds for axis %d with size 0",
                              static_cast<long long>(low.load()), index.axis);
    if (t.mode == OutOfRange::raise && (low < -index.size || high >= index.size)) refuse(distinct, index);
    return false;
}

int64_t placed(int64_t i, int64_t size, OutOfRange mode) {
    switch (mode) {
        case OutOfRange::raise: return i < 0 ? i + size : i;
        case OutOfRange::clip: return i < 0 ? 0 : i >= size ? size - 1 : i;
        default: {
            i %= size;
            return i < 0 ? i + size : i;
        }
    }
}

template <class Place>
void add_offsets(const char* index, int64_t index_stride, int64_t stride, int64_t count, int64_t* out, Place place) {
    if (index_stride == 8)
        for (int64_t i = 0; i < count; ++i) out[i] += place(load(index + i * 8)) * stride;
    else
        for (int64_t i = 0; i < count; ++i) out[i] += place(load(index + i * index_stride)) * stride;
}

}  // namespace

Places::Places(const IndexTask& t, bool folding) : task(t), ndim(t.ndim), item(t.type.itemsize()) {
    for (int k = 0; k < t.indices; ++k) {
        plain &= check(t, t.index[k]);
        index_strides[k] = t.index[k].strides;
    }
    for (int d = 0; d < ndim; ++d) {
        shape[d] = t.shape[d];
        array_strides[d] = t.array_strides[d];
        value_strides[d] = t.value_strides ? t.value_strides[d] : 0;
    }
    while (folding && ndim > 0) {
        const int d = ndim - 1;
        bool packed = array_strides[d] == item && value_strides[d] == item;
        for (int k = 0; k < t.indices; ++k) packed &= index_strides[k][d] == 0;
        if (!packed && shape[d] > 1) break;
        item *= shape[d];
        --ndim;
    }
    size = 1;
    for (int d = 0; d < ndim; ++d) size *= shape[d];
}

PlaceWalk::PlaceWalk(const Places& places, int64_t begin, int64_t end)
    : p_(places), left_(end - begin), array_(places.task.array), values_(places.task.values) {
    const IndexTask& t = p_.task;
    for (int k = 0; k < t.indices; ++k) index_[k] = t.index[k].data;
    for (int d = p_.ndim - 1; d >= 0; --d) {
        at_[d] = begin % p_.shape[d];
        begin /= p_.shape[d];
        array_ += at_[d] * p_.array_strides[d];
        values_ += at_[d] * p_.value_strides[d];
        for (int k = 0; k < t.indices; ++k) index_[k] += at_[d] * p_.index_strides[k][d];
    }
}

void PlaceWalk::offsets(int64_t count, int64_t* out) {
    const IndexTask& t = p_.task;
    const int inner = p_.ndim - 1;
    if (count == made_count_ && std::equal(index_, index_ + t.indices, made_)) return;
    made_count_ = count;
    std::copy(index_, index_ + t.indices, made_);
    const int64_t step = inner < 0 ? 0 : p_.array_strides[inner];
    for (int64_t i = 0; i < count; ++i) out[i] = i * step;
    for (int k = 0; k < t.indices; ++k) {
        const IndexOperand& index = t.index[k];
        const int64_t index_stride = inner < 0 ? 0 : p_.index_strides[k][inner], n = index.size;
        const auto add = [&](auto place) { add_offsets(index_[k], index_stride, index.stride, count, out, place); };
        if (p_.plain) add([](int64_t i) { return i; });
        else if (t.mode == OutOfRange::raise) add([n](int64_t i) { return i < 0 ? i + n : i; });
        else add([n, mode = t.mode](int64_t i) { return placed(i, n, mode); });
    }
}

void PlaceWalk::advance(int64_t count) {
    const IndexTask& t = p_.task;
    for (int d = p_.ndim - 1; d >= 0; --d) {
        array_ += count * p_.array_strides[d];
        values_ += count * p_.value_strides[d];
        for (int k = 0; k < t.indices; ++k) index_[k] += count * p_.index_strides[k][d];
        at_[d] += count;
        if (at_[d] < p_.shape[d]) return;
        array_ -= p_.shape[d] * p_.array_strides[d];
        values_ -= p_.shape[d] * p_.value_strides[d];
        for (int k = 0; k < t.indices; ++k) index_[k] -= p_.shape[d] * p_.index_strides[k][d];
        at_[d] = 0;
        count = 1;
    }
}

bool PlaceWalk::next(Stretch& s) {
    if (left_ == 0) return false;
    const int inner = p_.ndim - 1;
    const int64_t row = inner < 0 ? 1 : p_.shape[inner] - at_[inner];
    s.count = std::min({left_, row, kStretch});
    offsets(s.count, offset_);
    s.array = array_;
    s.offset = offset_;
    s.values = values_;
    s.value_stride = inner < 0 ? 0 : p_.value_strides[inner];
    left_ -= s.count;
    if (left_) advance(s.count);
    return true;
}

}  // namespace lockstep::host
