/*
 * inbox_fixture - conversations for the console's inbox, made by the use
 * cases, on a console_fixture.  Times are minutes before CONSOLE_FIXTURE_NOW.
 */
#ifndef TESTS_LIB_INBOX_FIXTURE_H
#define TESTS_LIB_INBOX_FIXTURE_H

#include "tests/lib/console_fixture.h"
#include "tests/lib/talk_test.h"

/* Turn the clock to so many minutes before the fixture's now. */
void inbox_fixture_at(int minutes_ago);

/* A customer writes; a fresh provider id.  The conversation's id. */
int64_t inbox_fixture_says(struct console_fixture *f, const char *number,
    const char *name, const char *body, int minutes_ago);
/* The same with everything said; in may leave provider_id NULL. */
int64_t inbox_fixture_receives(
    struct console_fixture *f, struct inbound_message *in, int minutes_ago);
/* An operator answers; the message's id. */
int64_t inbox_fixture_answers(struct console_fixture *f, const char *login,
    int64_t conversation, const char *body, int minutes_ago);
/* The provider reports on it ("sent", "delivered", "read", "failed"). */
void inbox_fixture_status(struct console_fixture *f, int64_t message,
    const char *status, int code, const char *text);
void inbox_fixture_note(struct console_fixture *f, const char *login,
    int64_t conversation, const char *body, int minutes_ago);
void inbox_fixture_assign(struct console_fixture *f, int64_t conversation,
    int64_t operator_id, int64_t team_id);
/* Two approved templates of the channel "soporte", and one that is not. */
void inbox_fixture_templates(struct console_fixture *f);
/* Somebody else is at the conversation. */
struct desk *inbox_fixture_other(struct console_fixture *f, const char *login,
    int64_t conversation, bool typing);

/*
 * Six conversations of all kinds: two of "operator", two without owner, one
 * of another person, one closed.  The id of the first: Lucía Peña's.
 */
int64_t inbox_fixture_list(struct console_fixture *f);
/* One thread with every kind and every state; its id, of "operator". */
int64_t inbox_fixture_thread(struct console_fixture *f);

#endif
