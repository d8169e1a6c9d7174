/*
 * Unit tests of syncd/work/job_run and its handlers, against the rehearsal
 * provider.
 */
#include "common/rehearsal.h"
#include "db/core/op.h"
#include "db/records/jobs.h"
#include "tests/lib/parts_fixture.h"

#define JOBS(n) "SELECT COUNT(*) FROM jobs WHERE state = " #n

static void
receive_media(struct parts *p, const char *id, const char *url)
{
	struct inbound_message in = talk_message("wamid.1", "", 0);

	in.kind = MESSAGE_IMAGE;
	in.kind_name = "image";
	in.media_id = id;
	in.media_url = url;
	in.media_mime = "image/png; x=y";
	in.media_filename = "router.png";
	talk_receive(p->f, &in);
	job_run_wake(p->d.jobs);
}

static void
media_fetch__id__is_looked_up_and_kept(void **state)
{
	struct parts *p = *state;

	receive_media(p, REHEARSAL_MEDIA_IMAGE, "");
	parts_wait_int(p, JOBS(2), 1);
	assert_int_equal(
	    talk_int(p->f, "SELECT COUNT(*) FROM messages m JOIN files f"
			   " ON f.id = m.file_id WHERE f.size > 0"
			   " AND f.mime = 'image/png'"),
	    1);
}

static void
media_fetch__address_without_id__is_fetched_directly(void **state)
{
	struct parts *p = *state;
	char url[256];

	str_format(url, sizeof(url), "%s/rehearsal/media/%s",
	    p->provider_channel.api_base, REHEARSAL_MEDIA_IMAGE);
	receive_media(p, "", url);
	parts_wait_int(p, JOBS(2), 1);
	assert_int_equal(
	    talk_int(p->f, "SELECT COUNT(*) FROM messages m JOIN files f"
			   " ON f.id = m.file_id WHERE f.mime = 'image/png'"),
	    1);
}

static void
media_fetch__foreign_host__is_refused(void **state)
{
	struct parts *p = *state;

	receive_media(p, "", "https://example.com/a.png");
	parts_wait_int(p, JOBS(3), 1);
	assert_int_equal(talk_int(p->f, "SELECT COUNT(*) FROM files"), 0);
}

static void
media_fetch__address_is_gone__is_tried_again(void **state)
{
	struct parts *p = *state;
	char url[256];

	str_format(url, sizeof(url), "%s/rehearsal/media/nothing",
	    p->provider_channel.api_base);
	receive_media(p, "", url);
	/* No wait between the tries here: all of them at once. */
	parts_wait_int(p, "SELECT COUNT(*) FROM jobs WHERE attempts > 1", 1);
	assert_int_equal(talk_int(p->f, "SELECT COUNT(*) FROM files"), 0);
}

static void
media_fetch__room_is_scarce__waits_without_counting(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;

	fs_fake_space((int64_t)4 << 30, (int64_t)100 << 30);
	receive_media(p, REHEARSAL_MEDIA_IMAGE, "");
	parts_wait_int(p,
	    "SELECT COUNT(*) FROM jobs WHERE state = 0 AND attempts = 0"
	    " AND error_text <> ''",
	    1);
	assert_int_equal(talk_int(p->f, "SELECT COUNT(*) FROM files"), 0);
	fs_fake_space((int64_t)50 << 30, (int64_t)100 << 30);
	talk_system(p->f);
	assert_ok(db_begin(p->f->d->db, "test", &err));
	assert_ok(db_exec(p->f->d->db, "UPDATE jobs SET next_try_us = 1",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(p->f->d->db, &err));
	job_run_wake(p->d.jobs);
	parts_wait_int(p, JOBS(2), 1);
	assert_int_equal(talk_int(p->f, "SELECT COUNT(*) FROM files"), 1);
	fs_fake_space(0, 0);
}

static void
job_run__templates_and_test__leave_their_result(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;

	talk_says(p->f, "wamid.1", "Hola"); /* the channel's row */
	desk_fixture_act(p->f, FIXTURE_TENANT, "admin");
	assert_ok(channel_ask_templates(p->f->d, TALK_CHANNEL, &err));
	assert_ok(channel_ask_test(p->f->d, TALK_CHANNEL, &err));
	job_run_wake(p->d.jobs);
	parts_wait_int(p, JOBS(2), 2);
	assert_true(
	    talk_int(p->f, "SELECT COUNT(*) FROM channel_templates") > 0);
}

static void
job_run__damaged_arguments__fail_alone(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;
	struct op op;

	talk_system(p->f);
	assert_ok(op_begin(p->f->d, &op, OP_JOB_NEW, 0, &err));
	assert_ok(op_end(p->f->d, &op,
	    job_queue(p->f->d, &op, JOB_TEMPLATES, 0, "{", NULL, &err), &err));
	receive_media(p, REHEARSAL_MEDIA_IMAGE, "");
	parts_wait_int(p, JOBS(3), 1);
	parts_wait_int(p, JOBS(2), 1);
}

static void
job_run_stop__claimed_meanwhile__is_queued_again(void **state)
{
	struct parts *p = *state;

	receive_media(p, REHEARSAL_MEDIA_IMAGE, "");
	job_run_stop(p->d.jobs);
	parts_wait_int(p, JOBS(0), 1);
	assert_int_equal(talk_int(p->f, "SELECT COUNT(*) FROM files"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PARTS_TEST(media_fetch__id__is_looked_up_and_kept),
	    PARTS_TEST(media_fetch__address_without_id__is_fetched_directly),
	    PARTS_TEST(media_fetch__foreign_host__is_refused),
	    PARTS_TEST(media_fetch__room_is_scarce__waits_without_counting),
	    PARTS_TEST(media_fetch__address_is_gone__is_tried_again),
	    PARTS_TEST(job_run__templates_and_test__leave_their_result),
	    PARTS_TEST(job_run__damaged_arguments__fail_alone),
	    PARTS_TEST(job_run_stop__claimed_meanwhile__is_queued_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
