/*
 * Unit tests of db/records/desk_copy: nothing leaves twice, nothing that
 * waits is left behind.  A desk that was moved takes nothing more and says
 * where it is; one that is kept leaves the sending to the one of both that
 * people choose; spool, the notes of the audit trails and the sealing key
 * come along.
 *
 * Turned red by: desk_copy__source_close without migrate_close; no
 * backup__new_epoch with keep_source; take_spool left out; ".audit" taken from
 * the suffixes.
 */
#include "common/fsutil.h"
#include "db/core/db_int.h"
#include "db/records/audit.h"
#include "db/records/audit_anchor.h"
#include "db/records/desk_copy.h"
#include "db/records/raw_events.h"
#include "db/records/spool_files.h"
#include "db/records/tickets.h"
#include "tests/lib/talk_test.h"
#include <stdio.h>
#include <unistd.h>

struct place {
	char uri[ENGINE_URI_SIZE], files[TMP_SIZE];
};

/* Another desk's, on the other engine where there is one. */
static void
in_a_file(struct desk_fixture *f, struct place *p)
{
	str_copy(p->uri, sizeof(p->uri), tmp_path(&f->tmp, "new/desk.db"));
	str_copy(p->files, sizeof(p->files), tmp_path(&f->tmp, "new/files"));
}

static void
on_the_engine(struct desk_fixture *f, struct place *p)
{
	str_copy(p->uri, sizeof(p->uri), tmp_desk(&f->tmp, "moved.db"));
	str_copy(p->files, sizeof(p->files), tmp_path(&f->tmp, "moved-files"));
}

static int
copy_it(const char *from, const struct place *to, bool keep_source,
    struct desk_copy *copy, struct err *err)
{
	const struct desk_copy_options o = {.from = from,
	    .to = to->uri,
	    .to_files = to->files,
	    .keep_source = keep_source};
	struct desk_copy all;
	int rc = desk_copy(&o, &all, err);

	*copy = all;
	copy->tables = NULL;
	desk_copy_free(&all);
	return rc;
}

static struct desk *
open_at(const char *uri, bool closed)
{
	const struct desk_options o = {.uri = uri, .closed = closed};
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	assert_ok(desk_open(&o, &d, &err));
	assert_ok(desk_act_as_host(d, NULL, &err));
	return d;
}

static int64_t
count(struct desk *d, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(d->db, &n, sql, NO_BINDS, &err));
	return n;
}

#define DUE  "SELECT count(*) FROM outbox WHERE state = 0"
#define HELD "SELECT count(*) FROM outbox WHERE state = 4"

static void
promise(struct desk_fixture *f)
{
	int64_t c = talk_says(f, "wamid.a", "Hola");

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	talk_send(f, c, "Ahora mismo");
	assert_int_equal(count(f->d, DUE), 1);
}

static int
try_ticket(struct desk *d, struct err *err)
{
	struct ticket_new in = {.subject = "Nuevo"};
	int64_t id, number;

	return ticket_new(d, &in, &id, &number, err);
}

static void
desk_copy__moved__the_old_desk_says_where_it_is(void **state)
{
	struct desk_fixture *f = *state;
	struct desk_options o = {.uri = f->uri};
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct desk *d = NULL;
	struct place to;

	promise(f);
	in_a_file(f, &to);
	assert_ok(copy_it(f->uri, &to, false, &copy, &err));
	assert_true(copy.is_moved);
	/* Who had it open, and who opens it. */
	assert_rc(try_ticket(f->d, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, to.uri));
	assert_true(f->d->outdated);
	assert_rc(desk_open(&o, &d, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, to.uri));
	o.readonly = true;
	assert_ok(desk_open(&o, &d, &err));
	assert_int_equal(count(d, DUE), 1);
	desk_close(&d);
	/* The other one sends, once. */
	d = open_at(to.uri, false);
	assert_int_equal(count(d, DUE), 1);
	assert_int_equal(count(d, HELD), 0);
	desk_close(&d);
	assert_rc(copy_it(f->uri, &to, false, &copy, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "already"));
}

static void
desk_copy__moved_elsewhere__is_not_copied_again(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct place to, other;

	in_a_file(f, &to);
	on_the_engine(f, &other);
	assert_ok(copy_it(f->uri, &to, false, &copy, &err));
	assert_rc(copy_it(f->uri, &other, false, &copy, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "desk reopen"));
	assert_rc(copy_it(f->uri, &other, true, &copy, &err), OD_ECONFLICT);
}

static void
desk_reopen__moved_desk__goes_on_and_holds_what_was_due(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct audit_verdict verdict;
	struct desk_copy copy;
	struct place to;
	struct desk *d;
	bool was_moved;
	int64_t held;

	promise(f);
	in_a_file(f, &to);
	assert_ok(copy_it(f->uri, &to, false, &copy, &err));
	d = open_at(f->uri, true);
	assert_ok(desk_reopen(d, &was_moved, &held, &err));
	assert_true(was_moved);
	assert_int_equal(held, 1);
	assert_int_equal(count(d, HELD), 1);
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "operator", &err));
	assert_ok(try_ticket(d, &err));
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	assert_ok(audit_verify(d, &verdict, &err));
	assert_int_equal(verdict.bad_seq, 0);
	desk_close(&d);
	/* Whoever had it open before goes on, too. */
	assert_ok(try_ticket(f->d, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(desk_reopen(f->d, &was_moved, &held, &err), 0);
	assert_false(was_moved);
}

static void
desk_copy__kept_source__holds_in_the_copy_only(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct place to;
	struct desk *d;

	promise(f);
	in_a_file(f, &to);
	assert_ok(copy_it(f->uri, &to, true, &copy, &err));
	assert_false(copy.is_moved);
	assert_int_equal(copy.held, 1);
	assert_int_equal(count(f->d, DUE), 1);
	assert_ok(try_ticket(f->d, &err));
	d = open_at(to.uri, false);
	assert_int_equal(count(d, DUE), 0);
	assert_int_equal(count(d, HELD), 1);
	assert_int_equal(
	    count(d, "SELECT count(*) FROM meta WHERE name = 'epoch'"), 1);
	desk_close(&d);
}

#define FORGETFUL "SELECT count(*) FROM tickets"

static void
see_own(struct desk *d, const char *tenant, int64_t own)
{
	struct err err = ERR_INIT;

	assert_ok(desk_act_as_operator(d, tenant, "operator", &err));
	/* Even a statement that names no tenant, on a server. */
	assert_int_equal(count(d, FORGETFUL), engine_is_postgres() ? own : 8);
	assert_ok(try_ticket(d, &err));
}

/* There and back: what is on the server is kept apart as it was before. */
static void
desk_copy__two_tenants__are_whole_and_apart(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct place file, to;
	struct desk *d;

	for (int i = 0; i < 8; i++) {
		desk_fixture_act(
		    f, i < 3 ? FIXTURE_TENANT : FIXTURE_OTHER, "operator");
		desk_fixture_ticket(f, "Uno");
	}
	in_a_file(f, &file);
	on_the_engine(f, &to);
	assert_ok(copy_it(f->uri, &file, false, &copy, &err));
	assert_ok(copy_it(file.uri, &to, false, &copy, &err));
	d = open_at(to.uri, false);
	assert_int_equal(count(d, FORGETFUL), 8);
	see_own(d, FIXTURE_TENANT, 3);
	desk_close(&d);
	d = open_at(to.uri, false);
	if (engine_is_postgres())
		see_own(d, FIXTURE_OTHER, 5);
	desk_close(&d);
}

/* ---- what stands beside it ---- */

static void
write_beside(const char *uri, const char *suffix, const char *name,
    const char *text, size_t n)
{
	struct str path = STR_INIT;
	struct err err = ERR_INIT;

	desk_beside(uri, suffix, &path);
	if (name != NULL) {
		assert_ok(fs_mkdir(path.s, 0700, &err));
		str_addf(&path, "/%s", name);
	}
	assert_ok(fs_write_atomic(path.s, text, n, 0600, &err));
	str_free(&path);
}

static bool
is_beside(const char *uri, const char *suffix, const char *name)
{
	struct str path = STR_INIT;
	bool is;

	desk_beside(uri, suffix, &path);
	if (name != NULL)
		str_addf(&path, "/%s", name);
	is = access(path.s, F_OK) == 0;
	str_free(&path);
	return is;
}

static void
keep_event(struct desk_fixture *f, const char *name, int64_t tenant_id,
    const char *body)
{
	struct spool_target t = {tenant_id, TALK_CHANNEL};
	struct str text = STR_INIT;

	spool_files_format(&text, &t, 1, body, strlen(body));
	write_beside(f->uri, ".spool", name, text.s, text.len);
	str_free(&text);
}

#define EVENTS "SELECT count(*) FROM raw_events WHERE state = 0"

static void
desk_copy__filled_spool__comes_along_once(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct place to;
	struct desk *d;

	in_a_file(f, &to);
	keep_event(f, "1.event", f->demo.id, "{\"n\":1}");
	keep_event(f, "2.event", f->other.id, "{\"n\":2}");
	keep_event(f, "3.event", f->demo.id, "{\"n\":1}"); /* once more */
	write_beside(f->uri, ".spool", "4.event", "no", 2);
	/* A copy that fails takes nothing. */
	assert_rc(
	    copy_it(f->uri, &(struct place){.uri = "x://"}, false, &copy, &err),
	    OD_EUSAGE);
	assert_true(is_beside(f->uri, ".spool", "1.event"));
	assert_ok(copy_it(f->uri, &to, false, &copy, &err));
	assert_int_equal(copy.spooled, 3);
	assert_int_equal(copy.unreadable, 1);
	d = open_at(to.uri, false);
	assert_int_equal(count(d, EVENTS), 2);
	desk_close(&d);
	for (int i = 1; i <= 4; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d.event", i);
		assert_int_equal(is_beside(f->uri, ".spool", name), i > 3);
	}
}

static void
desk_copy__kept_source__keeps_its_spool(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct place to;
	struct desk *d;

	in_a_file(f, &to);
	keep_event(f, "1.event", f->demo.id, "{\"n\":1}");
	assert_ok(copy_it(f->uri, &to, true, &copy, &err));
	assert_true(is_beside(f->uri, ".spool", "1.event"));
	assert_int_equal(count(f->d, EVENTS), 0);
	d = open_at(to.uri, false);
	assert_int_equal(count(d, EVENTS), 1);
	desk_close(&d);
}

/* That the end of the trail was cut off, as who owns the file could. */
static void
cut_trail(struct desk *d)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(d->db, "cut", &err));
	if (d->db->engine->is_file)
		assert_ok(
		    db_script(d->db, "DROP TRIGGER audit_no_delete", &err));
	else
		assert_ok(db_script(
		    d->db, "ALTER TABLE audit DISABLE TRIGGER USER", &err));
	assert_ok(
	    db_exec(d->db, "DELETE FROM audit WHERE tenant_id = $1 AND seq > 2",
		BINDS(b_int(d->actor.tenant_id)), NULL, &err));
	assert_ok(db_exec(d->db,
	    "UPDATE counters SET value = 2 WHERE name = 'audit'"
	    " AND tenant_id = $1",
	    BINDS(b_int(d->actor.tenant_id)), NULL, &err));
	assert_ok(db_commit(d->db, &err));
}

static void
desk_copy__anchors__tell_of_a_cut_in_the_new_place(void **state)
{
	struct desk_fixture *f = *state;
	struct audit_verdict verdict;
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct place to;
	struct desk *d;
	int written;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (int i = 0; i < 5; i++)
		desk_fixture_ticket(f, "Uno más");
	assert_ok(audit_anchor_write(f->d, &written, &err));
	assert_true(written > 0);
	on_the_engine(f, &to);
	assert_ok(copy_it(f->uri, &to, false, &copy, &err));
	d = open_at(to.uri, false);
	assert_ok(desk_act_as_host(d, FIXTURE_TENANT, &err));
	assert_ok(audit_verify(d, &verdict, &err));
	assert_int_equal(verdict.bad_seq, 0);
	cut_trail(d);
	assert_ok(audit_verify(d, &verdict, &err));
	assert_int_not_equal(verdict.bad_seq, 0);
	desk_close(&d);
}

static void
desk_copy__beside_another_desk__is_refused_before_anything(void **state)
{
	static const char *const suffixes[] = {".seal", ".audit-key"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk_copy copy;
	struct place to;

	in_a_file(f, &to);
	assert_ok(fs_mkdir(tmp_path(&f->tmp, "new"), 0700, &err));
	for (int i = 0; i < 2; i++) {
		write_beside(f->uri, suffixes[i], NULL, "mine", 4);
		write_beside(to.uri, suffixes[i], NULL, "theirs", 6);
		assert_rc(
		    copy_it(f->uri, &to, false, &copy, &err), OD_ECONFLICT);
		assert_non_null(strstr(err.text, suffixes[i]));
		/* Half of it is what an interrupted copy left. */
		write_beside(to.uri, suffixes[i], NULL, "mi", 2);
	}
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(try_ticket(f->d, &err));
	assert_ok(copy_it(f->uri, &to, false, &copy, &err));
	assert_true(is_beside(to.uri, ".seal", NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(desk_copy__moved__the_old_desk_says_where_it_is),
	    DESK_TEST(desk_copy__moved_elsewhere__is_not_copied_again),
	    DESK_TEST(desk_reopen__moved_desk__goes_on_and_holds_what_was_due),
	    DESK_TEST(desk_copy__kept_source__holds_in_the_copy_only),
	    DESK_TEST(desk_copy__two_tenants__are_whole_and_apart),
	    DESK_TEST(desk_copy__filled_spool__comes_along_once),
	    DESK_TEST(desk_copy__kept_source__keeps_its_spool),
	    DESK_TEST(desk_copy__anchors__tell_of_a_cut_in_the_new_place),
	    DESK_TEST(
		desk_copy__beside_another_desk__is_refused_before_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
