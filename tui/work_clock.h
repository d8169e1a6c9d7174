/*
 * work_clock - the clock of time worked in the console: in the title bar, and
 * asked about when nobody sat there.
 *
 * Idle is a time without a key.  When it is long enough the question is put
 * below the title and waits there for whoever comes back; a clock that an
 * earlier console left running is asked about at the start.  What is typed
 * goes where it always goes: one key of the question's own opens the answers.
 * Nothing is decided without one.
 */
#ifndef TUI_WORK_CLOCK_H
#define TUI_WORK_CLOCK_H

#include "tui/command.h"
#include "tui/model/model_time.h"

struct app;

struct work_clock {
	struct clock_now now;
	bool known;        /* it was read once */
	bool asking;       /* the question stands */
	int64_t since_us;  /* wall; nobody sits there since, as was asked */
	int64_t asked_us;  /* wall; when it was asked */
	int64_t back_us;   /* wall; the first key after that, 0: none yet */
	int64_t active_us; /* wall; the last key */
	int64_t told_us;   /* wall; active_us as the desk knows it */
};

/* Read it again. */
void work_clock_refresh(struct app *app);
/* A second passed. */
void work_clock_tick(struct app *app);
/* The console ends: how long somebody sat there is kept. */
void work_clock_end(struct app *app);
/* "#12 0:23  " when it runs, appended. */
void work_clock_status(const struct app *app, struct str *out);

/* The rows of its own commands. */
extern const struct command clock_commands[];
extern const size_t clock_commands_count;

#endif
