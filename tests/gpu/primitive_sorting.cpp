// Random selections, sorts and searches against the definition: ties, NaN, zeros of both signs, rows of many
// lengths. Must not know how they are computed.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numeric>

#include "runtime/scalar/apply.h"
#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

// An element as two numbers of double or, where they are integers, of int64 or uint64, compared as NumPy
// compares.
struct Seen {
    double re = 0, im = 0;
    int64_t integer = 0;
    uint64_t large = 0;
};

bool before(double a, double b) { return a < b || (b != b && a == a); }

// NumPy's less_than of complex numbers; of reals the imaginary parts are 0.
bool before(const Seen& a, const Seen& b) {
    if (a.integer != b.integer) return a.integer < b.integer;
    if (a.large != b.large) return a.large < b.large;
    if (a.re < b.re) return a.im == a.im || b.im != b.im;
    if (a.re > b.re) return b.im != b.im && a.im == a.im;
    if (a.re == b.re || (a.re != a.re && b.re != b.re)) return before(a.im, b.im);
    return b.re != b.re;
}

template <class T>
Seen seen(T x) {
    Seen s;
    if constexpr (scalar::is_complex<T>)
        s.re = static_cast<double>(x.re), s.im = static_cast<double>(x.im);
    else if constexpr (scalar::is_half<T>)
        s.re = static_cast<double>(scalar::to_float(x));
    else if constexpr (scalar::is_same<T, float> || scalar::is_same<T, double>)
        s.re = static_cast<double>(x);
    else if constexpr (scalar::is_same<T, uint64_t>)
        s.large = x;
    else
        s.integer = static_cast<int64_t>(x);
    return s;
}

double special(int64_t spread) {
    switch (below(12)) {
        case 0:
            return NAN;
        case 1:
            return -NAN;
        case 2:
            return INFINITY;
        case 3:
            return -INFINITY;
        case 4:
            return 0.0;
        case 5:
            return -0.0;
        default:
            return static_cast<double>(below(spread)) - static_cast<double>(spread) / 2;
    }
}

template <class T>
T element(int64_t spread) {
    if constexpr (scalar::is_complex<T>)
        return {static_cast<decltype(T::re)>(special(spread)), static_cast<decltype(T::re)>(special(spread))};
    else if constexpr (scalar::is_same<T, scalar::float16>)
        return scalar::to_float16(static_cast<float>(special(spread)));
    else if constexpr (scalar::is_same<T, scalar::bfloat16>)
        return scalar::to_bfloat16(static_cast<float>(special(spread)));
    else if constexpr (scalar::is_same<T, float> || scalar::is_same<T, double>)
        return static_cast<T>(special(spread));
    else if constexpr (scalar::is_same<T, bool>)
        return below(2) != 0;
    else
        return static_cast<T>(spread < 100 ? static_cast<uint64_t>(below(spread)) : generator());
}

template <class T>
void put(Block& block, int64_t i, T value) {
    std::memcpy(&block.bytes[static_cast<size_t>(i) * sizeof(T)], &value, sizeof(T));
}
template <class T>
T get(const std::vector<char>& bytes, int64_t i) {
    T value;
    std::memcpy(&value, &bytes[static_cast<size_t>(i) * sizeof(T)], sizeof(T));
    return value;
}

// Positions within the row, stably sorted; by signs of zeros too where `signs`.
template <class T>
std::vector<int64_t> sorted_row(const std::vector<char>& bytes, int64_t first, int64_t n, bool signs) {
    std::vector<Seen> values;
    for (int64_t i = 0; i < n; ++i) values.push_back(seen(get<T>(bytes, first + i)));
    std::vector<int64_t> order(static_cast<size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t x, int64_t y) {
        const Seen &a = values[static_cast<size_t>(x)], &b = values[static_cast<size_t>(y)];
        if (signs && a.re == 0 && b.re == 0) return std::signbit(a.re) && !std::signbit(b.re);
        return before(a, b);
    });
    return order;
}

bool complain(const char* what, DType type, int64_t a, int64_t b, int kind) {
    std::printf("%s of %s, %lld by %lld, kind %d: wrong\n", what, type.name(), static_cast<long long>(a),
                static_cast<long long>(b), kind);
    return false;
}

template <class T>
bool sort_of(DType type) {
    const int64_t n = pick({1, 2, 3, 8, 31, 33, 100, 512, 1023, 1024, 1025, 1500, 3000});
    const int64_t rows = n > 1000 ? pick({1, 1, 2, 3}) : pick({1, 2, 5, 40});
    const int kind = static_cast<int>(below(3));  // values, positions, both
    const bool in_place = kind != 1 && below(3) == 0;
    constexpr int64_t item = sizeof(T);
    Block in(rows * n * item), values(rows * n * item), positions(rows * n * 8);
    const int64_t spread = pick({3, 40, 1000000});
    for (int64_t i = 0; i < rows * n; ++i) put(in, i, element<T>(spread));
    in.to_device();
    SortTask task{};
    task.type = type;
    task.rows = rows;
    task.n = n;
    task.in = in.device;
    task.values = kind == 1 ? nullptr : in_place ? in.device : values.device;
    task.positions = kind == 0 ? nullptr : reinterpret_cast<int64_t*>(positions.device);
    backend->sort(0, task, &stream);
    if (!reported().empty()) return complain("sort", type, rows, n, kind);
    const std::vector<char> got = in_place ? in.from_device() : values.from_device(),
                            at = positions.from_device();
    constexpr bool complex = scalar::is_complex<T>;
    for (int64_t row = 0; row < rows; ++row) {
        const std::vector<int64_t> order = sorted_row<T>(in.bytes, row * n, n, kind == 0 && type.is_float());
        for (int64_t i = 0; i < n; ++i) {
            const int64_t from = row * n + order[static_cast<size_t>(i)], to = row * n + i;
            if (kind != 0 && get<int64_t>(at, to) != order[static_cast<size_t>(i)])
                return complain("argsort", type, rows, n, kind);
            if (kind == 1) continue;
            const T expected = get<T>(in.bytes, from), is = get<T>(got, to);
            const Seen x = seen(expected), y = seen(is);
            const bool both_nan = kind == 0 && !complex && x.re != x.re && y.re != y.re;
            if (!both_nan && std::memcmp(&expected, &is, sizeof(T)) != 0)
                return complain("sort", type, rows, n, kind);
        }
    }
    return true;
}

template <class T>
bool search_of(DType type) {
    const int64_t n = pick({0, 1, 2, 33, 500}), count = pick({1, 7, 300}), spread = pick({3, 40});
    const bool right = below(2), with_sorter = below(2), bad = with_sorter && n > 0 && below(8) == 0;
    Block sorted(n * static_cast<int64_t>(sizeof(T)) + 1), sorter(n * 8 + 1),
        values(count * static_cast<int64_t>(sizeof(T))), out(count * 8);
    for (int64_t i = 0; i < n; ++i) put(sorted, i, element<T>(spread));
    for (int64_t i = 0; i < count; ++i) put(values, i, element<T>(spread));
    std::vector<int64_t> order = sorted_row<T>(sorted.bytes, 0, n, false);
    const std::vector<char> unsorted = sorted.bytes;
    for (int64_t i = 0; i < n; ++i) {
        if (!with_sorter) put(sorted, i, get<T>(unsorted, order[static_cast<size_t>(i)]));
        put(sorter, i, bad ? n + i : order[static_cast<size_t>(i)]);
    }
    for (Block* block : {&sorted, &sorter, &values}) block->to_device();
    backend->search(0,
                    {type, n, count, sorted.device,
                     with_sorter ? reinterpret_cast<const int64_t*>(sorter.device) : nullptr, values.device,
                     right, reinterpret_cast<int64_t*>(out.device)},
                    &stream);
    if (reported().empty() == bad) return complain("search: error", type, n, count, right);
    const std::vector<char> got = out.from_device();
    for (int64_t i = 0; i < count && !bad; ++i) {
        const Seen value = seen(get<T>(values.bytes, i));
        int64_t expected = 0;
        for (int64_t k = 0; k < n; ++k) {
            const Seen there = seen(get<T>(unsorted, order[static_cast<size_t>(k)]));
            expected += before(there, value) || (right && !before(value, there));
        }
        if (get<int64_t>(got, i) != expected) return complain("search", type, n, count, right);
    }
    return true;
}

template <class F>
bool with_random_type(const F& f) {
    switch (1 + below(15)) {
#define LS_DTYPE(number, name, character, kind, bytes, ctype) \
    case number: {                                            \
        using namespace lockstep;                             \
        return f.template operator()<ctype>(types::name##_);  \
    }
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default:
            return true;
    }
}

// What a selection is about: a mask and an array of any steps over one space.
struct Selection {
    SelectTask task{};
    int64_t shape[5], mask_strides[5], array_strides[5], size = 1, mask_first = 0, array_first = 0;
    std::unique_ptr<Block> mask, array;

    explicit Selection(int64_t item) {
        task.ndim = 1 + static_cast<int>(below(5));
        for (int d = 0; d < task.ndim; ++d)
            size *= shape[d] = task.ndim == 1 ? pick({1, 8, 100, 2048, 2049, 9000}) : pick({1, 2, 3, 7, 20});
        const auto place = [&](int64_t bytes, int64_t* strides, int64_t& first, bool still) {
            int64_t packed = bytes * pick({1, 1, 2}), low = 0, high = 0;
            for (int d = task.ndim - 1; d >= 0; --d) {
                strides[d] = still && below(6) == 0 ? 0 : below(6) ? packed : -packed;
                if (strides[d] == 0) continue;
                (strides[d] < 0 ? low : high) += (shape[d] - 1) * strides[d];
                packed *= shape[d];
            }
            first = -low;
            return std::make_unique<Block>(high - low + bytes);
        };
        mask = place(1, mask_strides, mask_first, true);
        array = place(item, array_strides, array_first, false);
        const int64_t chance = pick({0, 1, 5, 10});
        for (char& c : mask->bytes) c = below(10) < chance;
        array->fill_random();
        mask->to_device();
        array->to_device();
        task.itemsize = item;
        task.shape = shape;
        task.mask = mask->device + mask_first;
        task.mask_strides = mask_strides;
        task.array = array->device + array_first;
        task.array_strides = array_strides;
    }
    template <class F>
    void each(const F& f) const {  // f(coordinates, offset in the array) of the chosen
        for (int64_t p = 0; p < size; ++p) {
            int64_t rest = p, at = mask_first, place = array_first, x[5];
            for (int d = task.ndim - 1; d >= 0; --d) {
                x[d] = rest % shape[d];
                rest /= shape[d];
                at += x[d] * mask_strides[d];
                place += x[d] * array_strides[d];
            }
            if (mask->bytes[static_cast<size_t>(at)]) f(x, place);
        }
    }
};

}  // namespace

bool check_select() {
    const int64_t item = pick({1, 2, 4, 8, 16});
    Selection x(item);
    int64_t count = 0;
    x.each([&](const int64_t*, int64_t) { ++count; });
    if (backend->count_true(0, x.task, &stream) != count)
        return complain("count_true", types::bool_, x.size, count, 0);
    if (count == 0) return true;
    using Direction = SelectTask::Direction;
    x.task.direction = static_cast<Direction>(below(3));
    x.task.count = count;
    const bool unpack = x.task.direction == Direction::unpack,
               positions = x.task.direction == Direction::positions;
    const int64_t step = positions ? 8 : unpack && below(4) == 0 ? 0 : item * pick({1, 2});
    Block packed(positions ? count * 8 * x.task.ndim : step * (count - 1) + item);
    packed.fill_random();
    packed.to_device();
    x.task.packed = packed.device;
    x.task.packed_stride = step;
    if (positions) x.task.array = nullptr;
    backend->select(0, x.task, &stream);
    std::vector<char> expected = unpack ? x.array->bytes : packed.bytes;
    int64_t rank = 0;
    x.each([&](const int64_t* at, int64_t place) {
        for (int d = 0; positions && d < x.task.ndim; ++d)
            std::memcpy(&expected[static_cast<size_t>((d * count + rank) * 8)], &at[d], 8);
        if (unpack)
            std::memcpy(&expected[static_cast<size_t>(place)],
                        &packed.bytes[static_cast<size_t>(rank * step)], static_cast<size_t>(item));
        else if (!positions)
            std::memcpy(&expected[static_cast<size_t>(rank * step)],
                        &x.array->bytes[static_cast<size_t>(place)], static_cast<size_t>(item));
        ++rank;
    });
    if (!reported().empty() || (unpack ? *x.array : packed).from_device() != expected)
        return complain("select", types::uint8_, x.size, count, static_cast<int>(x.task.direction));
    return true;
}

bool check_sort() {
    return with_random_type([]<class T>(DType type) { return sort_of<T>(type); });
}
bool check_search() {
    return with_random_type([]<class T>(DType type) { return search_of<T>(type); });
}
