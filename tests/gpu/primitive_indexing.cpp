// Random gathers and scatters: indices that repeat, wrap and miss, steps of any sign, against the definition.
// Must not know how they are computed.
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "runtime/scalar/apply.h"
#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

struct Axis {
    int64_t size, stride;
    int index;  // that runs along it, or -1: a dimension of the space does
};

// A task, and all memory that it is about.
struct Indexing {
    IndexTask task{};
    int64_t shape[8], array_strides[8], value_strides[8], index_strides[4][8];
    IndexOperand index[4];
    std::vector<std::unique_ptr<Block>> index_blocks;
    std::unique_ptr<Block> array, values;
    int64_t array_first = 0, value_first = 0, size = 1;
    bool misses = false;

    explicit Indexing(DType type, bool repeated_values) {
        task.type = type;
        const int64_t item = type.itemsize(), half = type.is_complex() && below(4) == 0 ? item / 2 : 0;
        const int axes = 1 + static_cast<int>(below(3)), indices = 1 + static_cast<int>(below(axes));
        std::vector<Axis> axis(static_cast<size_t>(axes));
        int64_t packed = item * pick({1, 1, 1, 2}), low = 0, high = 0;
        for (int a = axes - 1; a >= 0; --a) {
            Axis& x = axis[static_cast<size_t>(a)];
            const bool empty = a < indices && below(40) == 0;
            x = {empty ? 0 : pick({1, 2, 3, 7, 16, 40}), below(5) ? packed : -packed, a < indices ? a : -1};
            if (empty) continue;
            (x.stride < 0 ? low : high) += (x.size - 1) * x.stride;
            packed *= x.size;
        }
        array_first = half - low;
        array = std::make_unique<Block>(high - low + item + half);
        array->fill_random();
        // the space: a dimension for each axis that is walked, one or two that only indices span, in any
        // order
        task.ndim = 0;
        const auto dimension = [&](int64_t n, int64_t stride) {
            shape[task.ndim] = n;
            array_strides[task.ndim++] = stride;
        };
        for (int extra = 1 + static_cast<int>(below(2)); extra > 0; --extra)
            dimension(pick({1, 2, 5, 33, 90}), 0);
        for (const Axis& x : axis)
            if (x.index < 0) dimension(1 + below(x.size), x.stride);
        for (int d = task.ndim - 1; d > 0; --d) {
            const int other = static_cast<int>(below(d + 1));
            std::swap(shape[d], shape[other]);
            std::swap(array_strides[d], array_strides[other]);
        }
        for (int d = 0; d < task.ndim; ++d) size *= shape[d];
        make_values(item, half, repeated_values);
        task.mode = static_cast<OutOfRange>(below(3));
        const bool may_miss = task.mode == OutOfRange::raise && below(10) == 0;
        for (int k = 0; k < indices; ++k) make_index(k, axis[static_cast<size_t>(k)], k, may_miss);
        task.shape = shape;
        task.array = array->device + array_first;
        task.array_strides = array_strides;
        task.indices = indices;
        task.index = index;
        task.values = values->device + value_first;
        task.value_strides = value_strides;
        task.op = Op::copy;
    }

    void make_values(int64_t item, int64_t half, bool repeated) {
        int64_t packed = item * pick({1, 1, 3}), low = 0, high = 0;
        for (int d = task.ndim - 1; d >= 0; --d) {
            value_strides[d] = below(6) ? packed : -packed;
            if (repeated && below(6) == 0) {
                value_strides[d] = 0;
                continue;
            }
            (value_strides[d] < 0 ? low : high) += (shape[d] - 1) * value_strides[d];
            packed *= shape[d];
        }
        value_first = half - low;
        values = std::make_unique<Block>(high - low + item + half);
        values->fill_random();
    }

    // An index that stands still along some dimensions.
    void make_index(int k, const Axis& axis, int number, bool may_miss) {
        int64_t count = 1;
        for (int d = task.ndim - 1; d >= 0; --d) {
            const bool moves = array_strides[d] == 0 ? below(5) != 0 : below(3) == 0;
            index_strides[k][d] = moves ? count * 8 : 0;
            if (moves) count *= shape[d];
        }
        index_blocks.push_back(std::make_unique<Block>(count * 8));
        Block& block = *index_blocks.back();
        for (int64_t i = 0; i < count; ++i) {
            int64_t value = axis.size ? below(axis.size) - (below(3) == 0 ? axis.size : 0) : 0;
            misses |= axis.size == 0;
            if (task.mode != OutOfRange::raise)
                value += pick({0, 0, -3, 5, 1000, INT64_MAX / 2, INT64_MIN / 2});
            std::memcpy(&block.bytes[static_cast<size_t>(i * 8)], &value, 8);
        }
        if (may_miss && below(2)) {
            const int64_t value = below(2) ? axis.size : -axis.size - 1, at = below(count);
            std::memcpy(&block.bytes[static_cast<size_t>(at * 8)], &value, 8);
            misses = true;
        }
        index[k] = {block.device, index_strides[k], axis.size, axis.stride, number};
    }

    void upload() {
        array->to_device();
        values->to_device();
        for (const auto& block : index_blocks) block->to_device();
    }
    // Calls f(place, value): offsets in the blocks of array and values, for every point in C order.
    template <class F>
    void each(const F& f) const {
        for (int64_t p = 0; p < size; ++p) {
            int64_t rest = p, place = array_first, value = value_first, at[4] = {};
            for (int d = task.ndim - 1; d >= 0; --d) {
                const int64_t x = rest % shape[d];
                rest /= shape[d];
                place += x * array_strides[d];
                value += x * value_strides[d];
                for (int k = 0; k < task.indices; ++k) at[k] += x * index_strides[k][d];
            }
            for (int k = 0; k < task.indices; ++k) {
                int64_t i = 0;
                std::memcpy(&i, &index_blocks[static_cast<size_t>(k)]->bytes[static_cast<size_t>(at[k])], 8);
                const int64_t n = index[k].size;
                if (task.mode == OutOfRange::clip)
                    i = i < 0 ? 0 : i >= n ? n - 1 : i;
                else
                    i = (i % n + n) % n;
                place += i * index[k].stride;
            }
            f(place, value);
        }
    }
    bool failed(const char* what, const std::string& text) const {
        std::printf("%s of %s, %d dimensions, %d indices, mode %d: %s\n", what, task.type.name(), task.ndim,
                    task.indices, static_cast<int>(task.mode), text.c_str());
        return false;
    }
    bool error_is_right(const char* what, const std::string& text) const {
        if (misses == (text.find("is out of bounds for axis") != std::string::npos) &&
            misses == !text.empty())
            return true;
        return failed(what, "reported '" + text + "'");
    }
};

DType random_type() {
    static constexpr DType all[] = {types::bool_,      types::int8_,      types::int16_,   types::uint32_,
                                    types::int64_,     types::float16_,   types::float32_, types::float64_,
                                    types::complex64_, types::complex128_};
    return all[below(std::size(all))];
}

template <class T>
T small_number() {
    const int n = static_cast<int>(below(7)) - 3;
    if constexpr (scalar::is_same<T, scalar::float16>)
        return scalar::to_float16(static_cast<float>(n) + 0.5f);
    else if constexpr (scalar::is_complex<T>)
        return {static_cast<decltype(T::re)>(n) / 8 + 0.25f, 0.125f};  // products stay finite
    else
        return static_cast<T>(n + (scalar::is_same<T, float> || scalar::is_same<T, double> ? 0.3 : 0));
}

template <class T>
T folded(Op op, T a, T b) {
    switch (op) {
        case Op::add:
            return scalar::apply<Op::add>(a, b);
        case Op::multiply:
            return scalar::apply<Op::multiply>(a, b);
        default:
            return scalar::apply<Op::maximum>(a, b);
    }
}

template <class T>
bool check_fold(DType type) {
    Indexing x(type, true);
    constexpr Op ops[] = {Op::add, Op::multiply, Op::maximum};
    x.task.op = ops[below(3)];
    const auto fill = [&](Block& block, int64_t first) {
        for (int64_t at = first % static_cast<int64_t>(sizeof(T));
             at + static_cast<int64_t>(sizeof(T)) <= block.size(); at += static_cast<int64_t>(sizeof(T))) {
            const T number = small_number<T>();
            std::memcpy(&block.bytes[static_cast<size_t>(at)], &number, sizeof(T));
        }
    };
    fill(*x.array, x.array_first);
    fill(*x.values, x.value_first);
    x.upload();
    backend->scatter(0, x.task, &stream);
    if (!x.error_is_right("fold", reported())) return false;
    std::vector<char> expected = x.array->bytes;
    if (!x.misses)
        x.each([&](int64_t place, int64_t value) {
            T a, b;
            std::memcpy(&a, &expected[static_cast<size_t>(place)], sizeof(T));
            std::memcpy(&b, &x.values->bytes[static_cast<size_t>(value)], sizeof(T));
            a = folded(x.task.op, a, b);
            std::memcpy(&expected[static_cast<size_t>(place)], &a, sizeof(T));
        });
    return x.array->from_device() == expected ||
           x.failed("fold", "wrong, operation " + std::to_string(static_cast<int>(x.task.op)));
}

bool check_last() {
    Indexing x(random_type(), true);
    x.upload();
    backend->scatter(0, x.task, &stream);
    if (!x.error_is_right("scatter", reported())) return false;
    std::vector<char> expected = x.array->bytes;
    const auto item = static_cast<size_t>(x.task.type.itemsize());
    if (!x.misses)
        x.each([&](int64_t place, int64_t value) {
            std::memcpy(&expected[static_cast<size_t>(place)], &x.values->bytes[static_cast<size_t>(value)],
                        item);
        });
    return x.array->from_device() == expected || x.failed("scatter", "wrong");
}

}  // namespace

bool check_gather() {
    Indexing x(random_type(), false);
    x.upload();
    backend->gather(0, x.task, &stream);
    if (!x.error_is_right("gather", reported())) return false;
    std::vector<char> expected = x.values->bytes;
    const auto item = static_cast<size_t>(x.task.type.itemsize());
    if (x.misses) return true;
    x.each([&](int64_t place, int64_t value) {
        std::memcpy(&expected[static_cast<size_t>(value)], &x.array->bytes[static_cast<size_t>(place)], item);
    });
    return x.values->from_device() == expected || x.failed("gather", "wrong");
}

bool check_scatter() {
    switch (below(12)) {
        case 0:
            return check_fold<int8_t>(types::int8_);
        case 1:
            return check_fold<uint16_t>(types::uint16_);
        case 2:
            return check_fold<int32_t>(types::int32_);
        case 3:
            return check_fold<uint64_t>(types::uint64_);
        case 4:
            return check_fold<bool>(types::bool_);
        case 5:
            return check_fold<scalar::float16>(types::float16_);
        case 6:
            return check_fold<float>(types::float32_);
        case 7:
            return check_fold<double>(types::float64_);
        case 8:
            return check_fold<scalar::complex128>(types::complex128_);
        default:
            return check_last();
    }
}
