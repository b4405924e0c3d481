// The CPU backend's entries, one per primitive.
// Must not know operations.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::host {

void map(int ordinal, const MapTask& task, Stream* stream);
void reduce(int ordinal, const ReduceTask& task, Stream* stream);
void matmul(int ordinal, const MatmulTask& task, Stream* stream);
void fourier(int ordinal, const FftTask& task, Stream* stream);
void gather(int ordinal, const IndexTask& task, Stream* stream);
void scatter(int ordinal, const IndexTask& task, Stream* stream);
int64_t count_true(int ordinal, const SelectTask& task, Stream* stream);
void select(int ordinal, const SelectTask& task, Stream* stream);
void sort(int ordinal, const SortTask& task, Stream* stream);
void search(int ordinal, const SearchTask& task, Stream* stream);
void scan(int ordinal, const ScanTask& task, Stream* stream);
void segments(int ordinal, const SegmentTask& task, Stream* stream);
int64_t solve(int ordinal, const SolveTask& task, Stream* stream);
inline constexpr int64_t kRowMajorSize = 16;  // of small matrices it takes row-major ones
bool random_fill(int ordinal, const RandomTask& task, Stream* stream);
void random_rows(const lockstep::random::RowTask& task);

}  // namespace lockstep::host
