/* dispositions - and reasons for pauses; see dispositions.h. */
#include "db/records/dispositions.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DISPOSITION_SELECT                                                     \
	"SELECT id, version, position, key, label_es, label_en, hot_key,"      \
	" active, is_sale, is_human, is_callback, is_do_not_call, is_answered" \
	" FROM dispositions WHERE tenant_id = $1 AND deleted_at IS NULL"
#define PAUSE_SELECT                                                           \
	"SELECT id, version, position, key, label_es, label_en, hot_key,"      \
	" active, 0, 0, 0, 0, 0"                                               \
	" FROM pause_reasons WHERE tenant_id = $1 AND deleted_at IS NULL"
#define IN_ORDER " ORDER BY position, id"

static const struct {
	enum record_kind record;
	enum op_id make, edit;
	const char *list;
} kinds[] = {
    [CODE_DISPOSITION] = {RECORD_DISPOSITION, OP_DISPOSITION_NEW,
	OP_DISPOSITION_EDIT, DISPOSITION_SELECT IN_ORDER},
    [CODE_PAUSE_REASON] = {RECORD_PAUSE_REASON, OP_PAUSE_REASON_NEW,
	OP_PAUSE_REASON_EDIT, PAUSE_SELECT IN_ORDER},
};

static void
read_row(struct stmt *st, void *row)
{
	struct call_code *c = row;

	c->id = stmt_int(st, 0);
	c->version = stmt_int(st, 1);
	c->position = stmt_int(st, 2);
	str_copy(c->key, sizeof(c->key), stmt_text(st, 3));
	str_copy(c->label_es, sizeof(c->label_es), stmt_text(st, 4));
	str_copy(c->label_en, sizeof(c->label_en), stmt_text(st, 5));
	str_copy(c->hot_key, sizeof(c->hot_key), stmt_text(st, 6));
	c->active = stmt_int(st, 7) != 0;
	c->is_sale = stmt_int(st, 8) != 0;
	c->is_human = stmt_int(st, 9) != 0;
	c->is_callback = stmt_int(st, 10) != 0;
	c->is_do_not_call = stmt_int(st, 11) != 0;
	c->is_answered = stmt_int(st, 12) != 0;
}

const char *
call_code_label(const struct call_code *c)
{
	return i18n_lang() == LANG_ES ? c->label_es : c->label_en;
}

static int
read_all(struct desk *d, enum call_code_kind kind, struct call_code **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st, kinds[kind].list,
	    BINDS(b_int(d->actor.tenant_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

int
call_code_list(struct desk *d, enum call_code_kind kind, bool all,
    struct call_code **rows, size_t *count, struct err *err)
{
	size_t n = 0;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_check_actor(d, err)) != 0 ||
	    (rc = read_all(d, kind, rows, count, err)) != 0 || all)
		return rc;
	for (size_t i = 0; i < *count; i++)
		if ((*rows)[i].active)
			(*rows)[n++] = (*rows)[i];
	*count = n;
	return 0;
}

static bool
is_called(const struct call_code *c, const char *word)
{
	return strcasecmp(c->key, word) == 0 ||
	       (word[0] != '\0' && strcmp(c->hot_key, word) == 0);
}

static int
refuse_unknown(const char *word, const struct call_code *rows, size_t count,
    struct err *err)
{
	struct str keys = STR_INIT;
	int rc;

	for (size_t i = 0; i < count; i++)
		str_addf(&keys, "%s%s", i > 0 ? ", " : "", rows[i].key);
	rc = err_set(err, OD_ENOTFOUND, "There is no \"%s\" among them: %s",
	    word, keys.s);
	str_free(&keys);
	return rc;
}

int
call_code_find(struct desk *d, enum call_code_kind kind, const char *word,
    struct call_code *out, struct err *err)
{
	struct call_code *rows = NULL;
	size_t count = 0;
	int rc = call_code_list(d, kind, false, &rows, &count, err);

	if (rc != 0)
		return rc;
	rc = OD_ENOTFOUND;
	for (size_t i = 0; rc != 0 && i < count; i++)
		if (is_called(&rows[i], word)) {
			*out = rows[i];
			rc = 0;
		}
	if (rc != 0)
		rc = refuse_unknown(word, rows, count, err);
	free(rows);
	return rc;
}

/* ---- changing ---- */

static int
check_hot_key(const char *key, struct err *err)
{
	if (key[0] == '\0' ||
	    (key[1] == '\0' && isalnum((unsigned char)key[0])))
		return 0;
	return err_set(err, OD_EDATA, "A key is one letter or digit");
}

static int
check_key(const char *key, char out[9], struct err *err)
{
	size_t n = strlen(key);

	if (n < 1 || n > 8)
		return err_set(err, OD_EDATA,
		    "A code has 1 to 8 letters and digits, such as SALE");
	for (size_t i = 0; i <= n; i++)
		out[i] = (char)toupper((unsigned char)key[i]);
	if (strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != n)
		return err_set(err, OD_EDATA,
		    "A code has 1 to 8 letters and digits, such as SALE");
	return 0;
}

/* Of those in use no two have one key. */
static int
check_free(struct desk *d, enum call_code_kind kind, const char *key,
    const char *hot_key, int64_t but_id, int64_t *last, struct err *err)
{
	struct call_code *rows = NULL;
	size_t count = 0;
	int rc = read_all(d, kind, &rows, &count, err);

	*last = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct call_code *c = &rows[i];

		*last = c->position > *last ? c->position : *last;
		if (c->id == but_id)
			continue;
		if (strcmp(c->key, key) == 0)
			rc = err_set(err, OD_ECONFLICT,
			    "There is %s already; change it instead", key);
		else if (c->active && hot_key[0] != '\0' &&
			 strcmp(c->hot_key, hot_key) == 0)
			rc = err_set(err, OD_ECONFLICT,
			    "The key %s is that of %s", hot_key, c->key);
	}
	free(rows);
	return rc;
}

static int
insert(struct desk *d, const struct op *op, enum call_code_kind kind,
    const struct call_code *c, int64_t *id, struct err *err)
{
	if (kind == CODE_PAUSE_REASON)
		return db_insert(d->db, id,
		    "INSERT INTO pause_reasons(tenant_id, key, label_es,"
		    " label_en, hot_key, position, created_at, updated_at)"
		    " VALUES($1,$2,$3,$4,$5,$6,$7,$7) RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_text(c->key),
			b_text(c->label_es), b_text(c->label_en),
			b_text(c->hot_key), b_int(c->position),
			b_int(op->now_us)),
		    err);
	return db_insert(d->db, id,
	    "INSERT INTO dispositions(tenant_id, key, label_es, label_en,"
	    " hot_key, is_sale, is_human, is_callback, is_do_not_call,"
	    " is_answered, position, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$12) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(c->key),
		b_text(c->label_es), b_text(c->label_en), b_text(c->hot_key),
		b_int(c->is_sale), b_int(c->is_human), b_int(c->is_callback),
		b_int(c->is_do_not_call), b_int(c->is_answered),
		b_int(c->position), b_int(op->now_us)),
	    err);
}

int
call_code_new(struct desk *d, enum call_code_kind kind,
    const struct call_code *in, int64_t *id, struct err *err)
{
	struct call_code c = *in;
	int64_t last;
	struct op op;
	int rc;

	if ((rc = check_key(in->key, c.key, err)) != 0 ||
	    (rc = check_hot_key(c.hot_key, err)) != 0)
		return rc;
	records__line(c.label_es, sizeof(c.label_es), in->label_es);
	records__line(c.label_en, sizeof(c.label_en), in->label_en);
	if (c.label_es[0] == '\0' || c.label_en[0] == '\0')
		return err_set(
		    err, OD_EDATA, "It needs a label in both languages");
	if ((rc = op_begin(d, &op, kinds[kind].make, 0, err)) != 0)
		return rc;
	rc = check_free(d, kind, c.key, c.hot_key, 0, &last, err);
	if (c.position == 0)
		c.position = last + 1;
	if (rc == 0 && (rc = insert(d, &op, kind, &c, id, err)) == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made %s"), c.key);
		rc = record_created(d, &op, kinds[kind].record, *id, err);
	}
	return op_end(d, &op, rc, err);
}

static int
check_edit(struct desk *d, struct op *op, enum call_code_kind kind, int64_t id,
    const struct edits *e, struct err *err)
{
	const struct bind *hot = records__edit(e, "hot_key");
	struct call_code *rows = NULL;
	size_t count = 0, i = 0;
	int64_t last;
	char key[5] = "";
	int rc = read_all(d, kind, &rows, &count, err);

	if (rc != 0)
		return rc;
	while (i < count && rows[i].id != id)
		i++;
	if (i == count)
		rc = err_set(err, OD_ENOTFOUND, "It is not there any more");
	if (hot != NULL && hot->kind == BIND_TEXT)
		str_copy(key, sizeof(key), hot->p);
	if (rc == 0 && (rc = check_hot_key(key, err)) == 0)
		rc = check_free(d, kind, "", key, id, &last, err);
	if (rc == 0)
		op_sentence(op, _("Changed %s"), rows[i].key);
	free(rows);
	return rc;
}

int
call_code_edit(struct desk *d, enum call_code_kind kind, int64_t id,
    int64_t seen_version, const struct change *changes, size_t count,
    struct err *err)
{
	static const char *const of_calls[] = {"label_es", "label_en",
	    "hot_key", "position", "active", "is_sale", "is_human",
	    "is_callback", "is_do_not_call", "is_answered", NULL};
	static const char *const of_pauses[] = {
	    "label_es", "label_en", "hot_key", "position", "active", NULL};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, kinds[kind].record,
	    kind == CODE_DISPOSITION ? of_calls : of_pauses, changes, count,
	    err);
	if (rc != 0 || (rc = op_begin(d, &op, kinds[kind].edit, id, err)) != 0)
		goto out;
	if ((rc = check_edit(d, &op, kind, id, &e, err)) == 0)
		rc = record_update(d, &op, kinds[kind].record, id, seen_version,
		    e.list, e.count, NULL, err);
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

void
call_code_json(
    const struct call_code *c, enum call_code_kind kind, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "key", c->key);
	json_out_string(out, "label", call_code_label(c));
	json_out_string(out, "label_es", c->label_es);
	json_out_string(out, "label_en", c->label_en);
	json_out_string(
	    out, "hot_key", c->hot_key[0] != '\0' ? c->hot_key : NULL);
	if (kind == CODE_DISPOSITION) {
		json_out_bool(out, "is_sale", c->is_sale);
		json_out_bool(out, "is_human", c->is_human);
		json_out_bool(out, "is_callback", c->is_callback);
		json_out_bool(out, "is_do_not_call", c->is_do_not_call);
		json_out_bool(out, "is_answered", c->is_answered);
	}
	json_out_int(out, "position", c->position);
	json_out_bool(out, "active", c->active);
	json_out_int(out, "version", c->version);
	json_out_end(out, '}');
}
