/* admin_form_parts - what the form of Setup asks; see admin_form_int.h. */
#include "tui/screens/admin_form_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/screens/ticket_words.h"

#include <stdlib.h>
#include <string.h>

static const char *const yes_no[] = {N_("no"), N_("yes"), NULL};
static const char *const types[] = {
    N_("text"), N_("number"), N_("date"), N_("choice"), N_("yes_no"), NULL};
/* But merged, which tickets become by merging. */
static const char *const states[] = {
    N_("new"), N_("open"), N_("waiting"), N_("solved"), N_("closed"), NULL};
static const char *const priorities[] = {N_("any priority"), N_("1 lowest"),
    N_("2 low"), N_("3 normal"), N_("4 high"), N_("5 urgent"), NULL};

#define DAY(column, title)                                                     \
	{                                                                      \
		.name = column, .label = title, .kind = W_FIELD_LINE,          \
		.max_bytes = 100                                               \
	}
#define SPAN(column, title)                                                    \
	{                                                                      \
		.name = column, .label = title, .kind = W_FIELD_LINE,          \
		.max_bytes = 31                                                \
	}
#define CHOICE(column, title, list)                                            \
	{                                                                      \
		.name = column, .label = title, .kind = W_FIELD_CHOICE,        \
		.choices = list                                                \
	}

/* Named as the columns are, where they are columns. */
static const struct w_field all[PARTS] = {
    [PART_NAME] = {.name = "name",
	.label = N_("Name"),
	.kind = W_FIELD_LINE,
	.required = true,
	.max_bytes = 64},
    [PART_STATE] = CHOICE("state", N_("Status"), states),
    [PART_CATEGORY] = CHOICE("category_id", N_("Category"), NULL),
    [PART_TYPE] = CHOICE("type", N_("Type"), types),
    [PART_CHOICES] = {.name = "choices",
	.label = N_("Choices"),
	.kind = W_FIELD_TEXT,
	.rows = 4,
	.max_bytes = 4096},
    [PART_REQUIRED] = CHOICE("required", N_("Required"), yes_no),
    [PART_HELP] = {.name = "help",
	.label = N_("Help"),
	.kind = W_FIELD_LINE,
	.max_bytes = 200},
    [PART_ZONE] = {.name = "zone",
	.label = N_("Time zone"),
	.kind = W_FIELD_LINE,
	.max_bytes = 63},
    [PART_DAY] = DAY("monday", N_("Monday")),
    [PART_DAY + 1] = DAY("tuesday", N_("Tuesday")),
    [PART_DAY + 2] = DAY("wednesday", N_("Wednesday")),
    [PART_DAY + 3] = DAY("thursday", N_("Thursday")),
    [PART_DAY + 4] = DAY("friday", N_("Friday")),
    [PART_DAY + 5] = DAY("saturday", N_("Saturday")),
    [PART_DAY + 6] = DAY("sunday", N_("Sunday")),
    [PART_DEFAULT] = CHOICE("is_default", N_("Default"), yes_no),
    [PART_COMPANY] = CHOICE("company_id", N_("Company"), NULL),
    [PART_PRIORITY] = CHOICE("priority", N_("Priority"), priorities),
    [PART_FIRST] = SPAN("first", N_("First response")),
    [PART_NEXT] = SPAN("next", N_("Next response")),
    [PART_RESOLUTION] = SPAN("resolution", N_("Resolution")),
    [PART_CALENDAR] = CHOICE("calendar_id", N_("Calendar"), NULL),
    [PART_DATE] = {.name = "date",
	.label = N_("Date"),
	.kind = W_FIELD_LINE,
	.required = true,
	.max_bytes = 10},
    [PART_HOURS] = DAY("hours", N_("Hours")),
    [PART_ITEMS] = {.name = "items",
	.label = N_("Items"),
	.kind = W_FIELD_TEXT,
	.required = true,
	.rows = 8,
	.max_bytes = ADMIN_ITEMS_MAX},
    [PART_FOR] = {.name = "category",
	.label = N_("Category"),
	.kind = W_FIELD_LINE,
	.max_bytes = 64},
    [PART_VALUE] = {.name = "value",
	.label = N_("Value"),
	.kind = W_FIELD_LINE,
	.max_bytes = 200},
};

/* ---- choices that are known when it runs ---- */

static void
afford(struct afford *a, const char *name, int64_t id)
{
	a->texts = xreallocarray(a->texts, a->count + 2, sizeof(a->texts[0]));
	a->names = xreallocarray(a->names, a->count + 1, sizeof(a->names[0]));
	a->ids = xreallocarray(a->ids, a->count + 1, sizeof(a->ids[0]));
	a->names[a->count] = xstrdup(name);
	a->texts[a->count] = a->names[a->count];
	a->ids[a->count++] = id;
	a->texts[a->count] = NULL;
}

static void
afford_free(struct afford *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->names[i]);
	free(a->names);
	free(a->texts);
	free(a->ids);
}

void
admin_form__afford_free(struct form *d)
{
	afford_free(&d->categories);
	afford_free(&d->companies);
	afford_free(&d->calendars);
}

static int
place_of(const struct afford *a, int64_t id)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->ids[i] == id)
			return (int)i;
	return 0;
}

void
admin_form__afford_all(struct form *d, const struct admin_view *v)
{
	afford(&d->categories, _("all tickets"), 0);
	for (size_t i = 0; i < v->category_count; i++)
		afford(
		    &d->categories, v->categories[i].name, v->categories[i].id);
	afford(&d->companies, _("all companies"), 0);
	for (size_t i = 0; i < v->company_count; i++)
		afford(&d->companies, v->companies[i].name, v->companies[i].id);
	afford(&d->calendars, _("the default calendar"), 0);
	for (size_t i = 0; i < v->calendar_count; i++)
		afford(&d->calendars, v->calendars[i].name, v->calendars[i].id);
}

const struct afford *
admin_form__afforded(const struct form *d, enum part part)
{
	return part == PART_CATEGORY   ? &d->categories
	       : part == PART_COMPANY  ? &d->companies
	       : part == PART_CALENDAR ? &d->calendars
	                               : NULL;
}

/* ---- which parts ---- */

static void
add_part(struct form *d, enum part part)
{
	d->parts[d->count] = part;
	d->fields[d->count++] = all[part];
}

void
admin_form__add_parts(struct form *d)
{
	enum admin_verb verb = d->act.verb;

	switch (d->act.kind) {
	case ADMIN_FIELDS:
		for (int p = PART_CATEGORY; p <= PART_HELP; p++) {
			if (p == PART_CATEGORY)
				add_part(d, PART_NAME);
			add_part(d, (enum part)p);
		}
		return;
	case ADMIN_CALENDARS:
		if (verb == ADMIN_DATE || verb == ADMIN_DATE_OFF)
			add_part(d, PART_DATE);
		if (verb == ADMIN_DATE)
			add_part(d, PART_HOURS);
		if (verb != ADMIN_DATE_OFF)
			add_part(d, PART_NAME);
		/* A holiday need not be called anything. */
		if (verb == ADMIN_DATE)
			d->fields[d->count - 1].required = false;
		for (int p = PART_ZONE; verb <= ADMIN_EDIT && p <= PART_DEFAULT;
		     p++)
			add_part(d, (enum part)p);
		return;
	case ADMIN_SETTINGS:
		add_part(d, PART_VALUE);
		return;
	case ADMIN_PROMISES:
		if (verb == ADMIN_NEW)
			add_part(d, PART_NAME);
		for (int p = verb == ADMIN_NEW ? PART_COMPANY : PART_FIRST;
		     p <= PART_CALENDAR; p++)
			add_part(d, (enum part)p);
		return;
	case ADMIN_CHECKLISTS:
		add_part(d, PART_NAME);
		add_part(d, PART_FOR);
		add_part(d, PART_ITEMS);
		return;
	case ADMIN_LABELS:
	case ADMIN_CATEGORIES:
	case ADMIN_KINDS:
		break;
	}
	add_part(d, PART_NAME);
	if (d->act.kind == ADMIN_LABELS && verb == ADMIN_NEW)
		add_part(d, PART_STATE);
}

/* ---- values, as they are stored ---- */

void
admin_form__set(struct form *d, int i, const char *value)
{
	const struct afford *a = admin_form__afforded(d, d->parts[i]);
	int64_t n = 0;

	if (d->fields[i].kind != W_FIELD_CHOICE) {
		w_form_set_text(&d->form, d->fields[i].name, value);
		return;
	}
	(void)str_to_int64(value, 0, INT64_MAX, &n);
	w_form_set_choice(
	    &d->form, d->fields[i].name, a != NULL ? place_of(a, n) : (int)n);
}

static int64_t
chosen(const struct form *d, int i)
{
	const struct afford *a = admin_form__afforded(d, d->parts[i]);
	int n = w_form_choice(&d->form, d->fields[i].name);

	return a != NULL ? a->ids[n] : n;
}

/* In fresh memory. */
char *
admin_form__value(const struct form *d, int i)
{
	bool is_ref = admin_form__afforded(d, d->parts[i]) != NULL;

	if (d->fields[i].kind != W_FIELD_CHOICE)
		return xstrdup(w_form_text(&d->form, d->fields[i].name));
	if (is_ref && chosen(d, i) == 0)
		return xstrdup("");
	return xasprintf("%lld", (long long)chosen(d, i));
}

static void
number(char dst[32], int64_t n)
{
	str_format(dst, 32, "%lld", (long long)n);
}

static const char *
field_says(const struct ticket_field *f, enum part part, char buf[32])
{
	if (part == PART_NAME)
		return f->name;
	if (part == PART_HELP)
		return f->help;
	if (part == PART_CHOICES)
		return f->choices;
	number(buf, part == PART_TYPE       ? (int64_t)f->type
		    : part == PART_REQUIRED ? (int64_t)f->required
					    : f->category_id);
	return buf;
}

static const char *
calendar_says(const struct calendar_row *c, enum part part, char buf[32])
{
	if (part >= PART_DAY && part < PART_DEFAULT)
		return c->days[part - PART_DAY];
	if (part != PART_DEFAULT)
		return part == PART_ZONE ? c->zone : c->name;
	number(buf, c->is_default);
	return buf;
}

static const char *
promise_says(const struct promise *p, enum part part, char buf[32])
{
	int64_t us = part == PART_FIRST  ? p->first_us
	             : part == PART_NEXT ? p->next_us
	                                 : p->resolution_us;

	buf[0] = '\0';
	if (part == PART_CALENDAR)
		number(buf, p->calendar_id);
	else if (us != 0)
		promise_format_span(us, buf);
	return buf;
}

/* What the row says in that part; buf may hold it. */
const char *
admin_form__row_says(const struct admin_view *v, size_t at,
    enum admin_kind kind, enum part part, char buf[32])
{
	switch (kind) {
	case ADMIN_LABELS:
		return v->labels[at].name;
	case ADMIN_CATEGORIES:
		return v->categories[at].name;
	case ADMIN_FIELDS:
		return field_says(&v->fields[at], part, buf);
	case ADMIN_CALENDARS:
		return calendar_says(&v->calendars[at], part, buf);
	case ADMIN_PROMISES:
		return promise_says(&v->promises[at], part, buf);
	case ADMIN_CHECKLISTS:
		return part == PART_ITEMS ? v->checklists[at].items
		       : part == PART_FOR ? v->checklists[at].category
		                          : v->checklists[at].name;
	case ADMIN_SETTINGS:
		return v->settings[at].text;
	case ADMIN_KINDS:
		break;
	}
	return "";
}

static void
add_day(struct str *week, int day, const char *hours)
{
	static const char *const names[] = {
	    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

	if (hours[strspn(hours, " ")] == '\0')
		return;
	str_addf(week, "%s%s ", week->len > 0 ? "; " : "", names[day]);
	str_add(week, hours);
}

unsigned
admin_form__bit(enum part part)
{
	static const unsigned bits[PARTS] = {[PART_NAME] = ADMIN_SET_NAME,
	    [PART_CATEGORY] = ADMIN_SET_CATEGORY,
	    [PART_TYPE] = ADMIN_SET_TYPE,
	    [PART_CHOICES] = ADMIN_SET_CHOICES,
	    [PART_REQUIRED] = ADMIN_SET_REQUIRED,
	    [PART_HELP] = ADMIN_SET_HELP,
	    [PART_ITEMS] = ADMIN_SET_ITEMS,
	    [PART_FOR] = ADMIN_SET_FOR};

	return bits[part];
}

static void
take_part(struct form *d, int i, struct str *week)
{
	struct admin_act *a = &d->act;
	enum part part = d->parts[i];
	char *text = admin_form__value(d, i);

	if (!str_equal(text, d->was[i]))
		a->set |= admin_form__bit(part);
	if (part == PART_NAME)
		str_copy(a->name, sizeof(a->name), text);
	else if (part == PART_STATE)
		a->state = (enum ticket_state)chosen(d, i);
	else if (part == PART_CATEGORY)
		a->category_id = chosen(d, i);
	else if (part == PART_TYPE)
		a->type = (enum ticket_field_type)chosen(d, i);
	else if (part == PART_CHOICES)
		str_copy(a->choices, sizeof(a->choices), text);
	else if (part == PART_REQUIRED)
		a->required = chosen(d, i) == 1;
	else if (part == PART_HELP || part == PART_VALUE)
		str_copy(a->help, sizeof(a->help), text);
	else if (part == PART_ZONE)
		str_copy(a->zone, sizeof(a->zone), text);
	else if (part < PART_DEFAULT)
		add_day(week, (int)(part - PART_DAY), text);
	else if (part == PART_DEFAULT)
		a->make_default = chosen(d, i) == 1;
	else if (part == PART_COMPANY)
		a->company_id = chosen(d, i);
	else if (part == PART_PRIORITY)
		a->priority = (int)chosen(d, i);
	else if (part <= PART_RESOLUTION)
		str_copy(
		    a->spans[part - PART_FIRST], sizeof(a->spans[0]), text);
	else if (part == PART_CALENDAR)
		a->calendar_id = chosen(d, i);
	else if (part == PART_ITEMS)
		str_copy(a->items, sizeof(a->items), text);
	else if (part == PART_FOR)
		str_copy(a->category, sizeof(a->category), text);
	else if (part == PART_DATE)
		str_copy(a->date, sizeof(a->date), text);
	else if (part == PART_HOURS)
		str_copy(a->hours, sizeof(a->hours), text);
	free(text);
}

/* How the part with the focus is written. */
const char *
admin_form__hint(enum part part)
{
	if ((part >= PART_DAY && part < PART_DEFAULT) || part == PART_HOURS)
		return _("like 9:00-14:00 15:30-19:00; nothing: closed");
	switch ((int)part) {
	case PART_CHOICES:
		return _("of the type choice: one a line");
	case PART_REQUIRED:
		return _("before a ticket is solved or closed");
	case PART_ZONE:
		return _("like Europe/Madrid; nothing: the tenant's");
	case PART_ITEMS:
		return _("one a line; with ! before: required to solve it");
	case PART_FOR:
		return _("its tickets get the list by themselves; nothing: by"
			 " hand");
	case PART_VALUE:
		return _("a number, on or off, an address; nothing: the usual");
	case PART_DATE:
		return _("like 2026-12-25, or 12-25 for every year");
	case PART_FIRST:
	case PART_NEXT:
	case PART_RESOLUTION:
		return _("working time like 4h, 1h30 or 90m; nothing: none");
	default:
		return "";
	}
}

void
admin_form__take(struct form *d)
{
	struct str week = STR_INIT;

	d->act.set = 0;
	for (int i = 0; i < d->count; i++)
		take_part(d, i, &week);
	str_copy(d->act.week, sizeof(d->act.week), week.s);
	str_free(&week);
}
