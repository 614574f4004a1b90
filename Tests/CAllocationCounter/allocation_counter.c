// Strong definitions of the allocation functions that count and forward to glibc's own entry
// points. A definition in the executable wins over the C library's for the whole process, so no
// LD_PRELOAD and no dlsym, which would itself allocate, are needed.

#include "CAllocationCounter.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

// A sanitizer brings allocation functions of its own, which must stay in charge.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define ALLOCATION_COUNTER_OFF 1
#endif
#endif

// In the executable a thread-local variable is a fixed offset from the thread pointer: reading it
// never allocates, so the functions below cannot call themselves.
static _Thread_local bool counting;
static _Thread_local uint64_t count;

void allocation_counter_start(void) {
    count = 0;
    counting = true;
}

uint64_t allocation_counter_stop(void) {
    uint64_t result = counting ? count : 0;
    counting = false;
    return result;
}

_Bool allocation_counter_works(void) {
    allocation_counter_start();
    // Volatile, or the compiler may see that the memory is never used and drop both calls.
    void *volatile memory = malloc(32);
    free(memory);
    return allocation_counter_stop() == 1;
}

#if defined(__GLIBC__) && !defined(ALLOCATION_COUNTER_OFF)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static inline void note(void) {
    if (counting) count += 1;
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    note();
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    note();
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    note();
    // POSIX asks for a power of two that is a multiple of a pointer's size.
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    int before = errno;
    void *result = __libc_memalign(alignment, size);
    errno = before;
    if (result == NULL) return ENOMEM;
    *memory = result;
    return 0;
}

void free(void *memory) {
    __libc_free(memory);
}

#endif
