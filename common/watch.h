/*
 * watch - tells when a file was touched, on the uv loop.
 *
 * Watches the file alone: a database beside it is written all the time, and
 * each of those notices would wake the loop.  Also calls every poll_ms, so
 * that a lost notice is harmless, a file system without notices still works,
 * and a file that is made later is watched from then on; one that is replaced
 * is watched again at once.  Loop thread only.
 */
#ifndef COMMON_WATCH_H
#define COMMON_WATCH_H

#include <uv.h>

struct watch;

/* path may be "": then only the poll is left. */
struct watch *watch_file(uv_loop_t *loop, const char *path, uint64_t poll_ms,
    void (*fn)(void *data), void *data);
/*
 * Also call when fd (taken) can be read, once: when what was there has been
 * read this is called again, with another descriptor, or with -1 to go on with
 * the same.  w may be NULL: it is gone.
 */
void watch_socket(struct watch *w, int fd);
void watch_free(struct watch **w); /* no call after this */

#endif
