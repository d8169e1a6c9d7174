/* checklists - templates of what is to be done; see checklists.h. */
#include "db/records/checklists.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/checklists_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 8192 /* bytes */

#define CHECKLIST_SELECT                                                       \
	"SELECT id, version, created_at, updated_at, deleted_at, position,"    \
	" name, category, items FROM checklists WHERE tenant_id = $1"

void
checklist_clear(struct checklist *l)
{
	FREE(&l->items);
}

void
checklist_list_free(struct checklist **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		checklist_clear(&(*rows)[i]);
	FREE(rows);
}

/* ---- items ---- */

bool
checklist__next(const char **at, char text[201], bool *is_required)
{
	const char *s = *at;
	size_t n = strcspn(s, "\n");

	if (*s == '\0')
		return false;
	*at = s + n + (s[n] == '\n' ? 1 : 0);
	*is_required = *s == '!';
	if (*is_required) {
		s += 1 + strspn(s + 1, " ");
		n = strcspn(s, "\n");
	}
	memcpy(text, s, n < 200 ? n : 200);
	text[n < 200 ? n : 200] = '\0';
	return true;
}

/* What stands before an item in a list that was pasted. */
static const char *
skip_bullet(const char *s)
{
	static const char *const bullets[] = {
	    "- [ ]", "* [ ]", "[ ]", "- ", "* "};

	s += strspn(s, " \t\r");
	for (size_t i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++) {
		size_t n = strlen(bullets[i]);

		if (strncmp(s, bullets[i], n) == 0)
			return s + n + strspn(s + n, " \t\r");
	}
	return s;
}

/* One line of items, behind out; *count follows. */
static int
clean_line(
    const char *line, size_t n, struct str *out, int *count, struct err *err)
{
	char *one = xstrndup(line, n), text[201];
	const char *s = skip_bullet(one);
	bool required = *s == '!';
	int rc = 0;

	if (required)
		s = skip_bullet(s + 1);
	if (records__fit(_("Item"), text, sizeof(text) - 2, s, NULL) != 0)
		rc = err_set(err, OD_EDATA,
		    "An item has at most %d bytes; make several of it",
		    (int)sizeof(text) - 3);
	else if (text[0] != '\0' && ++*count > CHECKS_MAX)
		rc = err_set(err, OD_ELIMIT, "A checklist has at most %d items",
		    CHECKS_MAX);
	else if (text[0] != '\0')
		str_addf(out, "%s%s%s", out->len > 0 ? "\n" : "",
		    required ? "! " : "", text);
	free(one);
	return rc;
}

int
checklist__clean(const char *items, char **clean, struct err *err)
{
	struct str out = STR_INIT;
	int rc, count = 0;

	*clean = NULL;
	items = items != NULL ? items : "";
	rc = records__body(_("Items"), items, ITEMS_MAX, err);
	for (const char *s = items; rc == 0 && *s != '\0';) {
		size_t n = strcspn(s, "\n");

		rc = clean_line(s, n, &out, &count, err);
		s += n + (s[n] == '\n' ? 1 : 0);
	}
	if (rc == 0 && count == 0)
		rc = err_set(
		    err, OD_EDATA, "A checklist needs items, one a line");
	if (rc == 0)
		*clean = str_take(&out);
	str_free(&out);
	return rc;
}

/* ---- reading ---- */

static void
read_row(struct stmt *st, void *row)
{
	struct checklist *l = row;

	memset(l, 0, sizeof(*l));
	l->id = stmt_int(st, 0);
	l->version = stmt_int(st, 1);
	l->created_at = stmt_int(st, 2);
	l->updated_at = stmt_int(st, 3);
	l->deleted_at = stmt_int(st, 4);
	l->position = stmt_int(st, 5);
	str_copy(l->name, sizeof(l->name), stmt_text(st, 6));
	str_copy(l->category, sizeof(l->category), stmt_text(st, 7));
	l->items = stmt_dup(st, 8);
}

static int
load(struct desk *d, int64_t id, struct checklist *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d, CHECKLIST_SELECT " AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such checklist");
	return rc == 1 ? 0 : rc;
}

int
checklist_get(
    struct desk *d, int64_t id, struct checklist *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return load(d, id, out, err);
}

/* sql: with the tenant ($1) and a category ($2). */
static int
load_some(struct desk *d, const char *sql, const char *category,
    struct checklist **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st, sql,
	    BINDS(b_int(d->actor.tenant_id), b_text(category)), err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		checklist_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

#define IN_ORDER " ORDER BY position, name, id"

int
checklist__of_category(struct desk *d, const char *category,
    struct checklist **rows, size_t *count, struct err *err)
{
	return load_some(d,
	    CHECKLIST_SELECT
	    " AND category = $2 AND deleted_at IS NULL" IN_ORDER,
	    category, rows, count, err);
}

int
checklist_list(struct desk *d, bool trash, struct checklist **rows,
    size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return load_some(d,
	    trash ? CHECKLIST_SELECT " AND $2 = ''"
				     " AND deleted_at IS NOT NULL" IN_ORDER
		  : CHECKLIST_SELECT " AND $2 = ''"
				     " AND deleted_at IS NULL" IN_ORDER,
	    "", rows, count, err);
}

int
checklist_find(
    struct desk *d, const char *word, struct checklist *out, struct err *err)
{
	struct checklist *rows;
	size_t count;
	int64_t id;
	int rc;

	memset(out, 0, sizeof(*out));
	if (str_to_int64(word, 1, INT64_MAX, &id))
		return checklist_get(d, id, out, err);
	if ((rc = checklist_list(d, false, &rows, &count, err)) != 0)
		return rc;
	rc = OD_ENOTFOUND;
	for (size_t i = 0; i < count && rc != 0; i++)
		if (ticket__same_name(rows[i].name, word)) {
			*out = rows[i];
			rows[i].items = NULL;
			rc = 0;
		}
	checklist_list_free(&rows, count);
	return rc == 0 ? 0
	               : err_set(err, OD_ENOTFOUND,
			     "There is no checklist \"%s\"; \"opdesk checklist"
			     " list\" shows those that there are",
			     word);
}

void
checklist_json(const struct checklist *l, struct json_out *out)
{
	const char *at = l->items;
	char text[201];
	bool required;
	int count = 0;

	json_out_object(out, NULL);
	json_out_int(out, "id", l->id);
	json_out_string(out, "name", l->name);
	json_out_string(out, "category", l->category);
	json_out_int(out, "position", l->position);
	json_out_array(out, "items");
	for (; checklist__next(&at, text, &required); count++) {
		json_out_object(out, NULL);
		json_out_string(out, "text", text);
		json_out_bool(out, "required", required);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	json_out_int(out, "count", count);
	records__json_life(
	    out, l->version, l->created_at, l->updated_at, l->deleted_at);
	json_out_end(out, '}');
}

/* ---- changes ---- */

int
checklist_new(struct desk *d, const struct checklist_new *in, int64_t *id,
    struct err *err)
{
	char name[65], category[65], *items = NULL;
	struct op op;
	int rc;

	if ((rc = ticket__name(in->name, name, sizeof(name), err)) != 0 ||
	    (rc = checklist__clean(in->items, &items, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_CHECKLIST_NEW, 0, err)) != 0) {
		free(items);
		return rc;
	}
	rc = ticket__category(
	    d, in->category != NULL ? in->category : "", category, err);
	if (rc == 0)
		rc = db_insert(d->db, id,
		    "INSERT INTO checklists(tenant_id, name, items, category,"
		    " position, created_at, updated_at)"
		    " VALUES($1,$2,$3,$4,$5,$6,$6) RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_text(name),
			b_text(items), b_text(category), b_int(in->position),
			b_int(op.now_us)),
		    err);
	if (rc == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made the checklist \"%s\""), name);
		rc = record_created(d, &op, RECORD_CHECKLIST, *id, err);
	}
	free(items);
	return op_end(d, &op, rc, err);
}

/* Another text for a column of the edits; it is copied. */
static void
replace(struct edits *e, const char *column, const char *text)
{
	for (size_t i = 0; i < e->count; i++) {
		if (strcmp(e->list[i].column, column) != 0)
			continue;
		char *copy = xstrdup(text);

		free(e->texts[i]);
		e->texts[i] = copy;
		e->list[i].value = b_text(copy);
	}
}

/* Items and category as they are kept. */
static int
settle(struct desk *d, struct edits *e, struct err *err)
{
	const struct bind *items = records__edit(e, "items");
	const struct bind *category = records__edit(e, "category");
	char key[65], *clean = NULL;
	int rc = 0;

	if (items != NULL &&
	    (rc = checklist__clean(
		 items->kind == BIND_TEXT ? items->p : "", &clean, err)) != 0)
		return rc;
	if (clean != NULL)
		replace(e, "items", clean);
	free(clean);
	if (category == NULL || category->kind != BIND_TEXT)
		return 0;
	if ((rc = ticket__category(d, category->p, key, err)) == 0)
		replace(e, "category", key);
	return rc;
}

int
checklist_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "name", "items", "category", "position", NULL};
	struct checklist now = {.id = 0};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_CHECKLIST, allowed, changes, count, err);
	if (rc != 0 || (rc = op_begin(d, &op, OP_CHECKLIST_EDIT, id, err)) != 0)
		goto out;
	if ((rc = load(d, id, &now, err)) == 0 &&
	    (rc = settle(d, &e, err)) == 0)
		rc = record_update(d, &op, RECORD_CHECKLIST, id, seen_version,
		    e.list, e.count, NULL, err);
	if (rc == 0)
		op_sentence(&op, _("Changed the checklist \"%s\""), now.name);
	rc = op_end(d, &op, rc, err);
out:
	checklist_clear(&now);
	records__edits_free(&e);
	return rc;
}

int
checklist_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct checklist now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHECKLIST_DELETE, id, err)) != 0)
		return rc;
	if ((rc = load(d, id, &now, err)) == 0) {
		op_sentence(&op, _("Deleted the checklist \"%s\""), now.name);
		rc = record_delete(
		    d, &op, RECORD_CHECKLIST, id, seen_version, err);
	}
	rc = op_end(d, &op, rc, err);
	checklist_clear(&now);
	return rc;
}

int
checklist_restore(struct desk *d, int64_t id, struct err *err)
{
	struct checklist now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHECKLIST_RESTORE, id, err)) != 0)
		return rc;
	if ((rc = load(d, id, &now, err)) == 0) {
		op_sentence(&op,
		    _("Took the checklist \"%s\" out of the trash"), now.name);
		rc = record_restore(d, &op, RECORD_CHECKLIST, id, err);
	}
	rc = op_end(d, &op, rc, err);
	checklist_clear(&now);
	return rc;
}

int
checklist_move(struct desk *d, int64_t id, int step, struct err *err)
{
	const struct declared_move move = {OP_CHECKLIST_EDIT, RECORD_CHECKLIST,
	    "SELECT id, position, name FROM checklists"
	    " WHERE tenant_id = $1 AND deleted_at IS NULL"
	    " AND CAST($2 AS BIGINT) > 0 ORDER BY position, name, id"};

	return ticket__declared_move(d, &move, id, step, err);
}
