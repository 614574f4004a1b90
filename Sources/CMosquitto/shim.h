#pragma once

#include <mosquitto.h>
#include <mqtt_protocol.h>
// Not part of the Glibc module: the poll loops are woken through an eventfd, and their threads
// carry names.
#include <sys/eventfd.h>
#include <sys/prctl.h>

/// Names the calling thread, at most 15 bytes. `prctl` is variadic, which Swift cannot call.
static inline void name_this_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}
