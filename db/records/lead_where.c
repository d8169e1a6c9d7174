/* lead_where - words that narrow leads down; see leads.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/leads_int.h"
#include "db/records/ticket_where_int.h"
#include <stdlib.h>
#include <string.h>

enum where {
	BY_WORDS,
	BY_STATE,
	BY_OWNER,
	BY_TEAM,
	BY_CONTACT,
	BY_NEXT,
	BY_CREATED,
	BY_IS
};

/* Folded, as they are typed in either language. */
static const struct where_name fields[] = {
    {"", BY_WORDS},
    {"state", BY_STATE},
    {"status", BY_STATE},
    {"estado", BY_STATE},
    {"owner", BY_OWNER},
    {"responsable", BY_OWNER},
    {"team", BY_TEAM},
    {"equipo", BY_TEAM},
    {"contact", BY_CONTACT},
    {"contacto", BY_CONTACT},
    {"next", BY_NEXT},
    {"proximo", BY_NEXT},
    {"created", BY_CREATED},
    {"creado", BY_CREATED},
    {"is", BY_IS},
    {"es", BY_IS},
    {NULL, 0},
};

struct word {
	const char *text;
	int value;
};

/* "_" is a blank here. */
static const struct word states[] = {
    {"qualified", LEAD_QUALIFIED},
    {"cualificada", LEAD_QUALIFIED},
    {"needs expert", LEAD_NEEDS_EXPERT},
    {"pide un experto", LEAD_NEEDS_EXPERT},
    {"requiere un experto", LEAD_NEEDS_EXPERT},
    {"closed", LEAD_CLOSED},
    {"cerrada", LEAD_CLOSED},
    {NULL, 0},
};

enum flag { IS_LATE, IS_MY_OWN, IS_NOBODYS, IS_WHATEVER };
static const struct word flags[] = {
    {"overdue", IS_LATE},
    {"late", IS_LATE},
    {"vencida", IS_LATE},
    {"mine", IS_MY_OWN},
    {"mia", IS_MY_OWN},
    {"unassigned", IS_NOBODYS},
    {"sin asignar", IS_NOBODYS},
    {"any", IS_WHATEVER},
    {"todas", IS_WHATEVER},
    {NULL, 0},
};

struct reader {
	struct where_reader of; /* names and times */
	struct lead_filter *f;	/* borrowed */
	struct str words;
};

/* The first that begins so: what is typed still counts already. */
static const struct word *
word_of(const struct word *words, const char *value)
{
	char *folded = where__folded(value);

	while (words->text != NULL && !str_starts(words->text, folded))
		words++;
	free(folded);
	return words->text != NULL ? words : NULL;
}

/* Closed ones are not among those of a view of open ones. */
static void
widen(struct reader *r)
{
	if (r->f->view == LEADS_MINE)
		r->f->operator_id = r->of.w->me;
	if (r->f->view == LEADS_MINE || r->f->view == LEADS_OPEN)
		r->f->view = LEADS_ALL;
}

static int
by_state(struct reader *r, const struct term *t, struct err *err)
{
	for (size_t i = 0; i < t->value_count; i++) {
		const struct word *w = word_of(states, t->values[i]);

		if (w == NULL)
			return where__unknown(t, t->values[i],
			    _("qualified, needs_expert or closed"), err);
		r->f->statuses |= 1u << w->value;
		if (w->value == LEAD_CLOSED)
			widen(r);
	}
	return 0;
}

static int
by_name(struct reader *r, const struct term *t, enum where_field field,
    struct lead_names *out, struct err *err)
{
	struct where_cond c = {.field = field};
	int rc = where__names(&r->of, t, &c, err);

	out->count = c.num_count;
	out->or_none = c.or_nobody;
	memcpy(out->ids, c.nums, sizeof(out->ids));
	return rc;
}

/* Of two spans what is in both. */
static int
by_time(struct reader *r, const struct term *t, enum where_field field,
    int64_t *from, int64_t *to, struct err *err)
{
	struct where_cond c = {.field = field};
	int rc = where__times(&r->of, t, &c, err);

	if (rc != 0)
		return rc;
	if (c.from > *from)
		*from = c.from;
	if (*to == 0 || c.to < *to)
		*to = c.to;
	return 0;
}

static int
by_next(struct reader *r, const struct term *t, struct err *err)
{
	char *folded = where__folded(t->values[0]);
	bool never = str_equal(folded, "none") || str_equal(folded, "ninguno");

	free(folded);
	if (never) {
		r->f->next_from_us = LEAD_NEVER;
		return 0;
	}
	return by_time(r, t, WHERE_DUE, &r->f->next_from_us, &r->f->next_to_us,
	    err);
}

static int
by_is(struct reader *r, const struct term *t, struct err *err)
{
	struct lead_filter *f = r->f;

	for (size_t i = 0; i < t->value_count; i++) {
		const struct word *w = word_of(flags, t->values[i]);

		if (w == NULL)
			return where__unknown(t, t->values[i],
			    _("overdue, mine, unassigned or any"), err);
		switch ((enum flag)w->value) {
		case IS_LATE:
			/* What is closed is late for nothing. */
			if (f->statuses == 0)
				f->statuses = 1u << LEAD_QUALIFIED |
				              1u << LEAD_NEEDS_EXPERT;
			f->next_to_us = r->of.w->now_us;
			break;
		case IS_MY_OWN:
			f->operator_id = r->of.w->me;
			break;
		case IS_NOBODYS:
			f->owners.or_none = true;
			break;
		case IS_WHATEVER:
			widen(r);
			break;
		}
	}
	return 0;
}

static int
by_contact(struct reader *r, const struct term *t, struct err *err)
{
	char *folded = records__folded(t->values[0]);
	bool fits = str_copy(r->f->contact, sizeof(r->f->contact), folded);

	free(folded);
	return fits ? 0 : err_set(err, OD_ELIMIT, "No contact is called so");
}

static void
by_words(struct reader *r, const char *value)
{
	char *folded = records__folded(value);

	if (folded[0] != '\0')
		str_addf(&r->words, "%s%s", r->words.len > 0 ? "\n" : "",
		    folded);
	free(folded);
}

static int
take(struct reader *r, const struct term *t, struct err *err)
{
	const struct where_name *name = where__field_of(fields, t);

	if (name == NULL)
		return err_set(err, OD_EDATA,
		    "\"%s\" is nothing that leads are found by; there are "
		    "state, owner, team, contact, next, created and is",
		    where__said(t));
	if (t->value_count == 0)
		return 0; /* it is still being typed */
	switch ((enum where)name->field) {
	case BY_WORDS:
		by_words(r, t->values[0]);
		return 0;
	case BY_CONTACT:
		return by_contact(r, t, err);
	case BY_STATE:
		return by_state(r, t, err);
	case BY_OWNER:
		return by_name(r, t, WHERE_OWNER, &r->f->owners, err);
	case BY_TEAM:
		return by_name(r, t, WHERE_TEAM, &r->f->teams, err);
	case BY_NEXT:
		return by_next(r, t, err);
	case BY_CREATED:
		return by_time(r, t, WHERE_CREATED, &r->f->from_us,
		    &r->f->to_us, err);
	case BY_IS:
		return by_is(r, t, err);
	}
	BUG("no such field of leads: %d", name->field);
}

int
lead_where(struct desk *d, const char *text, struct lead_filter *f,
    struct err *err)
{
	struct ticket_where now = {.now_us = clock_wall_us(),
	    .me = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0,
	    .my_team = d->actor.team_id};
	struct reader r = {
	    .of = {.d = d, .w = &now}, .f = f, .words = STR_INIT};
	struct terms terms = {.count = 0};
	int rc;

	if ((rc = terms_parse(text, &terms, err)) == 0)
		rc = where__zone(d, &r.of.zone, err);
	for (size_t i = 0; rc == 0 && i < terms.count; i++)
		rc = take(&r, &terms.terms[i], err);
	if (rc == 0 && r.words.len >= sizeof(f->words))
		rc = err_set(err, OD_ELIMIT,
		    "This filter is too long; take some words out");
	if (rc == 0 && r.words.len > 0)
		str_copy(f->words, sizeof(f->words), r.words.s);
	terms_clear(&terms);
	str_free(&r.words);
	return rc;
}
