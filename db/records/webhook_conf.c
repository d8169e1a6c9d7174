/* webhook_conf - those that the configuration names; see webhooks.h. */
#include "common/i18n.h"
#include "db/records/records_int.h"
#include "db/records/webhook_int.h"
#include <stdlib.h>
#include <string.h>

struct same_kind {
	int64_t id, deleted_at;
	char name[65];
};

static void
read_same(struct stmt *st, void *row)
{
	struct same_kind *k = row;

	k->id = stmt_int(st, 0);
	k->deleted_at = stmt_int(st, 1);
	str_copy(k->name, sizeof(k->name), stmt_text(st, 2));
}

/* Those of a kind, in the trash too; the newest of a name first. */
static int
read_kind(struct desk *d, enum webhook_kind kind, struct same_kind **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT id, deleted_at, name FROM webhooks"
	    " WHERE tenant_id = $1 AND kind = $2 ORDER BY id DESC LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind),
		b_int(4 * WEBHOOKS_MAX)),
	    err);

	*rows = records__all(&st, sizeof(**rows), read_same, count, &rc, err);
	return rc;
}

/* 1 when one of them goes there.  What does not open is no other's. */
static int
goes_there(
    struct desk *d, const struct same_kind *rows, size_t count, const char *url)
{
	char at[WEBHOOK_URL_MAX + 1] = "";
	int found = 0;

	for (size_t i = 0; found == 0 && i < count; i++)
		if (webhook__url(d, rows[i].id, at, NULL) == 0)
			found = strcmp(at, url) == 0;
	explicit_bzero(at, sizeof(at));
	return found;
}

static int
make(struct desk *d, enum webhook_kind kind, const char *url, struct err *err)
{
	const struct webhook_set in = {
	    .name = webhook_kind_names[kind],
	    .url = url,
	    .kind = (int)kind,
	    .is_private = 1,
	    .events = kind == WEBHOOK_SLACK ? "session.escalated" : "session.*",
	    .body_template =
		kind == WEBHOOK_SLACK
		    ? _("*{{data.title}}* did not help: ticket {{data.ticket}},"
			" session {{data.session_id}}, {{data.operator}}")
		    : NULL,
	};
	char secret[WEBHOOK_SECRET_MAX];
	int64_t id;

	return webhook_new(d, &in, &id, secret, err);
}

int
webhook_from_conf(struct desk *d, enum webhook_kind kind, const char *url,
    bool *changed, struct err *err)
{
	const struct webhook_set to = {.url = url, .kind = -1, .is_private = 1};
	const struct same_kind *named = NULL;
	struct same_kind *rows;
	size_t count;
	int rc;

	*changed = false;
	if ((rc = read_kind(d, kind, &rows, &count, err)) != 0)
		goto out;
	if (goes_there(d, rows, count, url))
		goto out;
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, webhook_kind_names[kind]) == 0 &&
		    (named == NULL || rows[i].deleted_at == 0))
			named = &rows[i];
	if (named != NULL && named->deleted_at != 0)
		goto out;
	rc = named != NULL ? webhook_edit(d, named->id, 0, &to, err)
	                   : make(d, kind, url, err);
	*changed = rc == 0;
out:
	free(rows);
	return rc;
}
