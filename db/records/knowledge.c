/* knowledge - guides and their versions as they are read; see knowledge.h. */
#include "db/records/knowledge_int.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define KNOWLEDGE_SELECT                                                       \
	"SELECT id, version, created_at, updated_at, deleted_at, published,"   \
	" topic, category, title, draft <> '', kind"

#define VERSION_SELECT                                                         \
	"SELECT v.id, v.knowledge_id, v.number, v.created_at, k.topic,"        \
	" v.digest, o.full_name"
#define VERSION_FROM                                                           \
	" FROM knowledge_versions v JOIN knowledge k"                          \
	" ON k.id = v.knowledge_id AND k.tenant_id = v.tenant_id"              \
	" LEFT JOIN operators o ON o.id = v.author_id"                         \
	" AND o.tenant_id = v.tenant_id"

void
knowledge_clear(struct knowledge *k)
{
	FREE(&k->draft);
}

void
knowledge_list_free(struct knowledge **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		knowledge_clear(&(*rows)[i]);
	FREE(rows);
}

void
knowledge_version_clear(struct knowledge_version *v)
{
	FREE(&v->body);
}

void
knowledge_version_list_free(struct knowledge_version **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		knowledge_version_clear(&(*rows)[i]);
	FREE(rows);
}

void
knowledge_json(const struct knowledge *k, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", k->id);
	json_out_string(out, "topic", k->topic);
	json_out_string(out, "title", k->title);
	json_out_string(out, "category", k->category);
	if (k->published != 0)
		json_out_int(out, "published", k->published);
	else
		json_out_null(out, "published");
	json_out_bool(out, "has_draft", k->has_draft);
	records__json_life(
	    out, k->version, k->created_at, k->updated_at, k->deleted_at);
	json_out_end(out, '}');
}

void
knowledge_version_json(const struct knowledge_version *v, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", v->id);
	json_out_string(out, "topic", v->topic);
	json_out_int(out, "number", v->number);
	json_out_string(out, "author", v->author);
	json_out_string(out, "digest", v->digest);
	json_out_time(out, "created_at", v->created_at);
	if (v->body != NULL)
		json_out_string(out, "body", v->body);
	json_out_end(out, '}');
}

/* ---- guides ---- */

static void
read_row(struct stmt *st, void *row)
{
	struct knowledge *k = row;

	memset(k, 0, sizeof(*k));
	k->id = stmt_int(st, 0);
	k->version = stmt_int(st, 1);
	k->created_at = stmt_int(st, 2);
	k->updated_at = stmt_int(st, 3);
	k->deleted_at = stmt_int(st, 4);
	k->published = stmt_int(st, 5);
	str_copy(k->topic, sizeof(k->topic), stmt_text(st, 6));
	str_copy(k->category, sizeof(k->category), stmt_text(st, 7));
	str_copy(k->title, sizeof(k->title), stmt_text(st, 8));
	k->has_draft = stmt_int(st, 9) != 0;
	k->kind = (enum knowledge_kind)stmt_int(st, 10);
}

static void
read_with_draft(struct stmt *st, void *row)
{
	struct knowledge *k = row;

	read_row(st, row);
	k->draft = stmt_dup(st, 11);
}

int
knowledge__load(
    struct desk *d, int64_t id, struct knowledge *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    KNOWLEDGE_SELECT ", draft FROM knowledge WHERE tenant_id = $1"
			     " AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_with_draft, out,
	    err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such guide");
	return rc == 1 ? 0 : rc;
}

int
knowledge__find(struct desk *d, enum knowledge_kind kind, const char *topic,
    struct knowledge *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    KNOWLEDGE_SELECT ", draft FROM knowledge WHERE tenant_id = $1"
			     " AND kind = $2 AND topic = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(topic)),
	    read_with_draft, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND,
		    PICK(kind,
			N_("There is no guide \"%s\"; \"opdesk guide list\" "
			   "shows those that there are"),
			N_("There is no card \"%s\"; \"opdesk hint list\" "
			   "shows those that there are"),
			N_("There is no prompt \"%s\"; \"opdesk hint "
			   "kept --prompt\" shows those that there are")),
		    topic);
	return rc == 1 ? 0 : rc;
}

int
knowledge_get(
    struct desk *d, int64_t id, struct knowledge *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	return knowledge__load(d, id, out, err);
}

int
knowledge_find_of(struct desk *d, enum knowledge_kind kind, const char *topic,
    struct knowledge *out, struct err *err)
{
	int64_t id;
	int rc;

	memset(out, 0, sizeof(*out));
	if (str_to_int64(topic, 1, INT64_MAX, &id)) {
		if ((rc = knowledge_get(d, id, out, err)) != 0 ||
		    out->kind == kind)
			return rc;
		knowledge_clear(out);
		return knowledge__find(d, kind, topic, out, err);
	}
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	return knowledge__find(d, kind, topic, out, err);
}

int
knowledge_list_of(struct desk *d, enum knowledge_kind kind,
    enum knowledge_which which, struct knowledge **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	/* From "a" on there are no names with "_" first. */
	rc = db_query(d->db, &st,
	    which == KNOWLEDGE_TRASH ? KNOWLEDGE_SELECT
		" FROM knowledge WHERE tenant_id = $1 AND kind = $2"
		" AND topic >= $3 AND deleted_at IS NOT NULL"
		" ORDER BY topic LIMIT $4"
				     : KNOWLEDGE_SELECT
		" FROM knowledge WHERE tenant_id = $1 AND kind = $2"
		" AND topic >= $3 AND deleted_at IS NULL"
		" ORDER BY topic LIMIT $4",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind),
		b_text(which == KNOWLEDGE_GUIDES ? "a" : ""),
		b_int(KNOWLEDGE_MAX)),
	    err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		knowledge_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

/* ---- versions ---- */

static void
read_version(struct stmt *st, void *row)
{
	struct knowledge_version *v = row;

	memset(v, 0, sizeof(*v));
	v->id = stmt_int(st, 0);
	v->knowledge_id = stmt_int(st, 1);
	v->number = stmt_int(st, 2);
	v->created_at = stmt_int(st, 3);
	str_copy(v->topic, sizeof(v->topic), stmt_text(st, 4));
	str_copy(v->digest, sizeof(v->digest), stmt_text(st, 5));
	str_copy(v->author, sizeof(v->author), stmt_text(st, 6));
}

static void
read_body(struct stmt *st, void *row)
{
	struct knowledge_version *v = row;

	read_version(st, row);
	v->body = stmt_dup(st, 7);
}

/* All rows of a statement, which is closed. */
static int
version_rows(struct stmt *st, records_read_fn *read,
    struct knowledge_version **rows, size_t *count, struct err *err)
{
	int rc = 0;

	*rows = records__rows(NULL, &st, sizeof(**rows), read, count, &rc, err);
	if (rc != 0) {
		knowledge_version_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
knowledge_versions(struct desk *d, int64_t id, struct knowledge_version **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    VERSION_SELECT VERSION_FROM
	    " WHERE v.tenant_id = $1 AND v.knowledge_id = $2"
	    " ORDER BY v.number DESC LIMIT 1000",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	return rc != 0 ? rc : version_rows(st, read_version, rows, count, err);
}

static int
no_version(int rc, struct err *err)
{
	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "The guide has no such version");
	return rc == 1 ? 0 : rc;
}

int
knowledge_version(struct desk *d, int64_t id, int64_t number,
    struct knowledge_version *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	rc = records__first(d,
	    VERSION_SELECT ", v.body" VERSION_FROM
			   " WHERE v.tenant_id = $1 AND v.knowledge_id = $2"
			   " AND v.number = CASE WHEN $3 > 0 THEN"
			   " CAST($3 AS BIGINT) ELSE k.published END",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(number)),
	    read_body, out, err);
	return no_version(rc, err);
}

int
knowledge_version_by_id(struct desk *d, int64_t version_id,
    struct knowledge_version *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	rc = records__first(d,
	    VERSION_SELECT ", v.body" VERSION_FROM
			   " WHERE v.tenant_id = $1 AND v.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(version_id)), read_body, out,
	    err);
	return no_version(rc, err);
}

#define PUBLISHED                                                              \
	" WHERE k.tenant_id = $1 AND k.kind = $2 AND k.deleted_at IS NULL"     \
	" AND k.published > 0 AND v.tenant_id = $1"                            \
	" AND v.number = k.published ORDER BY k.topic LIMIT $3"

int
knowledge_published_of(struct desk *d, enum knowledge_kind kind,
    struct knowledge_version **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    VERSION_SELECT ", v.body" VERSION_FROM PUBLISHED,
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(KNOWLEDGE_MAX)),
	    err);
	return rc != 0 ? rc : version_rows(st, read_body, rows, count, err);
}

int
knowledge_digest_of(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct err *err)
{
	struct stmt *st = NULL;
	struct str all = STR_INIT;
	int rc;

	digest[0] = '\0';
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT k.topic, v.digest FROM knowledge k JOIN knowledge_versions"
	    " v ON v.knowledge_id = k.id"
	    " AND v.tenant_id = k.tenant_id" PUBLISHED,
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(KNOWLEDGE_MAX)),
	    err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		str_addf(&all, "%s %s\n", stmt_text(st, 0), stmt_text(st, 1));
		rc = 0;
	}
	stmt_close(&st);
	if (rc == 0)
		sha256_hex(all.s, all.len, digest);
	str_free(&all);
	return rc;
}

/* ---- the model ---- */

int
knowledge_model_get_of(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct str *bytes, struct err *err)
{
	struct stmt *st = NULL;
	const void *p;
	size_t n;
	int rc;

	digest[0] = '\0';
	if ((rc = op_may(d, OP_GUIDE_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT digest, body FROM knowledge_models WHERE tenant_id = $1"
	    " AND kind = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 0)
		rc = err_set(err, OD_ENOTFOUND,
		    "Nothing was learned from the guides yet");
	if (rc == 1) {
		str_copy(digest, SHA256_HEX_SIZE, stmt_text(st, 0));
		p = stmt_blob(st, 1, &n);
		if (str_try_reserve(bytes, n)) {
			str_addn(bytes, p, n);
			rc = 0;
		} else {
			rc = err_set(err, OD_EUNAVAIL,
			    "The guides do not fit into memory; try again "
			    "later.");
		}
	}
	stmt_close(&st);
	return rc;
}

int
knowledge_model_digest_of(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT digest FROM knowledge_models WHERE tenant_id = $1"
	    " AND kind = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind)), err);

	str_copy(digest, SHA256_HEX_SIZE, text != NULL ? text : "");
	free(text);
	return rc;
}

int
knowledge_model_save_of(struct desk *d, enum knowledge_kind kind,
    const char *digest, const void *bytes, size_t n, struct err *err)
{
	struct op op;
	int64_t id;
	int rc;

	if ((rc = op_begin(d, &op, OP_GUIDE_TRAIN, 0, err)) != 0)
		return rc;
	rc = db_insert(d->db, &id,
	    "INSERT INTO knowledge_models(tenant_id, kind, digest, body,"
	    " created_at, updated_at) VALUES($1,$2,$3,$4,$5,$5)"
	    " ON CONFLICT(tenant_id, kind) DO UPDATE SET"
	    " digest = excluded.digest, body = excluded.body,"
	    " updated_at = excluded.updated_at RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(digest),
		b_blob(bytes, n), b_int(op.now_us)),
	    err);
	return op_end(d, &op, rc, err);
}
