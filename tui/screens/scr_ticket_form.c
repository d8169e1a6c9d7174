/*
 * scr_ticket_form - make or change a ticket.
 *
 * A change names the version that was read.  When somebody else was faster,
 * every field that clashes is shown with both values, and what is chosen is
 * saved over the version that stands then.
 */
#include "tui/screens/ticket_do.h"

#include "common/i18n.h"
#include "common/text.h"
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

const char *const ticket_form_texts[] = {
    "subject", "description", "category", "tags"};

static const struct w_field fields[] = {
    {.name = "subject",
	.label = N_("Subject"),
	.kind = W_FIELD_LINE,
	.required = true,
	.max_bytes = 200},
    {.name = "description",
	.label = N_("Description"),
	.kind = W_FIELD_TEXT,
	.rows = 6},
    {.name = "category",
	.label = N_("Category"),
	.kind = W_FIELD_LINE,
	.max_bytes = 64},
    {.name = "tags",
	.label = N_("Tags"),
	.kind = W_FIELD_LINE,
	.max_bytes = 200},
    {.name = "urgency",
	.label = N_("Urgency"),
	.kind = W_FIELD_CHOICE,
	.choices = ticket_levels},
    {.name = "impact",
	.label = N_("Impact"),
	.kind = W_FIELD_CHOICE,
	.choices = ticket_levels},
};
#define FIELD_COUNT ((int)(sizeof(fields) / sizeof(fields[0])))

static void
fill(struct form *d, const struct ticket *t)
{
	const char *texts[] = {t->subject,
	    t->description != NULL ? t->description : "", t->category, t->tags};

	d->ticket_id = t->id;
	d->version = t->version;
	d->number = t->number;
	d->was_urgency = t->urgency;
	d->was_impact = t->impact;
	for (int i = 0; i < TEXT_FIELDS; i++) {
		w_form_set_text(&d->form, ticket_form_texts[i], texts[i]);
		/* The gate may change a text: compare with what it made. */
		d->was[i] = xstrdup(w_form_text(&d->form, ticket_form_texts[i]));
	}
}

static int
form_open(struct screen *s, const void *args, struct err *err)
{
	struct form *d = s->data;
	const struct ticket *t = args;

	(void)err;
	w_form_init(&d->form, fields, FIELD_COUNT);
	d->was_urgency = d->was_impact = 3;
	if (t != NULL)
		fill(d, t);
	w_form_set_choice(&d->form, "urgency", d->was_urgency - 1);
	w_form_set_choice(&d->form, "impact", d->was_impact - 1);
	w_form_focus(&d->form, "subject");
	ticket_form__draft_read(s);
	return 0;
}

static void
form_close(struct screen *s)
{
	struct form *d = s->data;

	ticket_form__draft_keep(s, true);
	free(d->kept);
	for (int i = 0; i < TEXT_FIELDS; i++)
		free(d->was[i]);
	w_form_free(&d->form);
}

static void
form_layout(struct screen *s, int w, int h)
{
	struct form *d = s->data;

	w_form_layout(&d->form, w, h > 2 ? h - 2 : h);
}

static void
form_draw(const struct screen *s, struct canvas *c)
{
	const struct form *d = s->data;
	struct canvas above = canvas_sub(c, 0, 0, c->w, c->h - 2);
	int priority = ticket_priority(w_form_choice(&d->form, "urgency") + 1,
	    w_form_choice(&d->form, "impact") + 1);
	int x, y = c->h - 1;

	if (c->h <= 2)
		above = *c;
	w_form_draw(&d->form, &above);
	if (c->h <= 2)
		return;
	x = canvas_text(c, 0, y, -1, ROLE_MUTED, _("Resulting priority:")) + 1;
	x += canvas_text(c, x, y, -1, ticket_priority_role(priority),
	    ticket_priority_word(priority));
	if (d->sending)
		canvas_text(c, x + 2, y, -1, ROLE_MUTED, _("saving ..."));
}

static void on_saved(struct screen *s, const struct ticket_action *action,
    const struct model_answer *answer);

bool
ticket_form__changed(const struct form *d, enum text_field f)
{
	return !str_equal(w_form_text(&d->form, ticket_form_texts[f]),
	    d->was[f] != NULL ? d->was[f] : "");
}

bool
ticket_form__levels_changed(const struct form *d)
{
	return w_form_choice(&d->form, "urgency") + 1 != d->was_urgency ||
	       w_form_choice(&d->form, "impact") + 1 != d->was_impact;
}

static void
save(struct screen *s)
{
	struct form *d = s->data;
	struct ticket_action a = {
	    .act = d->ticket_id != 0 ? TICKET_ACT_EDIT : TICKET_ACT_NEW,
	    .id = d->ticket_id,
	    .version = d->version,
	    .number = d->number,
	    .urgency = w_form_choice(&d->form, "urgency") + 1,
	    .impact = w_form_choice(&d->form, "impact") + 1,
	    .edit_subject = ticket_form__changed(d, TEXT_SUBJECT),
	    .edit_description = ticket_form__changed(d, TEXT_DESCRIPTION),
	    .edit_category = ticket_form__changed(d, TEXT_CATEGORY),
	    .edit_tags = ticket_form__changed(d, TEXT_TAGS)};

	str_copy(
	    a.subject, sizeof(a.subject), w_form_text(&d->form, "subject"));
	str_copy(
	    a.category, sizeof(a.category), w_form_text(&d->form, "category"));
	str_copy(a.tags, sizeof(a.tags), w_form_text(&d->form, "tags"));
	a.description = xstrdup(w_form_text(&d->form, "description"));
	a.edit_levels = ticket_form__levels_changed(d);
	d->sending = true;
	model_ticket_act(model_of(s), s, &a, on_saved);
}

/* One field of theirs: it is shown, and no change of ours any more. */
static void
take_theirs(struct form *d, const char *column, const char *theirs)
{
	int64_t n;

	for (int i = 0; i < TEXT_FIELDS; i++) {
		if (!str_equal(column, ticket_form_texts[i]))
			continue;
		w_form_set_text(&d->form, column, theirs);
		free(d->was[i]);
		d->was[i] = xstrdup(w_form_text(&d->form, column));
	}
	if (!str_to_int64(theirs, 1, 5, &n))
		return;
	if (str_equal(column, "urgency")) {
		w_form_set_choice(&d->form, column, (int)n - 1);
		d->was_urgency = (int)n;
	} else if (str_equal(column, "impact")) {
		w_form_set_choice(&d->form, column, (int)n - 1);
		d->was_impact = (int)n;
	}
}

static unsigned
on_choice(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct form *d = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	d->version = r->id;
	save(s);
	return REACT_REDRAW;
}

static void
on_their_field(struct screen *s, const char *column, const char *theirs)
{
	take_theirs(s->data, column, theirs);
}

/* Does their value differ from what this form began with? */
static bool
is_clash(const struct form *d, const struct conflict_field *f)
{
	char level[2] = {0};
	bool same = false;

	for (int i = 0; i < TEXT_FIELDS; i++)
		if (str_equal(f->field->column, ticket_form_texts[i])) {
			char *was = text_safe_dup(d->was[i], TEXT_LINE);

			same = str_equal(was, f->theirs);
			free(was);
		}
	if (str_equal(f->field->column, "urgency"))
		level[0] = (char)('0' + d->was_urgency);
	else if (str_equal(f->field->column, "impact"))
		level[0] = (char)('0' + d->was_impact);
	else if (str_equal(f->field->column, "priority"))
		return false; /* made of the two before */
	return !same && !str_equal(level, f->theirs);
}

/* Where only other fields were changed there is nothing to choose. */
static void
settle(struct screen *s, const struct conflict *c)
{
	struct form *d = s->data;
	struct conflict real = *c;

	real.fields = xcalloc(c->count + 1, sizeof(real.fields[0]));
	real.count = 0;
	for (size_t i = 0; i < c->count; i++)
		if (is_clash(d, &c->fields[i]))
			real.fields[real.count++] = c->fields[i];
	if (real.count > 0) {
		conflict_push(s->ui, s, &real, on_their_field, on_choice);
	} else {
		d->version = c->version;
		save(s);
	}
	free(real.fields);
}

static void
on_saved(struct screen *s, const struct ticket_action *action,
    const struct model_answer *answer)
{
	struct form *d = s->data;
	struct screen_result result = {true, action->id, NULL};

	d->sending = false;
	ui_mark(s->ui, s, REACT_REDRAW);
	if (answer->rc == OD_ECONFLICT && answer->conflict->count > 0)
		settle(s, answer->conflict);
	else if (answer->rc == OD_ECONFLICT)
		ui_toast_err(s->ui, answer->err);
	else if (answer->rc == OD_EDATA)
		w_form_set_error(&d->form, "subject", answer->err->text);
	else if (answer->rc == 0) {
		d->over = true; /* its draft went with it */
		ui_finish(s->ui, s, &result);
	}
}

static bool
is_changed(const struct form *d)
{
	for (int f = 0; f < TEXT_FIELDS; f++)
		if (ticket_form__changed(d, (enum text_field)f))
			return true;
	return ticket_form__levels_changed(d);
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
	    {LEAVE_KEEP, _("Keep it as a draft"),
		_("it stays for later"), true},
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
	return react | REACT_REDRAW;
}

/* A digit chooses a level; C-s has to work there, too: see wants_text. */
static bool
choose_level(struct form *d, const struct input *in)
{
	const char *field = fields[d->form.focus].name;

	if (fields[d->form.focus].kind != W_FIELD_CHOICE ||
	    in->nav != NAV_NONE || in->key.cp < '1' || in->key.cp > '5')
		return false;
	w_form_set_choice(&d->form, field, (int)(in->key.cp - '1'));
	return true;
}

static unsigned
form_input(struct screen *s, const struct input *in)
{
	struct form *d = s->data;
	enum w_event event;
	unsigned react;

	if (choose_level(d, in))
		return REACT_REDRAW;
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
