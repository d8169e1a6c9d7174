/*
 * guide_chats - what customers answered who walk a guide by themselves, and
 * tickets that a guide could be started for.  As the system or the bot.
 */
#ifndef DB_RECORDS_GUIDE_CHATS_H
#define DB_RECORDS_GUIDE_CHATS_H

#include "db/core/desk.h"

struct guide_chat {
	int64_t session_id, message_id;
	int misunderstood; /* answers at this step that were none */
	char *body;        /* owned */
	char *detail;      /* owned; of a button: its JSON */
};
void guide_chat_clear(struct guide_chat *c);
/*
 * The oldest answer that nobody looked at, of the first session behind
 * after_id that has one: 1; 0: there is none.  A conversation that a person
 * has is that person's.  An answer is looked at when the session moved since,
 * or when it is among its notes.
 */
int guide_chat_next(
    struct desk *d, int64_t after_id, struct guide_chat *out, struct err *err);

/* A number that is kept between runs; 0: none yet.  A fact of the system. */
int guide_mark(
    struct desk *d, const char *name, int64_t *value, struct err *err);
int guide_mark_set(
    struct desk *d, const char *name, int64_t value, struct err *err);
/*
 * Tickets that were made behind an event, at most max, without those that
 * have a session; *event is then the last one that was looked at.
 */
int guide_new_tickets(struct desk *d, int64_t *event, int64_t *ids, size_t max,
    size_t *count, struct err *err);
/* The newest event of the tenant; 0: none. */
int guide_last_event(struct desk *d, int64_t *event, struct err *err);

#endif
