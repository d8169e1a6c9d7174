/*
 * scr_ticket_form - make or change a ticket.
 *
 * A change names the version that was read.  When somebody else was faster,
 * every field that clashes is shown with both values, and what is chosen is
 * saved over the version that stands then.
 */
#include "tui/screens/ticket_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_tickets.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/scr_conflict.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_form_int.h"
#include "tui/screens/ticket_words.h"

#include <stdlib.h>
#include <string.h>

static void
on_declared(struct screen *s, struct ticket_form_data *data)
{
	ticket_form__declared(s->data, data);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static int
form_open(struct screen *s, const void *args, struct err *err)
{
	struct form *d = s->data;
	const struct ticket *t = args;

	(void)err;
	if (t != NULL) {
		d->ticket_id = t->id;
		d->version = t->version;
		d->number = t->number;
	}
	ticket_form__slots_init(d, t);
	w_form_focus(&d->form, "subject");
	/* The draft comes after it, and finds the fields that it fills. */
	if (model_of(s) != NULL)
		model_ticket_form(
		    model_of(s), s, d->ticket_id, NULL, on_declared);
	ticket_form__draft_read(s);
	return 0;
}

static void
form_close(struct screen *s)
{
	struct form *d = s->data;

	ticket_form__draft_keep(s, true);
	free(d->kept);
	ticket_form__slots_free(d);
}

static void
form_layout(struct screen *s, int w, int h)
{
	struct form *d = s->data;

	w_form_layout(&d->form, w, h > 2 ? h - 2 : h);
}

/* What the focused field is for, when the tenant declared it. */
static void
draw_help(const struct form *d, struct canvas *c, int y)
{
	const struct form_slot *s =
	    ticket_form__slot(d, d->form.fields[d->form.focus].name);
	int x = 0;

	if (s == NULL || s->value == NULL)
		return;
	if (s->value->field.required)
		x = 1 + canvas_text(c, 0, y, -1, ROLE_MUTED,
			    _("Needed before the ticket is ended."));
	canvas_outside(c, x, y, -1, ROLE_MUTED, s->value->field.help,
	    strlen(s->value->field.help));
}

static void
draw_priority(const struct form *d, struct canvas *c, int y)
{
	int computed = ticket_form__computed(d);
	int override = ticket_form__override(d);
	int shown = override != 0 ? override : computed, x;

	x = canvas_text(c, 0, y, -1, ROLE_MUTED, _("Resulting priority:")) + 1;
	x += canvas_text(c, x, y, -1, ticket_priority_role(shown),
	    ticket_priority_word(shown));
	if (d->sending)
		canvas_text(c, x + 2, y, -1, ROLE_MUTED, _("saving ..."));
	else if (override != 0)
		canvas_textf(c, x + 2, y, -1, ROLE_MUTED,
		    _("(urgency and impact give %s)"),
		    ticket_priority_word(computed));
}

static void
form_draw(const struct screen *s, struct canvas *c)
{
	const struct form *d = s->data;
	struct canvas above = canvas_sub(c, 0, 0, c->w, c->h - 2);

	w_form_draw(&d->form, c->h > 2 ? &above : c);
	if (c->h <= 2)
		return;
	draw_help(d, c, c->h - 2);
	draw_priority(d, c, c->h - 1);
}

/* ---- saving ---- */

static bool
is_changed(const struct form *d)
{
	for (size_t i = 0; i < d->slot_count; i++)
		if (ticket_form__counts(d, &d->slots[i]) &&
		    ticket_form__changed(d, &d->slots[i]))
			return true;
	return false;
}

static const char *
value(const struct form *d, enum slot_id id)
{
	return ticket_form__value(d, &d->slots[id]);
}

static bool
changed(const struct form *d, enum slot_id id)
{
	return ticket_form__changed(d, &d->slots[id]);
}

/* The tenant's fields that were changed; the first wrong one is told. */
static bool
collect_own(struct form *d, struct ticket_action *a)
{
	char clean[TICKET_VALUE_MAX + 1];

	for (size_t i = SLOT_OWN_COUNT; i < d->slot_count; i++) {
		const struct form_slot *s = &d->slots[i];
		const char *now = ticket_form__value(d, s);
		struct err err = ERR_INIT;
		struct ticket_typed *t;

		if (!s->shown || !ticket_form__changed(d, s))
			continue;
		/* Choices come from a list, and were split there. */
		if (s->w.kind != W_FIELD_CHOICE &&
		    ticket_field_value(&s->value->field, now, clean, &err) !=
			0) {
			w_form_set_error(&d->form, s->name, err.text);
			return false;
		}
		a->typed = xreallocarray(
		    a->typed, a->typed_count + 1, sizeof(a->typed[0]));
		t = &a->typed[a->typed_count++];
		str_copy(t->key, sizeof(t->key), s->value->field.key);
		str_copy(t->value, sizeof(t->value), now);
	}
	return true;
}

static void on_saved(struct screen *s, const struct ticket_action *action,
    const struct model_answer *answer);

static void
save(struct screen *s)
{
	struct form *d = s->data;
	struct ticket_action a = {
	    .act = d->ticket_id != 0 ? TICKET_ACT_EDIT : TICKET_ACT_NEW,
	    .id = d->ticket_id,
	    .version = d->version,
	    .number = d->number,
	    .urgency = value(d, SLOT_URGENCY)[0] - '0',
	    .impact = value(d, SLOT_IMPACT)[0] - '0',
	    .priority = ticket_form__override(d),
	    .edit_subject = changed(d, SLOT_SUBJECT),
	    .edit_description = changed(d, SLOT_DESCRIPTION),
	    .edit_category = changed(d, SLOT_CATEGORY),
	    .edit_tags = changed(d, SLOT_TAGS)};

	if (!collect_own(d, &a)) {
		free(a.typed);
		return;
	}
	for (int id = SLOT_URGENCY; id < SLOT_OWN_COUNT; id++)
		a.edit_levels = a.edit_levels || changed(d, (enum slot_id)id);
	str_copy(a.subject, sizeof(a.subject), value(d, SLOT_SUBJECT));
	str_copy(a.category, sizeof(a.category), value(d, SLOT_CATEGORY));
	str_copy(a.tags, sizeof(a.tags), value(d, SLOT_TAGS));
	str_copy(a.reason, sizeof(a.reason), value(d, SLOT_REASON));
	a.description = xstrdup(value(d, SLOT_DESCRIPTION));
	d->sending = true;
	model_ticket_act(model_of(s), s, &a, on_saved);
}

/* ---- somebody else was faster ---- */

static struct form_slot *
slot_of(const struct form *d, const char *column)
{
	char name[80];

	str_format(name, sizeof(name), "field.%s", column);
	return ticket_form__slot(d, name);
}

static const char *
was_before(const struct screen *s, const struct conflict_field *f)
{
	const struct form *d = s->data;
	const struct form_slot *slot =
	    f->own_key != NULL ? slot_of(d, f->own_key)
			       : ticket_form__slot(d, f->field->column);

	if (slot == NULL)
		return NULL;
	/* Unless it was chosen, it is made of urgency and impact. */
	if (slot == &d->slots[SLOT_PRIORITY])
		return ticket_form__changed(d, slot) ? d->was_priority : NULL;
	if (slot == &d->slots[SLOT_REASON] && !ticket_form__changed(d, slot))
		return NULL;
	return slot->was;
}

/* One field of theirs: it is shown, and no change of ours any more. */
static void
take_theirs(struct screen *s, const char *column, const char *theirs)
{
	struct form *d = s->data;
	struct form_slot *slot = ticket_form__slot(d, column);

	if (slot == NULL)
		slot = slot_of(d, column);
	if (slot == NULL)
		return;
	if (slot == &d->slots[SLOT_PRIORITY]) {
		str_copy(d->was_priority, sizeof(d->was_priority), theirs);
		if (theirs[0] - '0' == ticket_form__computed(d))
			theirs = "";
	}
	ticket_form__reset(d, slot, theirs);
	(void)ticket_form__arrange(d);
}

static void
go_on(struct screen *s, int64_t version)
{
	struct form *d = s->data;

	d->version = version;
	save(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static const struct conflict_ops clashes = {was_before, take_theirs, go_on};

/* The field that a refusal is about, as well as it is known. */
static void
tell_wrong(struct form *d, const char *sentence)
{
	bool of_reason =
	    ticket_form__override(d) != 0 && value(d, SLOT_REASON)[0] == '\0';

	w_form_set_error(
	    &d->form, of_reason ? "priority_reason" : "subject", sentence);
}

static void
on_saved(struct screen *s, const struct ticket_action *action,
    const struct model_answer *answer)
{
	struct form *d = s->data;
	struct screen_result result = {true, action->id, NULL};

	d->sending = false;
	ui_mark(s->ui, s, REACT_REDRAW);
	if (answer->rc == OD_ECONFLICT &&
	    answer->conflict->kind == RECORD_TICKET)
		conflict_resolve(s, answer->conflict, &clashes);
	else if (answer->rc == OD_ECONFLICT)
		ui_toast_err(s->ui, answer->err);
	else if (answer->rc == OD_EDATA)
		tell_wrong(d, answer->err->text);
	else if (answer->rc == 0) {
		d->over = true; /* its draft went with it */
		ui_finish(s->ui, s, &result);
	}
}

enum { LEAVE_KEEP = 1, LEAVE_DROP };

static unsigned
on_leave(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)context;
	if (!r->accepted)
		return REACT_REDRAW;
	if (r->id == LEAVE_DROP)
		ticket_form__draft_drop(s);
	ui_finish(ui, s, NULL);
	return REACT_HANDLED;
}

/* What was typed is not thrown away by one key. */
static unsigned
leave(struct screen *s)
{
	const struct chooser_item items[] = {
	    {LEAVE_KEEP, _("Keep it as a draft"), _("it stays for later"),
		true},
	    {LEAVE_DROP, _("Throw it away"), NULL, true}};
	struct chooser_args args = {
	    .title = _("Leave the form"), .items = items, .count = 2};

	if (is_changed(s->data))
		chooser_push(s->ui, s, &args, on_leave, 0);
	else
		ui_finish(s->ui, s, NULL);
	return REACT_HANDLED;
}

static unsigned
form_notify(struct screen *s, enum notice what, int64_t id)
{
	(void)id;
	if (what == NOTICE_TICK || what == NOTICE_HIDDEN)
		ticket_form__draft_keep(s, what == NOTICE_HIDDEN);
	return REACT_NONE;
}

static unsigned
react_to(struct screen *s, unsigned react, enum w_event event)
{
	struct form *d = s->data;

	if (event == W_CANCEL)
		return leave(s);
	if (event == W_ACCEPT && !d->sending)
		save(s);
	else if (event == W_CHANGED && ticket_form__arrange(d))
		react |= REACT_LAYOUT;
	return react | REACT_REDRAW;
}

/* A digit chooses a level; C-s has to work there, too: see wants_text. */
static bool
choose_level(struct form *d, const struct input *in)
{
	const char *field = d->form.fields[d->form.focus].name;
	int level = (int)(in->key.cp - '0');

	if (in->nav != NAV_NONE || in->key.cp < '1' || in->key.cp > '5')
		return false;
	if (str_equal(field, "priority"))
		w_form_set_choice(&d->form, field, level);
	else if (str_equal(field, "urgency") || str_equal(field, "impact"))
		w_form_set_choice(&d->form, field, level - 1);
	else
		return false;
	return true;
}

static unsigned
form_input(struct screen *s, const struct input *in)
{
	struct form *d = s->data;
	enum w_event event;
	unsigned react;

	if (choose_level(d, in)) {
		(void)ticket_form__arrange(d);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	react = w_form_input(&d->form, in, &event);

	return react == REACT_NONE && event == W_NONE
	           ? REACT_NONE
	           : react_to(s, react, event);
}

static unsigned
form_paste(struct screen *s, const char *text, size_t n)
{
	struct form *d = s->data;
	enum w_event event;
	unsigned react = w_form_paste(&d->form, text, n, &event);

	return react == REACT_NONE ? react : react_to(s, react, event);
}

static bool
form_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static void
form_subtitle(const struct screen *s, struct str *out)
{
	const struct form *d = s->data;

	if (d->ticket_id == 0)
		str_add(out, _("New ticket"));
	else
		str_addf(out, _("Change ticket %lld"), (long long)d->number);
}

static void
form_size(const struct screen *s, int *w, int *h)
{
	(void)s;
	*w = 74;
	*h = 18;
}

static const char *
form_hints(const struct screen *s)
{
	(void)s;
	return "edit.accept move.next move.back";
}

static const struct screen_ops form_ops = {
    .name = "ticket-form",
    .modal = true,
    .data_size = sizeof(struct form),
    .open = form_open,
    .close = form_close,
    .layout = form_layout,
    .draw = form_draw,
    .input = form_input,
    .paste = form_paste,
    .notify = form_notify,
    .wants_text = form_wants_text,
    .subtitle = form_subtitle,
    .size = form_size,
    .hints = form_hints,
};

static unsigned
new_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)s, (void)context;
	return r->accepted ? ui_open(ui, &scr_ticket, r->id, NULL) : REACT_NONE;
}

void
ticket_do_new(struct ui *ui, struct screen *s)
{
	struct err err = ERR_INIT;

	if (ui_push_for(ui, s, &form_ops, 0, NULL, new_done, 0, &err) != 0)
		ui_toast_err(ui, &err);
}

static unsigned
edit_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)s, (void)r, (void)context;
	return REACT_REFRESH;
}

void
ticket_do_edit(struct ui *ui, struct screen *s, const struct ticket *t)
{
	struct err err = ERR_INIT;

	if (ui_push_for(ui, s, &form_ops, t->id, t, edit_done, 0, &err) != 0)
		ui_toast_err(ui, &err);
}
