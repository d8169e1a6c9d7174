/*
 * when_ask - a moment is asked for as people say it, and what is understood
 * is told while it is typed.
 */
#ifndef TUI_SCREENS_WHEN_ASK_H
#define TUI_SCREENS_WHEN_ASK_H

#include "common/zone.h"
#include "tui/screen.h"
#include "tui/widgets/w_line.h"

struct when_said {
	int64_t at_us;    /* 0: no time */
	bool until_reply; /* or as soon as the customer says something */
};
/*
 * As when_parse, and "reply", "until reply", "respuesta", "hasta respuesta",
 * by themselves or after a moment: "monday or reply".  now_us as there.
 */
int when_said_parse(const char *text, const struct zone *zone, int64_t now_us,
    struct when_said *out, struct err *err);

/* "Monday 23/11 09:00", with the year if it is another one; translated. */
void when_moment(
    const struct zone *zone, int64_t us, int64_t now_us, char out[48]);
/* The same and how long until then, or the reply; for a sentence. */
void when_said_text(const struct zone *zone, const struct when_said *said,
    int64_t now_us, char out[120]);

struct when_args {
	const char *title;    /* translated; copied, like the others */
	const char *label;    /* the question; may hold text from outside */
	const char *examples; /* what may be said */
	const char *empty;    /* what no answer means; NULL: one is wanted */
	struct w_line_history *history; /* borrowed for ever, or NULL */
	bool may_reply;                 /* a reply is an answer, too */
};
/*
 * The result's id is the moment, 0 for none; its text is "reply" when a reply
 * ends it, too, else "".
 */
void when_push(struct ui *ui, struct screen *parent,
    const struct when_args *args, screen_result_fn *done, int64_t context);

#endif
