#pragma once

// Not part of the Glibc module.
#include <malloc.h>
#include <stddef.h>

/// Asks the processor to bring so many bytes into its cache. It may do nothing; it never reads, so
/// any address will do.
static inline void prefetch_bytes(const void *start, size_t count) {
    for (size_t offset = 0; offset < count; offset += 64) {
        __builtin_prefetch((const char *)start + offset, 1);
    }
}
