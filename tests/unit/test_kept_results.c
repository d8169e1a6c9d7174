/*
 * What a sending or a job came to is recorded although the desk does not take
 * it at once: whichever write fails, or when the server is away, it is done
 * once and its result is there.
 *
 * Turned red by: a result that is given up when its commit fails.
 */
#include "common/log.h"
#include "common/rehearsal.h"
#include "db/records/jobs.h"
#include "tests/lib/parts_fixture.h"
#include <stdatomic.h>

#define WRITES 8 /* more than a claim or a result makes */
#define TURNS  25

/* What is under way is ended without us; then another look helps. */
static bool
now_and_then(void)
{
	static int turns;

	return ++turns % TURNS == 0;
}

static bool
message_is_sent(struct parts *p)
{
	if (now_and_then())
		outbox_run_wake(p->d.outbox);
	return talk_int(p->f, "SELECT COUNT(*) FROM outbox WHERE state = 2"
			      " AND attempts = 1") == 1;
}

/* The n-th write from the claim on, or from the claim's end. */
static void
send_one(int n, bool is_claimed)
{
	struct parts *p;

	parts_setup((void **)&p);
	talk_send(p->f, talk_says(p->f, "wamid.1", "Hola"), "uno");
	if (is_claimed)
		assert_true(provider_order(p->provider, "slow", 1));
	else
		parts_fail_after(p, n);
	outbox_run_wake(p->d.outbox);
	if (is_claimed) {
		parts_wait_int(
		    p, "SELECT COUNT(*) FROM outbox WHERE state = 1", 1);
		parts_fail_after(p, n);
	}
	parts_wait(p, message_is_sent, "the message");
	if (provider_sent_count(p->provider) != 1)
		fail_msg("write %d: sent %d times", n,
		    (int)provider_sent_count(p->provider));
	parts_teardown((void **)&p);
}

static void
sending__any_write_fails__is_sent_once_and_known(void **state)
{
	(void)state;
	for (int n = 1; n <= WRITES; n++) {
		send_one(n, false);
		send_one(n, true);
	}
}

static bool
media_is_there(struct parts *p)
{
	if (now_and_then())
		job_run_wake(p->d.jobs);
	/* What fails within the result is tried again, which is no loss. */
	return talk_int(p->f, "SELECT COUNT(*) FROM jobs WHERE state = 2") == 1;
}

static void
fetch_one(int n, bool is_claimed)
{
	struct inbound_message in = talk_message("wamid.1", "", 0);
	struct parts *p;

	parts_setup((void **)&p);
	in.kind = MESSAGE_IMAGE;
	in.kind_name = "image";
	in.media_id = REHEARSAL_MEDIA_IMAGE;
	in.media_mime = "image/png";
	talk_receive(p->f, &in);
	if (!is_claimed)
		parts_fail_after(p, n);
	job_run_wake(p->d.jobs);
	if (is_claimed) {
		parts_wait_int(
		    p, "SELECT COUNT(*) FROM jobs WHERE state = 1", 1);
		parts_fail_after(p, n);
	}
	parts_wait(p, media_is_there, "the image");
	if (talk_int(p->f, "SELECT COUNT(*) FROM messages m"
			   " JOIN files f ON f.id = m.file_id") != 1 ||
	    talk_int(p->f, "SELECT COUNT(*) FROM files") != 1)
		fail_msg("write %d: not one file", n);
	parts_teardown((void **)&p);
}

static void
job__any_write_fails__is_run_once_and_known(void **state)
{
	(void)state;
	for (int n = 1; n <= WRITES; n++) {
		fetch_one(n, false);
		fetch_one(n, true);
	}
}

/* ---- the server is away between the request and its result ---- */

static atomic_int not_kept;

static void
count_not_kept(const char *line, void *data)
{
	(void)data;
	if (strstr(line, "was not kept") != NULL)
		atomic_fetch_add(&not_kept, 1);
}

static bool
was_not_kept(struct parts *p)
{
	(void)p;
	return atomic_load(&not_kept) > 0;
}

/* From a moment after the claim until the result could not be written. */
static void
away_for_the_result(struct parts *p)
{
	int64_t one, until = clock_mono_us() + 60 * US_PER_SECOND;
	struct err err = ERR_INIT;

	atomic_store(&not_kept, 0);
	log_set_sink(count_not_kept, NULL);
	engine_away(p->f->uri);
	parts_wait(p, was_not_kept, "a result that is not kept");
	engine_back(p->f->uri);
	while (db_int(p->f->d->db, &one, "SELECT 1", NO_BINDS, &err) != 0)
		assert_true(clock_mono_us() < until);
}

static void
sending__server_away__is_sent_once_and_known(void **state)
{
	struct parts *p = *state;

	assert_true(provider_order(p->provider, "slow", 1));
	talk_send(p->f, talk_says(p->f, "wamid.1", "Hola"), "uno");
	outbox_run_wake(p->d.outbox);
	parts_wait_int(p, "SELECT COUNT(*) FROM outbox WHERE state = 1", 1);
	away_for_the_result(p);
	parts_wait(p, message_is_sent, "the message");
	assert_int_equal(provider_sent_count(p->provider), 1);
}

static void
job__server_away__is_run_once_and_known(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;

	talk_says(p->f, "wamid.1", "Hola"); /* the channel's row */
	desk_fixture_act(p->f, FIXTURE_TENANT, "admin");
	assert_ok(channel_ask_templates(p->f->d, TALK_CHANNEL, &err));
	job_run_wake(p->d.jobs);
	parts_wait_int(p, "SELECT COUNT(*) FROM jobs WHERE state = 1", 1);
	away_for_the_result(p);
	parts_wait_int(
	    p, "SELECT COUNT(*) FROM jobs WHERE state = 2 AND attempts = 1", 1);
	assert_true(
	    talk_int(p->f, "SELECT COUNT(*) FROM channel_templates") > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sending__any_write_fails__is_sent_once_and_known),
	    cmocka_unit_test(job__any_write_fails__is_run_once_and_known),
	};
	const struct CMUnitTest on_server[] = {
	    PARTS_TEST(sending__server_away__is_sent_once_and_known),
	    PARTS_TEST(job__server_away__is_run_once_and_known),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	if (engine_is_postgres())
		rc += cmocka_run_group_tests(on_server, NULL, NULL);
	return rc;
}
