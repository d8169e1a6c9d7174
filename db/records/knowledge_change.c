/*
 * knowledge_change - guides, cards and prompts made, drafted, published,
 * deleted.
 *
 * A version is only ever added.  Undo sets back which one is published, and
 * leaves the newer one where sessions may need it.
 */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/knowledge_int.h"
#include <stdlib.h>
#include <string.h>

static int
check_topic(const char *topic, struct err *err)
{
	size_t n = strlen(topic);

	if (n > 0 && n <= 64 &&
	    strspn(topic, "abcdefghijklmnopqrstuvwxyz0123456789_") == n &&
	    (topic[0] < '0' || topic[0] > '9'))
		return 0;
	return err_set(err, OD_EDATA,
	    "A topic has up to 64 letters a to z, digits and _, no digit "
	    "first");
}

/* What is published, as it is kept. */
struct body {
	char category[65], title[201], digest[SHA256_HEX_SIZE];
	const char *text; /* borrowed */
};

static int
settle(const struct knowledge_new *in, struct body *b, struct err *err)
{
	int rc;

	if ((rc = check_topic(in->topic, err)) != 0 ||
	    (rc = records__body(
		 _("Guide"), in->body, KNOWLEDGE_MAX_BODY, err)) != 0)
		return rc;
	if (in->body[0] == '\0')
		return err_set(err, OD_EDATA, "There is nothing to publish");
	records__line(b->category, sizeof(b->category), in->category);
	records__line(b->title, sizeof(b->title), in->title);
	sha256_hex(in->body, strlen(in->body), b->digest);
	b->text = in->body;
	return 0;
}

/* The digest of a version, "" when it is not there. */
static int
digest_of(struct desk *d, int64_t id, int64_t number,
    char digest[SHA256_HEX_SIZE], struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT digest FROM knowledge_versions WHERE tenant_id = $1"
	    " AND knowledge_id = $2 AND number = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(number)), err);

	str_copy(digest, SHA256_HEX_SIZE, rc == 0 ? text : "");
	FREE(&text);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* A version behind the last one; *number. */
static int
add_version(struct desk *d, struct op *op, int64_t id, const struct body *b,
    int64_t *number, struct err *err)
{
	int64_t author = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0;
	struct bind tenant = b_int(d->actor.tenant_id);
	int64_t version_id, last = 0;
	int rc;

	rc = db_int(d->db, &last,
	    "SELECT COALESCE(MAX(number), 0) FROM knowledge_versions"
	    " WHERE tenant_id = $1 AND knowledge_id = $2",
	    BINDS(tenant, b_int(id)), err);
	if (rc != 0)
		return rc;
	*number = last + 1;
	return db_insert(d->db, &version_id,
	    "INSERT INTO knowledge_versions(tenant_id, knowledge_id, number,"
	    " body, digest, author_id, created_at) VALUES($1,$2,$3,$4,$5,$6,$7)"
	    " RETURNING id",
	    BINDS(tenant, b_int(id), b_int(*number), b_text(b->text),
		b_text(b->digest), b_ref(author), b_int(op->now_us)),
	    err);
}

static int
publish(struct desk *d, struct op *op, const struct knowledge *k,
    int64_t seen_version, const struct body *b, bool drop_draft,
    int64_t *number, struct err *err)
{
	struct change changes[4] = {
	    {"published", b_int(0)},
	    {"category", b_text(b->category)},
	    {"title", b_text(b->title)},
	    {"draft", b_text("")},
	};
	int rc = add_version(d, op, k->id, b, number, err);

	if (rc != 0)
		return rc;
	changes[0].value = b_int(*number);
	return record_update(d, op, RECORD_KNOWLEDGE, k->id, seen_version,
	    changes, drop_draft ? 4 : 3, NULL, err);
}

static int
insert(struct desk *d, struct op *op, enum knowledge_kind kind,
    const char *topic, const struct body *b, int64_t published,
    const char *draft, int64_t *id, struct err *err)
{
	int rc = db_insert(d->db, id,
	    "INSERT INTO knowledge(tenant_id, kind, topic, category, title,"
	    " published, draft, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8)"
	    " ON CONFLICT(tenant_id, kind, topic) DO NOTHING RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(topic),
		b_text(b->category), b_text(b->title), b_int(published),
		b_text(draft), b_int(op->now_us)),
	    err);

	if (rc == 0 && *id == 0)
		rc = err_set(err, OD_ECONFLICT,
		    PICK(kind, N_("There is a guide \"%s\" already"),
			N_("There is a card \"%s\" already"),
			N_("There is a prompt \"%s\" already")),
		    topic);
	if (rc != 0)
		return rc;
	op_created(op, *id);
	return record_created(d, op, RECORD_KNOWLEDGE, *id, err);
}

static void
say_imported(struct op *op, enum knowledge_kind kind, const char *topic)
{
	op_sentence(op,
	    PICK(kind, _("Imported the guide \"%s\""),
		_("Imported the card \"%s\""), _("Imported the prompt \"%s\"")),
	    topic);
}

/* The guide is there: a new version, unless it is the same. */
static int
import_again(struct desk *d, struct op *op, const struct knowledge *k,
    const struct body *b, enum knowledge_put *put, struct err *err)
{
	char digest[SHA256_HEX_SIZE];
	int64_t number;
	int rc;

	if (k->deleted_at != 0 &&
	    (rc = record_restore(d, op, RECORD_KNOWLEDGE, k->id, err)) != 0)
		return rc;
	if ((rc = digest_of(d, k->id, k->published, digest, err)) != 0)
		return rc;
	*put = KNOWLEDGE_CHANGED;
	op_created(op, k->id);
	say_imported(op, k->kind, k->topic);
	if (strcmp(digest, b->digest) == 0)
		return 0;
	return publish(d, op, k, 0, b, false, &number, err);
}

static int
import_new(struct desk *d, struct op *op, enum knowledge_kind kind,
    const char *topic, const struct body *b, int64_t *id, struct err *err)
{
	int64_t number;
	int rc = insert(d, op, kind, topic, b, 1, "", id, err);

	if (rc == 0)
		rc = add_version(d, op, *id, b, &number, err);
	if (rc == 0)
		say_imported(op, kind, topic);
	return rc;
}

/* Whether there is anything to do; *put says what is there. */
static int
is_there(struct desk *d, enum knowledge_kind kind,
    const struct knowledge_new *in, const struct body *b, bool take_back,
    struct knowledge *k, enum knowledge_put *put, struct err *err)
{
	char digest[SHA256_HEX_SIZE];
	int rc = knowledge__find(d, kind, in->topic, k, NULL);

	*put = KNOWLEDGE_MADE;
	if (rc != 0)
		return rc == OD_ENOTFOUND
		           ? 0
		           : knowledge__find(d, kind, in->topic, k, err);
	*put = KNOWLEDGE_CHANGED;
	if (k->deleted_at != 0) {
		if (!take_back)
			*put = KNOWLEDGE_IN_TRASH;
		return 0;
	}
	if ((rc = digest_of(d, k->id, k->published, digest, err)) == 0 &&
	    strcmp(digest, b->digest) == 0)
		*put = KNOWLEDGE_SAME;
	return rc;
}

int
knowledge_import_of(struct desk *d, enum knowledge_kind kind,
    const struct knowledge_new *in, bool take_back, enum knowledge_put *put,
    int64_t *id, struct err *err)
{
	struct knowledge k = {.id = 0};
	struct body b;
	struct op op;
	int rc;

	*id = 0;
	if ((rc = settle(in, &b, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_GUIDE_IMPORT, 0, err)) != 0)
		return rc;
	rc = is_there(d, kind, in, &b, take_back, &k, put, err);
	*id = k.id;
	if (rc == 0 && *put == KNOWLEDGE_MADE)
		rc = import_new(d, &op, kind, in->topic, &b, id, err);
	else if (rc == 0 && *put == KNOWLEDGE_CHANGED)
		rc = import_again(d, &op, &k, &b, put, err);
	rc = op_end(d, &op, rc, err);
	knowledge_clear(&k);
	return rc;
}

/* A topic that was deleted begins anew: its versions stay. */
static int
begin_again(struct desk *d, struct op *op, int64_t id, const char *draft,
    struct err *err)
{
	struct change changes[] = {
	    {"draft", b_text(draft)}, {"published", b_int(0)}};
	int rc = record_restore(d, op, RECORD_KNOWLEDGE, id, err);

	return rc != 0 ? rc
	               : record_update(d, op, RECORD_KNOWLEDGE, id, 0, changes,
			     2, NULL, err);
}

int
knowledge_new_draft_of(struct desk *d, enum knowledge_kind kind,
    const char *topic, const char *draft, int64_t *id, struct err *err)
{
	struct knowledge k = {.id = 0};
	struct body b = {.text = ""};
	struct op op;
	int rc;

	*id = 0;
	if ((rc = check_topic(topic, err)) != 0 ||
	    (rc = records__body(_("Guide"), draft, KNOWLEDGE_MAX_BODY, err)) !=
		0 ||
	    (rc = op_begin(d, &op, OP_GUIDE_NEW, 0, err)) != 0)
		return rc;
	if (knowledge__find(d, kind, topic, &k, NULL) == 0 &&
	    k.deleted_at != 0) {
		*id = k.id;
		rc = begin_again(d, &op, k.id, draft, err);
	} else {
		rc = insert(d, &op, kind, topic, &b, 0, draft, id, err);
	}
	if (rc == 0)
		op_sentence(&op,
		    PICK(kind, _("Began the guide \"%s\""),
			_("Began the card \"%s\""),
			_("Began the prompt \"%s\"")),
		    topic);
	knowledge_clear(&k);
	return op_end(d, &op, rc, err);
}

static void
say_drafted(struct op *op, const struct knowledge *k, bool has_one)
{
	if (has_one)
		op_sentence(op,
		    PICK(k->kind, _("Changed the draft of the guide \"%s\""),
			_("Changed the draft of the card \"%s\""),
			_("Changed the draft of the prompt \"%s\"")),
		    k->topic);
	else
		op_sentence(op,
		    PICK(k->kind, _("Threw the draft of the guide \"%s\" away"),
			_("Threw the draft of the card \"%s\" away"),
			_("Threw the draft of the prompt \"%s\" away")),
		    k->topic);
}

int
knowledge_save_draft(struct desk *d, int64_t id, int64_t seen_version,
    const char *draft, int64_t *new_version, struct err *err)
{
	struct change change = {"draft", b_text(draft)};
	struct knowledge k = {.id = 0};
	struct op op;
	int rc;

	if ((rc = records__body(_("Guide"), draft, KNOWLEDGE_MAX_BODY, err)) !=
		0 ||
	    (rc = op_begin(d, &op, OP_GUIDE_EDIT, id, err)) != 0)
		return rc;
	if ((rc = knowledge__load(d, id, &k, err)) == 0)
		rc = record_update(d, &op, RECORD_KNOWLEDGE, id, seen_version,
		    &change, 1, new_version, err);
	if (rc == 0)
		say_drafted(&op, &k, draft[0] != '\0');
	rc = op_end(d, &op, rc, err);
	knowledge_clear(&k);
	return rc;
}

int
knowledge_publish(struct desk *d, int64_t id, int64_t seen_version,
    const struct knowledge_new *in, int64_t *number, struct err *err)
{
	char digest[SHA256_HEX_SIZE];
	struct knowledge k = {.id = 0};
	struct body b;
	struct op op;
	int rc;

	*number = 0;
	if ((rc = settle(in, &b, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_GUIDE_PUBLISH, id, err)) != 0)
		return rc;
	if ((rc = knowledge__load(d, id, &k, err)) == 0 &&
	    strcmp(k.topic, in->topic) != 0)
		rc = err_set(err, OD_EDATA,
		    PICK(k.kind,
			N_("The text is about \"%s\", the guide about \"%s\""),
			N_("The text is about \"%s\", the card about \"%s\""),
			N_("The text is about \"%s\", the prompt about "
			   "\"%s\"")),
		    in->topic, k.topic);
	if (rc == 0)
		rc = digest_of(d, id, k.published, digest, err);
	if (rc == 0 && strcmp(digest, b.digest) == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "That is published already, as version %lld",
		    (long long)k.published);
	if (rc == 0)
		rc = publish(d, &op, &k, seen_version, &b, true, number, err);
	if (rc == 0)
		op_sentence(&op,
		    PICK(k.kind,
			_("Published version %lld of the guide \"%s\""),
			_("Published version %lld of the card \"%s\""),
			_("Published version %lld of the prompt \"%s\"")),
		    (long long)*number, k.topic);
	rc = op_end(d, &op, rc, err);
	knowledge_clear(&k);
	return rc;
}

int
knowledge_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct knowledge k = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_GUIDE_DELETE, id, err)) != 0)
		return rc;
	if ((rc = knowledge__load(d, id, &k, err)) == 0) {
		op_sentence(&op,
		    PICK(k.kind, _("Deleted the guide \"%s\""),
			_("Deleted the card \"%s\""),
			_("Deleted the prompt \"%s\"")),
		    k.topic);
		rc = record_delete(
		    d, &op, RECORD_KNOWLEDGE, id, seen_version, err);
	}
	rc = op_end(d, &op, rc, err);
	knowledge_clear(&k);
	return rc;
}

int
knowledge_restore(struct desk *d, int64_t id, struct err *err)
{
	struct knowledge k = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_GUIDE_RESTORE, id, err)) != 0)
		return rc;
	if ((rc = knowledge__load(d, id, &k, err)) == 0) {
		op_sentence(&op,
		    PICK(k.kind, _("Took the guide \"%s\" out of the trash"),
			_("Took the card \"%s\" out of the trash"),
			_("Took the prompt \"%s\" out of the trash")),
		    k.topic);
		rc = record_restore(d, &op, RECORD_KNOWLEDGE, id, err);
	}
	rc = op_end(d, &op, rc, err);
	knowledge_clear(&k);
	return rc;
}
