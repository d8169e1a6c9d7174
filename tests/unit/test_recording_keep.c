/*
 * How long the sound of calls is kept: what is old enough goes with its
 * sidecar, what is held stays, the trash gives back until its days are over,
 * and the chain is whole after all of it, also without its calls.
 *
 * Turned red by: a hold that the sweep does not ask for, a sidecar that is
 * left, a tombstone that forgets its call's number, a list of what is due that
 * does not look at the time of the end.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "common/wav.h"
#include "db/records/approvals.h"
#include "db/records/calls.h"
#include "db/records/people.h"
#include "db/records/purge.h"
#include "db/records/recordings.h"
#include "db/records/staff.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>
#include <unistd.h>

#define NOW DESK_TEST_NOW

static bool
has_file(struct desk_fixture *f, const char *name, const char *suffix)
{
	struct str path = STR_INIT;
	bool is_there;

	str_addf(&path, "%s/%.2s/%s%s", f->d->files_dir, name, name, suffix);
	is_there = access(path.s, F_OK) == 0;
	str_free(&path);
	return is_there;
}

/* A second of sound of a call that ended days ago. */
static int64_t
record(struct desk_fixture *f, int days, int64_t contact, char name[33],
    int64_t *call)
{
	const struct call_new in = {
	    .direction = CALL_IN, .number = "600111222", .contact_id = contact};
	const struct call_close as = {.disposition = "NI"};
	const struct recording_facts facts = {.duration_us = -1,
	    .rate = 8000,
	    .channels = 1,
	    .peak = 12,
	    .device = "tone"};
	struct recording_new what = {
	    .consent = CONSENT_YES, .rate = 8000, .channels = 1};
	uint8_t head[WAV_HEAD_SIZE + 16000] = {0};
	struct err err = ERR_INIT;
	int64_t id;
	int fd;

	clock_fake_wall(NOW - days * US_PER_DAY);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(f->d, &in, call, NULL, &err));
	what.call_id = *call;
	assert_ok(recording_begin(f->d, &what, &id, name, &err));
	assert_ok(recording_open_part(f->d, name, &fd, &err));
	wav_head(head, 8000, 1, 16000);
	assert_int_equal(write(fd, head, sizeof(head)), sizeof(head));
	close(fd);
	clock_fake_advance(US_PER_SECOND);
	assert_ok(recording_end(f->d, id, &facts, RECORDING_READY, &err));
	assert_ok(call_end(f->d, *call, &err));
	assert_ok(call_close(f->d, *call, &as, &err));
	clock_fake_wall(NOW);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	return id;
}

static struct purge
run(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct purge p;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(purge_run(f->d, &p, NULL, NULL, &err));
	return p;
}

static void
assert_chain(struct desk_fixture *f, int64_t links)
{
	struct recording_verdict v;
	struct err err = ERR_INIT;

	assert_ok(recording_verify(f->d, false, NULL, NULL, &v, &err));
	assert_int_equal(v.checked, links);
	assert_int_equal(v.wrong, 0);
}

static int64_t
ask(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(f->d->db, &n, sql, BINDS(b_int(f->demo.id)), &err));
	return n;
}

/* Proposed by admin and approved by another one. */
static void
approve(struct desk_fixture *f)
{
	const struct operator_new second = {.login = "second",
	    .full_name = "Second",
	    .role = ROLE_ADMIN,
	    .unix_uid = -1};
	struct err err = ERR_INIT;
	int64_t id, proposed = f->d->proposed;

	(void)operator_new(f->d, &second, &id, &err);
	desk_fixture_act(f, FIXTURE_TENANT, "second");
	assert_ok(approval_approve(f->d, proposed, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
}

static void
sound__older_than_its_days__goes_and_the_chain_holds(void **state)
{
	struct desk_fixture *f = *state;
	struct recording_due *due;
	struct err err = ERR_INIT;
	char old[33], young[33];
	int64_t id, call;
	struct purge p;
	size_t n;

	id = record(f, 740, 0, old, &call);
	(void)record(f, 80, 0, young, &call);
	assert_ok(recording_due_list(f->d, false, 10, &due, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(due[0].id, id);
	assert_string_equal(due[0].name, old);
	assert_false(due[0].held);
	free(due);
	p = run(f);
	assert_int_equal(p.rows[PURGE_RECORDINGS].due, 1);
	assert_int_equal(p.rows[PURGE_RECORDINGS].which, RETENTION_RECORDINGS);
	assert_false(has_file(f, old, ""));
	assert_false(has_file(f, old, ".json"));
	assert_true(has_file(f, young, ""));
	assert_true(has_file(f, young, ".json"));
	/* Its call, too, was old enough; the young one's is there. */
	assert_int_equal(p.rows[PURGE_CALLS].due, 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM calls"
				" WHERE tenant_id = $1"),
	    1);
	assert_int_equal(ask(f, "SELECT count(*) FROM recording_marks"
				" WHERE tenant_id = $1"),
	    1);
	/* One a batch, and how many of them is a question of speed. */
	assert_true(ask(f, "SELECT count(*) FROM audit WHERE tenant_id = $1"
			   " AND operation = 'retention.run'") > 0);
	assert_chain(f, 2);
	assert_ok(recording_due_list(f->d, false, 10, &due, &n, &err));
	assert_int_equal(n, 0);
	free(due);
	assert_int_equal(run(f).removed, 0);
}

static void
sound__held__stays_until_it_is_not(void **state)
{
	static const enum record_kind kinds[] = {
	    RECORD_RECORDING, RECORD_CALL, RECORD_CONTACT};
	struct desk_fixture *f = *state;
	int64_t contact = desk_fixture_contact(f, "Ana", "600111999");
	int64_t call, id, ids[3];
	struct err err = ERR_INIT;
	struct recording_due *due;
	struct hold *holds;
	char name[33];
	size_t n;

	id = record(f, 100, contact, name, &call);
	ids[0] = id;
	ids[1] = call;
	ids[2] = contact;
	for (int i = 0; i < 3; i++) {
		assert_rc(hold_place(f->d, kinds[i], ids[i], "court", &err),
		    OD_EWAITS);
		approve(f);
		assert_int_equal(run(f).rows[PURGE_RECORDINGS].kept, 1);
		assert_ok(recording_due_list(f->d, false, 10, &due, &n, &err));
		assert_int_equal(n, 1);
		assert_true(due[0].held);
		free(due);
		assert_rc(recording_delete(f->d, id, "x", &err), OD_ECONFLICT);
		assert_ok(hold_list(f->d, false, &holds, &n, &err));
		assert_int_equal(n, 1);
		assert_true(holds[0].name[0] != '\0');
		assert_rc(
		    hold_release(f->d, holds[0].id, "over", &err), OD_EWAITS);
		hold_list_free(&holds, n);
		approve(f);
	}
	assert_true(has_file(f, name, ""));
	assert_int_equal(run(f).rows[PURGE_RECORDINGS].due, 1);
	assert_false(has_file(f, name, ""));
	assert_chain(f, 1);
}

static void
trash__gives_back__until_its_days_are_over(void **state)
{
	struct desk_fixture *f = *state;
	struct page page = {.limit = 10};
	const struct recording_filter trash = {.state = -1, .deleted = true};
	struct recording *rows, r;
	struct err err = ERR_INIT;
	int64_t id, call, found;
	char name[33];
	size_t n;

	id = record(f, 1, 0, name, &call);
	for (int i = 0; i < 2; i++) {
		assert_rc(recording_restore(f->d, id, &err), OD_ECONFLICT);
		assert_rc(
		    recording_delete(f->d, id, "asked for", &err), OD_EWAITS);
		approve(f);
		assert_ok(recording_list(f->d, &trash, &page, &rows, &n, &err));
		assert_int_equal(n, 1);
		free(rows);
		assert_ok(recording_find_deleted(f->d, name, &found, &err));
		if (i == 0) {
			assert_ok(recording_restore(f->d, found, &err));
			assert_ok(recording_get(f->d, id, &r, &err));
			assert_int_equal(r.deleted_at, 0);
			assert_chain(f, 1);
		}
	}
	assert_int_equal(run(f).rows[PURGE_RECORDING_TRASH].due, 0);
	clock_fake_wall(NOW + 31 * US_PER_DAY);
	assert_int_equal(run(f).rows[PURGE_RECORDING_TRASH].due, 1);
	assert_false(has_file(f, name, ""));
	assert_false(has_file(f, name, ".json"));
	assert_rc(recording_restore(f->d, id, &err), OD_ECONFLICT);
	assert_chain(f, 1);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(recording_list(f->d, &trash, &page, &rows, &n, &err));
	assert_int_equal(n, 0);
	free(rows);
}

/* Turned red by: a sidecar, or a file's title, that says whose it was. */
static void
sound__of_a_cleared_contact__names_nobody_on_the_disk(void **state)
{
	struct desk_fixture *f = *state;
	struct str path = STR_INIT, side = STR_INIT;
	struct err err = ERR_INIT;
	char name[33];
	int64_t call, contact;

	clock_fake_wall(NOW - 60 * US_PER_DAY);
	contact = desk_fixture_contact(f, "Ana", "600111999");
	(void)record(f, 50, contact, name, &call);
	str_addf(&path, "%s/%.2s/%s.json", f->d->files_dir, name, name);
	assert_ok(fs_read(path.s, 65536, &side, &err));
	assert_non_null(strstr(side.s, "\"Ana\""));
	clock_fake_wall(NOW - 40 * US_PER_DAY);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(contact_delete(f->d, contact, 0, &err));
	clock_fake_wall(NOW);
	(void)run(f);
	assert_int_equal(ask(f, "SELECT count(*) FROM contacts"
				" WHERE tenant_id = $1 AND deleted_at > 0"),
	    0);
	str_clear(&side);
	assert_ok(fs_read(path.s, 65536, &side, &err));
	assert_null(strstr(side.s, "Ana"));
	assert_null(strstr(side.s, "600111"));
	assert_int_equal(ask(f, "SELECT count(*) FROM files"
				" WHERE tenant_id = $1 AND title LIKE '%Ana%'"),
	    0);
	assert_chain(f, 1);
	str_free(&path);
	str_free(&side);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST_AT_NOW(
		sound__older_than_its_days__goes_and_the_chain_holds),
	    DESK_TEST_AT_NOW(sound__held__stays_until_it_is_not),
	    DESK_TEST_AT_NOW(
		sound__of_a_cleared_contact__names_nobody_on_the_disk),
	    DESK_TEST_AT_NOW(trash__gives_back__until_its_days_are_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
