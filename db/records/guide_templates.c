/* guide_templates - see guide_templates.h. */
#include "db/records/guide_templates.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define TEMPLATE_SELECT                                                        \
	"SELECT id, version, created_at, updated_at, name, title, category,"   \
	" description, variables, steps FROM guide_templates"                  \
	" WHERE tenant_id = $1 AND deleted_at IS NULL"

void
guide_template_clear(struct guide_template *t)
{
	FREE(&t->description);
	FREE(&t->variables);
	FREE(&t->steps);
}

void
guide_template_list_free(struct guide_template **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		guide_template_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_row(struct stmt *st, void *row)
{
	struct guide_template *t = row;

	t->id = stmt_int(st, 0);
	t->version = stmt_int(st, 1);
	t->created_at = stmt_int(st, 2);
	t->updated_at = stmt_int(st, 3);
	str_copy(t->name, sizeof(t->name), stmt_text(st, 4));
	str_copy(t->title, sizeof(t->title), stmt_text(st, 5));
	str_copy(t->category, sizeof(t->category), stmt_text(st, 6));
	t->description = stmt_dup(st, 7);
	t->variables = stmt_dup(st, 8);
	t->steps = stmt_dup(st, 9);
}

static int
refuse(struct err *err)
{
	return err_set(err, OD_ENOTFOUND,
	    "There is no such template; \"opdesk template list\" shows those"
	    " that there are");
}

static int
load(struct desk *d, int64_t id, struct guide_template *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d, TEMPLATE_SELECT " AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);
	return rc == 0 ? refuse(err) : rc == 1 ? 0 : rc;
}

int
guide_template_get(struct desk *d, const char *name, struct guide_template *out,
    struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_TEMPLATE_READ, 0, err)) != 0)
		return rc;
	rc = records__first(d, TEMPLATE_SELECT " AND name = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(name)), read_row, out, err);
	return rc == 0 ? refuse(err) : rc == 1 ? 0 : rc;
}

int
guide_template_list(struct desk *d, struct guide_template **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TEMPLATE_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st, TEMPLATE_SELECT " ORDER BY name",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		guide_template_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

static void
json_list(struct json_out *out, const char *name, const char *json)
{
	json_out_raw(out, name, json != NULL && json[0] != '\0' ? json : "[]");
}

void
guide_template_json(const struct guide_template *t, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "template_id", t->name);
	json_out_string(out, "name", t->title);
	json_out_string(
	    out, "description", t->description != NULL ? t->description : "");
	json_out_string(out, "category", t->category);
	json_list(out, "variables", t->variables);
	json_list(out, "steps_template", t->steps);
	records__json_life(out, t->version, t->created_at, t->updated_at, 0);
	json_out_end(out, '}');
}

/* ---- changes ---- */

static int
check_name(const char *name, char out[65], struct err *err)
{
	size_t n = name != NULL ? strlen(name) : 0;

	if (n == 0 || n > 64 ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != n)
		return err_set(err, OD_EDATA,
		    "A template's name has 1 to 64 letters a-z, digits, \"_\""
		    " and \"-\"");
	str_copy(out, 65, name);
	return 0;
}

static int
check_list(const char *label, const char *json, size_t max, struct err *err)
{
	struct json *doc = NULL;
	struct json_limits limits = json_limits_api;
	int rc;

	if (json == NULL || json[0] == '\0')
		return 0;
	limits.max_bytes = max;
	if ((rc = json_parse(json, strlen(json), &limits, &doc, err)) == 0 &&
	    json_type(doc) != JSON_ARRAY)
		rc = err_set(err, OD_EDATA, "%s are a JSON list", label);
	json_free(&doc);
	return rc;
}

static int
check_lists(const char *variables, const char *steps, struct err *err)
{
	int rc = check_list(_("Variables"), variables, 32768, err);

	return rc != 0 ? rc : check_list(_("Steps"), steps, 65536, err);
}

struct lines {
	char name[65], title[201], category[65];
};

static int
clean(struct lines *l, const struct guide_template_new *in, struct err *err)
{
	int rc;

	if ((rc = check_name(in->name, l->name, err)) != 0 ||
	    (rc = records__fit(_("Title"), l->title, sizeof(l->title),
		 in->title, err)) != 0 ||
	    (rc = records__fit(_("Category"), l->category, sizeof(l->category),
		 in->category, err)) != 0 ||
	    (rc = records__body(_("Description"),
		 in->description != NULL ? in->description : "", 4096, err)) !=
		0)
		return rc;
	if (l->title[0] == '\0')
		return err_set(err, OD_EDATA, "The template needs a title");
	return check_lists(in->variables, in->steps, err);
}

int
guide_template_new(struct desk *d, const struct guide_template_new *in,
    int64_t *id, struct err *err)
{
	struct lines l;
	struct op op;
	int rc;

	if ((rc = clean(&l, in, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_TEMPLATE_NEW, 0, err)) != 0)
		return rc;
	if ((rc = records__any(d, TEMPLATE_SELECT " AND name = $2",
		 BINDS(b_int(d->actor.tenant_id), b_text(l.name)), err)) == 1)
		rc = err_set(err, OD_ECONFLICT,
		    "There is a template %s already; change that one", l.name);
	if (rc == 0)
		rc = db_insert(d->db, id,
		    "INSERT INTO guide_templates(tenant_id, name, title,"
		    " description, category, variables, steps, created_at,"
		    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8)"
		    " RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_text(l.name),
			b_text(l.title),
			b_text(in->description != NULL ? in->description : ""),
			b_text(l.category),
			b_text(in->variables != NULL ? in->variables : ""),
			b_text(in->steps != NULL ? in->steps : ""),
			b_int(op.now_us)),
		    err);
	if (rc == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made the template \"%s\""), l.name);
		rc = record_created(d, &op, RECORD_GUIDE_TEMPLATE, *id, err);
	}
	return op_end(d, &op, rc, err);
}

static const char *
text_of(const struct edits *e, const char *column)
{
	const struct bind *b = records__edit(e, column);

	return b != NULL && b->kind == BIND_TEXT ? b->p : NULL;
}

int
guide_template_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "title", "description", "category", "variables", "steps", NULL};
	struct guide_template now = {.id = 0};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(
	    &e, RECORD_GUIDE_TEMPLATE, allowed, changes, count, err);
	if (rc != 0 ||
	    (rc = check_lists(
		 text_of(&e, "variables"), text_of(&e, "steps"), err)) != 0 ||
	    (rc = op_begin(d, &op, OP_TEMPLATE_EDIT, id, err)) != 0)
		goto out;
	if ((rc = load(d, id, &now, err)) == 0)
		rc = record_update(d, &op, RECORD_GUIDE_TEMPLATE, id,
		    seen_version, e.list, e.count, NULL, err);
	op_sentence(&op, _("Changed the template \"%s\""), now.name);
	rc = op_end(d, &op, rc, err);
out:
	guide_template_clear(&now);
	records__edits_free(&e);
	return rc;
}

int
guide_template_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct guide_template now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TEMPLATE_DELETE, id, err)) != 0)
		return rc;
	if ((rc = load(d, id, &now, err)) == 0) {
		op_sentence(&op, _("Deleted the template \"%s\""), now.name);
		rc = record_delete(
		    d, &op, RECORD_GUIDE_TEMPLATE, id, seen_version, err);
	}
	rc = op_end(d, &op, rc, err);
	guide_template_clear(&now);
	return rc;
}
