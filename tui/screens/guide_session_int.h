/*
 * guide_session_int - what the files of a session's screen share.
 *
 *	scr_guide_session.c    the screen: answers, drawing, movement
 *	guide_session_text.c   the step, the path and the end, as text
 *	guide_session_do.c     what people do in it
 *	guide_session_ask.c    the same where something is asked first
 */
#ifndef TUI_SCREENS_GUIDE_SESSION_INT_H
#define TUI_SCREENS_GUIDE_SESSION_INT_H

#include "tui/model/model_guide_session.h"
#include "tui/widgets/w_text.h"

struct walk {
	struct guide_view view;
	bool known, gone;
	uint64_t asked; /* turn of the newest question */
	struct w_text text;
	/* Around it, filled with it; texts that were gated already. */
	struct w_text question;
	struct str trail, yes, no;
	bool shows_path;
	bool was_asked; /* for the values that the guide cannot go without */
	int64_t minute;
	/* what a dialog is about while it is open */
	struct guide_action wish;
	struct guide_action unsaid; /* overtaken; text NULL: nothing was */
	int64_t was_at; /* the step that was shown last, to begin at its top */
};

static inline struct walk *
walk_of(const struct screen *s)
{
	return s->data;
}

/* ---- guide_session_text.c ---- */

/* The step, or how it ended; the path instead when that is shown. */
void walk__fill(struct screen *s);
/* Its warnings stand there and this operator has not said they were read. */
bool walk__wants_warning_read(const struct screen *s);

/* ---- guide_session_do.c ---- */

void walk__send(struct screen *s, struct guide_action *a);
/* False, and said why: not there yet, or it has ended. */
bool walk__goes_on(struct screen *s);
unsigned walk__warned(struct screen *s);

/* ---- guide_session_ask.c ---- */

/* The first value that is required and not there; false: none is. */
bool walk__ask_missing(struct screen *s);
/* What was overtaken is asked again, with the words typed for it. */
void walk__ask_again(struct screen *s);
unsigned walk__run_ask(
    struct ui *ui, struct screen *s, const struct command *cmd);

enum walk_ask {
	ASK_SKIP,
	ASK_NOTE,
	ASK_VALUES,
	ASK_PAUSE,
	ASK_HAND_OVER,
	ASK_RESOLVE,
	ASK_ESCALATE,
	ASK_ABANDON,
	ASK_SEND,
	ASK_FEEDBACK,
	ASK_RESTART,
};

#endif
