/*
 * Clearing: what is old enough is nowhere any more, neither in the tables nor
 * in the bytes of the database, its log, its index and the files; what is
 * young, held or needed is all there.
 */
#include "db/records/purge.h"
#include "common/fsutil.h"
#include "db/records/audit.h"
#include "db/records/audit_anchor.h"
#include "db/records/files.h"
#include "db/records/people.h"
#include "db/records/raw_events.h"
#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "db/records/webhooks.h"
#include "tests/lib/guide_story.h"
#include "tests/lib/talk_test.h"
#include "tests/lib/ticket_rows.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW  (TALK_T0 + 1000 * US_PER_DAY)
#define DAYS (US_PER_DAY)

static const char jpeg[] = "image/jpeg";

struct story {
	char marker[40]; /* in every text of it */
	int64_t contact, conversation, message, ticket;
	char file[65];
};

static void
act(struct desk_fixture *f, const char *login)
{
	desk_fixture_act(f, FIXTURE_TENANT, login);
}

static void
sql(struct desk_fixture *f, const char *text, int64_t id)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(
	    f->d->db, text, BINDS(b_int(f->demo.id), b_int(id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static void
attach(struct desk_fixture *f, struct story *s)
{
	struct file_writer *w = NULL;
	struct err err = ERR_INIT;
	char digest[65];
	int64_t size;

	assert_ok(file_write_start(f->d->files_dir, &w, &err));
	assert_ok(file_write(w, s->marker, strlen(s->marker), &err));
	assert_ok(file_write_finish(w, s->file, digest, &size, &err));
	file_write_free(&w);
	talk_system(f);
	assert_ok(file_attach_to_message(
	    f->d, s->message, s->file, digest, size, jpeg, s->marker, &err));
}

/* A customer writes, is answered, gets a ticket; everything names marker. */
static void
write_story(struct desk_fixture *f, struct story *s, const char *marker,
    const char *number, int64_t at_us)
{
	char event[128], id[64], text[96];
	struct inbound_message in;
	struct inbound_result r;
	struct err err = ERR_INIT;
	int64_t raw, n;

	memset(s, 0, sizeof(*s));
	str_copy(s->marker, sizeof(s->marker), marker);
	clock_fake_wall(at_us);
	snprintf(event, sizeof(event), "{\"body\":\"%s\"}", marker);
	snprintf(id, sizeof(id), "wamid.%s", marker);
	snprintf(text, sizeof(text), "%s says hello", marker);
	talk_system(f);
	assert_ok(raw_event_receive(
	    f->d, f->demo.id, TALK_CHANNEL, event, strlen(event), &raw, &err));
	assert_ok(raw_event_done(f->d, raw, &err));
	in = talk_message(id, text, at_us);
	in.number = number;
	in.name = marker;
	in.media_id = marker;
	in.media_filename = marker;
	r = talk_receive(f, &in);
	s->conversation = r.conversation_id;
	s->message = r.message_id;
	attach(f, s);
	s->contact = talk_get(f, s->conversation).contact_id;
	act(f, "operator");
	assert_ok(conversation_claim(f->d, s->conversation, 0, &err));
	n = talk_send(f, s->conversation, text);
	sql(f,
	    "UPDATE outbox SET state = 2 WHERE tenant_id = $1"
	    " AND record_id = $2",
	    n);
	assert_ok(conversation_note(f->d, s->conversation, text, &n, &err));
	assert_ok(draft_save(f->d, RECORD_CONVERSATION, s->conversation,
	    DRAFT_REPLY, text, 0, 0, &err));
	assert_ok(ticket_from_conversation(
	    f->d, s->conversation, text, &s->ticket, &n, &err));
	assert_ok(
	    ticket_comment(f->d, s->ticket, COMMENT_NOTE, text, &n, &err));
	sql(f,
	    "UPDATE jobs SET state = 2 WHERE tenant_id = $1"
	    " AND record_id = $2",
	    s->message);
	ticket_rows_write(f, s->ticket, marker);
	act(f, "operator");
	guide_story_write(f, s->ticket, s->conversation, marker);
}

/* Ticket and conversation end, and the customer's card goes to the trash. */
static void
end_story(struct desk_fixture *f, const struct story *s, int64_t at_us)
{
	struct err err = ERR_INIT;

	clock_fake_wall(at_us);
	act(f, "operator");
	assert_ok(
	    ticket_set_state(f->d, s->ticket, 0, TICKET_CLOSED, "", 0, &err));
	assert_ok(conversation_close(f->d, s->conversation, 0, &err));
	act(f, "supervisor");
	assert_ok(contact_delete(f->d, s->contact, 0, &err));
}

/* ---- looking for a marker ---- */

static int
count_bytes(const char *path, const char *marker)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	size_t n = strlen(marker);
	int found = 0;

	assert_ok(fs_read(path, (size_t)64 << 20, &text, &err));
	for (size_t i = 0; i + n <= text.len; i++)
		found += memcmp(text.s + i, marker, n) == 0;
	str_free(&text);
	return found;
}

static int
count_below(const char *dir, const char *marker)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	int found = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		char path[4096];
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] == '.' || lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			found += count_below(path, marker);
		else if (S_ISREG(st.st_mode))
			found += count_bytes(path, marker);
	}
	closedir(d);
	return found;
}

/*
 * Wherever it is: the database's file, its log and what stands beside it, and
 * the files; of a server's desk every row of every table.
 */
static int
count_marker(struct desk_fixture *f, const char *marker)
{
	struct str all = STR_INIT;
	int found = 0;

	desk_close(&f->d);
	found = count_below(f->tmp.dir, marker);
	if (engine_is_postgres()) {
		engine_read_all(f->uri, &all);
		for (const char *at = all.s; (at = strstr(at, marker)) != NULL;
		     at++)
			found++;
		str_free(&all);
	}
	f->d = desk_fixture_open(f);
	act(f, "admin");
	return found;
}

/* All of it, as by hand. */
static struct purge
run(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct purge p;

	act(f, "admin");
	assert_ok(purge_run(f->d, &p, NULL, NULL, &err));
	return p;
}

static int64_t
due_of(struct desk_fixture *f, int sweep)
{
	struct purge_row rows[PURGE_SWEEPS];
	struct err err = ERR_INIT;

	act(f, "admin");
	assert_ok(purge_report(f->d, rows, &err));
	return rows[sweep].due;
}

static void
check_audit(struct desk_fixture *f)
{
	struct audit_verdict v;
	struct err err = ERR_INIT;

	act(f, "admin");
	assert_ok(audit_verify(f->d, &v, &err));
	if (v.bad_seq != 0)
		fail_msg("row %d: %s", (int)v.bad_seq, v.reason);
}

/* Somebody outside is told, who has not taken it yet. */
static void
subscribe(struct desk_fixture *f)
{
	const struct webhook_set in = {.name = "crm",
	    .url = "https://hooks.example.com/",
	    .is_private = -1};
	char secret[WEBHOOK_SECRET_MAX];
	struct err err = ERR_INIT;
	int64_t id;

	act(f, "admin");
	assert_ok(webhook_new(f->d, &in, &id, secret, &err));
}

static void
promise_events(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int promised;
	bool more;

	desk_act_as_system(f->d, 0);
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(webhook_fan_out(f->d, &more, &promised, &err));
	assert_ok(db_batch_end(f->d, &err));
	assert_true(promised > 0);
	act(f, "admin");
}

/* ---- what goes and what stays ---- */

static void
old_story__cleared__is_nowhere(void **state)
{
	struct desk_fixture *f = *state;
	struct story old, young;
	struct purge p;
	int before;

	subscribe(f);
	write_story(f, &old, "qxoldmarker", "34600000001", NOW - 800 * DAYS);
	promise_events(f);
	guide_story_told(f, old.marker);
	end_story(f, &old, NOW - 790 * DAYS);
	write_story(f, &young, "wyyoungmarker", "34600000002", NOW - 9 * DAYS);
	promise_events(f);
	clock_fake_wall(NOW);
	before = count_marker(f, young.marker);
	assert_true(count_marker(f, old.marker) > 10);
	guide_story_check(f, old.marker, true);
	assert_int_equal(due_of(f, PURGE_TICKETS), 1);
	assert_int_equal(due_of(f, PURGE_CONVERSATIONS), 1);
	p = run(f);
	assert_true(p.removed > 10);
	assert_int_equal(p.rows[PURGE_TICKETS].due, 1);
	assert_int_equal(p.rows[PURGE_CONVERSATIONS].due, 1);
	assert_int_equal(p.rows[PURGE_CONTACTS].due, 1);
	assert_int_equal(p.rows[PURGE_GUIDED].due, 1);
	assert_int_equal(p.rows[PURGE_TEMPLATES].due, 1);
	guide_story_check(f, old.marker, false);
	guide_story_check(f, young.marker, true);
	assert_int_equal(count_marker(f, old.marker), 0);
	/* Each place that a table has it is there still. */
	assert_true(count_marker(f, young.marker) > 10);
	if (engine_is_postgres())
		assert_int_equal(count_marker(f, young.marker), before);
	check_audit(f);
	p = run(f);
	assert_int_equal(p.removed, 0);
}

static void
report__of_all__changes_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct purge_row rows[PURGE_SWEEPS];
	struct err err = ERR_INIT;
	struct story old;
	char *was, *is;

	write_story(f, &old, "qxoldmarker", "34600000001", NOW - 800 * DAYS);
	end_story(f, &old, NOW - 790 * DAYS);
	clock_fake_wall(NOW);
	act(f, "admin");
	was = desk_fixture_dump(f);
	assert_ok(purge_report(f->d, rows, &err));
	is = desk_fixture_dump(f);
	assert_string_equal(is, was);
	assert_int_equal(rows[PURGE_EVENTS].due, 1);
	assert_int_equal(rows[PURGE_SENT].due, 1);
	assert_int_equal(rows[PURGE_EVENTS].oldest_us, NOW - 800 * DAYS);
	free(was);
	free(is);
	act(f, "auditor");
	assert_ok(purge_report(f->d, rows, &err));
	act(f, "operator");
	assert_rc(purge_report(f->d, rows, &err), OD_EDENIED);
}

static void
place_hold(struct desk_fixture *f, enum record_kind kind, int64_t id)
{
	struct err err = ERR_INIT;
	int64_t n;

	act(f, "admin");
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &n,
	    "INSERT INTO holds(tenant_id, kind, record_id, reason, created_at)"
	    " VALUES($1, $2, $3, 'x', 1) RETURNING id",
	    BINDS(b_int(f->demo.id), b_int(kind), b_int(id)), &err));
	assert_ok(db_commit(f->d->db, &err));
}

/* On any of the three: all of it stays, until the hold is taken off. */
static void
held_story__by_each_kind_of_hold__stays(void **state)
{
	static const enum record_kind kinds[] = {
	    RECORD_CONTACT, RECORD_TICKET, RECORD_CONVERSATION};
	struct desk_fixture *f = *state;
	struct story s;

	write_story(f, &s, "vheldmarker", "34600000003", NOW - 800 * DAYS);
	end_story(f, &s, NOW - 790 * DAYS);
	clock_fake_wall(NOW);
	for (size_t i = 0; i < 3; i++) {
		int64_t id = i == 0   ? s.contact
		             : i == 1 ? s.ticket
		                      : s.conversation;

		place_hold(f, kinds[i], id);
		(void)run(f);
		assert_int_equal(
		    talk_int(f, "SELECT count(*) FROM messages"), 2);
		assert_int_equal(
		    talk_int(f, "SELECT count(*) FROM tickets"), 1);
		assert_int_equal(
		    talk_int(f, "SELECT count(*) FROM contacts"), 1);
		assert_int_equal(talk_int(f, "SELECT count(*) FROM files"), 2);
		sql(f,
		    "UPDATE holds SET released_us = $2"
		    " WHERE tenant_id = $1",
		    5);
	}
	(void)run(f);
	assert_int_equal(count_marker(f, s.marker), 0);
}

/* A ticket that ended long ago, whose conversation goes on. */
static void
open_conversation__keeps__its_ticket(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct story s;

	write_story(f, &s, "uopenmarker", "34600000004", NOW - 800 * DAYS);
	act(f, "operator");
	assert_ok(
	    ticket_set_state(f->d, s.ticket, 0, TICKET_CLOSED, "", 0, &err));
	clock_fake_wall(NOW);
	(void)run(f);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM tickets"), 1);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM messages"), 2);
	/* And an open ticket keeps the conversation that it came from. */
	act(f, "operator");
	assert_ok(
	    ticket_set_state(f->d, s.ticket, 0, TICKET_OPEN, "", 0, &err));
	assert_ok(conversation_close(f->d, s.conversation, 0, &err));
	clock_fake_wall(NOW + 800 * DAYS);
	(void)run(f);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM tickets"), 1);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM messages"), 2);
}

static void
trash__while_it_can_be_undone__stays(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t ticket;

	clock_fake_wall(NOW - 29 * DAYS);
	act(f, "operator");
	ticket = desk_fixture_ticket(f, "Router");
	assert_ok(ticket_delete(f->d, ticket, 0, &err));
	clock_fake_wall(NOW);
	(void)run(f);
	act(f, "operator");
	assert_ok(op_undo(f->d, sentence, &err));
	assert_ok(ticket_delete(f->d, ticket, 0, &err));
	/* One that was done a second time stays that much longer. */
	clock_fake_wall(NOW + 2 * DAYS);
	(void)run(f);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM tickets"), 1);
	clock_fake_wall(NOW + 31 * DAYS);
	assert_int_equal(due_of(f, PURGE_TICKET_TRASH), 1);
	(void)run(f);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM tickets"), 0);
	act(f, "operator");
	assert_rc(op_undo(f->d, sentence, &err), OD_ENOTFOUND);
}

/* What is not at its end stays, however old. */
static void
live_rows__of_any_age__stay(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t raw;

	clock_fake_wall(NOW - 900 * DAYS);
	talk_system(f);
	assert_ok(raw_event_receive(
	    f->d, f->demo.id, TALK_CHANNEL, "{\"x\":1}", 7, &raw, &err));
	(void)talk_says(f, "wamid.1", "Hola");
	act(f, "supervisor");
	(void)talk_send(f, 1, "Dime");
	sql(f,
	    "UPDATE outbox SET state = 4 WHERE tenant_id = $1"
	    " AND id > $2",
	    0);
	clock_fake_wall(NOW);
	(void)run(f);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM raw_events"), 1);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM messages"), 2);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM outbox"), 1);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM conversations"), 1);
}

static void
tenants_number__of_days__counts_for_it_alone(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	for (int i = 0; i < 2; i++) {
		clock_fake_wall(NOW - 20 * DAYS);
		desk_fixture_act(
		    f, i == 0 ? FIXTURE_TENANT : FIXTURE_OTHER, "operator");
		assert_ok(draft_save(
		    f->d, RECORD_TICKET, 0, DRAFT_FORM, "x", 0, 0, &err));
	}
	act(f, "admin");
	sql(f,
	    "INSERT INTO retention_rules(tenant_id, name, days,"
	    " updated_at) VALUES($1, 'drafts', $2, 1)",
	    14);
	clock_fake_wall(NOW);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	{
		struct purge p;

		assert_ok(purge_run(f->d, &p, NULL, NULL, &err));
		assert_int_equal(p.rows[PURGE_DRAFTS].due, 0);
	}
	assert_int_equal(run(f).rows[PURGE_DRAFTS].due, 1);
	db_set_tenant(f->d->db, 0);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM drafts"), 1);
}

/* ---- a little at a time ---- */

static void
batch__of_much__removes_at_most_so_many_rows(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	bool more = true;
	struct purge p;
	int steps = 0;

	clock_fake_wall(NOW - 60 * DAYS);
	act(f, "admin");
	assert_ok(db_begin(f->d->db, "test", &err));
	for (int i = 0; i < 1300; i++) {
		char digest[24];

		snprintf(digest, sizeof(digest), "d%d", i);
		assert_ok(db_exec(f->d->db,
		    "INSERT INTO raw_events(tenant_id, channel, digest, body,"
		    " state, received_us) VALUES($1, 'soporte', $2, $3, 1, $4)",
		    BINDS(b_int(f->demo.id), b_text(digest), b_blob("{}", 2),
			b_int(clock_wall_us())),
		    NULL, &err));
	}
	assert_ok(db_commit(f->d->db, &err));
	clock_fake_wall(NOW);
	act(f, "admin");
	assert_ok(purge_begin(f->d, &p, &err));
	while (more) {
		int64_t was = p.removed;

		assert_ok(purge_step(f->d, &p, &more, &err));
		assert_true(p.removed - was <= PURGE_ROWS);
		steps++;
	}
	assert_true(steps >= 3);
	assert_int_equal(p.rows[PURGE_EVENTS].due, 1300);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM raw_events"), 0);
}

/* Each write fails once: nothing is half gone, and the next time does it. */
static void
step__failing_anywhere__is_whole_or_not_there(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct story s;
	struct purge p;
	bool more;
	int n, rc = OD_EIO;

	write_story(f, &s, "qxoldmarker", "34600000001", NOW - 800 * DAYS);
	end_story(f, &s, NOW - 790 * DAYS);
	clock_fake_wall(NOW);
	act(f, "admin");
	for (n = 1; rc != 0 && n < 300; n++) {
		assert_ok(purge_begin(f->d, &p, &err));
		db_fail_after(f->d->db, n, OD_EIO);
		rc = purge_step(f->d, &p, &more, &err);
		db_fail_after(f->d->db, 0, 0);
		if (rc != 0) {
			assert_int_equal(p.removed, 0);
			assert_int_equal(
			    talk_int(f, "SELECT count(*) FROM messages"), 2);
			assert_int_equal(
			    talk_int(f, "SELECT count(*) FROM tickets"), 1);
		}
	}
	assert_int_equal(rc, 0);
	assert_true(n > 20);
	(void)run(f);
	assert_int_equal(count_marker(f, s.marker), 0);
	check_audit(f);
}

/* Between the commit and the bytes: the next clearing takes them away. */
static void
files__left_behind__go_the_next_time(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct story s;
	struct purge p;
	bool more = true;

	write_story(f, &s, "qxoldmarker", "34600000001", NOW - 800 * DAYS);
	end_story(f, &s, NOW - 790 * DAYS);
	clock_fake_wall(NOW);
	act(f, "admin");
	assert_ok(purge_begin(f->d, &p, &err));
	while (more)
		assert_ok(purge_step(f->d, &p, &more, &err));
	assert_int_equal(count_below(f->d->files_dir, s.marker), 1);
	(void)run(f);
	assert_int_equal(count_below(f->d->files_dir, s.marker), 0);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM file_removals"), 0);
}

/* ---- the audit trail ---- */

static void
audit__cut__is_still_verified(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct purge p;
	int64_t first;
	int written;

	clock_fake_wall(NOW - 900 * DAYS);
	act(f, "operator");
	for (int i = 0; i < 20; i++)
		(void)desk_fixture_ticket(f, "x");
	act(f, NULL);
	assert_ok(audit_anchor_write(f->d, &written, &err));
	clock_fake_wall(NOW - 5 * DAYS);
	act(f, "operator");
	(void)desk_fixture_ticket(f, "y");
	act(f, NULL);
	assert_ok(audit_anchor_write(f->d, &written, &err));
	clock_fake_wall(NOW);
	p = run(f);
	assert_true(p.rows[PURGE_AUDIT].due >= 20);
	act(f, "admin");
	assert_ok(db_int(f->d->db, &first,
	    "SELECT min(seq) FROM audit WHERE tenant_id = $1",
	    BINDS(b_int(f->demo.id)), &err));
	assert_true(first > 20);
	check_audit(f);
	act(f, "operator");
	(void)desk_fixture_ticket(f, "z");
	check_audit(f);
	assert_ok(db_verify(f->d->db, &err)); /* the trigger is back */
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_true(db_exec(f->d->db, "DELETE FROM audit WHERE tenant_id = $1",
			BINDS(b_int(f->demo.id)), NULL, &err) != 0);
	db_rollback(f->d->db);
}

/* Whoever removes rows and says that it was the rules is found out. */
static void
audit__cut_by_others__is_found(void **state)
{
	static const char *const forgeries[] = {
	    "UPDATE audit_cuts SET seq = seq + 1 WHERE tenant_id = $1"
	    " AND seq > $2",
	    "UPDATE audit_cuts SET hash = (SELECT a.hash FROM audit a"
	    " WHERE a.tenant_id = $1 AND a.seq = audit_cuts.seq + 1)"
	    " WHERE tenant_id = $1 AND seq > $2",
	    "UPDATE audit_cuts SET mac = '' WHERE tenant_id = $1"
	    " AND seq > $2",
	    "DELETE FROM audit_cuts WHERE tenant_id = $1 AND seq > $2",
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct audit_verdict v;

	clock_fake_wall(NOW - 900 * DAYS);
	act(f, "operator");
	for (int i = 0; i < 5; i++)
		(void)desk_fixture_ticket(f, "x");
	clock_fake_wall(NOW);
	act(f, "operator");
	(void)desk_fixture_ticket(f, "y");
	(void)run(f);
	check_audit(f);
	for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		sql(f,
		    "CREATE TABLE kept AS SELECT * FROM audit_cuts"
		    " WHERE tenant_id = $1 AND seq > $2",
		    0);
		sql(f, forgeries[i], 0);
		act(f, "admin");
		assert_ok(audit_verify(f->d, &v, &err));
		if (v.bad_seq == 0)
			fail_msg("not found: %s", forgeries[i]);
		sql(f,
		    "DELETE FROM audit_cuts WHERE tenant_id = $1"
		    " AND seq > $2",
		    0);
		sql(f,
		    "INSERT INTO audit_cuts SELECT * FROM kept"
		    " WHERE tenant_id = $1 AND seq > $2",
		    0);
		assert_ok(db_begin(f->d->db, "test", &err));
		assert_ok(db_script(f->d->db, "DROP TABLE kept", &err));
		assert_ok(db_commit(f->d->db, &err));
		check_audit(f);
	}
}

static void
audit__of_a_held_record__is_not_cut(void **state)
{
	struct desk_fixture *f = *state;
	int64_t ticket;
	struct purge p;

	clock_fake_wall(NOW - 900 * DAYS);
	act(f, "operator");
	(void)desk_fixture_ticket(f, "x");
	ticket = desk_fixture_ticket(f, "held");
	(void)desk_fixture_ticket(f, "y");
	place_hold(f, RECORD_TICKET, ticket);
	clock_fake_wall(NOW);
	p = run(f);
	assert_int_equal(
	    talk_int(f, "SELECT count(*) FROM audit WHERE kind = 11"
			" AND operation = 'ticket.new'"),
	    2);
	assert_true(p.rows[PURGE_AUDIT].due > 0);
	check_audit(f);
}

/* ---- who, and when ---- */

static void
run__by_others__is_refused(void **state)
{
	static const char *const logins[] = {
	    "operator", "supervisor", "technician", "auditor", "bot"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct purge p;

	for (size_t i = 0; i < 5; i++) {
		act(f, logins[i]);
		assert_rc(purge_begin(f->d, &p, &err), OD_EDENIED);
	}
	act(f, "admin");
	f->d->stepped_up_us = 0;
	assert_rc(purge_begin(f->d, &p, &err), OD_EDENIED);
	assert_true(f->d->wants_step_up);
}

static void
claim__each_day__is_one_daemons(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	static const struct {
		int hours;
		bool mine, first;
	} looks[] = {{0, true, true}, {1, false, false}, {24, true, false},
	    {30, false, false}, {48, true, false}, {48 + 24 * 30, true, true},
	    {48 + 24 * 31, true, false}, {0, true, true}};

	desk_act_as_system(f->d, 0);
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		bool mine, first;

		clock_fake_wall(NOW + looks[i].hours * US_PER_HOUR);
		assert_ok(db_begin(f->d->db, "test", &err));
		assert_ok(purge_claim(f->d, &mine, &first, &err));
		assert_ok(db_commit(f->d->db, &err));
		assert_int_equal(mine, looks[i].mine);
		assert_int_equal(first, looks[i].first);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(old_story__cleared__is_nowhere),
	    TALK_TEST(report__of_all__changes_nothing),
	    TALK_TEST(held_story__by_each_kind_of_hold__stays),
	    TALK_TEST(open_conversation__keeps__its_ticket),
	    TALK_TEST(trash__while_it_can_be_undone__stays),
	    TALK_TEST(live_rows__of_any_age__stay),
	    TALK_TEST(tenants_number__of_days__counts_for_it_alone),
	    TALK_TEST(batch__of_much__removes_at_most_so_many_rows),
	    TALK_TEST(step__failing_anywhere__is_whole_or_not_there),
	    TALK_TEST(files__left_behind__go_the_next_time),
	    TALK_TEST(audit__cut__is_still_verified),
	    TALK_TEST(audit__cut_by_others__is_found),
	    TALK_TEST(audit__of_a_held_record__is_not_cut),
	    TALK_TEST(run__by_others__is_refused),
	    TALK_TEST(claim__each_day__is_one_daemons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
