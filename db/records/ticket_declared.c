/* ticket_declared - what labels, categories and fields share; ticket_int.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool
ticket__same_name(const char *a, const char *b)
{
	char *x = records__folded(a), *y = records__folded(b);
	bool same = strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}

int
ticket__name(const char *name, char *dst, size_t dst_size, struct err *err)
{
	int rc = records__fit(_("Name"), dst, dst_size, name, err);

	if (rc == 0 && dst[0] == '\0')
		rc = err_set(err, OD_EDATA, "It needs a name");
	return rc;
}

/* What is said in a filter or an option is one word of plain letters. */
static void
key_from(const char *name, char dst[65])
{
	char *folded = records__folded(name);
	size_t n = 0;

	for (const char *s = folded; *s != '\0' && n < 64; s++)
		if (isalnum((unsigned char)*s) && (unsigned char)*s < 0x80)
			dst[n++] = *s;
		else if (n > 0 && dst[n - 1] != '_')
			dst[n++] = '_';
	while (n > 0 && dst[n - 1] == '_')
		n--;
	dst[n] = '\0';
	free(folded);
}

int
ticket__key(const char *key, const char *name, char dst[65], struct err *err)
{
	bool given = key != NULL && key[0] != '\0';

	key_from(given ? key : name, dst);
	if (dst[0] == '\0')
		return err_set(err, OD_EDATA,
		    "Its key has to be made of letters and digits without"
		    " accents; give it one");
	if (given && strcmp(key, dst) != 0)
		return err_set(err, OD_EDATA,
		    "A key has small letters, digits and underscores only:"
		    " \"%s\" would do",
		    dst);
	return 0;
}

int
ticket__with_key(struct desk *d, const char *sql, const char *key, int64_t *id,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st, sql,
	    BINDS(b_int(d->actor.tenant_id), b_text(key)), err);

	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*id = stmt_int(st, 0);
		rc = stmt_is_null(st, 1) ? DECLARED_ALIVE : DECLARED_DELETED;
	}
	stmt_close(&st);
	return rc;
}

int
ticket__declared_edit(struct desk *d, const struct declared_edit *edit,
    int64_t id, int64_t seen_version, const struct change *changes,
    size_t count, struct err *err)
{
	static const char *const allowed[] = {"name", "position", NULL};
	const struct bind *name;
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, edit->kind, allowed, changes, count, err);
	if (rc != 0 || (rc = op_begin(d, &op, edit->op, id, err)) != 0)
		goto out;
	name = records__edit(&e, "name");
	rc = edit->check(d, &op, id,
	    name != NULL && name->kind == BIND_TEXT ? name->p : NULL, err);
	if (rc == 0)
		rc = record_update(d, &op, edit->kind, id, seen_version, e.list,
		    e.count, NULL, err);
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

int
ticket__declared_restore(struct desk *d, const struct declared_restore *restore,
    int64_t id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, restore->op, id, err)) != 0)
		return rc;
	if ((rc = restore->check(d, &op, id, err)) == 0)
		rc = record_restore(d, &op, restore->kind, id, err);
	return op_end(d, &op, rc, err);
}

struct place {
	int64_t id, position;
	char name[65];
};

static void
read_place(struct stmt *st, void *row)
{
	struct place *p = row;

	memset(p, 0, sizeof(*p));
	p->id = stmt_int(st, 0);
	p->position = stmt_int(st, 1);
	str_copy(p->name, sizeof(p->name), stmt_text(st, 2));
}

static int
read_places(struct desk *d, const char *sql, int64_t id, struct place **places,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(
	    d->db, &st, sql, BINDS(b_int(d->actor.tenant_id), b_int(id)), err);

	*places =
	    records__all(&st, sizeof(**places), read_place, count, &rc, err);
	return rc;
}

/* Each gets the number of its place; most have it already. */
static int
renumber(struct desk *d, struct op *op, enum record_kind kind,
    const struct place *places, size_t count, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct change c = {"position", b_int((int64_t)i + 1)};

		if (places[i].position != (int64_t)i + 1)
			rc = record_update(
			    d, op, kind, places[i].id, 0, &c, 1, NULL, err);
	}
	return rc;
}

int
ticket__declared_move(struct desk *d, const struct declared_move *move,
    int64_t id, int step, struct err *err)
{
	struct place *places = NULL, moved;
	size_t count = 0, at = 0, to;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, move->op, id, err)) != 0)
		return rc;
	rc = read_places(d, move->sql, id, &places, &count, err);
	while (rc == 0 && at < count && places[at].id != id)
		at++;
	if (rc == 0 && at == count)
		rc = err_set(err, OD_ENOTFOUND, "It is not there any more");
	if (rc == 0) {
		to = step < 0 ? at - (at > 0) : at + (at + 1 < count);
		moved = places[at];
		places[at] = places[to];
		places[to] = moved;
		op_sentence(&op, _("Moved %s in its list"), moved.name);
		rc = renumber(d, &op, move->kind, places, count, err);
	}
	free(places);
	return op_end(d, &op, rc, err);
}
