/*
 * model_ticket_guard - whether somebody else answered, or is answering, a
 * ticket that one is writing on.
 *
 * What was on the screen when the writing began is compared with what stands
 * when it is to be kept.
 */
#ifndef TUI_MODEL_MODEL_TICKET_GUARD_H
#define TUI_MODEL_MODEL_TICKET_GUARD_H

#include "db/records/tickets.h"
#include "tui/model/model_ticket_card.h"

struct ticket_guard {
	bool asks;       /* else nothing is looked at */
	bool knows;      /* whether somebody is writing, too */
	bool refused;    /* of a check: it was, so that one may insist */
	int64_t comment; /* the newest that was seen; 0: none */
	int64_t message; /* the same of its conversations */
	int64_t owner;   /* whose it was; 0: nobody's */
};

/* As the card shows the ticket now. */
void ticket_guard_see(struct ticket_guard *g, const struct ticket_card *card);
/*
 * On the worker: 0, or OD_ECONFLICT with who did what; missed gets what was
 * said since, a line each, and g what is known by then, so that whoever reads
 * it and goes on is asked again for newer things only.
 */
int ticket_guard_check(struct desk *d, int64_t ticket_id,
    enum comment_kind kind, struct ticket_guard *g, struct str *missed,
    struct err *err);

#endif
