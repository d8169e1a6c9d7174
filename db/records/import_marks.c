/* import_marks - which row became which record; see import_int.h. */
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

static void
put_hash(uint64_t *slots, size_t size, uint64_t hash)
{
	size_t i = (size_t)hash & (size - 1);

	while (slots[i] != 0)
		i = (i + 1) & (size - 1);
	slots[i] = hash;
}

bool
import__seen_add(struct seen *s, const char *key)
{
	uint8_t sum[SHA256_SIZE];
	uint64_t hash, *old = s->slots;
	size_t old_size = s->size;

	sha256(key, strlen(key), sum);
	memcpy(&hash, sum, sizeof(hash));
	if (hash == 0)
		hash = 1;
	if (s->count * 3 >= s->size * 2) {
		s->size = old_size == 0 ? 1024 : old_size * 2;
		s->slots = xcalloc(s->size, sizeof(*s->slots));
		for (size_t i = 0; i < old_size; i++)
			if (old[i] != 0)
				put_hash(s->slots, s->size, old[i]);
		free(old);
	}
	for (size_t i = (size_t)hash & (s->size - 1); s->slots[i] != 0;
	     i = (i + 1) & (s->size - 1))
		if (s->slots[i] == hash)
			return false;
	put_hash(s->slots, s->size, hash);
	s->count++;
	return true;
}

void
import__seen_free(struct seen *s)
{
	FREE(&s->slots);
	s->size = s->count = 0;
}

static void
read_mark(struct stmt *st, void *row)
{
	struct mark *m = row;

	m->kind = (enum record_kind)stmt_int(st, 0);
	m->record_id = stmt_int(st, 1);
	m->at_us = stmt_int(st, 2);
	str_copy(m->digest, sizeof(m->digest), stmt_text(st, 3));
}

int
import__mark(
    struct importing *im, const char *key, struct mark *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return records__first(im->d,
	    "SELECT kind, record_id, at_us, digest FROM import_marks"
	    " WHERE tenant_id = $1 AND source = $2 AND key = $3",
	    BINDS(b_int(im->d->actor.tenant_id), b_text(im->out->source),
		b_text(key)),
	    read_mark, out, err);
}

int
import__mark_put(struct importing *im, const char *key, enum record_kind kind,
    int64_t record_id, const char *digest, struct err *err)
{
	return db_later(im->d->db, NULL,
	    "INSERT INTO import_marks(tenant_id, source, key, kind, record_id,"
	    " digest, at_us) VALUES($1, $2, $3, $4, $5, $6, $7)"
	    " ON CONFLICT(tenant_id, source, key) DO UPDATE SET"
	    " kind = excluded.kind, record_id = excluded.record_id,"
	    " digest = excluded.digest, at_us = excluded.at_us",
	    BINDS(b_int(im->d->actor.tenant_id), b_text(im->out->source),
		b_text(key), b_int(kind), b_int(record_id), b_text(digest),
		b_int(im->op->now_us)),
	    err);
}

int
import__changed_here(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t since_us, struct err *err)
{
	return records__any(d,
	    "SELECT 1 FROM changes WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = $3 AND at_us > $4"
	    " AND operation NOT IN ('import.run', 'import.undo') LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(record_id),
		b_int(since_us)),
	    err);
}

int
import__same_row(struct importing *im, enum record_kind kind, int64_t record_id,
    const char *digest, struct err *err)
{
	return records__any(im->d,
	    "SELECT 1 FROM import_marks WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = $3 AND digest = $4 LIMIT 1",
	    BINDS(b_int(im->d->actor.tenant_id), b_int(kind), b_int(record_id),
		b_text(digest)),
	    err);
}

int
import__step(struct importing *im, const struct import_in *in,
    enum record_kind kind, struct mark *mark, enum import_step *step,
    struct err *err)
{
	int rc = import__mark(im, in->key, mark, err);

	*step = STEP_NEW;
	if (rc <= 0)
		return rc;
	*step = STEP_UNCHANGED;
	if (strcmp(mark->digest, in->digest) == 0)
		return 0;
	*step = STEP_CHANGED;
	if (mark->digest[0] == '\0' || im->o->overwrite)
		return 0;
	rc = import__changed_here(
	    im->d, kind, mark->record_id, mark->at_us, err);
	if (rc == 1)
		*step = STEP_KEPT;
	return rc < 0 ? rc : 0;
}

int
import__restore(struct importing *im, const struct mark *mark, struct err *err)
{
	int rc;

	if (mark->digest[0] != '\0')
		return 0;
	rc = record_restore(im->d, im->op, mark->kind, mark->record_id, NULL);
	if (rc == 0 || rc == OD_ECONFLICT) /* somebody did already */
		return 0;
	return err_set(
	    err, rc, "It could not be taken out of the trash; try again");
}
