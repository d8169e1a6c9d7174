/* ticket_where - see ticket_where.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/search.h"
#include "db/records/ticket_where_int.h"
#include <stdlib.h>
#include <string.h>

#define BINDS_MOST 96 /* of one filter */

static const struct {
	const char *name, *spanish, *other;
	enum where_field field;
} names[] = {
    {"state", "estado", "status", WHERE_STATE},
    {"priority", "prioridad", "prio", WHERE_PRIORITY},
    {"category", "categoria", "", WHERE_CATEGORY},
    {"tag", "etiqueta", "tags", WHERE_TAG},
    {"owner", "responsable", "asignado", WHERE_OWNER},
    {"team", "equipo", "", WHERE_TEAM},
    {"contact", "contacto", "", WHERE_CONTACT},
    {"company", "empresa", "", WHERE_COMPANY},
    {"created", "creado", "", WHERE_CREATED},
    {"changed", "cambiado", "updated", WHERE_UPDATED},
    {"solved", "resuelto", "", WHERE_SOLVED},
    {"due", "vence", "", WHERE_DUE},
    {"urgency", "urgencia", "", WHERE_URGENCY},
    {"impact", "impacto", "", WHERE_IMPACT},
    {"number", "numero", "", WHERE_NUMBER},
    {"source", "origen", "", WHERE_SOURCE},
    {"is", "es", "", WHERE_IS},
};

void
ticket_where_fields(struct str *out)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		str_addf(out, "%s%s %s", i > 0 ? ", " : "", names[i].name,
		    names[i].spanish);
}

static char *
fold(const char *value)
{
	struct str s = STR_INIT;

	utf8_fold(&s, value, strlen(value));
	return str_take(&s);
}

char *
where__folded(const char *value)
{
	char *s = fold(value);

	for (char *p = s; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	return s;
}

int
where__unknown(const struct term *t, const char *value, const char *understood,
    struct err *err)
{
	return err_set(err, OD_EDATA,
	    "\"%s\" is nothing that %s can be; it can be: %s", value, t->field,
	    understood);
}

/* A field that the tenant declared: its key. */
static int
find_declared(
    struct desk *d, const struct term *t, struct where_cond *c, struct err *err)
{
	struct str fields = STR_INIT;
	int rc;

	rc = db_int(d->db, &c->field_id,
	    "SELECT id FROM ticket_fields WHERE tenant_id = $1 AND key = $2"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_text(t->field)), err);
	c->field = WHERE_VALUE;
	if (rc != OD_ENOTFOUND)
		return rc;
	ticket_where_fields(&fields);
	rc = err_set(err, OD_EDATA, "There is no field \"%s\"; there are: %s",
	    t->field, fields.s);
	str_free(&fields);
	return rc;
}

static int
find_field(
    struct desk *d, const struct term *t, struct where_cond *c, struct err *err)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal(t->field, names[i].name) ||
		    str_equal(t->field, names[i].spanish) ||
		    (t->field[0] && str_equal(t->field, names[i].other))) {
			c->field = names[i].field;
			return 0;
		}
	return find_declared(d, t, c, err);
}

static void
add_word(struct ticket_where *w, const char *word)
{
	if (w->words.len > 0)
		str_addc(&w->words, ' ');
	str_add(&w->words, word);
}

/* A word, a phrase, or one of them taken away. */
static void
add_text(struct desk *d, struct ticket_where *w, const struct term *t,
    struct where_cond *c, bool *is_cond)
{
	bool is_phrase = strchr(t->values[0], ' ') != NULL;

	if (!t->is_negated)
		add_word(w, t->values[0]);
	*is_cond = is_phrase || t->is_negated;
	if (!*is_cond)
		return;
	c->field = is_phrase ? WHERE_PHRASE : WHERE_WORDS;
	c->texts[0] = is_phrase
	                  ? fold(t->values[0])
	                  : search_pattern(d, RECORD_TICKET, t->values[0]);
	c->text_count = 1;
}

/* Texts that are compared as they are: of a tag, of a declared field. */
static int
add_values(const struct term *t, struct where_cond *c, struct err *err)
{
	if (t->relation != TERM_IS)
		return err_set(err, OD_EDATA,
		    "%s has no order; write %s:%s instead", t->field, t->field,
		    t->values[0]);
	for (size_t i = 0; i < t->value_count; i++)
		c->texts[c->text_count++] = fold(t->values[i]);
	return 0;
}

static int
read_values(struct where_reader *r, const struct term *t, struct where_cond *c,
    struct err *err)
{
	switch (c->field) {
	case WHERE_PRIORITY:
	case WHERE_URGENCY:
	case WHERE_IMPACT:
	case WHERE_NUMBER:
		return where__numbers(r, t, c, err);
	case WHERE_CREATED:
	case WHERE_UPDATED:
	case WHERE_SOLVED:
	case WHERE_DUE:
		return where__times(r, t, c, err);
	case WHERE_TAG:
	case WHERE_VALUE:
		return add_values(t, c, err);
	case WHERE_STATE:
	case WHERE_SOURCE:
	case WHERE_CATEGORY:
	case WHERE_OWNER:
	case WHERE_TEAM:
	case WHERE_CONTACT:
	case WHERE_COMPANY:
	case WHERE_IS:
	case WHERE_WORDS:
	case WHERE_PHRASE:
		break;
	}
	return where__names(r, t, c, err);
}

static void
widen_life(struct ticket_where *w, const struct where_cond *c)
{
	if (c->is_negated)
		return;
	if (c->field == WHERE_STATE || c->field == WHERE_SOLVED ||
	    c->field == WHERE_NUMBER) {
		if (w->life == LIFE_OF_VIEW)
			w->life = LIFE_ALIVE;
	} else if (c->field == WHERE_IS) {
		for (size_t i = 0; i < c->num_count; i++) {
			if (c->nums[i] == IS_DELETED)
				w->life = LIFE_TRASH;
			else if (c->nums[i] == IS_ANY &&
				 w->life == LIFE_OF_VIEW)
				w->life = LIFE_ALIVE;
		}
	}
}

static int
add_term(struct where_reader *r, const struct term *t, struct err *err)
{
	struct ticket_where *w = r->w;
	struct where_cond *c = &w->conds[w->count];
	bool is_cond = true;
	int rc = 0;

	if (t->field[0] == '\0') {
		add_text(r->d, w, t, c, &is_cond);
	} else {
		if ((rc = find_field(r->d, t, c, err)) != 0)
			return rc;
		if ((is_cond = t->value_count > 0)) {
			w->count++; /* its texts are freed with the rest */
			rc = read_values(r, t, c, err);
			w->count--;
		}
	}
	c->is_negated = t->is_negated;
	w->count += is_cond;
	w->binds += c->num_count + c->label_count + c->plain_count +
	            2 * c->text_count + 4;
	if (rc == 0 && is_cond)
		widen_life(w, c);
	return rc;
}

const struct where_name *
where__field_of(const struct where_name *fields, const struct term *t)
{
	while (fields->name != NULL && !str_equal(fields->name, t->field))
		fields++;
	return fields->name == NULL || t->is_negated ? NULL : fields;
}

const char *
where__said(const struct term *t)
{
	return t->field[0] != '\0' || t->value_count == 0 ? t->field
	                                                  : t->values[0];
}

int
where__zone(struct desk *d, const struct zone **zone, struct err *err)
{
	char *name = NULL;
	int rc;

	rc = db_text(d->db, &name,
	    "SELECT COALESCE((SELECT NULLIF(o.zone, '') FROM operators o"
	    " WHERE o.tenant_id = t.id AND o.id = $2), t.zone)"
	    " FROM tenants t WHERE t.id = $1",
	    BINDS(b_int(d->actor.tenant_id),
		b_int(d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0)),
	    err);
	if (rc == 0)
		rc = zone_get(name, zone, err);
	free(name);
	return rc;
}

int
ticket_where_parse(struct desk *d, const char *text, struct ticket_where **out,
    struct err *err)
{
	struct ticket_where *w = xcalloc(1, sizeof(*w));
	struct where_reader r = {.d = d, .w = w};
	struct terms terms = {.count = 0};
	int rc;

	*out = NULL;
	str_init(&w->words);
	w->now_us = clock_wall_us();
	w->me = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0;
	w->my_team = d->actor.team_id;
	if ((rc = terms_parse(text, &terms, err)) == 0)
		rc = where__zone(d, &r.zone, err);
	for (size_t i = 0; rc == 0 && i < terms.count; i++)
		rc = add_term(&r, &terms.terms[i], err);
	if (rc == 0 && w->binds > BINDS_MOST)
		rc = err_set(err, OD_ELIMIT,
		    "This filter names too many values; take some out");
	terms_clear(&terms);
	if (rc != 0)
		ticket_where_free(&w);
	*out = w;
	return rc;
}

void
ticket_where_free(struct ticket_where **w)
{
	if (*w == NULL)
		return;
	for (size_t i = 0; i < TERMS_MAX; i++)
		for (size_t k = 0; k < TERM_VALUES_MAX; k++) {
			free((*w)->conds[i].texts[k]);
			free((*w)->conds[i].ends[k]);
		}
	str_free(&(*w)->words);
	FREE(w);
}
