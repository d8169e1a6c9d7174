/*
 * loop - small helpers over libuv: signals, timers and an orderly end.
 * The thread that runs the loop only.
 */
#ifndef COMMON_LOOP_H
#define COMMON_LOOP_H

#include "common/err.h"
#include <uv.h>

/*
 * First thing in main: what libuv has no memory for ends the program with the
 * sentence of memory_gone(), not with an abort.
 */
void loop_global_init(void);

/* "what: the system's words." for a negative uv_code; returns code. */
int loop_err(struct err *err, int code, const char *what, int uv_code);

/*
 * A timer that may be freed at any time, also inside its own callback: its
 * memory goes once the loop has closed it.  NULL out is free.
 */
struct loop_timer;
struct loop_timer *loop_timer_new(
    uv_loop_t *loop, void (*fn)(void *data), void *data);
void loop_timer_start(struct loop_timer *t, uint64_t first_ms,
    uint64_t repeat_ms); /* repeat 0: once */
void loop_timer_stop(struct loop_timer *t);
void loop_timer_free(struct loop_timer **t);

/*
 * SIGINT, SIGTERM, SIGHUP... each calls fn(signum, data) on the loop.
 * OD_EIO when the system refuses; *out is then NULL.
 */
struct loop_signals;
int loop_signals_new(uv_loop_t *loop, const int *signums, size_t count,
    void (*fn)(int signum, void *data), void *data, struct loop_signals **out,
    struct err *err);
void loop_signals_free(struct loop_signals **s);

/*
 * Close every handle that is still open, run the loop until it is empty and
 * close it.  Who owns such a handle frees its memory afterwards (timers and
 * signals of this module as usual).  Returns 0, or OD_EIO when something
 * still holds the loop, which is our own mistake: tests assert 0.
 */
int loop_finish(uv_loop_t *loop);

#endif
