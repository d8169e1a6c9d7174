/* export - see export.h. */
#include "tui/export/export.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/export/export_int.h"
#include <stdlib.h>

const char *const export_names[] = {"tickets", "conversations", "contacts",
    "companies", "employees", "sessions", "guides", "calls", "recordings",
    "leads", "audit", NULL};

static const struct export_list *
find(const char *name)
{
	for (const struct export_list *l = export__lists; l->name != NULL; l++)
		if (str_equal(l->name, name))
			return l;
	return NULL;
}

enum op_id
export_operation(const char *list)
{
	const struct export_list *l = find(list);

	return l != NULL ? l->op : OP_COUNT;
}

struct json_out *
export__json(struct export *e, struct json_out *out)
{
	str_clear(&e->json);
	json_out_init(out, &e->json);
	return out;
}

int
export__row(struct export *e, struct err *err)
{
	return sheet_row(e->sheet, e->json.s, e->json.len, err);
}

bool
export__covers(const struct export *e, int64_t us)
{
	return us >= e->from_us && us < e->to_us;
}

/* Who begins to take what away is known also when he is cut short. */
static int
note_begin(struct desk *d, const struct export *e, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, e->list->op, 0, err)) != 0)
		return rc;
	op_note(&op, "%s", sheet_format_names[e->format]);
	op_digest(&op, e->filter.s, e->filter.len);
	return op_end(d, &op, 0, err);
}

static int
note_end(struct desk *d, const struct export *e, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_EXPORT_DONE, 0, err)) != 0)
		return rc;
	op_note(&op, "%s %s %lld", e->list->name, sheet_format_names[e->format],
	    (long long)export_rows(e));
	return op_end(d, &op, 0, err);
}

static int
open_file(const struct export_ask *ask, struct export *e, struct err *err)
{
	struct sheet_options o = {.format = ask->format,
	    .path = ask->path,
	    .replace = ask->replace,
	    .title = _(e->list->title),
	    .noun = e->list->noun,
	    .columns = e->list->columns,
	    .count = e->list->count,
	    .zone = ask->zone};

	return sheet_open(&o, &e->sheet, err);
}

int
export_begin(struct desk *d, const struct export_ask *ask, struct export **out,
    struct err *err)
{
	const struct export_list *list = find(ask->list);
	struct export *e;
	int rc;

	*out = NULL;
	if (list == NULL)
		return err_set(err, OD_ENOTFOUND,
		    "There is no list \"%s\" to export", ask->list);
	e = xcalloc(1, sizeof(*e));
	e->list = list;
	e->format = ask->format;
	e->from_us = ask->from_us;
	e->to_us = ask->to_us != 0 ? ask->to_us : INT64_MAX;
	e->page.limit = EXPORT_PAGE;
	e->more = true;
	str_init(&e->filter);
	str_init(&e->json);
	if (ask->filter != NULL)
		str_add(&e->filter, ask->filter);
	if ((rc = note_begin(d, e, err)) == 0 && list->begin != NULL) {
		op_narrow(d, list->op);
		rc = list->begin(d, e, err);
		op_narrow(d, OP_COUNT);
	}
	if (rc == 0)
		rc = open_file(ask, e, err);
	if (rc != 0)
		export_cancel(&e);
	*out = e;
	return rc;
}

int
export_step(struct desk *d, struct export *e, bool *more, struct err *err)
{
	int rc = 0;

	op_narrow(d, e->list->op);
	if (e->more)
		rc = e->list->page(d, e, err);
	op_narrow(d, OP_COUNT);
	*more = e->more;
	return rc;
}

int64_t
export_rows(const struct export *e)
{
	return sheet_rows(e->sheet);
}

int64_t
export_total(const struct export *e)
{
	return e->total;
}

int
export_end(struct desk *d, struct export **out, struct err *err)
{
	struct export *e = *out;
	int rc;

	if ((rc = sheet_finish(e->sheet, err)) == 0 &&
	    (rc = note_end(d, e, err)) == 0)
		rc = sheet_keep(&e->sheet, err);
	export_cancel(out);
	return rc;
}

void
export_cancel(struct export **out)
{
	struct export *e = *out;

	if (e == NULL)
		return;
	sheet_cancel(&e->sheet);
	ticket_where_free(&e->where);
	str_free(&e->filter);
	str_free(&e->json);
	free(e);
	*out = NULL;
}
