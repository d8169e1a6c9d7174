/* admin_cells - rows of the Setup screen's lists; see admin_int.h. */
#include "tui/screens/admin_int.h"

#include "common/i18n.h"
#include "tui/screens/ticket_words.h"

#include <string.h>

static const char *const days[] = {N_("Monday"), N_("Tuesday"), N_("Wednesday"),
    N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday")};

size_t
admin__rows(const struct admin_view *v, enum admin_kind kind)
{
	switch (kind) {
	case ADMIN_LABELS:
		return v->label_count;
	case ADMIN_CATEGORIES:
		return v->category_count;
	case ADMIN_FIELDS:
		return v->field_count;
	case ADMIN_CALENDARS:
		return v->trash ? 0 : v->calendar_count;
	case ADMIN_PROMISES:
		return v->trash ? 0 : v->promise_count;
	case ADMIN_CHECKLISTS:
		return v->checklist_count;
	case ADMIN_SETTINGS:
		return v->trash ? 0 : TENANT_SETTINGS;
	case ADMIN_KINDS:
		break;
	}
	return 0;
}

int64_t
admin__row_id(const struct admin_view *v, enum admin_kind kind, size_t at)
{
	struct admin_act act;

	/* A calendar that changes is another one under the same name. */
	if (kind == ADMIN_CALENDARS)
		return w_list_name_id(v->calendars[at].name);
	admin__aim(v, kind, at, &act);
	return act.id;
}

/* "All, 5 urgent", "Acme, any priority" */
static void
promise_name(const struct promise *p, char *out, size_t size)
{
	str_format(out, size, "%s, %s",
	    p->company_id != 0 ? p->company_name : _("all companies"),
	    p->priority != 0 ? ticket_priority_word(p->priority)
			     : _("any priority"));
}

void
admin__aim(const struct admin_view *v, enum admin_kind kind, size_t at,
    struct admin_act *act)
{
	memset(act, 0, sizeof(*act));
	act->kind = kind;
	switch (kind) {
	case ADMIN_LABELS:
		act->id = v->labels[at].id;
		act->version = v->labels[at].version;
		str_copy(act->name, sizeof(act->name), v->labels[at].name);
		break;
	case ADMIN_CATEGORIES:
		act->id = v->categories[at].id;
		act->version = v->categories[at].version;
		str_copy(act->name, sizeof(act->name), v->categories[at].name);
		break;
	case ADMIN_FIELDS:
		act->id = v->fields[at].id;
		act->version = v->fields[at].version;
		str_copy(act->name, sizeof(act->name), v->fields[at].name);
		break;
	case ADMIN_CALENDARS:
		act->id = v->calendars[at].id;
		str_copy(act->name, sizeof(act->name), v->calendars[at].name);
		break;
	case ADMIN_PROMISES:
		act->id = v->promises[at].id;
		act->version = v->promises[at].version;
		promise_name(&v->promises[at], act->name, sizeof(act->name));
		break;
	case ADMIN_CHECKLISTS:
		act->id = v->checklists[at].id;
		act->version = v->checklists[at].version;
		str_copy(act->name, sizeof(act->name), v->checklists[at].name);
		break;
	case ADMIN_SETTINGS:
		act->id = (int64_t)at + 1;
		str_copy(act->name, sizeof(act->name),
		    tenant_setting_def((enum tenant_setting)at)->name);
		break;
	case ADMIN_KINDS:
		break;
	}
}

/* ---- cells ---- */

static void
ours(struct w_cell *out, const char *text)
{
	out->text = text;
	out->trusted = true;
}

static void
label_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct admin_data *d = data;
	const struct ticket_status *l = &d->view.labels[index];

	if (column == 0) {
		/* What a tenant begins with is called as we call it. */
		if (l->is_default &&
		    str_equal(l->name, ticket_state_names[l->state]))
			ours(out, _(l->name));
		else
			out->text = l->name;
	} else if (column == 1) {
		ours(out, ticket_state_word(l->state));
		out->role = ticket_state_role(l->state);
	} else {
		ours(out, l->is_default ? _("yes") : "");
	}
}

static void
category_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct admin_data *d = data;
	const struct ticket_category *c = &d->view.categories[index];
	int fields = 0;

	if (column == 2) {
		for (size_t i = 0; i < d->view.field_count; i++)
			fields += d->view.fields[i].category_id == c->id;
		str_format(out->buf, sizeof(out->buf), "%d", fields);
		ours(out, out->buf);
	} else {
		out->text = column == 0 ? c->name : c->key;
	}
}

static const char *
category_name(const struct admin_view *v, const struct ticket_field *f)
{
	for (size_t i = 0; i < v->category_count; i++)
		if (v->categories[i].id == f->category_id)
			return v->categories[i].name;
	return f->category;
}

static const char *
type_word(enum ticket_field_type type)
{
	return _(ticket_field_types[type]);
}

static void
field_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct admin_data *d = data;
	const struct ticket_field *f = &d->view.fields[index];

	switch (column) {
	case 0:
		out->text = f->name;
		break;
	case 1:
		if (f->category_id == 0)
			ours(out, _("all tickets"));
		else
			out->text = category_name(&d->view, f);
		break;
	case 2:
		ours(out, type_word(f->type));
		break;
	case 3:
		ours(out, f->required ? _("yes") : "");
		break;
	default:
		out->text = f->key;
		break;
	}
}

static void
calendar_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct admin_data *d = data;
	const struct calendar_row *c = &d->view.calendars[index];

	switch (column) {
	case 0:
		out->text = c->name;
		break;
	case 1:
		ours(out, c->is_default ? _("yes") : "");
		break;
	case 2:
		if (c->zone[0] != '\0')
			out->text = c->zone;
		else
			ours(out, _("the tenant's"));
		break;
	case 3:
		out->text = c->days[0];
		break;
	default:
		str_format(out->buf, sizeof(out->buf), "%d", c->dates);
		ours(out, out->buf);
		break;
	}
}

static void
span(int64_t us, struct w_cell *out)
{
	char text[32];

	if (us != 0)
		promise_format_span(us, text);
	str_copy(out->buf, sizeof(out->buf), us != 0 ? text : "--");
	ours(out, out->buf);
}

static void
promise_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct admin_data *d = data;
	const struct promise *p = &d->view.promises[index];

	switch (column) {
	case 0:
		if (p->company_id != 0)
			out->text = p->company_name;
		else
			ours(out, _("all companies"));
		break;
	case 1:
		ours(out, p->priority != 0 ? ticket_priority_word(p->priority)
					   : _("any priority"));
		out->role = p->priority != 0 ? ticket_priority_role(p->priority)
		                             : ROLE_NORMAL;
		break;
	case 2:
		span(p->first_us, out);
		break;
	case 3:
		span(p->next_us, out);
		break;
	case 4:
		span(p->resolution_us, out);
		break;
	default:
		out->text = p->calendar_name;
		break;
	}
}

static int
count_items(const struct checklist *l, int *required)
{
	int n = 0;

	*required = 0;
	for (const char *at = l->items; *at != '\0';) {
		n++;
		*required += *at == '!';
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return n;
}

static const char *
name_of_category(const struct admin_view *v, const char *key)
{
	for (size_t i = 0; i < v->category_count; i++)
		if (str_equal(v->categories[i].key, key))
			return v->categories[i].name;
	return key;
}

static void
checklist_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct admin_data *d = data;
	const struct checklist *l = &d->view.checklists[index];
	int required, count = count_items(l, &required);

	if (column == 0) {
		out->text = l->name;
	} else if (column == 1 && l->category[0] == '\0') {
		ours(out, _("put by hand"));
		out->role = ROLE_MUTED;
	} else if (column == 1) {
		out->text = name_of_category(&d->view, l->category);
	} else {
		str_format(out->buf, sizeof(out->buf), "%d",
		    column == 2 ? count : required);
		ours(out, out->buf);
	}
}

static void
setting_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct admin_data *d = data;
	const struct tenant_setting_row *r = &d->view.settings[index];
	const struct tenant_setting_def *def = tenant_setting_def(r->which);
	char usual[32];

	if (column == 0) {
		ours(out, def->name);
	} else if (column == 1) {
		out->text = r->text;
		out->role = r->is_set ? ROLE_STRONG : ROLE_NORMAL;
	} else {
		tenant_setting_text(def, def->usual, usual);
		str_copy(out->buf, sizeof(out->buf), usual);
		ours(out, out->buf);
	}
}

static const struct w_column label_columns[] = {
    {N_("Name"), 16, 3, 0, ALIGN_LEFT},
    {N_("Status"), 12, 0, 0, ALIGN_LEFT},
    {N_("Default"), 14, 0, 2, ALIGN_LEFT},
};
static const struct w_column category_columns[] = {
    {N_("Name"), 16, 3, 0, ALIGN_LEFT},
    {N_("In filters"), 14, 1, 2, ALIGN_LEFT},
    {N_("Fields"), 6, 0, 1, ALIGN_RIGHT},
};
static const struct w_column field_columns[] = {
    {N_("Name"), 14, 3, 0, ALIGN_LEFT},
    {N_("Category"), 12, 1, 1, ALIGN_LEFT},
    {N_("Type"), 8, 0, 2, ALIGN_LEFT},
    {N_("Required"), 11, 0, 3, ALIGN_LEFT},
    {N_("In filters"), 10, 1, 4, ALIGN_LEFT},
};
static const struct w_column calendar_columns[] = {
    {N_("Name"), 12, 2, 0, ALIGN_LEFT},
    {N_("Default"), 14, 0, 2, ALIGN_LEFT},
    {N_("Time zone"), 14, 1, 3, ALIGN_LEFT},
    {N_("Monday"), 14, 2, 1, ALIGN_LEFT},
    {N_("Dates"), 6, 0, 4, ALIGN_RIGHT},
};
static const struct w_column promise_columns[] = {
    {N_("Company"), 12, 2, 1, ALIGN_LEFT},
    {N_("Priority"), 12, 0, 0, ALIGN_LEFT},
    {N_("First"), 10, 0, 0, ALIGN_RIGHT},
    {N_("Next"), 10, 0, 3, ALIGN_RIGHT},
    {N_("Resolution"), 10, 0, 2, ALIGN_RIGHT},
    {N_("Calendar"), 10, 1, 4, ALIGN_LEFT},
};
static const struct w_column setting_columns[] = {
    {N_("Setting"), 26, 3, 0, ALIGN_LEFT},
    {N_("Value"), 8, 2, 0, ALIGN_RIGHT},
    {N_("Usually"), 12, 0, 1, ALIGN_RIGHT},
};

static const struct w_column checklist_columns[] = {
    {N_("Name"), 16, 3, 0, ALIGN_LEFT},
    {N_("Put on tickets of"), 17, 1, 1, ALIGN_LEFT},
    {N_("Items"), 10, 0, 2, ALIGN_RIGHT},
    {N_("Required"), 11, 0, 3, ALIGN_RIGHT},
};

#define COLUMNS(c) .columns = c, .column_count = sizeof(c) / sizeof(c[0])
const struct w_list_ops admin__lists[ADMIN_KINDS] = {
    [ADMIN_LABELS] = {COLUMNS(label_columns), .cell = label_cell,
	.empty = N_("No label")},
    [ADMIN_CATEGORIES] = {COLUMNS(category_columns), .cell = category_cell,
	.empty = N_("No category; tickets take any word until there is one")},
    [ADMIN_FIELDS] = {COLUMNS(field_columns), .cell = field_cell,
	.empty = N_("No field of the tenant's own")},
    [ADMIN_CALENDARS] = {COLUMNS(calendar_columns), .cell = calendar_cell,
	.empty = N_("No calendar")},
    [ADMIN_PROMISES] = {COLUMNS(promise_columns), .cell = promise_cell,
	.empty = N_("Nothing is promised; no clock runs")},
    [ADMIN_CHECKLISTS] = {COLUMNS(checklist_columns), .cell = checklist_cell,
	.empty = N_("No checklist; n makes one")},
    [ADMIN_SETTINGS] = {COLUMNS(setting_columns), .cell = setting_cell,
	.empty = N_("Settings are not deleted")},
};

/* ---- the selected one in full ---- */

static void
pair(struct w_text *t, const char *label, const char *text)
{
	w_text_pair(t, label, text, strlen(text));
}

static void
field_detail(const struct ticket_field *f, struct w_text *out)
{
	struct str choices = STR_INIT;

	if (f->help[0] != '\0')
		pair(out, _("Help"), f->help);
	for (const char *c = f->choices; *c != '\0'; c++)
		str_addn(&choices, *c == '\n' ? ", " : c, *c == '\n' ? 2 : 1);
	if (f->type == TICKET_FIELD_CHOICE)
		pair(out, _("Choices"), choices.s);
	str_free(&choices);
}

static void
calendar_detail(const struct calendar_row *c,
    const struct calendar_dates *dates, struct w_text *out)
{
	struct str line = STR_INIT;

	for (int day = 0; day < 7; day++)
		str_addf(&line, "%s%s %s", day > 0 ? " · " : "", _(days[day]),
		    c->days[day][0] != '\0' ? c->days[day] : _("closed"));
	pair(out, _("Hours"), line.s);
	for (size_t i = 0; i < dates->count; i++) {
		const struct calendar_day *date = &dates->rows[i];

		str_clear(&line);
		str_addf(&line, "%s  %s",
		    date->hours[0] != '\0' ? date->hours : _("closed"),
		    date->name);
		pair(out, date->date, line.s);
	}
	str_free(&line);
}

void
admin__detail(const struct admin_view *v, enum admin_kind kind, size_t at,
    struct w_text *out)
{
	if (kind == ADMIN_FIELDS)
		field_detail(&v->fields[at], out);
	else if (kind == ADMIN_CALENDARS)
		calendar_detail(&v->calendars[at], &v->dates[at], out);
	else if (kind == ADMIN_CHECKLISTS)
		w_text_outside(out, ROLE_NORMAL, 0, v->checklists[at].items,
		    strlen(v->checklists[at].items));
	else if (kind == ADMIN_SETTINGS)
		pair(out, _("What it decides"),
		    _(tenant_setting_def((enum tenant_setting)at)->label));
}
