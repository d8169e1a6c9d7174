/*
 * Unit tests of syncd/work/recording_upkeep: what a dead recorder left is put
 * right by the daemon.  Turned red by: a scan of live ones too, no scan.
 */
#include "syncd/work/recording_upkeep.h"
#include "common/wav.h"
#include "db/records/recordings.h"
#include "tests/lib/parts_fixture.h"
#include <unistd.h>

static const struct recording_new wanted = {
    .consent = CONSENT_YES, .rate = 8000, .channels = 1};

/* A second of sound, whose file's header says nothing yet. */
static int64_t
recording_of(struct desk *d)
{
	static const char second[16000];
	uint8_t head[WAV_HEAD_SIZE];
	struct err err = ERR_INIT;
	char name[33];
	int64_t id;
	int fd;

	assert_ok(recording_begin(d, &wanted, &id, name, &err));
	assert_ok(recording_open_part(d, name, &fd, &err));
	wav_head(head, 8000, 1, 0);
	assert_int_equal(write(fd, head, sizeof(head)), sizeof(head));
	assert_int_equal(write(fd, second, sizeof(second)), sizeof(second));
	close(fd);
	return id;
}

static void
recording_upkeep__puts_right__only_what_died(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;
	struct recording r;
	struct desk *dead, *live;
	int64_t ids[2];

	dead = desk_fixture_open(p->f);
	live = desk_fixture_open(p->f);
	assert_ok(desk_act_as_operator(dead, FIXTURE_TENANT, "operator", &err));
	assert_ok(desk_act_as_operator(live, FIXTURE_TENANT, "operator", &err));
	ids[0] = recording_of(dead);
	ids[1] = recording_of(live);
	desk_close(&dead);
	p->d.recordings = recording_upkeep_new(&p->d);
	recording_upkeep_wake(p->d.recordings);
	parts_wait_int(p, "SELECT count(*) FROM recordings WHERE state = 3", 1);
	desk_fixture_act(p->f, FIXTURE_TENANT, "operator");
	assert_ok(recording_get(p->f->d, ids[0], &r, &err));
	assert_int_equal(r.state, RECORDING_RECOVERED);
	assert_int_equal(r.duration_us, US_PER_SECOND);
	assert_ok(recording_get(p->f->d, ids[1], &r, &err));
	assert_int_equal(r.state, RECORDING_RUNNING);
	desk_close(&live);
}

static int
teardown(void **state)
{
	struct recording_upkeep *u = ((struct parts *)*state)->d.recordings;
	int rc = parts_teardown(state);

	recording_upkeep_free(&u);
	return rc;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		recording_upkeep__puts_right__only_what_died, parts_setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
