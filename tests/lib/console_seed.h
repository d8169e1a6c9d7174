/*
 * console_seed - a day at the fixture's desk: contacts, tickets, customers
 * who write, sends that fail.  Times go back from CONSOLE_FIXTURE_NOW.
 */
#ifndef TESTS_LIB_CONSOLE_SEED_H
#define TESTS_LIB_CONSOLE_SEED_H

#include "tests/lib/console_fixture.h"

/* Text as hostile as customers send it: escapes, bidi, bad bytes. */
extern const char console_hostile[];

/*
 * A ticket of the demo tenant, made minutes ago by "operator"; returns its
 * id.  contact NULL: none.  owner: a login, or NULL.
 */
int64_t console_seed_ticket(struct console_fixture *f, int minutes,
    const char *subject, int urgency, int impact, const char *contact,
    const char *owner);
/* Thirty tickets of every kind; the clock is back afterwards. */
void console_seed_tickets(struct console_fixture *f);
/* Somebody writes on the channel soporte; the conversation's id. */
int64_t console_seed_writes(struct console_fixture *f, int minutes,
    const char *number, const char *name, const char *text);
/* Give a conversation to a person. */
void console_seed_claim(
    struct console_fixture *f, int64_t conversation, const char *login);
/*
 * An answer of login's, which fails: OUTBOX_DEAD, OUTBOX_UNCERTAIN, or stays
 * OUTBOX_DUE.
 */
void console_seed_send(struct console_fixture *f, int64_t conversation,
    const char *login, const char *text, int outbox_state);
/* An event that could not be read, received minutes ago. */
void console_seed_event(struct console_fixture *f, int minutes,
    const char *body, const char *reason);

#endif
