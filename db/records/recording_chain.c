/*
 * recording_chain - each recording's digest has the one before it in it.
 *
 * The last one's is kept in the tenant's settings, so that taking away the end
 * of the chain is found as well.
 */
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/recordings_int.h"
#include <stdlib.h>
#include <string.h>

#define LAST "recording.last"
#define PAGE 200 /* rows at once; of all that there are, only digests */

const char *const recording_fault_names[] = {
    "fine", "changed", "unlinked", "no_file", "bad_file", "last_gone", NULL};

/* When its call was cleared, only the number of it is left, as a text. */
static int64_t
call_of(const struct recording *r)
{
	int64_t id = 0;

	if (r->call_id == 0 && r->deleted_at != 0 &&
	    strncmp(r->device, "call ", 5) == 0)
		(void)str_to_int64(r->device + 5, 1, INT64_MAX, &id);
	return r->call_id != 0 ? r->call_id : id;
}

void
recording__hash(const struct recording *r, char hex[65])
{
	struct str s = STR_INIT;

	str_addf(&s, "%s|%s|%lld|%lld|%lld|%lld|%lld|%d|%lld|%s|%d|%lld|%lld",
	    r->previous_hash, r->name, (long long)r->started_us,
	    (long long)r->ended_us, (long long)r->duration_us,
	    (long long)r->rate, (long long)r->channels, (int)r->format,
	    (long long)r->bytes, r->sha256, (int)r->consent,
	    (long long)call_of(r), (long long)r->operator_id);
	sha256_hex(s.s, s.len, hex);
	str_free(&s);
}

static int
read_last(struct desk *d, char hex[65], struct err *err)
{
	char *value = NULL;
	int rc = db_text(d->db, &value,
	    "SELECT value FROM settings WHERE tenant_id = $1"
	    " AND operator_id = 0 AND name = '" LAST "'",
	    BINDS(b_int(d->actor.tenant_id)), err);

	str_copy(hex, 65, rc == 0 ? value : "");
	free(value);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
recording__link(
    struct desk *d, struct op *op, struct recording *r, struct err *err)
{
	/* The write makes others wait, so that nobody reads the same last. */
	int rc = db_exec(d->db,
	    "INSERT INTO settings(tenant_id, operator_id, name, value,"
	    " updated_at) VALUES($1, 0, '" LAST "', '', $2)"
	    " ON CONFLICT(tenant_id, operator_id, name) DO UPDATE SET"
	    " updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_int(op->now_us)), NULL, err);

	if (rc != 0 || (rc = read_last(d, r->previous_hash, err)) != 0)
		return rc;
	recording__hash(r, r->hash);
	op_digest(op, r->hash, strlen(r->hash));
	return db_exec(d->db,
	    "UPDATE settings SET value = $2 WHERE tenant_id = $1"
	    " AND operator_id = 0 AND name = '" LAST "'",
	    BINDS(b_int(d->actor.tenant_id), b_text(r->hash)), NULL, err);
}

static void
accuse(struct recording_verdict *v, const char *name, enum recording_fault what)
{
	if (v->wrong < 20) {
		str_copy(v->first[v->wrong].name, 33, name);
		v->first[v->wrong].fault = what;
	}
	v->wrong++;
}

#define HASH 64 /* letters */

struct hashes {             /* of all rows of the tenant */
	char (*list)[HASH]; /* owned, sorted; no NUL behind them */
	size_t count, cap;
};

static int
by_letters(const void *a, const void *b)
{
	return memcmp(a, b, HASH);
}

static bool
has_hash(const struct hashes *h, const char *hash)
{
	return h->count > 0 && strlen(hash) == HASH &&
	       bsearch(hash, h->list, h->count, HASH, by_letters) != NULL;
}

static void
keep_hash(struct hashes *h, const char *hash)
{
	if (strlen(hash) != HASH)
		return; /* no digest of ours: nobody can stand on it */
	if (h->count == h->cap) {
		h->cap = h->cap == 0 ? 256 : 2 * h->cap;
		h->list = xreallocarray(h->list, h->cap, HASH);
	}
	memcpy(h->list[h->count++], hash, HASH);
}

static int
read_hashes(struct desk *d, struct hashes *h, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT hash FROM recordings WHERE tenant_id = $1 AND hash <> ''",
	    BINDS(b_int(d->actor.tenant_id)), err);

	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		keep_hash(h, stmt_text(st, 0));
		rc = 0;
	}
	stmt_close(&st);
	if (rc == 0 && h->count > 1)
		qsort(h->list, h->count, HASH, by_letters);
	return rc;
}

static void
check_file(
    struct desk *d, const struct recording *r, struct recording_verdict *v)
{
	struct str path = STR_INIT;
	char hex[65] = "";
	int64_t bytes;

	recording__path(d, r->name, "", &path);
	if (recording__digest(path.s, hex, &bytes, NULL) != 0)
		accuse(v, r->name, RECORDING_NO_FILE);
	else if (strcmp(hex, r->sha256) != 0)
		accuse(v, r->name, RECORDING_BAD_FILE);
	str_free(&path);
}

static void
check_row(const struct hashes *h, const struct recording *r,
    struct recording_verdict *v)
{
	char hex[65];

	recording__hash(r, hex);
	if (strcmp(hex, r->hash) != 0)
		accuse(v, r->name, RECORDING_CHANGED);
	else if (r->previous_hash[0] != '\0' &&
		 !has_hash(h, r->previous_hash) && has_hash(h, r->hash))
		accuse(v, r->name, RECORDING_UNLINKED);
}

static int
read_page(struct desk *d, int64_t after, struct recording **rows, size_t *n,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT " RECORDING_COLUMNS RECORDING_FROM
	    " WHERE r.tenant_id = $1 AND r.hash <> '' AND r.id > $2"
	    " ORDER BY r.id LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(after), b_int(PAGE)), err);

	*n = 0;
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), recording__read, n, &rc, err);
	return rc;
}

/*
 * What is linked while this goes on stands on rows that are no part of it: the
 * digests are read after the last one's and before the rows.
 */
int
recording_verify(struct desk *d, bool rows_only,
    void (*progress)(int64_t done, int64_t all, void *data), void *data,
    struct recording_verdict *out, struct err *err)
{
	struct recording *rows = NULL;
	struct hashes h = {.list = NULL};
	char last[65];
	int64_t after = 0, all;
	size_t n = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_RECORDING_READ, 0, err)) != 0 ||
	    (rc = read_last(d, last, err)) != 0 ||
	    (rc = read_hashes(d, &h, err)) != 0)
		goto out;
	do {
		if ((rc = read_page(d, after, &rows, &n, err)) != 0)
			goto out;
		for (size_t i = 0; i < n; i++) {
			check_row(&h, &rows[i], out);
			out->checked++;
			if (!rows_only && rows[i].deleted_at == 0)
				check_file(d, &rows[i], out);
			all = out->checked > (int64_t)h.count
			          ? out->checked
			          : (int64_t)h.count;
			if (progress != NULL)
				progress(out->checked, all, data);
			after = rows[i].id;
		}
	} while (n == PAGE);
	if (last[0] != '\0' && !has_hash(&h, last))
		accuse(out, "", RECORDING_LAST_GONE);
out:
	free(rows);
	free(h.list);
	return rc;
}
