/*
 * tape_again - where every call has to be recorded, one whose recorder failed
 * is recorded again as soon as there is sound.
 *
 * It is tried at once after a second, then twice as late each time.  Before a
 * row is made a recorder listens, into memory that goes with it, so that a
 * device that stays away leaves no rows.  Between the files of the tape.
 */
#ifndef TUI_TAPE_AGAIN_H
#define TUI_TAPE_AGAIN_H

#include "tui/tape.h"

/*
 * The recorder of the idle tape's call failed with this code after so much
 * sound (0: none).  is_silent: card data are being said.
 */
void tape_again_plan(
    struct app *app, int code, int64_t duration_us, bool is_silent);
/* It waits no more: the tape is idle then. */
void tape_again_cancel(struct app *app);

/* ---- tape.c ---- */

/* What the recorder is started with into this file. */
struct capture_options tape_options(
    const struct app *app, const char *device, int file);

#endif
