// scatter: places first, then the last value for each of them, or folds of all of them.
// Must not know arrays.
#include <bit>

#include "kernels/gather.h"
#include "kernels/places.h"
#include "kernels/radix_sort.h"
#include "kernels/sort_numbers.h"

namespace lockstep::cuda {
namespace {

constexpr int64_t kNarrowCount = int64_t{1} << 31;

// Fewer bytes for an entry of each place that there could be than this many times those for each that there
// is: then a table of all places, which needs no search, is taken.
constexpr int64_t kDenseFactor = 2;

struct Call {
    int ordinal;
    const IndexSpace& space;
    const PlaceNumbers& numbers;
    int64_t* places;
    unsigned* bad;
    Stream* stream;

    bool wide() const { return space.places >= kNarrowCount; }

    // `inner`: dimensions that indices do not span come first, which the run of a place is folded over.
    template <class Index, int dims>
    device::ScatterArguments<Index, dims> arguments(bool inner) const {
        device::ScatterArguments<Index, dims> a{};
        int order[kMaxDims + 1], n = 0;
        for (int pass = 0; pass < 2; ++pass)
            for (int d = 0; d < space.ndim; ++d)
                if (inner ? space.spanned[d] == (pass == 1) : pass == 0) order[n++] = d;
        int64_t extent[kMaxDims + 1];
        for (int d = 0; d < n; ++d) extent[d] = space.extent[order[d]];
        fill_space(a.space, n, extent, [&](int d, int k) {
            const int from = order[d];
            if (k == 0) return space.spanned[from] ? 0 : space.array[from];
            return k == 1 ? space.values[from] : space.position[from];
        });
        a.array = space.task.array;
        a.values = space.task.values;
        a.places = places;
        a.unit = numbers.unit;
        a.first = numbers.first;
        a.bad = bad;
        a.count = space.places;
        a.inner = divider<Index>(space.size / space.places);
        return a;
    }

    SpaceVariant variant() const { return space_variant(space.size, space.ndim); }
};

// Where the numbers of the last ones are kept.
struct Table {
    bool hashed;
    int64_t entries, last_bytes;

    explicit Table(const Call& call) {
        const int64_t count = call.wide() ? 8 : 4;
        const auto slots = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(call.space.places) * 2));
        hashed = call.numbers.count > kDenseFactor * slots * (count + 8) / count;
        entries = hashed ? slots : call.numbers.count;
        last_bytes = (entries * count + 7) / 8 * 8;
    }
    int64_t bytes() const { return last_bytes + (hashed ? entries * 8 : 0); }
    device::LastTable at(char* memory) const {
        return {memory, reinterpret_cast<unsigned long long*>(memory + last_bytes),
                static_cast<uint64_t>(entries - 1)};
    }
};

void write_last(const Call& call) {
    const bool claimed = call.space.places > 1, wide = call.wide();
    const Table table(call);
    const Workspace memory(call.ordinal, claimed ? table.bytes() : 1, call.stream);
    const bool hashed = claimed && table.hashed;
    const device::LastTable last = table.at(memory.data());
    if (claimed) {
        check(cudaMemsetAsync(memory.data(), 0, static_cast<size_t>(table.bytes()), queue_of(call.stream)),
              "cudaMemsetAsync");
        const device::ClaimArguments a{call.space.places, call.places, last, call.bad};
        launch_index(
            call.ordinal, {{'c', static_cast<char>(hashed), static_cast<char>(wide)}},
            [=] { return claim_source(hashed, wide); }, call.space.places, &a, call.stream);
    }
    const SpaceVariant variant = call.variant();
    with_space(variant, [&]<class Index, int dims>() {
        auto a = call.arguments<Index, dims>(false);
        a.claimed = claimed;
        a.table = last;
        const int unit = call.space.unit;
        const IndexKernel kernel{{'s', static_cast<char>(unit), static_cast<char>(hashed),
                                  static_cast<char>(wide), static_cast<char>(variant.wide),
                                  static_cast<char>(variant.many)}};
        launch_index(
            call.ordinal, kernel, [&] { return scatter_source(unit, hashed, wide, variant); },
            call.space.size, &a, call.stream);
    });
}

// Whether the bits do not depend on the order in which values are folded: operations of integers with an
// identity, extrema, and one operation applied again and again.
bool any_order(Op op, DType type) {
    if (!type.is_bool() && !type.is_integer()) return false;
    const OpRow& row = row_of(op);
    return row.inputs == 1 || row.identity != Identity::none || op == Op::maximum || op == Op::minimum;
}

void fold(const Call& call, bool ordered, const void* order) {
    const SpaceVariant variant = call.variant();
    const Op op = call.space.task.op;
    const DType type = call.space.task.type;
    const bool wide = call.wide();
    with_space(variant, [&]<class Index, int dims>() {
        auto a = call.arguments<Index, dims>(ordered);
        a.order = order;
        const IndexKernel kernel{{'f', static_cast<char>(op), static_cast<char>(type.number()),
                                  static_cast<char>(ordered), static_cast<char>(wide),
                                  static_cast<char>(variant.wide), static_cast<char>(variant.many)}};
        launch_index(
            call.ordinal, kernel, [&] { return fold_source(op, type, ordered, wide, variant); },
            call.space.size, &a, call.stream);
    });
}

void fold_in_order(const Call& call) {
    const int64_t count = call.space.places, number = call.wide() ? 8 : 4;
    const Workspace order(call.ordinal, count * number, call.stream);
    write_numbers(call.ordinal, order.data(), number, count, call.stream);
    radix_sort(call.ordinal, {8, call.places, static_cast<int>(number), order.data(), count}, call.stream);
    fold(call, true, order.data());
}

}  // namespace

void scatter(int ordinal, const IndexTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    const IndexSpace space(task, task.op == Op::copy);
    const PlaceNumbers numbers = number_places(space, true);
    constexpr int64_t kFlag = 16;  // bytes before the places
    const Workspace memory(ordinal, kFlag + space.places * 8, stream);
    const int64_t cleared = kFlag + (task.indices == 0 ? space.places * 8 : 0);
    check(cudaMemsetAsync(memory.data(), 0, static_cast<size_t>(cleared), queue_of(stream)),
          "cudaMemsetAsync");
    const Call call{ordinal,
                    space,
                    numbers,
                    reinterpret_cast<int64_t*>(memory.data() + kFlag),
                    reinterpret_cast<unsigned*>(memory.data()),
                    stream};
    write_places(ordinal, space, numbers, true, call.places, call.bad, stream);
    if (task.op == Op::copy)
        write_last(call);
    else if (any_order(task.op, task.type))
        fold(call, false, nullptr);
    else
        fold_in_order(call);
}

}  // namespace lockstep::cuda
