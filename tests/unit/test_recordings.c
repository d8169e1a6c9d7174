/*
 * Unit tests of db/records/recordings: consent first, a file that is whole, a
 * chain that shows what was changed, what died put right, two who delete.
 */
#include "db/records/recordings.h"
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/wav.h"
#include "db/core/op.h"
#include "db/records/approvals.h"
#include "db/records/staff.h"
#include "db/records/tokens.h"
#include "tests/lib/desk_test.h"
#include "tui/cli/cli_doctor.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int64_t
begin_by(struct desk *d, char name[33])
{
	const struct recording_new in = {.contact_name = "Ana",
	    .contact_phone = "+34600111222",
	    .consent = CONSENT_YES,
	    .rate = 16000,
	    .channels = 1,
	    .device = "tone"};
	struct err err = ERR_INIT;
	int64_t id = 0;

	assert_ok(recording_begin(d, &in, &id, name, &err));
	return id;
}

static int64_t
begin(struct desk_fixture *f, char name[33])
{
	return begin_by(f->d, name);
}

/* As a recorder leaves it: with a head of so much sound, or a killed one. */
static void
write_part(struct desk_fixture *f, const char *name, bool is_killed)
{
	uint8_t head[WAV_HEAD_SIZE];
	struct err err = ERR_INIT;
	char sound[32000];
	int fd;

	memset(sound, 1, sizeof(sound));
	assert_ok(recording_open_part(f->d, name, &fd, &err));
	wav_head(head, 16000, 1, is_killed ? 16000 : sizeof(sound));
	assert_int_equal(write(fd, head, sizeof(head)), WAV_HEAD_SIZE);
	assert_int_equal(write(fd, sound, sizeof(sound)), sizeof(sound));
	close(fd);
}

static int64_t
record(struct desk_fixture *f, char name[33])
{
	const struct recording_facts facts = {.duration_us = 1000000,
	    .rate = 16000,
	    .channels = 1,
	    .peak = 1234,
	    .device = "tone"};
	struct err err = ERR_INIT;
	int64_t id = begin(f, name);

	write_part(f, name, false);
	assert_ok(recording_end(f->d, id, &facts, RECORDING_READY, &err));
	return id;
}

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

static void
recording_begin__wants_consent__before_anything(void **state)
{
	struct recording_new in = {.rate = 16000, .channels = 1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct recording_stats stats;
	char name[33];
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(recording_begin(f->d, &in, &id, name, &err), OD_ECONFLICT);
	in.consent = CONSENT_REFUSED;
	assert_rc(recording_begin(f->d, &in, &id, name, &err), OD_ECONFLICT);
	assert_ok(recording_stats(
	    f->d, &(struct recording_filter){.state = -1}, &stats, &err));
	assert_int_equal(stats.count, 0);
}

static void
recording_end__keeps_the_file__and_tells_of_it(void **state)
{
	struct desk_fixture *f = *state;
	struct recording_mark *marks;
	struct err err = ERR_INIT;
	struct str side = STR_INIT;
	struct recording r;
	char name[33], path[700];
	int64_t id, found;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = begin(f, name);
	assert_true(has_file(f, name, ".json"));
	write_part(f, name, false);
	assert_ok(recording_mark(
	    f->d, id, RECORDING_PAUSE, 200000, 400000, "card", &err));
	{
		const struct recording_facts facts = {
		    .duration_us = -1, .peak = 99, .device = "headset"};

		assert_ok(
		    recording_end(f->d, id, &facts, RECORDING_READY, &err));
		assert_rc(
		    recording_end(f->d, id, &facts, RECORDING_READY, &err),
		    OD_ECONFLICT);
	}
	assert_true(has_file(f, name, ""));
	assert_false(has_file(f, name, ".part"));
	assert_ok(recording_get(f->d, id, &r, &err));
	assert_int_equal(r.state, RECORDING_READY);
	assert_int_equal(r.duration_us, 1000000);
	assert_int_equal(r.bytes, 32044);
	assert_int_equal(strlen(r.sha256), 64);
	assert_string_equal(r.contact_name, "Ana");
	assert_ok(
	    recording_find(f->d, "", &found, &err) == OD_ENOTFOUND ? 0 : 1);
	name[8] = '\0';
	assert_ok(recording_find(f->d, name, &found, &err));
	assert_int_equal(found, id);
	assert_ok(recording_marks(f->d, id, &marks, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(marks[0].kind, RECORDING_CONSENT);
	assert_int_equal(marks[1].until_us, 400000);
	free(marks);
	snprintf(path, sizeof(path), "%s/%.2s/%s.json", f->d->files_dir, r.name,
	    r.name);
	assert_ok(fs_read(path, 10000, &side, &err));
	assert_non_null(strstr(side.s, "\"contact_name\":\"Ana\""));
	assert_non_null(strstr(side.s, "\"duration_seconds\":1"));
	assert_non_null(strstr(side.s, r.sha256));
	str_free(&side);
}

static void
recording_verify__finds__what_was_changed_or_taken(void **state)
{
	static const struct {
		const char *sql;
		enum recording_fault fault;
	} deeds[] = {
	    {"UPDATE recordings SET duration_us = 1 WHERE id = $1"
	     " AND tenant_id > 0",
		RECORDING_CHANGED},
	    {"DELETE FROM recordings WHERE id = $1 AND tenant_id > 0",
		RECORDING_UNLINKED},
	};
	struct desk_fixture *f = *state;
	struct recording_verdict v;
	struct err err = ERR_INIT;
	char names[4][33], path[700];
	int64_t ids[4];
	int fd;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (int i = 0; i < 4; i++)
		ids[i] = record(f, names[i]);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(recording_verify(f->d, false, NULL, NULL, &v, &err));
	assert_int_equal(v.checked, 4);
	assert_int_equal(v.wrong, 0);
	snprintf(path, sizeof(path), "%s/%.2s/%s", f->d->files_dir, names[1],
	    names[1]);
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "x", 1, 1000), 1);
	close(fd);
	assert_ok(recording_verify(f->d, false, NULL, NULL, &v, &err));
	assert_int_equal(v.wrong, 1);
	assert_int_equal(v.first[0].fault, RECORDING_BAD_FILE);
	assert_string_equal(v.first[0].name, names[1]);
	for (int i = 0; i < 2; i++) {
		assert_ok(db_begin(f->d->db, "test", &err));
		assert_ok(db_exec(f->d->db,
		    "DELETE FROM recording_marks WHERE recording_id = $1"
		    " AND tenant_id > 0",
		    BINDS(b_int(ids[1 + i])), NULL, &err));
		assert_ok(db_exec(f->d->db, deeds[i].sql,
		    BINDS(b_int(ids[1 + i])), NULL, &err));
		assert_ok(db_commit(f->d->db, &err));
		assert_ok(recording_verify(f->d, true, NULL, NULL, &v, &err));
		assert_int_equal(v.wrong, 1 + i);
		assert_int_equal(v.first[i].fault, deeds[i].fault);
	}
}

static void
note_progress(int64_t done, int64_t all, void *data)
{
	int64_t *told = data;

	assert_int_equal(done, told[0] + 1);
	told[0] = done;
	told[1] = all;
}

/* More than are read at once (200): none is left out, none counts twice. */
static void
recording_verify__many__looks_at_each_once(void **state)
{
	struct desk_fixture *f = *state;
	struct recording_verdict v;
	struct err err = ERR_INIT;
	int64_t id = 0, told[2] = {0, 0};
	char name[33];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (int i = 0; i < 200; i++)
		id = record(f, name);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(recording_verify(f->d, false, NULL, NULL, &v, &err));
	assert_int_equal(v.checked, 200);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = record(f, name);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE recordings SET duration_us = 1 WHERE id = $1"
	    " AND tenant_id > 0",
	    BINDS(b_int(id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_ok(recording_verify(f->d, true, note_progress, told, &v, &err));
	assert_int_equal(v.checked, 201);
	assert_int_equal(told[0], 201);
	assert_int_equal(told[1], 201);
	assert_int_equal(v.wrong, 1);
	assert_string_equal(v.first[0].name, name);
	assert_int_equal(v.first[0].fault, RECORDING_CHANGED);
}

static void
recording_scan__puts_right__what_a_program_left(void **state)
{
	struct desk_fixture *f = *state;
	char killed[33], silent[33], lost[33], live[33];
	struct recording_verdict v;
	struct recording_scan scan;
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;
	struct err err = ERR_INIT;
	struct recording r;
	struct desk *other;
	int64_t ids[4];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ids[0] = begin(f, killed);
	write_part(f, killed, true);
	ids[1] = begin(f, silent);
	{
		int fd;

		assert_ok(recording_open_part(f->d, silent, &fd, &err));
		close(fd);
	}
	ids[2] = begin(f, lost);
	other = desk_fixture_open(f);
	assert_ok(
	    desk_act_as_operator(other, FIXTURE_TENANT, "operator", &err));
	ids[3] = begin_by(other, live);
	write_part(f, live, true);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(recording_scan(f->d, recording_is_live, &scan, &err));
	assert_int_equal(scan.recovered, 1);
	assert_int_equal(scan.failed, 1);
	assert_int_equal(scan.missing, 1);
	desk_close(&other);
	/* A server takes a moment to see that it is gone. */
	while (recording_is_live(f->d, live) && clock_mono_us() < until)
		;
	assert_ok(recording_scan(f->d, recording_is_live, &scan, &err));
	assert_int_equal(scan.recovered, 1);
	assert_int_equal(scan.failed + scan.missing, 0);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(recording_get(f->d, ids[0], &r, &err));
	assert_int_equal(r.state, RECORDING_RECOVERED);
	assert_int_equal(r.duration_us, 1000000);
	assert_true(has_file(f, killed, ""));
	assert_ok(recording_get(f->d, ids[1], &r, &err));
	assert_int_equal(r.state, RECORDING_FAILED);
	assert_ok(recording_get(f->d, ids[2], &r, &err));
	assert_int_equal(r.state, RECORDING_MISSING);
	assert_ok(recording_verify(f->d, false, NULL, NULL, &v, &err));
	assert_int_equal(v.checked, 2);
	assert_int_equal(v.wrong, 0);
}

static int
rows_with_reason(struct desk_fixture *f, const char *reason)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM audit WHERE tenant_id = $1 AND reason = $2",
	    BINDS(b_int(f->demo.id), b_text(reason)), &err));
	return (int)n;
}

static int
refuse_name(const char *from, const char *to)
{
	(void)from, (void)to;
	errno = ENOSPC;
	return -1;
}

/* There is one of it only.  Turned red by: a part that goes as a copy does. */
static void
recording_end__a_full_disk__leaves_the_sound_for_later(void **state)
{
	static const struct fs_ops full = {.write = write,
	    .fsync = fsync,
	    .rename = refuse_name,
	    .unlink = unlink};
	const struct recording_facts facts = {.duration_us = -1, .peak = -1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct recording r;
	char name[33];
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = begin(f, name);
	write_part(f, name, false);
	fs_set_ops(&full);
	assert_rc(
	    recording_end(f->d, id, &facts, RECORDING_READY, &err), OD_EIO);
	fs_set_ops(NULL);
	assert_true(has_file(f, name, ".part"));
	assert_ok(recording_end(f->d, id, &facts, RECORDING_READY, &err));
	assert_ok(recording_get(f->d, id, &r, &err));
	assert_int_equal(r.duration_us, 1000000);
}

/* Its file has its name, and its row was not written. */
static void
recording_scan__named_already__says_how_long_it_is(void **state)
{
	struct desk_fixture *f = *state;
	struct str part = STR_INIT, whole = STR_INIT;
	struct recording_scan scan;
	struct err err = ERR_INIT;
	struct recording r;
	char name[33];
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = begin(f, name);
	write_part(f, name, false);
	recording_part_path(f->d, name, "", &part);
	str_addn(&whole, part.s, part.len - strlen(".part"));
	assert_int_equal(rename(part.s, whole.s), 0);
	assert_ok(recording_scan(f->d, NULL, &scan, &err));
	assert_int_equal(scan.recovered, 1);
	assert_ok(recording_get(f->d, id, &r, &err));
	assert_int_equal(r.state, RECORDING_RECOVERED);
	assert_int_equal(r.duration_us, 1000000);
	str_free(&part);
	str_free(&whole);
}

static void
recording_delete__takes_two__and_leaves_the_chain(void **state)
{
	struct desk_fixture *f = *state;
	struct recording_verdict v;
	struct recording r;
	struct err err = ERR_INIT;
	const struct operator_new second = {.login = "second",
	    .full_name = "Second",
	    .role = ROLE_ADMIN,
	    .unix_uid = -1};
	char name[33], next[33], why[201] = "";
	int64_t id, proposed, other;
	int fd;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = record(f, name);
	(void)record(f, next);
	assert_ok(recording_open(f->d, id, &fd, &err));
	close(fd);
	assert_rc(recording_export(f->d, id, "dispute", &fd, &err), OD_EDENIED);
	assert_rc(recording_delete(f->d, id, "asked for", &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(recording_export(f->d, id, "", &fd, &err), OD_EDATA);
	assert_ok(recording_export(f->d, id, "dispute", &fd, &err));
	close(fd);
	/* As long as it may be, and all of it is in the audit trail. */
	memset(why, 'w', sizeof(why) - 1);
	assert_ok(recording_export(f->d, id, why, &fd, &err));
	close(fd);
	assert_int_equal(rows_with_reason(f, why), 1);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(recording_delete(f->d, id, "asked for", &err), OD_EWAITS);
	assert_true(has_file(f, name, ""));
	proposed = f->d->proposed;
	assert_ok(operator_new(f->d, &second, &other, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "second");
	assert_ok(approval_approve(f->d, proposed, &err));
	/* In the trash: not to be heard, and still to be had back. */
	assert_true(has_file(f, name, ""));
	assert_rc(recording_open(f->d, id, &fd, &err), OD_EDENIED);
	assert_rc(recording_find(f->d, name, &other, &err), OD_ENOTFOUND);
	assert_rc(recording_get(f->d, id, &r, &err), OD_ENOTFOUND);
	/* Its place in the chain is not empty. */
	assert_ok(recording_verify(f->d, false, NULL, NULL, &v, &err));
	assert_int_equal(v.checked, 2);
	assert_int_equal(v.wrong, 0);
}

/*
 * And the list of what is held has it.  Turned red by: a call that is the
 * matter of a hold, looked at by itself.
 */
static void
recording_delete__is_refused__when_the_calls_ticket_is_held(void **state)
{
	struct desk_fixture *f = *state;
	const struct call_new in = {.direction = CALL_IN, .number = "600333"};
	struct recording_new new = {
	    .consent = CONSENT_YES, .rate = 16000, .channels = 1};
	const struct recording_facts facts = {.duration_us = -1, .peak = -1};
	const struct recording_filter held = {.state = -1, .held = true};
	struct call_links links = {0};
	struct recording_stats stats;
	struct err err = ERR_INIT;
	char name[33];
	int64_t id, hold;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(f->d, &in, &new.call_id, NULL, &err));
	links.ticket_id = desk_fixture_ticket(f, "No dial tone");
	assert_ok(call_link(f->d, new.call_id, &links, &err));
	assert_ok(recording_begin(f->d, &new, &id, name, &err));
	write_part(f, name, false);
	assert_ok(recording_end(f->d, id, &facts, RECORDING_READY, &err));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &hold,
	    "INSERT INTO holds(tenant_id, kind, record_id, reason, created_at)"
	    " VALUES($1, 11, $2, 'x', 1) RETURNING id",
	    BINDS(b_int(f->demo.id), b_int(links.ticket_id)), &err));
	assert_ok(db_commit(f->d->db, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(recording_delete(f->d, id, "asked for", &err), OD_ECONFLICT);
	assert_true(has_file(f, name, ""));
	assert_ok(recording_stats(f->d, &held, &stats, &err));
	assert_int_equal(stats.count, 1);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	(void)record(f, name);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(recording_stats(f->d, &held, &stats, &err));
	assert_int_equal(stats.count, 1);
}

/* Its server ends the connection, and it takes another one. */
static void
break_off(struct desk_fixture *f, struct desk *other)
{
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND, pid, one;
	struct err err = ERR_INIT;

	assert_ok(db_int(other->db, &pid,
	    "SELECT CAST(pg_backend_pid() AS BIGINT)", NO_BINDS, &err));
	assert_ok(db_int(f->d->db, &one,
	    "SELECT CASE WHEN pg_terminate_backend(CAST($1 AS INTEGER), 60000)"
	    " THEN 1 ELSE 0 END",
	    BINDS(b_int(pid)), &err));
	assert_int_equal(one, 1);
	while (
	    db_int(other->db, &one, "SELECT CAST(pg_backend_pid() AS BIGINT)",
		NO_BINDS, &err) != 0 &&
	    clock_mono_us() < until)
		;
	assert_int_not_equal(one, pid);
}

/* Turned red by: a recorder's mark that took the place of another's. */
static void
recording_live__is_known__until_its_recording_ends(void **state)
{
	const struct recording_facts facts = {.duration_us = -1, .peak = -1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk *other = desk_fixture_open(f);
	char one[33], two[33];
	int64_t first;

	assert_ok(
	    desk_act_as_operator(other, FIXTURE_TENANT, "operator", &err));
	first = begin_by(other, one);
	write_part(f, one, false);
	(void)begin_by(other, two);
	if (engine_is_postgres())
		break_off(f, other);
	assert_true(recording_is_live(f->d, one));
	assert_true(recording_is_live(f->d, two));
	assert_ok(recording_end(other, first, &facts, RECORDING_READY, &err));
	assert_false(recording_is_live(f->d, one));
	assert_true(recording_is_live(f->d, two));
	desk_close(&other);
}

/* Turned red by: a mate who records, and so sees whose call it is. */
static void
recording_begin__is_for_ones_own_call(void **state)
{
	struct desk_fixture *f = *state;
	struct call_new in = {.direction = CALL_IN, .number = "+34600111222"};
	struct recording_new new = {
	    .consent = CONSENT_YES, .rate = 16000, .channels = 1};
	struct err err = ERR_INIT;
	struct call c;
	char name[33];
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(f->d, &in, &new.call_id, NULL, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(call_get(f->d, new.call_id, &c, &err));
	call_clear(&c);
	assert_rc(recording_begin(f->d, &new, &id, name, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(recording_begin(f->d, &new, &id, name, &err));
}

/* Turned red by a % that stands for anything, and by capitals with accents. */
static void
recording_list__finds_a_name__as_it_is_typed(void **state)
{
	static const struct {
		const char *typed;
		size_t found;
	} tries[] = {{"maria", 1}, {"María", 1}, {"ÍA 1", 1}, {"munoz", 1},
	    {"100%", 1}, {"%", 1}, {"_", 1}, {"!", 1}, {"1%0", 0}, {"ana", 1},
	    {"", 2}};
	struct recording_new in = {.contact_name = "MARÍA 100%_! MUÑOZ",
	    .consent = CONSENT_YES,
	    .rate = 16000,
	    .channels = 1,
	    .device = "tone"};
	struct desk_fixture *f = *state;
	struct recording_stats stats;
	struct page page = {.limit = 10};
	struct err err = ERR_INIT;
	struct recording *rows;
	char name[33], words[201];
	int64_t id;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(recording_begin(f->d, &in, &id, name, &err));
	(void)begin(f, name); /* Ana */
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		const struct recording_filter filter = {
		    .state = -1, .contact = tries[i].typed};

		assert_ok(recording_list(
		    f->d, &filter, &page, &rows, &n, &err));
		free(rows);
		assert_ok(recording_stats(f->d, &filter, &stats, &err));
		if (n != tries[i].found || stats.count != (int64_t)n)
			fail_msg("%s finds %zu", tries[i].typed, n);
	}
	assert_rc(recording_where(f->d, "state:ready,failed",
		      &(struct recording_filter){0}, words, &err),
	    OD_EDATA);
	assert_non_null(strstr(err.text, "failed"));
}

static void
recording_read__is_ones_own__or_the_teams(void **state)
{
	static const struct {
		const char *login;
		size_t sees;
	} who[] = {{"operator", 1}, {"mate", 0}, {"stranger", 0},
	    {"supervisor", 1}, {"admin", 1}, {"auditor", 1}};
	struct desk_fixture *f = *state;
	struct page page = {.limit = 10};
	struct err err = ERR_INIT;
	struct recording r, *rows;
	char name[33];
	int64_t id;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = record(f, name);
	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		desk_fixture_act(f, FIXTURE_TENANT, who[i].login);
		assert_ok(recording_list(f->d,
		    &(struct recording_filter){.state = -1, .contact = "an"},
		    &page, &rows, &n, &err));
		free(rows);
		if (n != who[i].sees)
			fail_msg("%s sees %zu", who[i].login, n);
		assert_int_equal(
		    recording_get(f->d, id, &r, &err) == 0, who[i].sees);
	}
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(recording_get(f->d, id, &r, &err), OD_ENOTFOUND);
}

static void
recording_file__is_kept__by_its_content_and_with_consent(void **state)
{
	static const uint8_t flac[42] = {'f', 'L', 'a', 'C', [18] = 0x01, 0xf4,
	    0x00, 0xf0, 0x00, 0x00, 0x3e, 0x80};
	struct desk_fixture *f = *state;
	struct call_new in = {.direction = CALL_IN, .number = "600111222"};
	struct recording_verdict v;
	struct recording_file file;
	struct err err = ERR_INIT;
	struct recording r;
	struct call c;
	uint8_t bytes[WAV_HEAD_SIZE + 16000] = {0};
	int64_t call = 0, id = 0;

	assert_ok(recording_file_look(flac, sizeof(flac), &file, &err));
	assert_int_equal(file.format, RECORDING_FLAC);
	assert_int_equal(file.rate, 8000);
	assert_int_equal(file.duration_us, 2000000);
	assert_rc(recording_file_look("<html>", 6, &file, &err), OD_EDATA);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	wav_head(bytes, 8000, 1, 16000);
	assert_ok(recording_file_take(
	    f->d->files_dir, bytes, sizeof(bytes), &file, &err));
	assert_ok(call_start(f->d, &in, &call, NULL, &err));
	assert_ok(call_get(f->d, call, &c, &err));
	assert_rc(
	    recording_file_keep(f->d, c.name, &file, &id, &err), OD_ECONFLICT);
	assert_ok(call_consent_set(f->d, call, CONSENT_ANNOUNCED, &err));
	assert_ok(recording_file_keep(f->d, c.name, &file, &id, &err));
	call_clear(&c);
	assert_ok(recording_get(f->d, id, &r, &err));
	assert_int_equal(r.state, RECORDING_READY);
	assert_int_equal(r.source, RECORDING_PBX);
	assert_int_equal(r.duration_us, 1000000);
	assert_ok(recording_verify(f->d, false, NULL, NULL, &v, &err));
	assert_int_equal(v.checked, 1);
	assert_int_equal(v.wrong, 0);
}

/* Turned red by: what is kept of a call is what the exchange may see of it. */
static void
recording_file__is_kept_with_its_contact__whoever_brings_it(void **state)
{
	struct desk_fixture *f = *state;
	struct call_new in = {.direction = CALL_IN, .number = "+34600111222"};
	uint8_t bytes[WAV_HEAD_SIZE + 16000] = {0};
	struct recording_file file;
	struct err err = ERR_INIT;
	struct recording r;
	char token[TOKEN_SIZE];
	struct call c;
	int64_t id = 0;

	wav_head(bytes, 8000, 1, 16000);
	assert_ok(recording_file_take(
	    f->d->files_dir, bytes, sizeof(bytes), &file, &err));
	assert_ok(token_new(f->d, "PBX",
	    "recording.take,recording.read,call.read", 0, token, &id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	in.contact_id = desk_fixture_contact(f, "Ana Ruiz", "600111222");
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	assert_ok(call_consent_set(f->d, id, CONSENT_ANNOUNCED, &err));
	assert_ok(call_get(f->d, id, &c, &err));
	call_clear(&c);
	assert_ok(desk_act_as_token(f->d, token, &err));
	assert_ok(recording_file_keep(f->d, c.name, &file, &id, &err));
	assert_ok(recording_get(f->d, id, &r, &err));
	assert_string_not_equal(r.contact_phone, "+34600111222");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(recording_get(f->d, id, &r, &err));
	assert_string_equal(r.contact_phone, "+34600111222");
	assert_string_equal(r.contact_name, "Ana Ruiz");
}

static void
told(const char *check, enum finding finding, const char *text, void *data)
{
	(void)check, (void)finding;
	str_copy(data, ERR_TEXT_SIZE, text);
}

/* All of them, and not only those that are looked at one by one. */
static void
recordings__of_a_large_desk__are_added_up(void **state)
{
	static const char rows[] =
	    "INSERT INTO recordings(tenant_id, name, started_us, state, bytes,"
	    " created_at, updated_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION"
	    " ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT t.id, 'r' || n.i,"
	    " n.i, 2, 1048576, 1, 1 FROM n, tenants t WHERE t.slug = $1";
	static const char large[] =
	    "UPDATE recordings SET bytes = 104857599 + started_us"
	    " WHERE started_us <= 3 AND tenant_id > 0";
	struct desk_fixture *f = *state;
	struct bind tenant = b_text(FIXTURE_TENANT);
	struct err err = ERR_INIT;
	char text[ERR_TEXT_SIZE] = "";

	assert_ok(db_begin(f->d->db, "large", &err));
	assert_ok(db_exec(f->d->db, rows, &tenant, 1, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	doctor__recordings(f->d, told, text);
	assert_string_equal(text, "Recordings take 1200 MiB");
	/* Old ones, of which the first is not larger than that. */
	assert_ok(db_begin(f->d->db, "large", &err));
	assert_ok(db_exec(f->d->db, large, NO_BINDS, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	doctor__recordings(f->d, told, text);
	text[strlen("Recordings larger than 100 MiB: 2;")] = '\0';
	assert_string_equal(text, "Recordings larger than 100 MiB: 2;");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(recording_begin__wants_consent__before_anything),
	    DESK_TEST(recording_end__keeps_the_file__and_tells_of_it),
	    DESK_TEST(recording_verify__finds__what_was_changed_or_taken),
	    DESK_TEST(recording_verify__many__looks_at_each_once),
	    DESK_TEST(recording_scan__puts_right__what_a_program_left),
	    DESK_TEST(recording_end__a_full_disk__leaves_the_sound_for_later),
	    DESK_TEST(recording_scan__named_already__says_how_long_it_is),
	    DESK_TEST(recording_delete__takes_two__and_leaves_the_chain),
	    DESK_TEST(
		recording_delete__is_refused__when_the_calls_ticket_is_held),
	    DESK_TEST(recording_live__is_known__until_its_recording_ends),
	    DESK_TEST(recording_begin__is_for_ones_own_call),
	    DESK_TEST(recording_list__finds_a_name__as_it_is_typed),
	    DESK_TEST(recording_read__is_ones_own__or_the_teams),
	    DESK_TEST(recording_file__is_kept__by_its_content_and_with_consent),
	    DESK_TEST(
		recording_file__is_kept_with_its_contact__whoever_brings_it),
	    DESK_TEST(recordings__of_a_large_desk__are_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
