// CUDA's streams and events behind Backend's entries, and waiting.
// Must not know primitives.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// The entries of Backend of the same names.
void* stream_new(int ordinal);
void stream_free(int ordinal, void* native) noexcept;
bool stream_done(int ordinal, Stream* stream);
void stream_wait(Stream* waiter, Stream* other);
void* event_new(int ordinal);
void event_free(int ordinal, void* event) noexcept;
void event_record(int ordinal, void* event, Stream* stream);
void event_wait(void* event, Stream* stream);
bool event_done(int ordinal, void* event);
void event_synchronize(int ordinal, void* event);
double event_elapsed(int ordinal, void* start, void* end);
void wait(int ordinal, Stream* stream);
void synchronize(int ordinal, Stream* stream);

}  // namespace lockstep::cuda
