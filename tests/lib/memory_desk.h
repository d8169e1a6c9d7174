/*
 * memory_desk - memory runs out in use cases and reads, over a small desk.
 *
 * Every round finds the desk as it was made.  One that was refused left it
 * untouched, and the same connection does the work then; one that was
 * tolerated, or ended after its commit, left all of it; after any other end
 * the next program finds it untouched and does the work.
 */
#ifndef TESTS_LIB_MEMORY_DESK_H
#define TESTS_LIB_MEMORY_DESK_H

#include "db/records/tokens.h"
#include "tests/lib/talk_test.h"

/* What is on the desk, of the tenant demo. */
struct memory_seed {
	struct desk_fixture f; /* f.d: open in a round only */
	int64_t company, empty_company, division, contact;
	int64_t ticket, trashed; /* ids; trashed is deleted */
	int64_t conversation, closed, unowned;
	int64_t failed, sent; /* messages, the first can be retried */
	int64_t raw_event, token;
	char token_text[TOKEN_SIZE];
	char job[33];
};
extern struct memory_seed memory_seed;

struct memory_work {
	const char *name;
	const char *login; /* NULL: the system */
	/* What was read goes to seen: the same each time. */
	int (*run)(struct desk *d, struct str *seen, struct err *err);
	bool is_loose; /* a refused one leaves something: a counted try */
};

/* Set before the setup: what else is on the desk (NULL: nothing) ... */
extern void (*memory_desk_more)(struct desk_fixture *f);
/* ... and what does the works that have no run of their own. */
extern int (*memory_desk_act)(
    struct desk *d, const struct memory_work *w, struct err *err);

/* cmocka's setup and teardown of a program's desk. */
int memory_desk_setup(void **state);
int memory_desk_teardown(void **state);
/* The desk as it was made; nobody has it open. */
void memory_desk_put_back(void);
void memory_works(const struct memory_work *works, size_t count);

/* Something that does the works, in place of the desk that they are given. */
struct memory_side {
	void (*begin)(const char *login); /* memory is there still */
	void (*end)(void);                /* and again */
};
void memory_works_beside(const struct memory_work *works, size_t count,
    const struct memory_side *beside);

#endif
