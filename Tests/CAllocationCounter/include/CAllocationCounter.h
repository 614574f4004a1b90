#ifndef ASSAY_ALLOCATION_COUNTER_H
#define ASSAY_ALLOCATION_COUNTER_H

#include <stdint.h>

// Counts the heap allocations of the calling thread between start and stop.
//
// Linked into a test executable, this target's malloc, calloc, realloc, posix_memalign,
// aligned_alloc and memalign come before the C library's for everybody in the process: the Swift
// runtime, Foundation, SQLite. They hand every call on to the C library unchanged, so memory from
// one may be freed by the other.
//
// The count belongs to the thread, because tests run in parallel and others allocate meanwhile:
// what is measured must run on the calling thread from start to stop, without `await`.
//
// Needs glibc. `allocation_counter_works` says whether it counts here at all; a test that relies on
// it asks first.

// Begins counting at zero on this thread. Starting twice begins again.
void allocation_counter_start(void);

// Ends counting and returns how many allocations this thread made since the start. A realloc counts
// as one, because it may move; a free does not count. Returns 0 if nothing was started.
uint64_t allocation_counter_stop(void);

// Makes one allocation under the counter's eyes: true if exactly one was seen.
_Bool allocation_counter_works(void);

#endif
