// sort: short rows by a network in shared memory, longer ones as keys by Thrust, rows and parts of complex
// numbers one key after the other. Must not know arrays.
#include "kernels/sort.h"

#include <bit>

#include "kernels/device/sort_arguments.h"
#include "kernels/index_space.h"
#include "kernels/radix_sort.h"
#include "kernels/sort_numbers.h"
#include "kernels/source/sort_source.h"

namespace lockstep::cuda {
namespace {

// From so many elements on a row of 64-bit keys is sorted alone: about 10 launches, where sorting all rows at
// once would carry numbers along and sort these by row as well.
constexpr int64_t kLongRow = int64_t{1} << 16;

struct Call {
    int ordinal;
    const SortTask& task;
    Stream* stream;

    int64_t count() const { return task.rows * task.n; }
    int key_bytes() const {
        return static_cast<int>(task.type.itemsize()) / (task.type.is_complex() ? 2 : 1);
    }
    int number() const { return count() < int64_t{1} << 32 ? 4 : 8; }
    // Bytes of a key that has the row above it; 0 where there is none so wide.
    int joined_bytes() const {
        if (task.rows == 1) return key_bytes();
        const int bits = 8 * key_bytes() + std::bit_width(static_cast<uint64_t>(task.rows - 1));
        return task.type.is_complex() || bits > 64 ? 0 : bits <= 32 ? 4 : 8;
    }

    void keys(SortKey kind, void* to, int bytes, const void* order, bool joined) const {
        const device::KeysArguments a{count(),
                                      task.in,
                                      static_cast<char*>(to),
                                      order,
                                      divider<uint64_t>(task.n),
                                      joined && task.rows > 1 ? 8 * key_bytes() : 0};
        const DType type = task.type;
        const int size = number();
        const IndexKernel kernel{{'k', static_cast<char>(type.number()), static_cast<char>(kind),
                                  static_cast<char>(bytes), static_cast<char>(size)}};
        launch_index(
            ordinal, kernel, [=] { return keys_source(type, kind, bytes, size); }, count(), &a, stream);
    }
    void values(const void* from, int bytes) const {
        const device::ValuesArguments a{count(), static_cast<const char*>(from), task.values};
        const DType type = task.type;
        launch_index(
            ordinal, {{'v', static_cast<char>(type.number()), static_cast<char>(bytes)}},
            [=] { return values_source(type, bytes); }, count(), &a, stream);
    }
    void take(const void* order, const char* in) const {
        const device::TakeArguments a{count(),     order,          in,
                                      task.values, task.positions, divider<uint64_t>(task.n)};
        const DType type = task.type;
        const int size = number();
        launch_index(
            ordinal, {{'e', static_cast<char>(type.number()), static_cast<char>(size)}},
            [=] { return take_source(type, size); }, count(), &a, stream);
    }
};

void sort_short_rows(const Call& call) {
    const SortTask& t = call.task;
    const bool positions = t.positions != nullptr;
    const int width = std::max(2, static_cast<int>(std::bit_ceil(static_cast<uint64_t>(t.n))));
    const device::RowsArguments a{t.rows, static_cast<int>(t.n), width, t.in, t.values, t.positions};
    const DType type = t.type;
    const IndexKernel kernel{{'r', static_cast<char>(type.number()), static_cast<char>(positions)},
                             device::kRowElements / width,
                             device::kRowThreads};
    launch_index(
        call.ordinal, kernel, [=] { return rows_source(type, positions); }, t.rows, &a, call.stream);
}

// Keys sorted where the values are to be, when they are of their size.
void sort_values(const Call& call, int bytes) {
    const SortTask& t = call.task;
    const bool in_place = bytes == t.type.itemsize();
    const Workspace memory(call.ordinal, in_place ? 1 : call.count() * bytes, call.stream);
    char* const keys = in_place ? t.values : memory.data();
    call.keys(SortKey::values, keys, bytes, nullptr, bytes != call.key_bytes());
    const int64_t rows = in_place ? t.rows : 1, n = call.count() / rows;
    for (int64_t row = 0; row < rows; ++row)
        radix_sort(call.ordinal, {bytes, keys + row * n * bytes, 0, nullptr, n}, call.stream);
    call.values(keys, bytes);
}

// Numbers of elements carried along with one key after the other, the least significant first.
void sort_numbers(const Call& call) {
    const SortTask& t = call.task;
    const int64_t count = call.count();
    const int number = call.number(), joined = call.joined_bytes();
    const Workspace order(call.ordinal, count * number, call.stream);
    const int widest = std::max({joined, call.key_bytes(), number});
    const Workspace memory(call.ordinal, count * widest, call.stream);
    const auto pass = [&](SortKey kind, int bytes, bool by_order) {
        call.keys(kind, memory.data(), bytes, by_order ? order.data() : nullptr, joined > 0);
        radix_sort(call.ordinal, {bytes, memory.data(), number, order.data(), count}, call.stream);
    };
    write_numbers(call.ordinal, order.data(), number, count, call.stream);
    if (t.type.is_complex()) {
        pass(SortKey::minor, call.key_bytes(), false);
        pass(SortKey::major, call.key_bytes(), true);
    } else {
        pass(t.positions ? SortKey::order : SortKey::values, joined ? joined : call.key_bytes(), false);
    }
    if (t.rows > 1 && joined == 0) pass(SortKey::row, number, true);
    if (t.values != t.in) return call.take(order.data(), t.in);
    const int64_t bytes = count * t.type.itemsize();
    const Workspace copy(call.ordinal, bytes, call.stream);
    check(cudaMemcpyAsync(copy.data(), t.in, static_cast<size_t>(bytes), cudaMemcpyDeviceToDevice,
                          queue_of(call.stream)),
          "cudaMemcpyAsync");
    call.take(order.data(), copy.data());
}

}  // namespace

void write_numbers(int ordinal, void* numbers, int64_t bytes, int64_t count, Stream* stream) {
    const device::NumbersArguments a{count, numbers};
    const int number = static_cast<int>(bytes);
    launch_index(
        ordinal, {{'i', static_cast<char>(number)}}, [number] { return numbers_source(number); }, count, &a,
        stream);
}

void sort(int ordinal, const SortTask& task, Stream* stream) {
    if (task.rows == 0 || task.n == 0) return;
    const DeviceScope scope(ordinal);
    const Call call{ordinal, task, stream};
    if (task.n <= device::kRowElements) return sort_short_rows(call);
    if (task.positions || task.type.is_complex()) return sort_numbers(call);
    const int joined = call.joined_bytes();
    if (joined) return sort_values(call, joined);
    if (task.n >= kLongRow) return sort_values(call, call.key_bytes());
    sort_numbers(call);
}

}  // namespace lockstep::cuda
