/* replies - see replies.h. */
#include "db/records/replies.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/whose.h"
#include <stdlib.h>
#include <string.h>

#define BODY_MAX    16384
#define WORDS_MAX   8

void
reply_clear(struct reply *r)
{
	FREE(&r->body);
	FREE(&r->folded);
}

void
reply_list_free(struct reply **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		reply_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_row(struct stmt *st, void *row)
{
	struct reply *r = row;

	memset(r, 0, sizeof(*r));
	r->id = stmt_int(st, 0);
	r->version = stmt_int(st, 1);
	r->created_at = stmt_int(st, 2);
	r->updated_at = stmt_int(st, 3);
	r->deleted_at = stmt_int(st, 4);
	r->operator_id = stmt_int(st, 5);
	r->team_id = stmt_int(st, 6);
	str_copy(
	    r->operator_login, sizeof(r->operator_login), stmt_text(st, 7));
	str_copy(r->team_name, sizeof(r->team_name), stmt_text(st, 8));
	str_copy(r->title, sizeof(r->title), stmt_text(st, 9));
	str_copy(r->shortcut, sizeof(r->shortcut), stmt_text(st, 10));
	str_copy(r->lang, sizeof(r->lang), stmt_text(st, 11));
	r->body = stmt_dup(st, 12);
	r->folded = stmt_dup(st, 13);
}

/* at_hand: whatever the role, only what the actor writes with. */
static void
select_from(struct query *q, struct desk *d, bool at_hand)
{
	query_init(q);
	query_add(q,
	    "SELECT x.id, x.version, x.created_at, x.updated_at,"
	    " x.deleted_at, x.operator_id, x.team_id, o.login, t.name,"
	    " x.title, x.shortcut, x.lang, x.body, x.folded"
	    " FROM canned_replies x"
	    " LEFT JOIN operators o ON o.id = x.operator_id"
	    " AND o.tenant_id = x.tenant_id"
	    " LEFT JOIN teams t ON t.id = x.team_id"
	    " AND t.tenant_id = x.tenant_id"
	    " WHERE x.tenant_id = $? AND x.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	whose_add_seen(q, d, OP_REPLY_READ, at_hand);
}

/* Only what the actor may see is there at all. */
static int
read_one(struct desk *d, int64_t id, struct reply *out, struct err *err)
{
	struct query q;
	int rc;

	memset(out, 0, sizeof(*out));
	select_from(&q, d, false);
	query_add(&q, " AND x.id = $?", BINDS(b_int(id)));
	rc = records__first(d, q.sql.s, q.binds, q.nbinds, read_row, out, err);
	query_free(&q);
	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such canned reply");
	return rc == 1 ? 0 : rc;
}

/* A blank line cannot be in a title: words of two fields never touch. */
static char *
folded_of(const char *title, const char *shortcut, const char *body)
{
	char *all = xasprintf("%s\n%s\n%s", title, shortcut, body);
	char *folded = records__folded(all);

	free(all);
	/* The beginning is enough to be found by. */
	if (strlen(folded) > 4 * BODY_MAX - 4)
		folded[utf8_cut(
		    folded, strlen(folded), (size_t)4 * BODY_MAX - 4)] = '\0';
	return folded;
}

static int
check_lang(const char *lang, struct err *err)
{
	if (lang[0] == '\0' || str_equal(lang, "es") || str_equal(lang, "en"))
		return 0;
	return err_set(
	    err, OD_EDATA, "The language of a canned reply is es, en or none");
}

static int
check_body(const char *body, struct err *err)
{
	if (body == NULL || body[0] == '\0')
		return err_set(err, OD_EDATA, "A canned reply needs a text");
	return records__body(_("Text"), body, BODY_MAX, err);
}

/* ---- changes ---- */

static int
insert(struct desk *d, struct op *op, const struct reply_new *in,
    const char *title, const char *shortcut, int64_t *id, struct err *err)
{
	char *folded = folded_of(title, shortcut, in->body);
	int rc;

	rc = db_insert(d->db, id,
	    "INSERT INTO canned_replies(tenant_id, operator_id, team_id,"
	    " title, shortcut, lang, body, folded, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_ref(in->operator_id),
		b_ref(in->team_id), b_text(title), b_text(shortcut),
		b_text(in->lang != NULL ? in->lang : ""), b_text(in->body),
		b_text(folded), b_int(op->now_us)),
	    err);
	free(folded);
	return rc;
}

int
reply_new(
    struct desk *d, const struct reply_new *in, int64_t *id, struct err *err)
{
	char title[121], shortcut[33];
	struct op op;
	int rc;

	if ((rc = records__fit(
		 _("Title"), title, sizeof(title), in->title, err)) != 0 ||
	    (rc = records__fit(_("Shortcut"), shortcut, sizeof(shortcut),
		 in->shortcut, err)) != 0 ||
	    (rc = check_lang(in->lang != NULL ? in->lang : "", err)) != 0 ||
	    (rc = check_body(in->body, err)) != 0)
		return rc;
	if (title[0] == '\0')
		return err_set(err, OD_EDATA, "A canned reply needs a title");
	if ((rc = op_begin(d, &op, OP_REPLY_NEW, 0, err)) != 0)
		return rc;
	if ((rc = whose_check(
		 d, OP_REPLY_NEW, in->operator_id, in->team_id, err)) == 0)
		rc = insert(d, &op, in, title, shortcut, id, err);
	if (rc == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made the canned reply \"%s\""), title);
		rc = record_created(d, &op, RECORD_CANNED_REPLY, *id, err);
	}
	return op_end(d, &op, rc, err);
}

/* The text of an edit's column, else the one that stands; caller frees. */
static char *
text_after(const struct edits *e, const char *column, const char *now)
{
	const struct bind *b = records__edit(e, column);

	return b == NULL || b->kind != BIND_TEXT ? xstrdup(now)
	                                         : xstrndup(b->p, b->n);
}

/* How it will be found, and whether it can be so. */
static int
complete(struct edits *e, const struct reply *now, struct err *err)
{
	char *title = text_after(e, "title", now->title);
	char *shortcut = text_after(e, "shortcut", now->shortcut);
	char *lang = text_after(e, "lang", now->lang);
	char *body = text_after(e, "body", now->body);
	char *folded = NULL;
	int rc;

	if ((rc = check_lang(lang, err)) == 0 &&
	    (rc = check_body(body, err)) == 0) {
		folded = folded_of(title, shortcut, body);
		records__edit_add(e, "folded", b_text(folded));
	}
	free(title);
	free(shortcut);
	free(lang);
	free(body);
	free(folded);
	return rc;
}

int
reply_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "title", "shortcut", "lang", "body", NULL};
	struct reply now = {.id = 0};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(
	    &e, RECORD_CANNED_REPLY, allowed, changes, count, err);
	if (rc != 0 || (rc = op_begin(d, &op, OP_REPLY_EDIT, id, err)) != 0)
		goto out;
	if ((rc = read_one(d, id, &now, err)) == 0 &&
	    (rc = complete(&e, &now, err)) == 0)
		rc = record_update(d, &op, RECORD_CANNED_REPLY, id,
		    seen_version, e.list, e.count, NULL, err);
	if (rc == 0)
		op_sentence(
		    &op, _("Changed the canned reply \"%s\""), now.title);
	rc = op_end(d, &op, rc, err);
out:
	reply_clear(&now);
	records__edits_free(&e);
	return rc;
}

int
reply_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct reply now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_REPLY_DELETE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, &now, err)) == 0) {
		op_sentence(
		    &op, _("Deleted the canned reply \"%s\""), now.title);
		rc = record_delete(
		    d, &op, RECORD_CANNED_REPLY, id, seen_version, err);
	}
	rc = op_end(d, &op, rc, err);
	reply_clear(&now);
	return rc;
}

/* ---- reading ---- */

int
reply_get(struct desk *d, int64_t id, struct reply *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_REPLY_READ, 0, err)) != 0)
		return rc;
	return read_one(d, id, out, err);
}

int
reply_list(struct desk *d, const char *match, bool at_hand, struct reply **rows,
    size_t *count, struct err *err)
{
	struct str patterns[WORDS_MAX];
	struct stmt *st = NULL;
	struct query q;
	size_t words = 0, n;
	char *folded;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_REPLY_READ, 0, err)) != 0)
		return rc;
	folded = records__folded(match != NULL ? match : "");
	select_from(&q, d, at_hand);
	for (const char *p = folded; words < WORDS_MAX; p += n) {
		p += strspn(p, " \t\n");
		if ((n = strcspn(p, " \t\n")) == 0)
			break;
		patterns[words] = (struct str)STR_INIT;
		records__pattern(p, n, &patterns[words]);
		query_add(&q, " AND x.folded LIKE $? ESCAPE '!'",
		    BINDS(b_text(patterns[words].s)));
		words++;
	}
	query_add(
	    &q, " ORDER BY x.title, x.id LIMIT $?", BINDS(b_int(REPLIES_MAX)));
	rc = query_run(d->db, &st, &q, err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	while (words > 0)
		str_free(&patterns[--words]);
	free(folded);
	if (rc != 0) {
		reply_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
reply_json(const struct reply *r, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", r->id);
	json_out_string(out, "title", r->title);
	json_out_string(out, "shortcut", r->shortcut);
	json_out_string(out, "lang", r->lang);
	json_out_string(out, "operator", r->operator_login);
	json_out_string(out, "team", r->team_name);
	json_out_string(out, "body", r->body);
	records__json_life(
	    out, r->version, r->created_at, r->updated_at, r->deleted_at);
	json_out_end(out, '}');
}
