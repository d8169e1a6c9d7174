/*
 * Whatever is done to an audit trail behind opdesk's back, audit_verify names
 * the first row that is not as it was: a column edited, rows deleted, put in
 * another order, cut off with the counter set back, or computed anew from
 * there to the end.
 *
 * TAMPER_ROUNDS (500) random cases in each of those ways; OPDESK_TEST_SEED
 * repeats a run.  Seen red with: hash and prev_hash not compared in
 * check_row, audit_anchor_read left out of audit_verify, and a key that cannot
 * be read taken for none.
 */
#include "common/digest.h"
#include "common/fsutil.h"
#include "db/core/audit_chain.h"
#include "db/core/op.h"
#include "db/records/audit.h"
#include "db/records/audit_anchor.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS 120 /* of the trail */

enum way { EDIT, DELETE, SWAP, TRUNCATE, ANEW, WAYS };
static const char *const way_names[] = {
    "edit", "delete", "swap", "truncate", "anew"};

static int
rounds(void)
{
	const char *s = getenv("TAMPER_ROUNDS");

	return s != NULL ? atoi(s) : 500;
}

static void
run(struct desk_fixture *f, const char *sql, const struct bind *binds,
    size_t count)
{
	struct err err = ERR_INIT;

	assert_ok(db_exec(f->d->db, sql, binds, count, NULL, &err));
}

/* A trail of the tenant demo, noted outside when it has half of its rows. */
static int64_t
make_trail(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t last = 0;
	int written;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	while (last < ROWS) {
		assert_ok(db_begin(f->d->db, "test", &err));
		assert_ok(audit_append(f->d, "ticket.edit", RECORD_TICKET,
		    last + 1, AUDIT_DONE, "", "", 1000 + last, &err));
		assert_ok(db_int(f->d->db, &last,
		    "SELECT max(seq) FROM audit WHERE tenant_id = $1",
		    BINDS(b_int(f->demo.id)), &err));
		assert_ok(db_commit(f->d->db, &err));
		if (last == ROWS / 2 || last == ROWS)
			assert_ok(audit_anchor_write(f->d, &written, &err));
	}
	return last;
}

static void
edit(struct desk_fixture *f, int64_t seq)
{
	static const char *const columns[] = {
	    "UPDATE audit SET at_us = at_us + 1",
	    "UPDATE audit SET actor_kind = actor_kind + 1",
	    "UPDATE audit SET actor_id = actor_id + 1",
	    "UPDATE audit SET session = session || 'x'",
	    "UPDATE audit SET operation = 'ticket.new'",
	    "UPDATE audit SET kind = kind + 1",
	    "UPDATE audit SET record_id = record_id + 1",
	    "UPDATE audit SET result = 1 - result",
	    "UPDATE audit SET reason = reason || '.'",
	    "UPDATE audit SET digest = digest || '0'",
	    "UPDATE audit SET hash = prev_hash, prev_hash = hash",
	};
	struct str sql = STR_INIT;

	str_addf(&sql, "%s WHERE tenant_id = $1 AND seq = $2",
	    columns[random_below(sizeof(columns) / sizeof(columns[0]))]);
	run(f, sql.s, BINDS(b_int(f->demo.id), b_int(seq)));
	str_free(&sql);
}

/* Another content from seq on, and every hash of it right in itself. */
static void
compute_anew(struct desk_fixture *f, int64_t seq)
{
	struct err err = ERR_INIT;
	char *prev = NULL;

	run(f,
	    "UPDATE audit SET reason = 'forged' WHERE tenant_id = $1"
	    " AND seq = $2",
	    BINDS(b_int(f->demo.id), b_int(seq)));
	for (int64_t at = seq; at <= ROWS; at++) {
		struct audit_entry e = {.tenant_id = f->demo.id, .seq = at};
		char hex[SHA256_HEX_SIZE];
		struct stmt *st = NULL;

		assert_ok(db_query(f->d->db, &st,
		    "SELECT at_us, actor_kind, actor_id, session, operation,"
		    " kind, record_id, result, reason, digest, prev_hash"
		    " FROM audit WHERE tenant_id = $1 AND seq = $2",
		    BINDS(b_int(f->demo.id), b_int(at)), &err));
		assert_int_equal(stmt_step(st, &err), 1);
		e.at_us = stmt_int(st, 0);
		e.actor_kind = (int)stmt_int(st, 1);
		e.actor_id = stmt_int(st, 2);
		e.session = stmt_text(st, 3);
		e.operation = stmt_text(st, 4);
		e.kind = (int)stmt_int(st, 5);
		e.record_id = stmt_int(st, 6);
		e.result = (int)stmt_int(st, 7);
		e.reason = stmt_text(st, 8);
		e.digest = stmt_text(st, 9);
		if (prev == NULL)
			prev = strdup(stmt_text(st, 10));
		e.prev_hash = prev;
		audit_hash(&e, hex);
		stmt_close(&st);
		run(f,
		    "UPDATE audit SET prev_hash = $3, hash = $4"
		    " WHERE tenant_id = $1 AND seq = $2",
		    BINDS(b_int(f->demo.id), b_int(at), b_text(prev),
			b_text(hex)));
		free(prev);
		prev = strdup(hex);
	}
	free(prev);
}

/* Returns the row that is to be named. */
static int64_t
tamper(struct desk_fixture *f, enum way way, int64_t seq)
{
	const struct bind at[] = {b_int(f->demo.id), b_int(seq)};

	switch (way) {
	case EDIT:
		edit(f, seq);
		return seq;
	case DELETE:
		run(f, "DELETE FROM audit WHERE tenant_id = $1 AND seq = $2",
		    at, 2);
		return seq;
	case SWAP:
		if (seq == ROWS)
			seq--;
		run(f,
		    "UPDATE audit SET seq = -1 WHERE tenant_id = $1"
		    " AND seq = $2",
		    BINDS(b_int(f->demo.id), b_int(seq)));
		run(f,
		    "UPDATE audit SET seq = $2 WHERE tenant_id = $1"
		    " AND seq = $2 + 1",
		    BINDS(b_int(f->demo.id), b_int(seq)));
		run(f,
		    "UPDATE audit SET seq = $2 + 1 WHERE tenant_id = $1"
		    " AND seq = -1",
		    BINDS(b_int(f->demo.id), b_int(seq)));
		return seq;
	case TRUNCATE:
		run(f, "DELETE FROM audit WHERE tenant_id = $1 AND seq >= $2",
		    at, 2);
		run(f,
		    "UPDATE counters SET value = $2 - 1 WHERE tenant_id = $1"
		    " AND name = 'audit'",
		    at, 2);
		return seq;
	case ANEW:
		compute_anew(f, seq);
		return seq <= ROWS / 2 ? 1 : ROWS / 2 + 1;
	case WAYS:
		break;
	}
	return 0;
}

static void
audit_verify__any_tampering__names_the_first_bad_row(void **state)
{
	struct desk_fixture *f = *state;
	struct audit_verdict v;
	struct err err = ERR_INIT;
	int64_t want, last;

	last = make_trail(f);
	assert_int_equal(last, ROWS);
	assert_ok(audit_verify(f->d, &v, &err));
	assert_int_equal(v.bad_seq, 0);
	assert_int_equal(v.rows, ROWS);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_script(f->d->db,
	    engine_is_postgres()
		? "DROP TRIGGER audit_no_change ON audit;"
		  "DROP TRIGGER audit_no_truncate ON audit;"
		: "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;",
	    &err));
	for (int i = 0; i < rounds(); i++) {
		enum way way = (enum way)(i % WAYS);
		int64_t seq = 1 + random_below(ROWS);

		assert_ok(db_savepoint(f->d->db, &err));
		want = tamper(f, way, seq);
		assert_ok(audit_verify(f->d, &v, &err));
		if (v.bad_seq != want)
			fail_msg("round %d, %s at %lld: row %lld, not %lld: %s",
			    i, way_names[way], (long long)seq,
			    (long long)v.bad_seq, (long long)want, v.reason);
		assert_string_not_equal(v.reason, "");
		db_undo_savepoint(f->d->db);
	}
	assert_ok(audit_verify(f->d, &v, &err));
	assert_int_equal(v.bad_seq, 0);
	db_rollback(f->d->db);
}

static void
anchor_path(struct desk_fixture *f, const char *suffix, struct str *path)
{
	desk_beside(f->uri, suffix, path);
}

static void
audit_anchor__changed_file__is_said(void **state)
{
	struct desk_fixture *f = *state;
	struct str path = STR_INIT, text = STR_INIT;
	struct audit_anchors a;
	struct audit_verdict v;
	struct err err = ERR_INIT;
	struct stat st;
	int written;

	make_trail(f);
	anchor_path(f, ".audit", &path);
	assert_int_equal(stat(path.s, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	if (!engine_is_postgres()) { /* shared with a group */
		assert_int_equal(chmod(f->uri, 0660), 0);
		assert_ok(audit_anchor_write(f->d, &written, &err));
		assert_int_equal(stat(path.s, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0640);
		assert_int_equal(chmod(f->uri, 0600), 0);
	}
	assert_ok(fs_read(path.s, 1 << 20, &text, &err));
	assert_ok(audit_anchor_read(f->uri, &a, &err));
	assert_true(a.has_key);
	assert_int_equal(a.bad_line, 0);
	assert_true(a.count >= 3);
	audit_anchor_free(&a);
	for (size_t at = 0; at < text.len; at += 13) {
		text.s[at] ^= 1;
		assert_ok(
		    fs_write_atomic(path.s, text.s, text.len, 0600, &err));
		text.s[at] ^= 1;
		assert_ok(audit_verify(f->d, &v, &err));
		if (v.bad_seq == 0)
			fail_msg("byte %zu was changed and nobody saw", at);
		assert_rc(audit_anchor_write(f->d, &written, &err), OD_EDATA);
	}
	/* Half a line is what a power loss leaves: the next note mends it. */
	assert_ok(fs_write_atomic(path.s, text.s, text.len - 9, 0600, &err));
	assert_ok(audit_verify(f->d, &v, &err));
	assert_int_equal(v.bad_seq, 0);
	assert_ok(audit_anchor_write(f->d, &written, &err));
	assert_int_equal(written, 1);
	assert_ok(audit_anchor_write(f->d, &written, &err));
	assert_int_equal(written, 0);
	/* A key that cannot be read just now is neither changed nor made. */
	anchor_path(f, ".audit-key", &path);
	str_clear(&text);
	str_addf(&text, "%s-away", path.s);
	assert_int_equal(rename(path.s, text.s), 0);
	assert_int_equal(mkdir(path.s, 0700), 0);
	assert_rc(audit_anchor_write(f->d, &written, &err), OD_ECONFLICT);
	assert_rc(audit_verify(f->d, &v, &err), OD_ECONFLICT);
	assert_int_equal(rmdir(path.s), 0);
	assert_int_equal(rename(text.s, path.s), 0);
	assert_ok(audit_anchor_write(f->d, &written, &err));
	str_clear(&path);
	/* Without the key nothing more is noted, and the hashes still hold. */
	anchor_path(f, ".audit-key", &path);
	assert_int_equal(unlink(path.s), 0);
	assert_ok(audit_verify(f->d, &v, &err));
	assert_int_equal(v.bad_seq, 0);
	assert_rc(audit_anchor_write(f->d, &written, &err), OD_EDATA);
	str_free(&path);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(audit_verify__any_tampering__names_the_first_bad_row),
	    DESK_TEST(audit_anchor__changed_file__is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
