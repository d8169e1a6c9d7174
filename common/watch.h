/*
 * watch - tells when a file was touched, on the uv loop.
 *
 * Watches the file's directory, so that the file may be made later or
 * replaced; also calls every poll_ms, so that a lost notice is harmless and a
 * file system without notices still works.  Many touches in one turn are one
 * call.  Loop thread only.
 */
#ifndef COMMON_WATCH_H
#define COMMON_WATCH_H

#include <uv.h>

struct watch;

/* path may be "": then only the poll is left. */
struct watch *watch_file(uv_loop_t *loop, const char *path, uint64_t poll_ms,
    void (*fn)(void *data), void *data);
void watch_free(struct watch **w); /* no call after this */

#endif
