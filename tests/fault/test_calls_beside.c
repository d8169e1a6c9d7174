/*
 * A system call fails around what the daemon keeps beside the desk, or does
 * for it: the spool while the desk takes nothing, the audit trail's anchors,
 * sends, attachments.  An event is acknowledged when it is durable in the
 * spool, and arrives once; an anchor that was written stays, and is never
 * taken for a changed one; a message is taken by the provider once at most,
 * and as often as the desk says; an attachment is fetched in the end, and has
 * the bytes that its row tells.
 *
 * FAULT_ROUNDS sets the rounds of each case (0: every site and error).
 * Turned red by: a file whose fsync is not looked at; anchors that are not
 * durable and stay; a key that cannot be read just now taken for none.
 *
 * SQLite only: these are the calls that its engine makes for its file.
 */
#include "common/clock.h"
#include "db/records/audit_anchor.h"
#include "db/records/tickets.h"
#include "tests/lib/faults.h"
#include "tests/lib/syncd_round.h"
#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define POSTS   3
#define SENDS   2
#define TAKE_MS 3000 /* the next daemon may take it in as well */

static struct stage stage;
static bool taken[POSTS];
static bool was_rash; /* acknowledged, and not durable */

static void
prepare(void)
{
	memset(taken, 0, sizeof(taken));
	was_rash = false;
}

/* ---- the spool ---- */

/* Files in the spool; their names end so. */
static int
spooled(const char *end)
{
	DIR *d = opendir(syncd_round_path("desk.db.spool"));
	struct dirent *e;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name), k = strlen(end);

		n += len >= k && strcmp(e->d_name + len - k, end) == 0;
	}
	if (d != NULL)
		closedir(d);
	return n;
}

static bool
is_spool_emptied(int64_t within_ms)
{
	int64_t until = clock_mono_us() + within_ms * US_PER_MS;

	while (spooled(".event") > 0 && clock_mono_us() < until)
		poll(NULL, 0, 5);
	return spooled(".event") == 0;
}

static void
post_into_spool(void)
{
	faults_fill("desk.db-wal");
	for (int i = 0; i < POSTS; i++) {
		int before = faults_failed_syncs();

		taken[i] = syncd_round_post(i) == 200;
		was_rash =
		    was_rash || (taken[i] && faults_failed_syncs() > before);
	}
	faults_fill(NULL);
	(void)is_spool_emptied(TAKE_MS);
	syncd_round_settle();
}

static const char *
check_spool(void)
{
	const char *wrong;

	if (was_rash)
		return syncd_round_complain("acknowledged, and not durable");
	if (spooled(".bad") > 0)
		return syncd_round_complain("a whole event is set aside");
	syncd_round_start_next();
	wrong = syncd_round_check_posts(taken, POSTS);
	if (wrong == NULL && !is_spool_emptied(STAGE_WAIT_MS))
		wrong = syncd_round_complain("the spool is not emptied");
	return syncd_round_stop_next(wrong);
}

/* ---- the anchors of the audit trail ---- */

/* Of the rounds that begin with some; after a round. */
static int64_t anchored, seen;

static void
prepare_first(void)
{
	prepare();
	unlink(syncd_round_path("desk.db.audit"));
	unlink(syncd_round_path("desk.db.audit-key"));
}

/* The trail goes on between the daemon's first anchors and its last. */
static void
new_ticket(void)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct ticket_new in = {.subject = "Sin red"};
	struct err err = ERR_INIT;
	int64_t id, number;

	if (ticket_new(d, &in, &id, &number, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
}

/* The newest anchor of the trail, -1: they are not as they should be. */
static int64_t
last_anchor(size_t *count)
{
	struct audit_anchors a;
	struct err err = ERR_INIT;
	int64_t seq = 0;

	if (audit_anchor_read(stage.desk, &a, &err) != 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < a.count; i++)
		if (a.rows[i].tenant_id > 0)
			seq = a.rows[i].seq;
	if (a.bad_line != 0 || !a.has_key)
		seq = -1;
	*count = a.count;
	audit_anchor_free(&a);
	return seq;
}

#define TRAIL                                                                  \
	"SELECT value FROM counters WHERE name = 'audit'"                      \
	" AND tenant_id = (SELECT id FROM tenants WHERE slug = 'demo')"

static const char *
check_anchors(void)
{
	const char *wrong;
	size_t count;

	if (syncd_round_has_logged("was changed"))
		return syncd_round_complain("a false alarm");
	stage_check_whole(&stage);
	syncd_round_start_next();
	wrong = syncd_round_stop_next(NULL);
	if (wrong != NULL)
		return wrong;
	if (last_anchor(&count) != stage_int(&stage, TRAIL))
		return syncd_round_complain("the trail is not anchored");
	seen = (int64_t)count;
	return NULL;
}

static const char *
check_all_anchors(void)
{
	const char *wrong = check_anchors();

	if (wrong == NULL && seen < anchored)
		wrong = syncd_round_complain("an anchor is lost");
	return wrong;
}

/* ---- what is sent ---- */

static void
send_texts(void)
{
	for (int i = 0; i < SENDS; i++)
		syncd_round_send(i);
	syncd_round_settle();
}

static const char *
check_sends(void)
{
	syncd_round_start_next();
	return syncd_round_stop_next(syncd_round_check_sends(SENDS));
}

/* ---- an attachment ---- */

static void
post_image(void)
{
	taken[0] = syncd_round_post_image();
	if (taken[0])
		syncd_round_settle();
}

static const char *
check_attachment(void)
{
	const char *wrong = NULL;

	syncd_round_start_next();
	if (taken[0])
		wrong = syncd_round_check_image();
	return syncd_round_stop_next(wrong);
}

/* ---- all of them ---- */

static void
daemon__a_call_fails_beside_the_desk__loses_nothing(void **state)
{
	static const struct syncd_part parts[] = {
	    {.name = "idle", .prepare = prepare, .is_known = true},
	    {.name = "spool",
		.prepare = prepare,
		.work = post_into_spool,
		.check = check_spool,
		.rounds = 4,
		.only_new = true},
	    {.name = "first anchors",
		.prepare = prepare_first,
		.work = new_ticket,
		.check = check_anchors,
		.rounds = 2,
		.only_new = true},
	    {.name = "anchors",
		.prepare = prepare,
		.work = new_ticket,
		.check = check_all_anchors,
		.rounds = 3},
	    {.name = "sends",
		.prepare = prepare,
		.work = send_texts,
		.check = check_sends,
		.rounds = 3,
		.only_new = true},
	    {.name = "attachment",
		.prepare = prepare,
		.work = post_image,
		.check = check_attachment,
		.rounds = 3,
		.only_new = true},
	};
	struct fault_case cases[COUNT(parts)];

	for (size_t i = 0; i < COUNT(parts); i++)
		cases[i] = syncd_round_case(&parts[i]);
	(void)state;
	faults_play(cases, COUNT(cases), 6);
}

static int
setup(void **state)
{
	size_t count;

	(void)state;
	stage_open(&stage);
	stage_start_provider(&stage);
	stage_start_daemon(&stage); /* the first anchors */
	assert_int_equal(stage_stop_daemon(&stage), 0);
	(void)last_anchor(&count);
	anchored = (int64_t)count;
	syncd_round_keep(&stage);
	faults_begin();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	faults_end();
	stage_close(&stage);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		daemon__a_call_fails_beside_the_desk__loses_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
