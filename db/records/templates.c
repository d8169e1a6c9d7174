/* templates - what may be sent outside the window; see channels.h. */
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define TEMPLATE_SELECT                                                        \
	"SELECT name, lang, category, status, parameters, body, components,"   \
	" fetched_us FROM channel_templates WHERE tenant_id = $1"              \
	" AND channel = $2"

void
template_clear(struct message_template *t)
{
	FREE(&t->body);
	FREE(&t->components);
}

void
template_list_free(struct message_template **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		template_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_row(struct stmt *st, void *row)
{
	struct message_template *t = row;

	memset(t, 0, sizeof(*t));
	str_copy(t->name, sizeof(t->name), stmt_text(st, 0));
	str_copy(t->lang, sizeof(t->lang), stmt_text(st, 1));
	str_copy(t->category, sizeof(t->category), stmt_text(st, 2));
	str_copy(t->status, sizeof(t->status), stmt_text(st, 3));
	t->parameters = (int)stmt_int(st, 4);
	t->body = stmt_dup(st, 5);
	t->components = stmt_dup(st, 6);
	t->fetched_us = stmt_int(st, 7);
}

static int
insert(struct desk *d, struct op *op, const char *channel,
    const struct message_template *t, struct err *err)
{
	/* Providers list a name once a language; the last one counts. */
	return db_exec(d->db,
	    "INSERT INTO channel_templates(tenant_id, channel, name, lang,"
	    " category, status, body, parameters, components, fetched_us)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	    " ON CONFLICT(tenant_id, channel, name, lang) DO UPDATE"
	    " SET category = excluded.category, status = excluded.status,"
	    " body = excluded.body, parameters = excluded.parameters,"
	    " components = excluded.components",
	    BINDS(b_int(d->actor.tenant_id), b_text(channel), b_text(t->name),
		b_text(t->lang), b_text(t->category), b_text(t->status),
		b_text(t->body != NULL ? t->body : ""), b_int(t->parameters),
		b_text(t->components != NULL ? t->components : ""),
		b_int(op->now_us)),
	    NULL, err);
}

int
template_replace_all(struct desk *d, const char *channel,
    const struct message_template *rows, size_t count, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHANNEL_FACT, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "DELETE FROM channel_templates"
	    " WHERE tenant_id = $1 AND channel = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(channel)), NULL, err);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = insert(d, &op, channel, &rows[i], err);
	return op_end(d, &op, rc, err);
}

static int
read_all(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct message_template **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st, sql, binds, nbinds, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		template_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
template_list(struct desk *d, const char *channel, bool approved_only,
    struct message_template **rows, size_t *count, struct err *err)
{
	const struct bind b[] = {b_int(d->actor.tenant_id), b_text(channel)};
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CHANNEL_READ, 0, err)) != 0)
		return rc;
	if (approved_only)
		return read_all(d,
		    TEMPLATE_SELECT " AND status = 'APPROVED'"
				    " ORDER BY name, lang",
		    b, 2, rows, count, err);
	return read_all(
	    d, TEMPLATE_SELECT " ORDER BY name, lang", b, 2, rows, count, err);
}

int
template_get(struct desk *d, const char *channel, const char *name,
    const char *lang, struct message_template *out, struct err *err)
{
	struct message_template *rows;
	size_t count;
	int rc;

	rc = read_all(d, TEMPLATE_SELECT " AND name = $3 AND lang = $4",
	    BINDS(b_int(d->actor.tenant_id), b_text(channel), b_text(name),
		b_text(lang)),
	    &rows, &count, err);
	if (rc == 0 && count == 0)
		rc = err_set(err, OD_ENOTFOUND,
		    "This channel has no such template; fetch its templates");
	if (rc == 0)
		*out = rows[0];
	free(rows);
	return rc;
}

void
template_json(const struct message_template *t, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "name", t->name);
	json_out_string(out, "lang", t->lang);
	json_out_string(out, "category", t->category);
	json_out_string(out, "status", t->status);
	json_out_int(out, "parameters", t->parameters);
	json_out_string(out, "body", t->body);
	if (t->components != NULL && t->components[0] != '\0')
		json_out_raw(out, "components", t->components);
	else
		json_out_null(out, "components");
	json_out_time(out, "fetched_at", t->fetched_us);
	json_out_end(out, '}');
}

#define PLACEHOLDERS_MAX 64

/* The placeholders met so far, each from "{{" on. */
struct placeholders {
	const char *open[PLACEHOLDERS_MAX];
	size_t length[PLACEHOLDERS_MAX];
	size_t count;
	bool are_named;
};

/*
 * Which value goes into the placeholder open[0..n): {{2}} takes the second;
 * named ones take them in the order in which they first come.
 */
static size_t
value_of(struct placeholders *p, const char *open, size_t n)
{
	char number[16];
	int64_t k;
	size_t i = 0;

	if (n > 2 && n - 2 < sizeof(number)) {
		memcpy(number, open + 2, n - 2);
		number[n - 2] = '\0';
		if (str_to_int64(number, 1, PLACEHOLDERS_MAX, &k))
			return (size_t)k - 1;
	}
	p->are_named = true;
	while (i < p->count &&
	       (p->length[i] != n || memcmp(p->open[i], open, n) != 0))
		i++;
	if (i == p->count && i < PLACEHOLDERS_MAX) {
		p->open[i] = open;
		p->length[i] = n;
		p->count++;
	}
	return i;
}

void
template_fill(const struct message_template *t, const char *const *values,
    struct str *out)
{
	struct placeholders p = {.count = 0};
	const char *s = t->body != NULL ? t->body : "", *open, *close;
	size_t given = 0;

	while (values != NULL && values[given] != NULL)
		given++;
	while ((open = strstr(s, "{{")) != NULL &&
	       (close = strstr(open, "}}")) != NULL) {
		size_t n = (size_t)(close - open);
		size_t k = value_of(&p, open, n);

		str_addn(out, s, (size_t)(open - s));
		s = close + 2;
		if (k < given)
			str_add(out, values[k]);
		else
			str_addn(out, open, n + 2);
	}
	str_add(out, s);
}

void
template_names(const struct message_template *t, struct str *json)
{
	struct placeholders p = {.count = 0};
	const char *s = t->body != NULL ? t->body : "", *open, *close;
	struct json_out w;

	while ((open = strstr(s, "{{")) != NULL &&
	       (close = strstr(open, "}}")) != NULL) {
		value_of(&p, open, (size_t)(close - open));
		s = close + 2;
	}
	if (!p.are_named)
		return;
	json_out_init(&w, json);
	json_out_array(&w, NULL);
	for (size_t i = 0; i < p.count; i++)
		json_out_stringn(&w, NULL, p.open[i] + 2, p.length[i] - 2);
	json_out_end(&w, ']');
}
