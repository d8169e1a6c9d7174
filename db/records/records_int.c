/* records_int - see records_int.h. */
#include "db/records/records_int.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A search looks at no more hits than this, to stay quick. */
#define MATCHES_MAX 2000

#define PATTERN_MAX 256 /* of a word, in bytes */

void *
records__grow(void *rows, size_t count, size_t size)
{
	/* Powers of two: the array is full whenever count is one. */
	if ((count & (count - 1)) == 0)
		rows = xreallocarray(rows, count == 0 ? 1 : count * 2, size);
	memset((char *)rows + count * size, 0, size);
	return rows;
}

void *
records__rows(void *rows, struct stmt **st, size_t size, records_read_fn *read,
    size_t *count, int *rc, struct err *err)
{
	while (*rc == 0 && (*rc = stmt_step(*st, err)) == 1) {
		rows = records__grow(rows, *count, size);
		read(*st, (char *)rows + (*count)++ * size);
		*rc = 0;
	}
	stmt_close(st);
	return rows;
}

void *
records__all(struct stmt **st, size_t size, records_read_fn *read,
    size_t *count, int *rc, struct err *err)
{
	void *rows;

	*count = 0;
	rows = records__rows(NULL, st, size, read, count, rc, err);
	if (*rc != 0) {
		FREE(&rows);
		*count = 0;
	}
	return rows;
}

bool
records__is_among(int64_t id, const int64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

int
records__first(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, records_read_fn *read, void *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st, sql, binds, nbinds, err);

	if (rc == 0 && (rc = stmt_step(st, err)) == 1)
		read(st, out);
	stmt_close(&st);
	return rc;
}

void
records__line(char *dst, size_t dst_size, const char *s)
{
	size_t n;

	s = s != NULL ? s : "";
	while (isspace((unsigned char)*s))
		s++;
	text_safe_buf(dst, dst_size, s);
	n = strlen(dst);
	while (n > 0 && dst[n - 1] == ' ')
		dst[--n] = '\0';
}

int
records__fit(const char *label, char *dst, size_t dst_size, const char *s,
    struct err *err)
{
	struct str whole = STR_INIT;
	size_t n;

	s = s != NULL ? s : "";
	while (isspace((unsigned char)*s))
		s++;
	text_safe(&whole, s, strlen(s), TEXT_LINE);
	for (n = whole.len; n > 0 && whole.s[n - 1] == ' '; n--)
		;
	str_free(&whole);
	if (n >= dst_size)
		return err_set(err, OD_EDATA,
		    "%s is too long: %zu bytes of at most %zu", label, n,
		    dst_size - 1);
	records__line(dst, dst_size, s);
	return 0;
}

int
records__body(const char *label, const char *s, size_t max, struct err *err)
{
	size_t n = s != NULL ? strlen(s) : 0;

	if (n > max)
		return err_set(err, OD_EDATA,
		    "%s is too long: %zu bytes of at most %zu", label, n, max);
	if (!utf8_valid(s != NULL ? s : "", n))
		return err_set(
		    err, OD_EDATA, "%s is not valid UTF-8 text", label);
	return 0;
}

char *
records__folded(const char *s)
{
	struct str out = STR_INIT;

	utf8_fold(&out, s, strlen(s));
	return str_take(&out);
}

void
records__pattern(const char *word, size_t n, struct str *out)
{
	n = utf8_cut(word, n, PATTERN_MAX);
	str_add(out, "%");
	for (size_t i = 0; i < n; i++) {
		if (strchr("%_!", word[i]) != NULL)
			str_add(out, "!");
		str_addn(out, &word[i], 1);
	}
	str_add(out, "%");
}

void
records__add_folded(struct query *q, const char *column)
{
	static const char *const bare[] = {", 'á', 'a')", ", 'Á', 'a')",
	    ", 'é', 'e')", ", 'É', 'e')", ", 'í', 'i')", ", 'Í', 'i')",
	    ", 'ó', 'o')", ", 'Ó', 'o')", ", 'ú', 'u')", ", 'Ú', 'u')",
	    ", 'ü', 'u')", ", 'Ü', 'u')", ", 'ñ', 'n')", ", 'Ñ', 'n')",
	    ", 'ç', 'c')", ", 'Ç', 'c')", ", 'à', 'a')", ", 'À', 'a')",
	    ", 'è', 'e')", ", 'È', 'e')", ", 'ò', 'o')", ", 'Ò', 'o')"};

	for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		query_text(q, "REPLACE(");
	query_text(q, "LOWER(");
	query_text(q, column);
	query_text(q, ")");
	for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		query_text(q, bare[i]);
}

void
records__digits(char *dst, size_t dst_size, const char *s)
{
	size_t n = 0;

	for (; s != NULL && *s != '\0' && n + 1 < dst_size && n < 32; s++)
		if (*s >= '0' && *s <= '9')
			dst[n++] = *s;
	dst[n] = '\0';
}

void
records__prefix(struct prefix *p, const char *match)
{
	p->from = p->to = NULL;
	if (match == NULL || match[0] == '\0')
		return;
	p->from = records__folded(match);
	p->to = xasprintf("%s\xf4\x8f\xbf\xbf", p->from);
}

void
records__prefix_free(struct prefix *p)
{
	FREE(&p->from);
	FREE(&p->to);
}

void
records__prefix_add(struct query *q, const char *column, const struct prefix *p)
{
	if (p->from == NULL)
		return;
	query_text(q, " AND ");
	query_text(q, column);
	query_add(q, " >= $?", BINDS(b_text(p->from)));
	query_text(q, " AND ");
	query_text(q, column);
	query_add(q, " < $?", BINDS(b_text(p->to)));
}

void
records__json_life(struct json_out *out, int64_t version, int64_t created_at,
    int64_t updated_at, int64_t deleted_at)
{
	json_out_int(out, "version", version);
	json_out_time(out, "created_at", created_at);
	json_out_time(out, "updated_at", updated_at);
	json_out_bool(out, "is_deleted", deleted_at != 0);
	json_out_time(out, "deleted_at", deleted_at);
}

void
records__json_ref(struct json_out *out, const char *name, int64_t id)
{
	if (id != 0)
		json_out_int(out, name, id);
	else
		json_out_null(out, name);
}

int
records__limit(const struct page *page)
{
	if (page == NULL || page->limit <= 0)
		return 50;
	return page->limit > 1000 ? 1000 : page->limit;
}

void
records__reverse(void *rows, size_t count, size_t size)
{
	char *a = rows, *b = a + (count > 0 ? count - 1 : 0) * size;

	for (; a < b; a += size, b -= size)
		for (size_t i = 0; i < size; i++) {
			char c = a[i];

			a[i] = b[i];
			b[i] = c;
		}
}

int
records__any(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct err *err)
{
	int64_t one;
	int rc = db_int(d->db, &one, sql, binds, nbinds, err);

	return rc == 0 ? 1 : rc == OD_ENOTFOUND ? 0 : rc;
}

int
records__exists(
    struct desk *d, enum record_kind kind, int64_t id, struct err *err)
{
	const struct record_def *def = record_def(kind);
	struct query q;
	int64_t one;
	int rc;

	BUG_ON(def->table == NULL);
	query_init(&q);
	query_text(&q, "SELECT 1 FROM ");
	query_text(&q, def->table);
	query_add(&q,
	    " WHERE tenant_id = $? AND id = $? AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)));
	rc = query_int(d->db, &one, &q, err);
	query_free(&q);
	if (rc == OD_ENOTFOUND)
		return err_set(
		    err, OD_ENOTFOUND, "%s not found", _(def->label));
	return rc;
}

#define NAME_DIGITS 32

int
records__find_name(struct desk *d, enum record_kind kind, const char *name,
    const char *none, const char *several, int64_t *id, struct err *err)
{
	const struct record_def *def = record_def(kind);
	char to[NAME_DIGITS + 2];
	struct stmt *st = NULL;
	size_t n = strlen(name);
	struct query q;
	int rc, found = 0;

	BUG_ON(def->table == NULL);
	if (n < 4 || n > NAME_DIGITS || strspn(name, "0123456789abcdef") != n)
		return err_set(err, OD_ENOTFOUND, "%s", _(none));
	str_format(to, sizeof(to), "%sg", name); /* behind every digit */
	query_init(&q);
	query_text(&q, "SELECT id FROM ");
	query_text(&q, def->table);
	query_add(&q,
	    " WHERE name >= $? AND name < $? AND tenant_id = $?"
	    " AND deleted_at IS NULL ORDER BY name LIMIT 2",
	    BINDS(b_text(name), b_text(to), b_int(d->actor.tenant_id)));
	rc = query_run(d->db, &st, &q, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*id = stmt_int(st, 0);
		found++;
		rc = 0;
	}
	stmt_close(&st);
	query_free(&q);
	if (rc == 0 && found == 0)
		return err_set(err, OD_ENOTFOUND, "%s", _(none));
	if (rc == 0 && found > 1)
		return err_set(err, OD_EDATA, "%s", _(several));
	return rc;
}

int
records__crm_id(struct desk *d, enum record_kind kind, const char *column,
    const char *crm_id, int64_t but_id, struct err *err)
{
	const struct record_def *def = record_def(kind);
	struct query q;
	int64_t one;
	int rc;

	if (crm_id[0] == '\0')
		return 0;
	query_init(&q);
	query_text(&q, "SELECT 1 FROM ");
	query_text(&q, def->table);
	query_add(&q,
	    " WHERE tenant_id = $? AND id <> $? AND deleted_at IS NULL AND ",
	    BINDS(b_int(d->actor.tenant_id), b_int(but_id)));
	query_text(&q, column);
	query_add(&q, " = $?", BINDS(b_text(crm_id)));
	query_text(&q, " AND ");
	query_text(&q, column);
	query_text(&q, " <> ''"); /* as its index says */
	rc = query_int(d->db, &one, &q, err);
	query_free(&q);
	if (rc == 0)
		return err_set(err, OD_ECONFLICT,
		    "%s: another one has the CRM id %s already", _(def->label),
		    crm_id);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static bool
is_allowed(const char *const *allowed, const char *column)
{
	for (; *allowed != NULL; allowed++)
		if (strcmp(*allowed, column) == 0)
			return true;
	return false;
}

void
records__edit_add(struct edits *e, const char *column, struct bind value)
{
	struct change *c;

	BUG_ON(e->count == RECORDS_CHANGES_MAX);
	c = &e->list[e->count];
	if (value.kind == BIND_TEXT) {
		e->texts[e->count] = xstrndup(value.p, value.n);
		value.p = e->texts[e->count];
	}
	c->column = column;
	c->value = value;
	e->count++;
}

void
records__edit_fold(struct edits *e, const char *from, const char *to)
{
	const struct bind *text = records__edit(e, from);
	char *folded;

	if (text == NULL || text->kind != BIND_TEXT)
		return;
	folded = records__folded(text->p);
	records__edit_add(e, to, b_text(folded));
	free(folded);
}

int
records__edits(struct edits *e, enum record_kind kind,
    const char *const *allowed, const struct change *changes, size_t count,
    struct err *err)
{
	const struct record_def *def = record_def(kind);

	memset(e, 0, sizeof(*e));
	/* What a use case derives needs room too. */
	if (count > RECORDS_CHANGES_MAX - 6)
		return err_set(err, OD_EDATA, "Too many fields at once");
	for (size_t i = 0; i < count; i++) {
		const struct change *c = &changes[i];
		int f = record_field(def, c->column);
		char line[1025], *text;
		int rc;

		if (f < 0 || !is_allowed(allowed, c->column))
			return err_set(err, OD_EDATA,
			    "%s has no field \"%s\" that can be changed this"
			    " way",
			    _(def->label), c->column);
		if (records__edit(e, c->column) != NULL)
			return err_set(err, OD_EDATA,
			    "The field \"%s\" is given twice", c->column);
		if (def->fields[f].type != FIELD_TEXT ||
		    c->value.kind != BIND_TEXT) {
			records__edit_add(e, def->fields[f].column, c->value);
			continue;
		}
		size_t max = def->fields[f].max_bytes;

		if (max == 0)
			max = 200;
		text = xstrndup(c->value.p, c->value.n);
		rc = records__fit(def->fields[f].label != NULL
				      ? _(def->fields[f].label)
				      : c->column,
		    line, max < sizeof(line) ? max + 1 : sizeof(line), text,
		    err);
		free(text);
		if (rc != 0)
			return rc;
		records__edit_add(e, def->fields[f].column, b_text(line));
	}
	return 0;
}

void
records__edits_free(struct edits *e)
{
	for (size_t i = 0; i < e->count; i++)
		FREE(&e->texts[i]);
	e->count = 0;
}

const struct bind *
records__edit(const struct edits *e, const char *column)
{
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->list[i].column, column) == 0)
			return &e->list[i].value;
	return NULL;
}

int
records__edit_crm_id(struct desk *d, const struct edits *e,
    enum record_kind kind, const char *column, int64_t id, struct err *err)
{
	const struct bind *crm = records__edit(e, column);

	if (crm == NULL || crm->kind != BIND_TEXT)
		return 0;
	return records__crm_id(d, kind, column, crm->p, id, err);
}

int
records__matches(struct matches *m, struct desk *d, enum record_kind kind,
    const char *text, int64_t after_id, struct err *err)
{
	m->desk = d;
	m->kind = kind;
	m->text = text;
	m->asked = m->count = m->next = 0;
	m->before = 0;
	m->left = MATCHES_MAX;
	if (after_id == 0)
		return 0;
	/* A record that is gone from the index starts again at the top. */
	return search_place(d, kind, after_id, &m->before, err);
}

int
records__match(struct matches *m, int64_t *id, struct err *err)
{
	int rc;

	if (m->next == m->count) {
		size_t most = m->asked == 0 ? MATCHES_FIRST : 4 * m->asked;

		/* A batch that was not full was the last one. */
		if (m->left <= 0 || (m->count > 0 && m->count < m->asked))
			return 0;
		m->asked = most < MATCHES_BATCH ? most : MATCHES_BATCH;
		rc = search_find(m->desk, m->kind, m->text, m->before, m->asked,
		    m->hits, &m->count, err);
		if (rc != 0)
			return rc;
		m->next = 0;
		if (m->count == 0) {
			m->left = 0;
			return 0;
		}
		m->left -= (int)m->count;
		m->before = m->hits[m->count - 1].position;
	}
	*id = m->hits[m->next++].record_id;
	return 1;
}

int
records__match_some(struct matches *m, int64_t *ids, size_t max, size_t *count,
    struct err *err)
{
	int rc = 1;

	*count = 0;
	while (*count < max &&
	       (rc = records__match(m, &ids[*count], err)) == 1)
		++*count;
	return rc < 0 ? rc : 0;
}

void
records__in(struct query *q, const char *fragment, size_t marks,
    const int64_t *ids, size_t count)
{
	struct bind binds[QUERY_BINDS_MAX];

	BUG_ON(count == 0 || count > marks || marks > QUERY_BINDS_MAX);
	for (size_t i = 0; i < marks; i++)
		binds[i] = b_int(ids[i < count ? i : 0]);
	query_add(q, fragment, binds, marks);
}
