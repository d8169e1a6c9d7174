/*
 * parts_fixture - the daemon's parts in this process: store, client, spool,
 * runners, on a desk fixture, with the rehearsal provider beside them.
 *
 * The channel "soporte" belongs to the fixture's rehearsal tenant.  One
 * thread besides the store's; nothing runs unless the loop is turned.
 */
#ifndef TESTS_LIB_PARTS_FIXTURE_H
#define TESTS_LIB_PARTS_FIXTURE_H

#include "syncd/daemon.h"
#include "syncd/rehearse/provider.h"
#include "syncd/work/ingest.h"
#include "syncd/work/job_run.h"
#include "syncd/work/outbox_run.h"
#include "syncd/work/room.h"
#include "syncd/work/spool.h"
#include "tests/lib/talk_test.h"

/* The channel's app secret. */
#define PARTS_SECRET "0123456789abcdef0123456789abcdef"

struct parts {
	struct desk_fixture *f; /* its connection is the test's */
	uv_loop_t loop;
	struct daemon d;
	struct provider *provider;
	struct channel_set provider_set; /* borrowed texts */
	struct channel provider_channel;
	int stopped;
};

/* cmocka's setup and teardown; *state is the struct parts. */
int parts_setup(void **state);
int parts_teardown(void **state);
/* The same over a desk that is there; f stays the caller's. */
struct parts *parts_begin(struct desk_fixture *f);
void parts_end(struct parts *p);
/*
 * Turn the loop until sql gives wanted on the test's connection; fails the
 * test after 20 s.
 */
void parts_wait_int(struct parts *p, const char *sql, int64_t wanted);
/* The same for any condition. */
void parts_wait(
    struct parts *p, bool (*cond)(struct parts *p), const char *what);
/* The committer's n-th write or commit from now on fails as a full disk. */
void parts_fail_after(struct parts *p, int n);

#define PARTS_TEST(t)                                                          \
	cmocka_unit_test_setup_teardown(t, parts_setup, parts_teardown)

#endif
