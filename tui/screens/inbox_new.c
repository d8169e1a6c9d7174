/*
 * inbox_new - writing to somebody first: who, over which channel, and which
 * template, for free text may not open a conversation.
 */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_inbox_new.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/inbox_int.h"

#include <stdlib.h>
#include <string.h>

#define TYPED_NUMBER (-1) /* chooser: the number as it was typed */

/* ---- the last step: a template ---- */

struct first {
	struct inbox_first to;
	struct template_form form;
	bool sending;
};

static void
on_templates(struct screen *s, struct inbox_templates *t,
    const struct model_answer *answer)
{
	struct first *d = s->data;

	inbox__form_take(s, &d->form, t, answer);
}

static void
first_refresh(struct screen *s)
{
	struct first *d = s->data;

	if (inbox__form_wants_rows(&d->form))
		model_inbox_templates(
		    model_of(s), s, 0, d->to.channel, on_templates);
}

static int
first_open(struct screen *s, const void *args, struct err *err)
{
	struct first *d = s->data;

	(void)err;
	d->to = *(const struct inbox_first *)args;
	model_inbox_templates(model_of(s), s, 0, d->to.channel, on_templates);
	return 0;
}

static void
first_close(struct screen *s)
{
	struct first *d = s->data;

	inbox__form_free(&d->form);
}

static void
first_layout(struct screen *s, int w, int h)
{
	struct first *d = s->data;

	inbox__form_layout(&d->form, w, h - 1);
}

static void
first_size(const struct screen *s, int *w, int *h)
{
	const struct first *d = s->data;

	*w = 64;
	*h = inbox__form_rows(&d->form, *w) + 1;
	*h = *h < 12 ? 12 : *h;
}

static void
first_subtitle(const struct screen *s, struct str *out)
{
	const struct first *d = s->data;

	str_addf(out, _("First message to %s"), d->to.name);
}

static void
first_draw(const struct screen *s, struct canvas *c)
{
	const struct first *d = s->data;
	struct canvas form = canvas_sub(c, 0, 0, c->w, c->h - 1);

	inbox__form_draw(&d->form, &form);
	canvas_text(c, 0, c->h - 1, c->w, ROLE_HINT,
	    d->sending ? _("sending") : _("C-s sends the template"));
}

static void
on_first_sent(
    struct screen *s, struct inbox_act *act, const struct model_answer *answer)
{
	struct first *d = s->data;
	struct screen_result result = {true, act->id, NULL};

	d->sending = false;
	ui_mark(s->ui, s, REACT_REDRAW);
	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		ui_bell(s->ui);
		return;
	}
	ui_finish(s->ui, s, &result);
}

static unsigned
first_send(struct screen *s)
{
	struct first *d = s->data;
	struct inbox_act *act;

	if (d->sending || !inbox__form_check(&d->form))
		return REACT_REDRAW | REACT_BEEP;
	d->sending = true;
	act = inbox_act_new(INBOX_TEMPLATE, 0);
	str_copy(act->channel, sizeof(act->channel), d->to.channel);
	str_copy(act->peer, sizeof(act->peer), d->to.peer);
	act->channel_kind = CHANNEL_WHATSAPP;
	act->contact_id = d->to.contact_id > 0 ? d->to.contact_id : 0;
	inbox__form_fill_act(&d->form, act);
	model_inbox_act(model_of(s), s, act, on_first_sent);
	return REACT_REDRAW;
}

static unsigned
first_event(struct screen *s, unsigned react, enum w_event event)
{
	if (event == W_ACCEPT)
		return first_send(s);
	if (event == W_CANCEL)
		return REACT_POP;
	return event == W_CHANGED ? react | REACT_LAYOUT : react;
}

static unsigned
first_input(struct screen *s, const struct input *in)
{
	struct first *d = s->data;
	enum w_event event = W_NONE;
	unsigned react = inbox__form_input(&d->form, in, &event);

	return first_event(s, react, event);
}

static unsigned
first_paste(struct screen *s, const char *text, size_t n)
{
	struct first *d = s->data;
	enum w_event event = W_NONE;
	unsigned react = inbox__form_paste(&d->form, text, n, &event);

	return first_event(s, react, event);
}

static bool
first_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static const char *
first_hints(const struct screen *s)
{
	(void)s;
	return "move.next move.back";
}

static const struct screen_ops first_ops = {
    .name = "inbox-first",
    .modal = true,
    .data_size = sizeof(struct first),
    .open = first_open,
    .close = first_close,
    .layout = first_layout,
    .refresh = first_refresh,
    .draw = first_draw,
    .input = first_input,
    .paste = first_paste,
    .wants_text = first_wants_text,
    .hints = first_hints,
    .subtitle = first_subtitle,
    .size = first_size,
};

/* ---- the steps before it ---- */

static unsigned
first_done(struct ui *ui, struct screen *s, const struct screen_result *result,
    int64_t context)
{
	(void)ui, (void)context;
	if (result->accepted && result->id != 0)
		inbox__show(s, result->id);
	return REACT_REDRAW;
}

/* Free text may be written while the window is open: no template then. */
static void
on_with(struct screen *s, const struct conversation *c)
{
	struct err err = ERR_INIT;

	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	if (c != NULL && inbox__window_is_open(c)) {
		inbox__show(s, c->id);
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("The window is open, no template is needed: r replies"));
		ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
		return;
	}
	if (ui_push_for(s->ui, s, &first_ops, 0, &inbox_of(s)->first,
		first_done, 0, &err) != 0)
		ui_toast_err(s->ui, &err);
}

static unsigned
open_form(struct screen *s)
{
	const struct inbox_first *to = &inbox_of(s)->first;

	model_inbox_with(model_of(s), s, to->channel, to->peer, on_with);
	return REACT_HANDLED;
}

static unsigned
channel_chosen(struct ui *ui, struct screen *s,
    const struct screen_result *result, int64_t context)
{
	struct inbox_first *to = &inbox_of(s)->first;

	(void)ui, (void)context;
	if (!result->accepted)
		return REACT_REDRAW;
	str_copy(to->channel, sizeof(to->channel), result->text);
	return open_form(s);
}

/* One channel needs no question. */
static unsigned
choose_channel(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	struct chooser_item *items =
	    xcalloc(d->channel_count + 1, sizeof(*items));
	struct chooser_args args = {.title = _("Over which channel?"),
	    .items = items,
	    .count = d->channel_count};

	for (size_t i = 0; i < d->channel_count; i++)
		items[i] = (struct chooser_item){
		    (int64_t)i, d->channels[i], NULL, false};
	if (d->channel_count == 0) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("No WhatsApp channel is set up; see opdesk.conf"));
	} else if (d->channel_count == 1) {
		str_copy(
		    d->first.channel, sizeof(d->first.channel), d->channels[0]);
		(void)open_form(s);
	} else {
		chooser_push(s->ui, s, &args, channel_chosen, 0);
	}
	free(items);
	return REACT_HANDLED;
}

static unsigned
person_chosen(struct ui *ui, struct screen *s,
    const struct screen_result *result, int64_t context)
{
	struct inbox *d = inbox_of(s);

	(void)ui, (void)context;
	if (!result->accepted)
		return REACT_REDRAW;
	for (size_t i = 0; i < d->found_count; i++)
		if (d->found[i].contact_id == result->id)
			d->first = d->found[i];
	return choose_channel(s);
}

static void
add_channel(struct inbox *d, const char *name)
{
	for (size_t i = 0; i < d->channel_count; i++)
		if (str_equal(d->channels[i], name))
			return;
	if (d->channel_count < INBOX_CHANNELS)
		str_copy(d->channels[d->channel_count++],
		    sizeof(d->channels[0]), name);
}

/* Those of the configuration; if it has none, those that worked here before. */
static void
note_channels(struct screen *s, const struct inbox_found *found)
{
	struct inbox *d = inbox_of(s);
	const struct app *app = app_of(s->ui);
	const struct conf_section *c = NULL;

	d->channel_count = 0;
	while (app->conf != NULL &&
	       (c = conf_next(app->conf, CONF_CHANNEL, c)) != NULL) {
		const char *tenant = conf_tenant(app->conf, c);

		if (str_equal(conf_string(c, "kind"), "whatsapp") &&
		    (tenant[0] == '\0' || str_equal(tenant, app->tenant.slug)))
			add_channel(d, conf_section_id(c));
	}
	if (d->channel_count > 0)
		return;
	for (size_t i = 0; i < found->channel_count; i++)
		add_channel(d, found->channels[i]);
}

static void
note_people(struct inbox *d, const struct inbox_found *found)
{
	d->found_count = 0;
	for (size_t i = 0; i < found->count; i++) {
		struct inbox_first *to = &d->found[d->found_count++];

		*to = (struct inbox_first){.contact_id = found->rows[i].id};
		str_copy(
		    to->peer, sizeof(to->peer), found->rows[i].phone_number);
		str_copy(to->name, sizeof(to->name), found->rows[i].full_name);
	}
	if (found->number[0] == '\0')
		return;
	d->found[d->found_count] =
	    (struct inbox_first){.contact_id = TYPED_NUMBER};
	str_copy(d->found[d->found_count].peer, sizeof(d->found[0].peer),
	    found->number);
	str_format(d->found[d->found_count].name, sizeof(d->found[0].name),
	    "+%s", found->number);
	d->found_count++;
}

static void
on_found(struct screen *s, const struct inbox_found *found,
    const struct model_answer *answer)
{
	struct inbox *d = inbox_of(s);
	struct chooser_item items[INBOX_FOUND_MAX + 1];
	struct chooser_args args = {
	    .title = _("Write to whom?"), .items = items};

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	note_channels(s, found);
	note_people(d, found);
	for (size_t i = 0; i < d->found_count; i++)
		items[i] = (struct chooser_item){d->found[i].contact_id,
		    d->found[i].name,
		    d->found[i].contact_id == TYPED_NUMBER ? _("a new contact")
							   : d->found[i].peer,
		    false};
	args.count = d->found_count;
	if (args.count == 0)
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("Nobody with a number was found; type the number"));
	else
		chooser_push(s->ui, s, &args, person_chosen, 0);
}

static unsigned
name_typed(struct ui *ui, struct screen *s, const struct screen_result *result,
    int64_t context)
{
	(void)ui, (void)context;
	if (result->accepted)
		model_inbox_find(model_of(s), s, result->text, on_found);
	return REACT_REDRAW;
}

unsigned
inbox__write_first(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct prompt_args args = {.title = _("New conversation"),
	    .label = _("Name or number of the customer")};

	(void)cmd;
	prompt_push(ui, s, &args, name_typed, 0);
	return REACT_HANDLED;
}
