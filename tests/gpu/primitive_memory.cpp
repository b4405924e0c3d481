// Primitives that take memory, on a device that has hardly any left: they fail cleanly and give back all of
// it. Must not know how they are computed.
#include <cstdio>
#include <cstring>

#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

constexpr int64_t kCount = 50000;

// All memory of the device, in blocks of halving sizes; some of it can be let go.
class Hoard {
  public:
    Hoard() {
        for (int64_t size = backend->memory(0).limit; size >= 1;) try {
                blocks_.push_back({backend->allocate(0, size, &stream), size});
            } catch (const std::exception&) {
                size /= 2;
            }
    }
    ~Hoard() {
        while (!blocks_.empty()) let_go();
    }
    Hoard(const Hoard&) = delete;
    Hoard& operator=(const Hoard&) = delete;
    // The smallest block.
    void let_go() {
        if (blocks_.empty()) return;
        backend->deallocate(0, blocks_.back().data, blocks_.back().size, &stream);
        blocks_.pop_back();
    }

  private:
    struct Held {
        void* data;
        int64_t size;
    };
    std::vector<Held> blocks_;
};

template <class T>
void put(Block& block, int64_t i, T value) {
    std::memcpy(&block.bytes[static_cast<size_t>(i) * sizeof(T)], &value, sizeof(T));
}

struct Data {
    Block mask{kCount}, doubles{kCount * 8}, others{kCount * 8}, indices{kCount * 8}, out{kCount * 8},
        packed{kCount * 8};
    int64_t shape[1] = {kCount}, strides[1] = {8}, still[1] = {0}, mask_strides[1] = {1}, chosen = 0;
    IndexOperand index{indices.device, strides, kCount, 8, 0};

    Data() {
        for (int64_t i = 0; i < kCount; ++i) {
            const bool bit = below(2);
            chosen += bit;
            put(mask, i, bit);
            put(doubles, i, static_cast<double>(below(1000)));
            put(others, i, static_cast<double>(below(1000)));
            put(indices, i, below(kCount));
        }
        for (Block* block : {&mask, &doubles, &others, &indices, &out, &packed}) block->to_device();
    }
    void run(int which) {
        IndexTask places{types::float64_, 1,       shape,   out.device, still, 1, &index, OutOfRange::raise,
                         others.device,   strides, Op::copy};
        SelectTask select{1,     shape,          mask.device, mask_strides,  SelectTask::Direction::pack,
                          8,     doubles.device, strides,     packed.device, 8,
                          chosen};
        switch (which) {
            case 0:
                return backend->scatter(0, places, &stream);
            case 1:
                places.op = Op::add;
                return backend->scatter(0, places, &stream);
            case 2:
                backend->count_true(0, select, &stream);
                return;
            case 3:
                return backend->select(0, select, &stream);
            default: {
                SortTask sort{};
                sort.type = types::float64_;
                sort.rows = which == 4 ? 1 : 10;
                sort.n = kCount / sort.rows;
                sort.in = doubles.device;
                sort.values = which == 4 ? out.device : nullptr;
                sort.positions = reinterpret_cast<int64_t*>(packed.device);
                return backend->sort(0, sort, &stream);
            }
        }
    }
};

}  // namespace

bool check_memory() {
    Data data;
    backend->synchronize(0, &stream);
    const int64_t before = backend->memory(0).used;
    bool right = true;
    for (int which = 0; which < 6; ++which) {
        int failures = 0;
        {
            Hoard hoard;
            for (bool done = false; !done; hoard.let_go()) try {
                    data.run(which);
                    done = true;
                } catch (const std::exception& error) {
                    if (!std::strstr(error.what(), "could not allocate"))
                        return std::printf("memory: %s\n", error.what()), false;
                    ++failures;
                }
        }
        backend->synchronize(0, &stream);
        const int64_t after = backend->memory(0).used;
        if (failures > 0 && after == before) continue;
        std::printf("memory: task %d failed %d times, %lld bytes are lost\n", which, failures,
                    static_cast<long long>(after - before));
        right = false;
    }
    return right;
}
