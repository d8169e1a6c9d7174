/*
 * ticket_where_names - values of a filter that are names: of a status, a
 * person, a team, a category.
 *
 * What is written whole counts alone; what is begun means all that begin so,
 * so that the list narrows down while it is typed.
 */
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_where_int.h"
#include "db/records/tickets.h"
#include <stdlib.h>
#include <string.h>

struct word {
	const char *text; /* folded */
	int value;
};

static const struct word state_words[] = {
    {"new", TICKET_NEW},
    {"nuevo", TICKET_NEW},
    {"open", TICKET_OPEN},
    {"abierto", TICKET_OPEN},
    {"waiting", TICKET_WAITING},
    {"en espera", TICKET_WAITING},
    {"espera", TICKET_WAITING},
    {"solved", TICKET_SOLVED},
    {"resuelto", TICKET_SOLVED},
    {"closed", TICKET_CLOSED},
    {"cerrado", TICKET_CLOSED},
    {"merged", TICKET_MERGED},
    {"fusionado", TICKET_MERGED},
    {NULL, 0},
};

static const struct word level_words[] = {
    {"lowest", 1},
    {"very low", 1},
    {"minima", 1},
    {"muy baja", 1},
    {"low", 2},
    {"baja", 2},
    {"normal", 3},
    {"medium", 3},
    {"media", 3},
    {"high", 4},
    {"alta", 4},
    {"urgent", 5},
    {"urgente", 5},
    {"very high", 5},
    {"muy alta", 5},
    {NULL, 0},
};

static const struct word source_words[] = {
    {"desk", SOURCE_DESK},
    {"mesa", SOURCE_DESK},
    {"whatsapp", SOURCE_WHATSAPP},
    {"telegram", SOURCE_TELEGRAM},
    {"web", SOURCE_WEB},
    {"mail", SOURCE_MAIL},
    {"correo", SOURCE_MAIL},
    {"call", SOURCE_CALL},
    {"llamada", SOURCE_CALL},
    {"api", SOURCE_API},
    {"agent", SOURCE_AGENT},
    {"agente", SOURCE_AGENT},
    {NULL, 0},
};

static const struct word flag_words[] = {
    {"unassigned", IS_UNASSIGNED},
    {"free", IS_UNASSIGNED},
    {"libre", IS_UNASSIGNED},
    {"sin asignar", IS_UNASSIGNED},
    {"mine", IS_MINE},
    {"mio", IS_MINE},
    {"team", IS_MY_TEAMS},
    {"equipo", IS_MY_TEAMS},
    {"active", IS_ACTIVE},
    {"activo", IS_ACTIVE},
    {"deleted", IS_DELETED},
    {"trash", IS_DELETED},
    {"borrado", IS_DELETED},
    {"papelera", IS_DELETED},
    {"overdue", IS_OVERDUE},
    {"late", IS_OVERDUE},
    {"vencido", IS_OVERDUE},
    {"snoozed", IS_SNOOZED},
    {"pospuesto", IS_SNOOZED},
    {"any", IS_ANY},
    {"todos", IS_ANY},
    {NULL, 0},
};

static const char *const nobody_words[] = {
    "nobody", "none", "nadie", "ninguno", NULL};
static const char *const my_words[] = {"me", "mine", "yo", "mi", NULL};

static bool
is_among(const char *s, const char *const *words)
{
	while (*words != NULL && !str_equal(s, *words))
		words++;
	return *words != NULL;
}

bool
where__level(const char *folded, int64_t *level)
{
	const struct word *w, *begun = NULL;

	for (w = level_words; w->text != NULL; w++) {
		if (str_equal(w->text, folded))
			break;
		if (begun == NULL && folded[0] && str_starts(w->text, folded))
			begun = w;
	}
	if (w->text == NULL)
		w = begun;
	if (w != NULL)
		*level = w->value;
	return w != NULL;
}

static bool
add_num(int64_t *nums, size_t *count, int64_t n)
{
	if (records__is_among(n, nums, *count))
		return true;
	if (*count == WHERE_NUMS)
		return false;
	nums[(*count)++] = n;
	return true;
}

/* How many of a table's words are this one, or begin so. */
static int
add_words(struct where_cond *c, const struct word *words, const char *value)
{
	int found = 0;

	for (const struct word *w = words; w->text != NULL; w++)
		if (str_equal(w->text, value)) {
			add_num(c->nums, &c->num_count, w->value);
			return 1;
		}
	for (const struct word *w = words; w->text != NULL; w++)
		if (str_starts(w->text, value)) {
			add_num(c->nums, &c->num_count, w->value);
			found++;
		}
	return found;
}

static int
no_such_word(const struct term *t, const char *value, const struct word *words,
    struct err *err)
{
	struct str all = STR_INIT;
	int rc;

	for (const struct word *w = words; w->text != NULL; w++)
		str_addf(&all, "%s%s", w == words ? "" : ", ", w->text);
	rc = where__unknown(t, value, all.s, err);
	str_free(&all);
	return rc;
}

/* ---- names that the tenant made ---- */

struct name {
	int64_t id, state;
	bool is_default;
	char *folded, *other; /* owned */
	char *text;           /* owned */
};

struct names {
	struct name *list; /* owned */
	size_t count;
};

static void
names_free(struct names *n)
{
	for (size_t i = 0; i < n->count; i++) {
		free(n->list[i].folded);
		free(n->list[i].other);
		free(n->list[i].text);
	}
	free(n->list);
}

static void
read_name(struct stmt *st, void *row)
{
	struct name *n = row;

	n->id = stmt_int(st, 0);
	n->text = stmt_dup(st, 1);
	n->folded = where__folded(n->text);
	n->other = where__folded(stmt_text(st, 2));
	n->state = stmt_int(st, 3);
	n->is_default = stmt_int(st, 4) != 0;
}

/* SELECT id, what is stored or shown, another name, state, is_default. */
static int
names_read(struct desk *d, const char *sql, struct names *n, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st, sql, BINDS(b_int(d->actor.tenant_id)), err);
	n->list = records__rows(
	    NULL, &st, sizeof(*n->list), read_name, &n->count, &rc, err);
	return rc;
}

/* Whether it begins so, or a word of it does: a family name. */
static bool
begins(const char *folded, const char *value)
{
	const char *at = strstr(folded, value);

	while (at != NULL && at > folded && at[-1] != ' ')
		at = strstr(at + 1, value);
	return at != NULL;
}

static bool
is_name(const struct name *n, const char *value, bool whole)
{
	if (whole)
		return str_equal(n->folded, value) ||
		       str_equal(n->other, value);
	return begins(n->folded, value) || begins(n->other, value);
}

/* What is done with each name that a value means. */
typedef bool add_fn(struct where_cond *c, const struct name *n);

static bool
add_id(struct where_cond *c, const struct name *n)
{
	return add_num(c->nums, &c->num_count, n->id);
}

static bool
add_label(struct where_cond *c, const struct name *n)
{
	if (n->state < TICKET_SOLVED)
		c->labels_active = true;
	else
		c->labels_finished = true;
	return n->is_default ? add_num(c->plain, &c->plain_count, n->state)
	                     : add_num(c->labels, &c->label_count, n->id);
}

static bool
add_key(struct where_cond *c, const struct name *n)
{
	if (c->text_count == TERM_VALUES_MAX)
		return false;
	c->texts[c->text_count++] = xstrdup(n->text);
	return true;
}

static int
add_names(
    struct where_cond *c, const struct names *n, const char *value, add_fn *add)
{
	int found = 0;

	for (int whole = 1; whole >= 0 && found == 0; whole--)
		for (size_t i = 0; i < n->count; i++)
			if (is_name(&n->list[i], value, whole != 0) &&
			    add(c, &n->list[i]))
				found++;
	return found;
}

static int
no_such_name(const struct term *t, const char *value, const struct names *n,
    struct err *err)
{
	struct str all = STR_INIT;
	int rc;

	for (size_t i = 0; i < n->count && i < 12; i++)
		str_addf(&all, "%s%s", i == 0 ? "" : ", ",
		    n->list[i].other[0] != '\0' ? n->list[i].other
						: n->list[i].text);
	rc = where__unknown(t, value, all.s, err);
	str_free(&all);
	return rc;
}

static int
add_value(struct where_reader *r, const struct term *t, const char *value,
    const char *sql, add_fn *add, struct where_cond *c, struct err *err)
{
	struct names n = {NULL, 0};
	char *folded = where__folded(value);
	int rc;

	rc = names_read(r->d, sql, &n, err);
	if (rc == 0 && add_names(c, &n, folded, add) == 0)
		rc = no_such_name(t, value, &n, err);
	names_free(&n);
	free(folded);
	return rc;
}

/*
 * A label that is called as its state is: whoever has the state has it, with
 * whatever label.  One state alone is read in its index.
 */
static void
drop_plain(struct where_cond *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->plain_count; i++) {
		bool is_there = false;

		for (size_t k = 0; k < c->num_count; k++)
			is_there |= c->nums[k] == c->plain[i];
		if (!is_there)
			c->plain[kept++] = c->plain[i];
	}
	c->plain_count = kept;
}

/* A state by its word, or the tenant's own label. */
static int
add_state(struct where_reader *r, const struct term *t, const char *value,
    struct where_cond *c, struct err *err)
{
	static const char sql[] =
	    "SELECT id, name, '', state, is_default FROM ticket_statuses"
	    " WHERE tenant_id = $1 AND deleted_at IS NULL"
	    " ORDER BY position, id";
	struct names n = {NULL, 0};
	char *folded = where__folded(value);
	int rc, found;

	rc = names_read(r->d, sql, &n, err);
	if (rc == 0) {
		found = add_words(c, state_words, folded);
		found += add_names(c, &n, folded, add_label);
		drop_plain(c);
		if (found == 0)
			rc = no_such_name(t, value, &n, err);
	}
	names_free(&n);
	free(folded);
	return rc;
}

/* Contacts and companies are many: a range of their names, not their ids. */
static void
add_prefix(struct where_cond *c, const char *value)
{
	struct prefix p;

	records__prefix(&p, value);
	c->texts[c->text_count] = p.from != NULL ? p.from : xstrdup("");
	c->ends[c->text_count++] = p.to;
}

static int
add_one(struct where_reader *r, const struct term *t, const char *value,
    struct where_cond *c, struct err *err)
{
	char *folded = where__folded(value);
	const struct word *words = NULL;
	const char *sql = NULL;
	int rc = 0;

	switch (c->field) {
	case WHERE_STATE:
		rc = add_state(r, t, value, c, err);
		break;
	case WHERE_SOURCE:
		words = source_words;
		break;
	case WHERE_IS:
		words = flag_words;
		break;
	case WHERE_CATEGORY:
		rc = add_value(r, t, value,
		    "SELECT id, key, name, 0, 0 FROM ticket_categories"
		    " WHERE tenant_id = $1 AND deleted_at IS NULL"
		    " ORDER BY position, id",
		    add_key, c, err);
		break;
	case WHERE_OWNER:
		if (is_among(folded, my_words)) {
			add_num(c->nums, &c->num_count, r->w->me);
			break;
		}
		sql = "SELECT id, login, full_name, 0, 0 FROM operators"
		      " WHERE tenant_id = $1 AND deleted_at IS NULL"
		      " ORDER BY login";
		break;
	case WHERE_TEAM:
		if (is_among(folded, my_words) && r->w->my_team != 0) {
			add_num(c->nums, &c->num_count, r->w->my_team);
			break;
		}
		sql = "SELECT id, name, '', 0, 0 FROM teams"
		      " WHERE tenant_id = $1 AND deleted_at IS NULL"
		      " ORDER BY name";
		break;
	default: /* WHERE_CONTACT, WHERE_COMPANY */
		add_prefix(c, value);
		break;
	}
	if (words != NULL && add_words(c, words, folded) == 0)
		rc = no_such_word(t, value, words, err);
	if (sql != NULL)
		rc = add_value(r, t, value, sql, add_id, c, err);
	free(folded);
	return rc;
}

int
where__names(struct where_reader *r, const struct term *t, struct where_cond *c,
    struct err *err)
{
	int rc = 0;

	if (t->relation != TERM_IS)
		return err_set(err, OD_EDATA,
		    "%s has no order; write %s:%s instead", t->field, t->field,
		    t->values[0]);
	for (size_t i = 0; rc == 0 && i < t->value_count; i++) {
		char *folded = where__folded(t->values[i]);
		bool nobody = is_among(folded, nobody_words) &&
		              c->field != WHERE_STATE &&
		              c->field != WHERE_SOURCE && c->field != WHERE_IS;

		free(folded);
		if (nobody)
			c->or_nobody = true;
		else
			rc = add_one(r, t, t->values[i], c, err);
	}
	return rc;
}
