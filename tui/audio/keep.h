/*
 * keep - what opdesk-recorder does with recordings that are there, and its
 * list of devices; each waits for its process to end but keep_begin.
 */
#ifndef TUI_AUDIO_KEEP_H
#define TUI_AUDIO_KEEP_H

#include "common/err.h"
#include "common/str.h"
#include <uv.h>

/*
 * The recording of descriptor from into to, as "flac" or "opus", compared
 * afterwards.  OD_EDATA or OD_EIO: it stays as it is.
 */
int keep_convert(int from, int to, const char *format, struct err *err);
/*
 * The same on a loop that goes on meanwhile: fn is called from it once with
 * what keep_convert returns, unless keep_begin failed.  The descriptors are
 * needed until it returns; program NULL: as capture_start.
 */
struct keep;
typedef void keep_fn(int rc, void *data);
int keep_begin(uv_loop_t *loop, const char *program, int from, int to,
    const char *format, keep_fn *fn, void *data, struct keep **out,
    struct err *err);
/* Given up: killed, and fn is not called any more. */
void keep_cancel(struct keep **k);
/* A JSON array of devices.  OD_EUNAVAIL when the sound system does not run. */
int keep_devices(struct str *out, struct err *err);
/* Into a new file that is its owner's alone, whole or not there. */
int keep_copy(int from, const char *path, struct err *err);
/* Play a file until it ends or SIGINT comes; device "" is the usual one. */
int keep_play(int file, const char *device, struct err *err);

#endif
