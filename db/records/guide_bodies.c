/* guide_bodies - see guide_bodies.h. */
#include "db/records/guide_bodies.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define BODY_SELECT                                                            \
	"SELECT k.id, v.id, v.number, k.topic, k.title, v.body"                \
	" FROM knowledge_versions v JOIN knowledge k ON k.id = v.knowledge_id" \
	" AND k.tenant_id = v.tenant_id WHERE v.tenant_id = $1"                \
	" AND k.kind = 1"
#define IN_USE " AND k.deleted_at IS NULL AND v.number = k.published"

void
guide_body_clear(struct guide_body *b)
{
	FREE(&b->body);
}

static void
read_row(struct stmt *st, void *row)
{
	struct guide_body *b = row;

	b->knowledge_id = stmt_int(st, 0);
	b->version_id = stmt_int(st, 1);
	b->number = stmt_int(st, 2);
	str_copy(b->topic, sizeof(b->topic), stmt_text(st, 3));
	str_copy(b->title, sizeof(b->title), stmt_text(st, 4));
	b->body = stmt_dup(st, 5);
}

static int
refuse_topic(struct err *err)
{
	return err_set(err, OD_ENOTFOUND,
	    "There is no such guide; \"opdesk guide list\" shows those that"
	    " there are");
}

int
guide_topic_id(struct desk *d, const char *topic, int64_t *id, struct err *err)
{
	int rc = db_int(d->db, id,
	    "SELECT id FROM knowledge WHERE tenant_id = $1 AND kind = 1"
	    " AND topic = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_text(topic)), err);

	return rc == OD_ENOTFOUND ? refuse_topic(err) : rc;
}

int
guide_body_published(
    struct desk *d, const char *topic, struct guide_body *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d, BODY_SELECT IN_USE " AND k.topic = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(topic)), read_row, out,
	    err);
	if (rc == 0)
		return refuse_topic(err);
	return rc == 1 ? 0 : rc;
}

int
guide_body_of_version(
    struct desk *d, int64_t version_id, struct guide_body *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d, BODY_SELECT " AND v.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(version_id)), read_row, out,
	    err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND,
		    "This version of the guide is not in the desk any more");
	return rc == 1 ? 0 : rc;
}

int
guide_bodies(
    struct desk *d, struct guide_body **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st, BODY_SELECT IN_USE " ORDER BY k.topic",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		guide_bodies_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
guide_bodies_free(struct guide_body **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		guide_body_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_topic(struct stmt *st, void *row)
{
	struct guide_topic *t = row;

	str_copy(t->topic, sizeof(t->topic), stmt_text(st, 0));
	t->in_use = stmt_int(st, 1) != 0;
}

int
guide_topics(
    struct desk *d, struct guide_topic **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	/* Names with "_" first, which are before "a", are no guides. */
	rc = db_query(d->db, &st,
	    "SELECT topic, CASE WHEN deleted_at IS NULL AND published > 0"
	    " THEN 1 ELSE 0 END FROM knowledge WHERE tenant_id = $1"
	    " AND kind = 1 AND topic >= 'a' ORDER BY topic",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_topic, count, &rc, err);
	return rc;
}

int
guide_lang_of(struct desk *d, int64_t contact_id, int64_t conversation_id,
    int64_t ticket_id, char lang[9], struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT COALESCE((SELECT NULLIF(c.lang, '') FROM contacts c"
	    " WHERE c.tenant_id = $1 AND c.id ="
	    " COALESCE(CAST($2 AS BIGINT), (SELECT v.contact_id"
	    " FROM conversations v WHERE v.tenant_id = $1 AND v.id = $3),"
	    " (SELECT k.contact_id FROM tickets k WHERE k.tenant_id = $1"
	    " AND k.id = $4))), t.lang) FROM tenants t WHERE t.id = $1",
	    BINDS(b_int(d->actor.tenant_id), b_ref(contact_id),
		b_int(conversation_id), b_int(ticket_id)),
	    err);

	str_copy(lang, 9, text != NULL ? text : "");
	free(text);
	return rc;
}
