/*
 * ticket_form_slots - the fields of a ticket's form: the ticket's own, and
 * those that its category has by the tenant's declaration.
 *
 * What was typed for a category stays while another one is looked at.
 */
#include "tui/screens/ticket_form_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/screens/ticket_field_input.h"
#include "tui/screens/ticket_words.h"

#include <stdlib.h>
#include <string.h>

#define TENANTS_MOST (W_FORM_FIELDS - SLOT_OWN_COUNT) /* that are shown */

static const char *const priorities[] = {N_("as urgency and impact give"),
    N_("1 lowest"), N_("2 low"), N_("3 normal"), N_("4 high"), N_("5 urgent"),
    NULL};

static const struct w_field own[SLOT_OWN_COUNT] = {
    [SLOT_SUBJECT] = {.name = "subject",
	.label = N_("Subject"),
	.kind = W_FIELD_LINE,
	.required = true,
	.max_bytes = 200},
    [SLOT_DESCRIPTION] = {.name = "description",
	.label = N_("Description"),
	.kind = W_FIELD_TEXT,
	.rows = 6},
    [SLOT_CATEGORY] = {.name = "category",
	.label = N_("Category"),
	.kind = W_FIELD_LINE,
	.max_bytes = 64},
    [SLOT_TAGS] = {.name = "tags",
	.label = N_("Tags"),
	.kind = W_FIELD_LINE,
	.max_bytes = 200},
    [SLOT_URGENCY] = {.name = "urgency",
	.label = N_("Urgency"),
	.kind = W_FIELD_CHOICE,
	.choices = ticket_levels},
    [SLOT_IMPACT] = {.name = "impact",
	.label = N_("Impact"),
	.kind = W_FIELD_CHOICE,
	.choices = ticket_levels},
    [SLOT_PRIORITY] = {.name = "priority",
	.label = N_("Priority"),
	.kind = W_FIELD_CHOICE,
	.choices = priorities},
    [SLOT_REASON] = {.name = "priority_reason",
	.label = N_("Why this priority"),
	.kind = W_FIELD_LINE,
	.required = true,
	.max_bytes = 200},
};

static const char *const levels[] = {"1", "2", "3", "4", "5", NULL};
static const char *const stored_priorities[] = {
    "", "1", "2", "3", "4", "5", NULL};

/* ---- values ---- */

struct form_slot *
ticket_form__slot(const struct form *d, const char *name)
{
	for (size_t i = 0; i < d->slot_count; i++)
		if (str_equal(d->slots[i].name, name))
			return &d->slots[i];
	return NULL;
}

/* What the choices of a slot mean; NULL: see its value. */
static const char *const *
meanings(const struct form *d, const struct form_slot *s)
{
	size_t i = (size_t)(s - d->slots);

	if (s->stored != NULL)
		return s->stored;
	return i == SLOT_PRIORITY                      ? stored_priorities
	       : i == SLOT_URGENCY || i == SLOT_IMPACT ? levels
	                                               : NULL;
}

const char *
ticket_form__value(const struct form *d, const struct form_slot *s)
{
	const char *const *stored = meanings(d, s);

	if (!s->shown)
		return s->hidden != NULL ? s->hidden : "";
	if (s->w.kind != W_FIELD_CHOICE)
		return w_form_text(&d->form, s->name);
	if (stored != NULL)
		return stored[w_form_choice(&d->form, s->name)];
	return ticket_field_stored(
	    s->value, s->choices, w_form_choice(&d->form, s->name));
}

static int
place_of(const char *const *list, const char *value)
{
	int i = 0;

	while (list[i] != NULL && !str_equal(list[i], value))
		i++;
	return list[i] != NULL ? i : 0;
}

void
ticket_form__set(struct form *d, struct form_slot *s, const char *value)
{
	const char *const *stored = meanings(d, s);

	if (!s->shown) {
		free(s->hidden);
		s->hidden = xstrdup(value);
	} else if (s->w.kind != W_FIELD_CHOICE) {
		w_form_set_text(&d->form, s->name, value);
	} else {
		w_form_set_choice(&d->form, s->name,
		    stored != NULL
			? place_of(stored, value)
			: ticket_field_place(s->value, s->choices, value));
	}
}

void
ticket_form__reset(struct form *d, struct form_slot *s, const char *value)
{
	ticket_form__set(d, s, value);
	free(s->was);
	/* The gate may change a text: compare with what it made. */
	s->was = xstrdup(ticket_form__value(d, s));
}

bool
ticket_form__changed(const struct form *d, const struct form_slot *s)
{
	return !str_equal(
	    ticket_form__value(d, s), s->was != NULL ? s->was : "");
}

static int
level(const struct form *d, enum slot_id id)
{
	return ticket_form__value(d, &d->slots[id])[0] - '0';
}

int
ticket_form__computed(const struct form *d)
{
	return ticket_priority(level(d, SLOT_URGENCY), level(d, SLOT_IMPACT));
}

int
ticket_form__override(const struct form *d)
{
	const char *chosen = ticket_form__value(d, &d->slots[SLOT_PRIORITY]);
	int n = chosen[0] != '\0' ? chosen[0] - '0' : 0;

	return n == ticket_form__computed(d) ? 0 : n;
}

/* ---- which are shown ---- */

static bool
is_wanted(const struct form *d, const struct form_slot *s)
{
	const char *category = ticket_form__value(d, &d->slots[SLOT_CATEGORY]);

	if (s == &d->slots[SLOT_REASON])
		return ticket_form__override(d) != 0;
	return s->value == NULL || s->value->field.category_id == 0 ||
	       str_equal(s->value->field.category, category);
}

bool
ticket_form__counts(const struct form *d, const struct form_slot *s)
{
	return s->shown || (s->value == NULL && s != &d->slots[SLOT_REASON]);
}

/* The tenant's fields stand behind the category that has them. */
static struct form_slot *
in_order(const struct form *d, size_t i)
{
	size_t tenants = d->slot_count - SLOT_OWN_COUNT;

	if (i <= SLOT_CATEGORY)
		return &d->slots[i];
	i -= SLOT_CATEGORY + 1;
	return i < tenants ? &d->slots[SLOT_OWN_COUNT + i]
	                   : &d->slots[i - tenants + SLOT_CATEGORY + 1];
}

/* What the widget has to be told of a field that comes, again or anew. */
static void
come(struct form *d, struct form_slot *s)
{
	char *value = s->hidden;

	s->hidden = NULL;
	s->shown = true;
	if (s->choices != NULL)
		w_form_set_choices(&d->form, s->name, s->choices);
	ticket_form__set(d, s, value != NULL ? value : "");
	if (s->value != NULL && s->value->misfit &&
	    str_equal(value, s->value->value))
		ticket_field_tell_misfit(s->value, &d->form, s->name);
	free(value);
}

bool
ticket_form__arrange(struct form *d)
{
	struct w_field *next = d->fields[d->turn ^ 1];
	bool *wanted = xcalloc(d->slot_count, sizeof(wanted[0]));
	size_t n = 0, tenants = 0;
	bool others = false;
	int focus;

	for (size_t i = 0; i < d->slot_count; i++) {
		struct form_slot *s = in_order(d, i);
		bool is_shown = is_wanted(d, s) &&
		                (s->value == NULL || tenants < TENANTS_MOST);

		tenants += is_shown && s->value != NULL;

		wanted[s - d->slots] = is_shown;
		others = others || is_shown != s->shown;
		if (is_shown)
			next[n++] = s->w;
	}
	for (size_t i = 0; i < d->slot_count && others; i++) {
		struct form_slot *s = &d->slots[i];

		if (!s->shown || wanted[i])
			continue;
		s->hidden = xstrdup(ticket_form__value(d, s));
		s->shown = false;
	}
	if (others) {
		d->turn ^= 1;
		w_form_change(&d->form, next, (int)n);
	}
	focus = d->form.focus;
	for (size_t i = 0; i < d->slot_count && others; i++)
		if (wanted[i] && !d->slots[i].shown)
			come(d, &d->slots[i]);
	/* A sentence at a field that came is no reason to go there. */
	d->form.focus = focus;
	free(wanted);
	return others;
}

/* ---- from the ticket, and from what was declared ---- */

void
ticket_form__slots_init(struct form *d, const struct ticket *t)
{
	char urgency[2] = {(char)('0' + (t != NULL ? t->urgency : 3)), '\0'};
	char impact[2] = {(char)('0' + (t != NULL ? t->impact : 3)), '\0'};
	const char *values[SLOT_OWN_COUNT] = {
	    "", "", "", "", urgency, impact, "", ""};

	d->was_priority[0] = (char)('0' + (t != NULL ? t->priority : 3));
	if (t != NULL) {
		values[SLOT_SUBJECT] = t->subject;
		values[SLOT_DESCRIPTION] =
		    t->description != NULL ? t->description : "";
		values[SLOT_CATEGORY] = t->category;
		values[SLOT_TAGS] = t->tags;
		values[SLOT_REASON] = t->priority_reason;
		if (t->priority != ticket_priority(t->urgency, t->impact))
			values[SLOT_PRIORITY] = d->was_priority;
	}
	d->slot_count = SLOT_OWN_COUNT;
	d->slots = xcalloc(d->slot_count, sizeof(d->slots[0]));
	for (size_t i = 0; i < SLOT_OWN_COUNT; i++) {
		struct form_slot *s = &d->slots[i];

		str_copy(s->name, sizeof(s->name), own[i].name);
		s->w = own[i];
		s->hidden = xstrdup(values[i]);
		d->fields[0][i] = own[i];
	}
	/* The widget begins with one field, and gets what it is to have. */
	w_form_init(&d->form, d->fields[0], 1);
	(void)ticket_form__arrange(d);
	for (size_t i = 0; i < SLOT_OWN_COUNT; i++)
		d->slots[i].was = xstrdup(ticket_form__value(d, &d->slots[i]));
}

void
ticket_form__slots_free(struct form *d)
{
	w_form_free(&d->form);
	for (size_t i = 0; i < d->slot_count; i++) {
		free(d->slots[i].choices);
		free(d->slots[i].stored);
		free(d->slots[i].was);
		free(d->slots[i].hidden);
	}
	free(d->slots);
	ticket_form_data_clear(&d->data);
}

/* The category is chosen from now on; one that is none of them stays. */
static void
declare_categories(struct form *d)
{
	struct form_slot *s = &d->slots[SLOT_CATEGORY];
	char *now = xstrdup(ticket_form__value(d, s));
	size_t n = 0, count = d->data.category_count;

	s->choices = xcalloc(count + 3, sizeof(s->choices[0]));
	s->stored = xcalloc(count + 3, sizeof(s->stored[0]));
	s->choices[n] = "--";
	s->stored[n++] = "";
	for (size_t i = 0; i < count; i++) {
		s->choices[n] = d->data.categories[i].name;
		s->stored[n++] = d->data.categories[i].key;
	}
	if (s->was[0] != '\0' && place_of(s->stored, s->was) == 0) {
		str_copy(d->free_category, sizeof(d->free_category), s->was);
		s->choices[n] = s->stored[n] = d->free_category;
	}
	s->w.kind = W_FIELD_CHOICE;
	s->shown = false;
	s->hidden = now;
}

void
ticket_form__declared(struct form *d, struct ticket_form_data *data)
{
	size_t n = data->value_count;

	d->data = *data;
	memset(data, 0, sizeof(*data));
	d->slots =
	    xreallocarray(d->slots, SLOT_OWN_COUNT + n, sizeof(d->slots[0]));
	memset(&d->slots[SLOT_OWN_COUNT], 0, n * sizeof(d->slots[0]));
	for (size_t i = 0; i < n; i++) {
		struct form_slot *s = &d->slots[SLOT_OWN_COUNT + i];
		struct ticket_value *v = &d->data.values[i];

		str_format(s->name, sizeof(s->name), "field.%s", v->field.key);
		ticket_field_declare(v, s->name, &s->w);
		s->value = v;
		s->choices = ticket_field_choices(v);
		s->hidden = xstrdup(v->value);
		s->was = xstrdup(v->value);
	}
	d->slot_count = SLOT_OWN_COUNT + n;
	if (d->data.category_count > 0)
		declare_categories(d);
	(void)ticket_form__arrange(d);
}
