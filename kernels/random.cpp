// Random fills: draws of a fixed number of words by threads that start the generator anywhere, words that only the host can make.
// Must not know arrays, nor chains.
#include "kernels/random.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/device/random_units.h"
#include "kernels/index_space.h"
#include "kernels/random_call.h"
#include "kernels/transfer.h"
#include "runtime/scalar/random/hypergeometric.h"

namespace lockstep::cuda {
namespace {

using random::BitGenerator;
using random::BitState;

constexpr int64_t kHostWords = int64_t{1} << 20;  // that the host makes at a time

bool skips(BitGenerator kind) { return kind != BitGenerator::mt19937 && kind != BitGenerator::sfc64; }

// `run` draws of a thread cost one way through the generator's steps, about 60 of its words for PCG64.
template <class G>
void launch_fill(const RandomCall& call, Distribution distribution, WordSource source, const G& start, int64_t first,
                 int64_t count, char* out) {
    device::FillArguments<G> a{};
    a.count = count;
    a.run = std::clamp<int64_t>(count >> 17, 4, 64);
    a.start = start;
    a.out = out;
    if (distribution == call.task.distribution) call.parameters(a.parameters, first);
    const IndexKernel kernel{{'R', 'f', static_cast<char>(distribution), static_cast<char>(source)}};
    launch_index(
        call.ordinal, kernel, [=] { return fill_source(distribution, source); }, (count + a.run - 1) / a.run, &a, call.stream);
}

template <class G>
void fill_by_skipping(const RandomCall& call, Distribution distribution, WordSource source, BitState state, int64_t first,
                      int64_t count, char* out) {
    G g;
    open(g, state);
    launch_fill(call, distribution, source, g, first, count, out);
}

template <class W>
void words_from_host(const RandomCall& call, BitState state, int64_t count, char* to) {
    std::vector<W> words(static_cast<size_t>(count));
    scalar::random::draw_from(state, [&](auto& g) {
        for (W& w : words) w = static_cast<W>(word(g));
    });
    to_device(call.ordinal, to, words.data(), count * static_cast<int64_t>(sizeof(W)), call.stream);
}

// `count` raw words of the generator's own width.
void make_words(const RandomCall& call, const BitState& state, int64_t count, char* to) {
    if (state.kind == BitGenerator::mt19937) return words_from_host<uint32_t>(call, state, count, to);
    if (state.kind == BitGenerator::sfc64) return words_from_host<uint64_t>(call, state, count, to);
    fill_from(call, Distribution::uint64, state, 0, count, to);
}

}  // namespace

bool RandomCall::is_of_scalars() const {
    bool scalars = true;
    for (int k = 0; row().parameters[k]; ++k) scalars &= task.parameters[k].stride == 0;
    return scalars;
}

int64_t RandomCall::whole(int parameter) const {
    int64_t value;
    std::memcpy(&value, task.parameters[parameter].data, sizeof value);
    return value;
}

int RandomCall::unit() const {
    if (task.distribution != Distribution::hypergeometric) return row().unit;
    if (!is_of_scalars()) return 0;
    return scalar::random::hypergeometric_is_ratio(whole(0), whole(1), whole(2)) ? 64 : 32;
}

void RandomCall::parameters(device::RandomParameter* to, int64_t first) const {
    for (int k = 0; k < device::kRandomParameters && row().parameters[k]; ++k) {
        const RandomTask::Parameter& from = task.parameters[k];
        to[k].data = from.stride ? from.data + first * from.stride : nullptr;
        if (!from.stride) std::memcpy(&to[k].value.real, from.data, sizeof(double));
    }
}

void skip_units(BitState& state, int unit, int64_t units) {
    scalar::random::draw_from(state, [&](auto& g) {
        if (unit == 64) device::skip_units<64>(g, static_cast<uint64_t>(units));
        else device::skip_units<32>(g, static_cast<uint64_t>(units));
    });
}

UnitWords::UnitWords(const RandomCall& call, const BitState& state, int unit, int64_t units) {
    if (state.kind == BitGenerator::mt19937 || unit == 64) {
        const int width = state.kind == BitGenerator::mt19937 ? 32 : 64;
        source_ = width == 32 ? WordSource::words32 : WordSource::words64;
        words_ = units * (unit / width);
        memory_.emplace(call.ordinal, words_ * width / 8, call.stream);
        first_ = memory_->data();
        make_words(call, state, words_, memory_->data());
        return;
    }
    const int64_t waiting = state.has_uint32, whole = (units - waiting + 1) / 2;
    source_ = WordSource::words32;
    words_ = waiting + 2 * whole;
    memory_.emplace(call.ordinal, 8 * (1 + whole), call.stream);
    first_ = memory_->data() + (waiting ? 4 : 8);
    if (waiting) to_device(call.ordinal, memory_->data() + 4, &state.uinteger, 4, call.stream);
    if (whole) make_words(call, state, whole, memory_->data() + 8);
}

void fill_from(const RandomCall& call, Distribution distribution, const BitState& state, int64_t first, int64_t count, char* out) {
    using namespace scalar::random;
    switch (state.kind) {
        case BitGenerator::pcg64:
            return fill_by_skipping<Pcg64>(call, distribution, WordSource::pcg64, state, first, count, out);
        case BitGenerator::pcg64dxsm:
            return fill_by_skipping<Pcg64Dxsm>(call, distribution, WordSource::pcg64dxsm, state, first, count, out);
        case BitGenerator::philox:
            return fill_by_skipping<Philox>(call, distribution, WordSource::philox, state, first, count, out);
        default: break;
    }
    const DistributionRow& row = row_of(distribution);
    const UnitWords words(call, state, row.unit, count * row.words);
    if (words.source() == WordSource::words32) {
        const device::BufferedWords<uint32_t> start{reinterpret_cast<const uint32_t*>(words.first()), 0, false, 0};
        return launch_fill(call, distribution, words.source(), start, first, count, out);
    }
    const device::BufferedWords<uint64_t> start{reinterpret_cast<const uint64_t*>(words.first()), 0, false, 0};
    launch_fill(call, distribution, words.source(), start, first, count, out);
}

bool random(int ordinal, const RandomTask& task, Stream* stream) {
    const RandomCall call{ordinal, task, stream};
    const DistributionRow& row = call.row();
    const bool bounded = is_bounded(task.distribution);
    if (!bounded && (call.unit() == 0 || !stands_alone(task.distribution))) return false;
    if (row.words == 0 && !call.is_of_scalars()) return false;
    if (task.count == 0) return true;
    const DeviceScope scope(ordinal);
    if (bounded) {
        fill_by_sifting(call);
        return true;
    }
    if (row.words == 0) return fill_by_chain(call);
    const int64_t item = DType::from_character(row.type).itemsize();
    const int64_t piece = skips(task.state->kind) ? task.count : kHostWords / row.words;
    BitState state = *task.state;  // the caller's changes only when all draws are on their way
    for (int64_t first = 0; first < task.count; first += piece) {
        const int64_t count = std::min(piece, task.count - first);
        fill_from(call, task.distribution, state, first, count, task.out + first * item);
        skip_units(state, row.unit, count * row.words);
    }
    *task.state = state;
    return true;
}

}  // namespace lockstep::cuda
