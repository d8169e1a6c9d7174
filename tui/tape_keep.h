/*
 * tape_keep - what becomes of a recording that has ended: converted, then
 * kept, while the next one may run already.  Between the files of the tape.
 */
#ifndef TUI_TAPE_KEEP_H
#define TUI_TAPE_KEEP_H

#include "tui/tape.h"

/* f, copied, is what the recorder said; tape_kept comes when it is through. */
void tape_keep(struct app *app, const struct tape_begin *b, int64_t call_id,
    const struct capture_facts *f);
/* The console ends: what is being converted is kept as it is. */
void tape_hurry_all(struct app *app);
/* It does not wait any more: tape_kept is not called. */
void tape_leave_all(struct app *app);

/* ---- tape.c ---- */

void tape_kept(struct app *app);
/* What became of the recording of this call, and a toast of it. */
void tape_say(
    struct app *app, int64_t call_id, bool is_bad, const char *sentence);

#endif
