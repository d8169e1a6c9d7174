/*
 * desk_fixture - a fresh desk in a directory of its own, with two tenants,
 * teams and an operator of every role; gone again afterwards.
 *
 * Anything that fails while it is made aborts the test program with the
 * sentence.
 */
#ifndef TESTS_LIB_DESK_FIXTURE_H
#define TESTS_LIB_DESK_FIXTURE_H

#include "db/core/desk.h"
#include "tests/lib/engine.h"
#include "tests/lib/tmp.h"

#define FIXTURE_TENANT "demo"  /* a rehearsal tenant */
#define FIXTURE_OTHER  "other" /* another one, with the same logins */

struct fixture_tenant {
	int64_t id;
	int64_t support, sales; /* teams */
	/*
	 * By role, logins "operator", "supervisor", "technician", "admin",
	 * "auditor", "bot": all in the team support.
	 */
	int64_t operators[STAFF_ROLE_COUNT];
	int64_t mate;     /* "mate": an operator of support */
	int64_t stranger; /* "stranger": an operator of sales */
};

struct desk_fixture {
	struct tmp tmp;
	char uri[TMP_SIZE];
	struct desk *d; /* owned; acts as the operator "admin" of demo */
	struct fixture_tenant demo, other;
};

void desk_fixture_make(struct desk_fixture *f);
void desk_fixture_remove(struct desk_fixture *f);

/*
 * Choose who acts, just confirmed; login NULL: the account that owns the desk.
 */
void desk_fixture_act(
    struct desk_fixture *f, const char *tenant_slug, const char *login);
/* One more connection to the same desk, to be closed by the caller. */
struct desk *desk_fixture_open(struct desk_fixture *f);

/* Small records of the acting tenant, made by the use cases; their ids. */
int64_t desk_fixture_contact(
    struct desk_fixture *f, const char *name, const char *phone);
int64_t desk_fixture_ticket(struct desk_fixture *f, const char *subject);

/*
 * All live rows of all tables that an undo has to give back: not changes,
 * undo, audit, events and counters, nor updated_at and version.  Owned.
 */
char *desk_fixture_dump(struct desk_fixture *f);
/* Ask f.d until its server answers again, a minute at most: see engine_back. */
void desk_fixture_await_server(struct desk_fixture *f);

#endif
