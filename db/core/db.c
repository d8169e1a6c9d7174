/*
 * db - opening, transactions and the tests' faults.
 */
#include "db/core/db_int.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/engine/migrate.h"
#include "db/engine/pg_password.h"
#include "db/engine/sqlite_cache.h"
#include <stdlib.h>
#include <string.h>

/* Half a desk would be taken for a whole one. */
static int
check_finished(struct db *db, struct err *err)
{
	int64_t one;
	int rc = db_int(db, &one,
	    "SELECT 1 FROM meta WHERE name = '" DB_META_UNFINISHED "'",
	    NO_BINDS, err);

	if (rc == OD_ENOTFOUND)
		return 0;
	return rc != 0 ? rc
	               : err_set(err, OD_EUNAVAIL,
			     "The copy of a desk to this place was not "
			     "finished; run the same \"opdesk desk copy\" "
			     "again, which begins anew");
}

int
db__check_moved(struct db *db, struct err *err)
{
	char shown[512], *to = NULL;
	int rc = db_text(db, &to,
	    "SELECT value FROM meta WHERE name = '" DB_META_MOVED "'", NO_BINDS,
	    err);

	if (rc == 0) {
		text_safe_buf(shown, sizeof(shown), to);
		rc = err_set(err, OD_EUNAVAIL,
		    "This desk was moved to %s; name that one with --db or in"
		    " the configuration. What is here can be read with"
		    " --readonly, and \"opdesk desk reopen\" goes on with it",
		    shown);
	}
	free(to);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static int
check_usable(struct db *db, enum db_mode mode, struct err *err)
{
	int rc;

	if (mode == DB_UNFINISHED || (rc = check_finished(db, err)) != 0)
		return mode == DB_UNFINISHED ? 0 : rc;
	return mode == DB_READONLY ? 0 : db__check_moved(db, err);
}

/* A desk that only newer programs understand must not be guessed at. */
static int
check_readable(struct db *db, enum db_mode mode, struct err *err)
{
	char *text = NULL;
	int64_t need = 0;
	bool has;
	int rc;

	rc = db__has_table(db, "meta", &has, err);
	if (rc != 0 || !has)
		return rc;
	rc = db_text(db, &text, "SELECT value FROM meta WHERE name = $1",
	    BINDS(b_text("min_reader")), err);
	if (rc == 0)
		str_to_int64(text, 0, INT32_MAX, &need);
	free(text);
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	if (need <= SCHEMA_VERSION)
		return check_usable(db, mode, err);
	return err_set(err, OD_EUNAVAIL,
	    "This desk was upgraded by a newer opdesk and this one is too old "
	    "to read it; install the newer version here too");
}

int
db_open(const char *uri, enum db_mode mode, struct db **out, struct err *err)
{
	const struct engine *engine;
	struct engine_conn *conn = NULL;
	const char *location;
	struct db *db;
	int rc;

	*out = NULL;
	if ((engine = engine_for(uri, &location, err)) == NULL)
		return OD_EUSAGE;
	if ((rc = engine->open(location, mode, &conn, err)) != 0)
		return rc;
	db = xcalloc(1, sizeof(*db));
	db->engine = engine;
	db->conn = conn;
	db->uri = xstrdup(uri);
	if ((rc = check_readable(db, mode, err)) != 0) {
		db_close(&db);
		return rc;
	}
	*out = db;
	return 0;
}

void
db_set_password(const char *password)
{
	pg__set_password(password);
}

void
db_set_small_cache(void)
{
	sqlite__set_small_cache();
}

void
db_close(struct db **p)
{
	struct db *db = p != NULL ? *p : NULL;

	if (db == NULL)
		return;
	*p = NULL;
	if (db->open_statements != 0)
		BUG("%d statements are open at close", db->open_statements);
	db_rollback(db);
	stmt__free_all(db);
	db->engine->close(db->conn);
	free(db->uri);
	free(db);
}

void
db_release_memory(struct db *db)
{
	if (db->engine->release_memory != NULL && !db->in_transaction)
		db->engine->release_memory(db->conn);
}

const char *
db_path(const struct db *db)
{
	return db->engine->path(db->conn);
}

const char *
db_uri(const struct db *db)
{
	return db->engine->is_file ? db_path(db) : db->uri;
}

bool
db_is_readonly(const struct db *db)
{
	return db->engine->is_readonly(db->conn);
}

bool
db_is_broken(const struct db *db)
{
	return db->engine->is_broken(db->conn);
}

bool
db_is_away(const struct db *db)
{
	return db->engine->is_away != NULL && db->engine->is_away(db->conn);
}

const char *
db_engine_version(const struct db *db)
{
	return db->engine->version(db->conn);
}

static int
planned_fault(struct db *db, struct err *err)
{
	if (db->fail_in == 0 || --db->fail_in > 0)
		return 0;
	if (db->fail_fn != NULL) {
		db->fail_fn(db->fail_data);
		return 0;
	}
	return err_set(err, db->fail_code,
	    "The disk is full; nothing was saved. Make room and try again");
}

/* Half an operation is in the transaction and cannot be taken out of it. */
static int
lost(struct err *err)
{
	return err_set(err, OD_EIO,
	    "An earlier error undid what was being saved; try again");
}

int
db__before_write(struct db *db, struct err *err)
{
	if (!db->in_transaction)
		BUG("a write outside of a transaction");
	db->stand++;
	return db->is_lost ? lost(err) : planned_fault(db, err);
}

static int
before_script_write(void *data, struct err *err)
{
	return db__before_write(data, err);
}

int
db_script(struct db *db, const char *sql, struct err *err)
{
	return db->engine->script(db->conn, sql, before_script_write, db, err);
}

static int
begin(struct db *db, const char *where, bool is_awaited, struct err *err)
{
	int rc;

	if (db->in_transaction)
		BUG("%s begins inside the transaction of %s", where, db->where);
	if ((rc = db->engine->begin(db->conn, is_awaited, err)) != 0)
		return rc;
	db->in_transaction = true;
	db->span++;
	db->stand++;
	db->where = where;
	db->savepoints = 0;
	db->is_lost = false;
	return 0;
}

int
db_begin(struct db *db, const char *where, struct err *err)
{
	return begin(db, where, true, err);
}

int
db_begin_soon(struct db *db, const char *where, struct err *err)
{
	return begin(db, where, false, err);
}

int
db_commit(struct db *db, struct err *err)
{
	int rc;

	BUG_ON(!db->in_transaction);
	if (db->open_statements != 0)
		BUG("%d statements are open at the commit of %s",
		    db->open_statements, db->where);
	if (db->savepoints != 0)
		BUG("a savepoint is open at the commit of %s", db->where);
	if ((rc = db->is_lost ? lost(err) : planned_fault(db, err)) != 0) {
		db_rollback(db);
		return rc;
	}
	db->in_transaction = false;
	if ((rc = db->engine->commit(db->conn, err)) != 0)
		return rc;
	db->engine->ring(db->conn);
	return 0;
}

void
db_rollback(struct db *db)
{
	if (!db->in_transaction)
		return;
	db->in_transaction = false;
	db->savepoints = 0;
	db->engine->rollback(db->conn);
}

bool
db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

static const char *const savepoint_sql[SAVEPOINT_MAX][3] = {
    {"SAVEPOINT s1", "RELEASE SAVEPOINT s1", "ROLLBACK TO SAVEPOINT s1"},
    {"SAVEPOINT s2", "RELEASE SAVEPOINT s2", "ROLLBACK TO SAVEPOINT s2"},
    {"SAVEPOINT s3", "RELEASE SAVEPOINT s3", "ROLLBACK TO SAVEPOINT s3"},
    {"SAVEPOINT s4", "RELEASE SAVEPOINT s4", "ROLLBACK TO SAVEPOINT s4"},
};

/* Kept prepared: a batch runs thousands of them. */
static int
run_savepoint(struct db *db, int level, int which, struct err *err)
{
	const char *sql = savepoint_sql[level][which];

	return which == 2 ? db_exec(db, sql, NO_BINDS, NULL, err)
	                  : db_later(db, NULL, sql, NO_BINDS, err);
}

int
db_savepoint(struct db *db, struct err *err)
{
	int rc;

	BUG_ON(!db->in_transaction);
	BUG_ON(db->savepoints == SAVEPOINT_MAX);
	if ((rc = run_savepoint(db, db->savepoints, 0, err)) == 0)
		db->savepoints++;
	return rc;
}

int
db_release(struct db *db, struct err *err)
{
	int rc;

	BUG_ON(db->savepoints == 0);
	if ((rc = run_savepoint(db, db->savepoints - 1, 1, err)) == 0)
		db->savepoints--;
	return rc;
}

/* When this fails every later write and the commit do, too. */
void
db_undo_savepoint(struct db *db)
{
	BUG_ON(db->savepoints == 0);
	db->savepoints--;
	db->span++;
	db->stand++;
	db->is_lost |= run_savepoint(db, db->savepoints, 2, NULL) != 0 ||
	               run_savepoint(db, db->savepoints, 1, NULL) != 0;
}

int
db__has_table(struct db *db, const char *name, bool *has, struct err *err)
{
	return db->engine->has_table(db->conn, name, has, err);
}

int
db_copy(struct db *db, const char *path, struct err *err)
{
	return db->engine->copy(db->conn, path, err);
}

int
db_give_back(struct db *db, int64_t *given, struct err *err)
{
	int rc;

	*given = 0;
	if (db->engine->give_back == NULL)
		return 0;
	if ((rc = db__before_write(db, err)) != 0)
		return rc;
	return db->engine->give_back(db->conn, given, err);
}

int
db_can_give_back(struct db *db, bool *can, struct err *err)
{
	*can = true;
	return db->engine->can_give_back == NULL
	           ? 0
	           : db->engine->can_give_back(db->conn, can, err);
}

int
db_verify(struct db *db, struct err *err)
{
	return db->engine->verify(db->conn, false, err);
}

int
db_verify_indexes(struct db *db, struct err *err)
{
	return db->engine->verify(db->conn, true, err);
}

int
db_change_token(struct db *db, int64_t *token, struct err *err)
{
	return db->engine->change_token(db->conn, token, err);
}

int
db_is_durable(struct db *db, bool *durable, struct err *err)
{
	*durable = true;
	if (db->engine->is_durable == NULL)
		return 0;
	return db->engine->is_durable(db->conn, durable, err);
}

void
db_set_tenant(struct db *db, int64_t tenant_id)
{
	if (db->engine->set_tenant != NULL)
		db->engine->set_tenant(db->conn, tenant_id);
}

int
db_live_hold(struct db *db, int64_t key, struct err *err)
{
	if (db->engine->live_hold == NULL)
		return 0;
	return db->engine->live_hold(db->conn, key, err);
}

void
db_live_release(struct db *db, int64_t key)
{
	if (db->engine->live_release != NULL)
		db->engine->live_release(db->conn, key);
}

bool
db_live_elsewhere(struct db *db, int64_t key)
{
	return db->engine->live_elsewhere == NULL ||
	       db->engine->live_elsewhere(db->conn, key);
}

int
db_bell_fd(struct db *db)
{
	return db->engine->bell_fd != NULL ? db->engine->bell_fd(db->conn) : -1;
}

void
db_fail_after(struct db *db, int n, int code)
{
	db->fail_in = n;
	db->fail_code = code;
	db->fail_fn = NULL;
}

void
db_call_before(struct db *db, int n, void (*fn)(void *data), void *data)
{
	db->fail_in = n;
	db->fail_fn = fn;
	db->fail_data = data;
}
