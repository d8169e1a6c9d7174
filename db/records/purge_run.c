/* purge_run - clearing by hand, and who does it daily; see purge.h. */
#include "common/clock.h"
#include "common/str.h"
#include "db/core/search.h"
#include "db/engine/keeper.h"
#include "db/records/purge_int.h"
#include "db/records/records_int.h"
#include <inttypes.h>
#include <stdlib.h>

#define FILES_AT_ONCE 200
#define DUE_NAME      "retention_due"    /* in meta: see purge_is_due */
#define CLAIM_NAME    "retention_run_us" /* in meta */
/* A stamp as old as this is no day of work: the clock was set, or nobody ran.
 */
#define CLAIM_STALE_US (8 * US_PER_DAY)

static int
remove_files(struct desk *d, struct err *err)
{
	size_t gone = 0;
	int rc;

	do {
		char(*names)[65] = NULL;
		size_t count = 0;

		rc = purge_files(d, FILES_AT_ONCE, &names, &count, err);
		if (rc == 0)
			gone = purge_unlink(d->files_dir, names, count);
		if (rc == 0 && gone > 0)
			rc = purge_files_gone(
			    d, (const char(*)[65])names, gone, err);
		free(names);
	} while (rc == 0 && gone > 0);
	return rc;
}

/* ---- what is left after the rows ---- */

int
purge__note_due(struct desk *d, struct err *err)
{
	return db_exec(d->db,
	    "INSERT INTO meta(name, value) VALUES('" DUE_NAME "', '1')"
	    " ON CONFLICT(name) DO NOTHING",
	    NO_BINDS, NULL, err);
}

int
purge_is_due(struct desk *d, bool *due, struct err *err)
{
	int64_t n = 0;
	int rc = db_int(d->db, &n,
	    "SELECT count(*) FROM meta WHERE name = '" DUE_NAME "'", NO_BINDS,
	    err);

	*due = n > 0;
	return rc;
}

/* In a transaction of its own, unless there is one. */
static int
within(struct desk *d, int (*fn)(struct desk *d, bool *flag, struct err *err),
    bool *flag, struct err *err)
{
	int rc;

	if (db_in_transaction(d->db))
		return fn(d, flag, err);
	if ((rc = db_begin(d->db, "purge", err)) != 0)
		return rc;
	if ((rc = fn(d, flag, err)) == 0)
		return db_commit(d->db, err);
	db_rollback(d->db);
	return rc;
}

static int
begin_round(struct desk *d, bool *more, struct err *err)
{
	return search_expunge(d, true, more, err);
}

static int
go_on(struct desk *d, bool *more, struct err *err)
{
	return search_expunge(d, false, more, err);
}

static int
/* NOLINTNEXTLINE(readability-non-const-parameter): as the others */
forget_due(struct desk *d, bool *unused, struct err *err)
{
	(void)unused;
	return db_exec(d->db, "DELETE FROM meta WHERE name = '" DUE_NAME "'",
	    NO_BINDS, NULL, err);
}

int
purge_expunge(struct desk *d, bool first, bool *more, struct err *err)
{
	return within(d, first ? begin_round : go_on, more, err);
}

int
purge_is_clean(struct desk *d, struct err *err)
{
	return within(d, forget_due, NULL, err);
}

int
purge_give_back(struct desk *d, int64_t *given, struct err *err)
{
	int rc;

	*given = 0;
	if (db_in_transaction(d->db))
		return db_give_back(d->db, given, err);
	if ((rc = db_begin(d->db, "give back", err)) != 0)
		return rc;
	if ((rc = db_give_back(d->db, given, err)) == 0)
		return db_commit(d->db, err);
	db_rollback(d->db);
	return rc;
}

bool
purge__empty_log(struct desk *d)
{
	struct keeper *k = NULL;
	bool done;

	if (keeper_serves(d->db) || keeper_become(db_uri(d->db), &k, NULL) != 0)
		return false;
	done = keeper_checkpoint(k, true, NULL) == 0;
	keeper_free(&k);
	return done;
}

/* Where a daemon has the desk, the log is its business, and so the rest. */
static int
clean_up(struct desk *d, struct err *err)
{
	bool due = false, more = true, first = true;
	int rc = purge_is_due(d, &due, err);

	if (rc != 0 || !due)
		return rc;
	for (; rc == 0 && more; first = false)
		rc = purge_expunge(d, first, &more, err);
	if (rc != 0 || !purge__empty_log(d))
		return rc;
	/* That row is all that the log has now. */
	return purge_is_clean(d, err);
}

int
purge_run(struct desk *d, struct purge *p,
    void (*progress)(const struct purge *p, void *data), void *data,
    struct err *err)
{
	bool more = true;
	int rc;

	if ((rc = purge_begin(d, p, err)) != 0)
		return rc;
	while (rc == 0 && more) {
		rc = purge_step(d, p, &more, err);
		if (progress != NULL)
			progress(p, data);
	}
	if (rc == 0)
		rc = remove_files(d, err);
	return rc != 0 ? rc : clean_up(d, err);
}

/* ---- once a day ---- */

static int
read_stamp(struct desk *d, int64_t *us, struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT value FROM meta WHERE name = '" CLAIM_NAME "'", NO_BINDS,
	    err);

	*us = 0;
	if (rc == 0)
		(void)str_to_int64(text, 0, INT64_MAX, us);
	free(text);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* Only where nobody else did since it was read. */
static int
write_stamp(
    struct desk *d, int64_t was_us, int64_t us, bool *mine, struct err *err)
{
	char was[24], text[24];
	int64_t changed = 0;
	int rc;

	str_format(was, sizeof(was), "%" PRId64, was_us);
	str_format(text, sizeof(text), "%" PRId64, us);
	rc = was_us == 0
	         ? db_exec(d->db,
		       "INSERT INTO meta(name, value) VALUES('" CLAIM_NAME
		       "', $1) ON CONFLICT(name) DO NOTHING",
		       BINDS(b_text(text)), &changed, err)
	         : db_exec(d->db,
		       "UPDATE meta SET value = $1 WHERE name = '" CLAIM_NAME
		       "' AND value = $2",
		       BINDS(b_text(text), b_text(was)), &changed, err);
	*mine = changed == 1;
	return rc;
}

int
purge_claim(struct desk *d, bool *mine, bool *first, struct err *err)
{
	int64_t now_us = clock_wall_us(), last_us;
	int rc;

	*mine = *first = false;
	if ((rc = read_stamp(d, &last_us, err)) != 0)
		return rc;
	if (last_us != 0 && last_us <= now_us && now_us - last_us < US_PER_DAY)
		return 0;
	*first = last_us == 0 || last_us > now_us ||
	         now_us - last_us > CLAIM_STALE_US;
	return write_stamp(d, last_us, now_us, mine, err);
}
