/*
 * scr_system - the daemon, its channels, failed events, the outbox, what waits
 * for a second person, and webhooks.
 *
 * Five lists, one a tab; below them the selected row in full.  Results of
 * tests arrive with the desk's next change, by themselves.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_system.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/system_int.h"
#include "tui/widgets/w_tabs.h"

#include <stdlib.h>
#include <string.h>

#define DETAIL_ROWS 6

static const struct w_tab tabs[SYSTEM_TABS] = {
    [TAB_CHANNELS] = {N_("Channels"), 1, false},
    [TAB_EVENTS] = {N_("Failed events"), 2, false},
    [TAB_OUTBOX] = {N_("Outbox"), 3, false},
    [TAB_APPROVALS] = {N_("Approvals"), 4, false},
    [TAB_WEBHOOKS] = {N_("Webhooks"), 5, false},
};

static const struct w_column channel_columns[] = {
    {N_("Channel"), 12, 2, 0, ALIGN_LEFT},
    {N_("Status"), 11, 0, 0, ALIGN_LEFT},
    {N_("In"), 8, 0, 3, ALIGN_RIGHT},
    {N_("Out"), 8, 0, 4, ALIGN_RIGHT},
    {N_("Tested"), 8, 0, 5, ALIGN_RIGHT},
    {N_("Why"), 12, 3, 2, ALIGN_LEFT},
};
static const struct w_column event_columns[] = {
    {N_("No."), 6, 0, 3, ALIGN_RIGHT},
    {N_("Received"), 12, 0, 0, ALIGN_LEFT},
    {N_("Channel"), 10, 1, 2, ALIGN_LEFT},
    {N_("Tries"), 6, 0, 4, ALIGN_RIGHT},
    {N_("Why"), 14, 4, 0, ALIGN_LEFT},
};
static const struct w_column outbox_columns[] = {
    {N_("No."), 6, 0, 3, ALIGN_RIGHT},
    {N_("Status"), 12, 0, 0, ALIGN_LEFT},
    {N_("Channel"), 10, 1, 2, ALIGN_LEFT},
    {N_("Tries"), 6, 0, 5, ALIGN_RIGHT},
    {N_("Age"), 7, 0, 4, ALIGN_RIGHT},
    {N_("Why"), 12, 4, 1, ALIGN_LEFT},
};

static const struct w_column approval_columns[] = {
    {N_("No."), 6, 0, 3, ALIGN_RIGHT},
    {N_("Status"), 11, 0, 0, ALIGN_LEFT},
    {N_("Proposed by"), 12, 1, 2, ALIGN_LEFT},
    {N_("Age"), 7, 0, 4, ALIGN_RIGHT},
    {N_("What"), 14, 5, 1, ALIGN_LEFT},
};

static const struct w_column webhook_columns[] = {
    {N_("Webhook"), 12, 2, 0, ALIGN_LEFT},
    {N_("Status"), 12, 0, 0, ALIGN_LEFT},
    {N_("Type"), 8, 0, 4, ALIGN_LEFT},
    {N_("Last"), 7, 0, 3, ALIGN_RIGHT},
    {N_("Answer"), 9, 0, 2, ALIGN_RIGHT},
    {N_("Host"), 12, 3, 1, ALIGN_LEFT},
};

static void
channel_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct system_data *d = data;

	system_channel_cell(&d->view.channels[index], column, out);
}

static void
event_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct system_data *d = data;

	system_event_cell(&d->view.events[index], column, out);
}

static void
outbox_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct system_data *d = data;

	system_outbox_cell(&d->view.items[index], column, out);
}

static void
approval_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct system_data *d = data;

	system_approval_cell(&d->view.approvals[index], column, out);
}

static void
webhook_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct system_data *d = data;

	system_webhook_cell(&d->view.webhooks[index], column, out);
}

#define COLUMNS(c) .columns = c, .column_count = sizeof(c) / sizeof(c[0])
static const struct w_list_ops list_ops[SYSTEM_TABS] = {
    [TAB_CHANNELS] = {COLUMNS(channel_columns), .cell = channel_cell,
	.empty = N_("No channel has been at work yet; the daemon reads them"
		    " from opdesk.conf")},
    [TAB_EVENTS] = {COLUMNS(event_columns), .cell = event_cell,
	.empty = N_("Every event could be read")},
    [TAB_OUTBOX] = {COLUMNS(outbox_columns), .cell = outbox_cell,
	.empty = N_("Nothing waits to be sent")},
    [TAB_APPROVALS] = {COLUMNS(approval_columns), .cell = approval_cell,
	.empty = N_("Nothing waits for a second person")},
    [TAB_WEBHOOKS] = {COLUMNS(webhook_columns), .cell = webhook_cell,
	.empty = N_("Nobody outside is told of events; opdesk webhook new"
		    " makes one")},
};

/* ---- life ---- */

static int
system_open(struct screen *s, const void *args, struct err *err)
{
	struct system_data *d = s->data;

	(void)args, (void)err;
	for (int i = 0; i < SYSTEM_TABS; i++)
		w_list_init(&d->lists[i], &list_ops[i], d);
	w_text_init(&d->detail);
	return 0;
}

static void
system_close(struct screen *s)
{
	struct system_data *d = s->data;

	for (int i = 0; i < SYSTEM_TABS; i++)
		w_list_free(&d->lists[i]);
	w_text_free(&d->detail);
	system_view_clear(&d->view);
}

/* Daemon, tabs, and counts where there is room. */
static int
head_rows(int h)
{
	return h >= 13 ? 3 : 2;
}

/* Rows of the selected row's own text; none where there is no room. */
static int
detail_rows(int h)
{
	return h >= 18 ? DETAIL_ROWS : h >= 13 ? 4 : 0;
}

static void
system_layout(struct screen *s, int w, int h)
{
	struct system_data *d = s->data;
	int detail = detail_rows(h), rest = h - head_rows(h) - detail;

	for (int i = 0; i < SYSTEM_TABS; i++)
		w_list_layout(&d->lists[i], w, rest > 1 ? rest : 1);
	w_text_layout(
	    &d->detail, w > 2 ? w - 2 : 1, detail > 1 ? detail - 1 : 1);
}

static size_t
rows_of(const struct system_view *v, enum system_tab tab)
{
	switch (tab) {
	case TAB_CHANNELS:
		return v->channel_count;
	case TAB_EVENTS:
		return v->event_count;
	case TAB_OUTBOX:
		return v->item_count;
	case TAB_APPROVALS:
		return v->approval_count;
	case TAB_WEBHOOKS:
		return v->webhook_count;
	case SYSTEM_TABS:
		break;
	}
	return 0;
}

bool
system__selected(const struct system_data *d, enum system_tab tab, size_t *at)
{
	return d->known && w_list_index(&d->lists[tab], at) &&
	       *at < rows_of(&d->view, tab);
}

static void
fill_detail(struct screen *s)
{
	struct system_data *d = s->data;
	size_t at;

	w_text_clear(&d->detail);
	if (!system__selected(d, d->tab, &at))
		return;
	if (d->tab == TAB_CHANNELS)
		system_channel_text(s->ui, &d->view.channels[at], &d->detail);
	else if (d->tab == TAB_EVENTS)
		system_event_text(s->ui, &d->view.events[at], &d->detail);
	else if (d->tab == TAB_OUTBOX)
		system_outbox_text(s->ui, &d->view.items[at], &d->detail);
	else if (d->tab == TAB_WEBHOOKS)
		system_webhook_text(
		    s->ui, &d->view.webhooks[at], &d->view, &d->detail);
	else
		system_approval_text(s->ui, &d->view.approvals[at], &d->detail);
	w_text_layout(&d->detail, d->detail.w, d->detail.h);
}

/* ---- question and answer ---- */

static void
set_rows(struct system_data *d, enum system_tab tab)
{
	const struct system_view *v = &d->view;
	size_t n = rows_of(v, tab);
	int64_t *ids = xcalloc(n + 1, sizeof(ids[0]));

	for (size_t i = 0; i < n; i++)
		ids[i] = tab == TAB_CHANNELS
		             ? w_list_name_id(v->channels[i].channel)
		         : tab == TAB_EVENTS   ? v->events[i].id
		         : tab == TAB_OUTBOX   ? v->items[i].id
		         : tab == TAB_WEBHOOKS ? v->webhooks[i].id
		                               : v->approvals[i].id;
	w_list_set(&d->lists[tab], ids, n, false, false);
	free(ids);
}

/* Channels of the configuration that have not been at work yet. */
static void
add_configured(const struct app *app, struct system_view *v)
{
	const struct conf_section *c = NULL;

	while (app->conf != NULL &&
	       (c = conf_next(app->conf, CONF_CHANNEL, c)) != NULL) {
		const char *tenant = conf_tenant(app->conf, c);
		const char *name = conf_section_id(c);
		size_t i = 0;

		if (tenant[0] != '\0' && !str_equal(tenant, app->tenant.slug))
			continue;
		while (i < v->channel_count &&
		       !str_equal(v->channels[i].channel, name))
			i++;
		if (i < v->channel_count)
			continue;
		v->channels = xreallocarray(
		    v->channels, v->channel_count + 1, sizeof(v->channels[0]));
		memset(&v->channels[i], 0, sizeof(v->channels[i]));
		str_copy(v->channels[i].channel, sizeof(v->channels[i].channel),
		    name);
		v->channel_count++;
	}
}

static void
on_view(struct screen *s, uint64_t turn, struct system_view *view,
    const struct model_answer *answer)
{
	struct system_data *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (turn < d->shown)
		return;
	d->shown = turn;
	system_view_clear(&d->view);
	d->view = *view;
	memset(view, 0, sizeof(*view));
	add_configured(app_of(s->ui), &d->view);
	d->known = true;
	for (int i = 0; i < SYSTEM_TABS; i++)
		set_rows(d, (enum system_tab)i);
	fill_detail(s);
	ui_mark(s->ui, s, REACT_REDRAW);
}

static void
system_refresh(struct screen *s)
{
	struct system_data *d = s->data;

	model_system_view(model_of(s), s, ++d->asked, on_view);
}

/* ---- what is shown ---- */

static void
system_draw(const struct screen *s, struct canvas *c)
{
	const struct system_data *d = s->data;
	int detail = detail_rows(c->h), head = head_rows(c->h);
	struct canvas list = canvas_sub(c, 0, head, c->w, c->h - head - detail);
	struct canvas below =
	    canvas_sub(c, 1, c->h - detail + 1, c->w - 2, detail - 1);

	w_tabs_draw(c, 1, tabs, SYSTEM_TABS, (int)d->tab, "");
	if (d->known)
		system_daemon_draw(s->ui, c, 0, &d->view);
	if (d->known && head > 2 && !d->view.closed_to_me)
		system_counts_draw(c, 2, &d->view);
	if (d->known && d->view.closed_to_me &&
	    (d->tab == TAB_EVENTS || d->tab == TAB_OUTBOX))
		canvas_text(&list, 1, 0, list.w - 2, ROLE_MUTED,
		    _("Your role does not see events and outbox."));
	else
		w_list_draw(&d->lists[d->tab], &list, ui_top(s->ui) == s);
	if (detail == 0)
		return;
	canvas_hline(c, 0, c->h - detail, c->w, ROLE_BORDER);
	w_text_draw(&d->detail, &below, false);
}

static unsigned
system_state(const struct screen *s)
{
	const struct system_data *d = s->data;
	size_t at;

	return system__selected(d, d->tab, &at) ? NEED_SELECTION : 0;
}

static const char *
system_hints(const struct screen *s)
{
	const struct system_data *d = s->data;

	return d->tab == TAB_CHANNELS
	           ? "channel.test channel.templates channel.resume move.next"
	       : d->tab == TAB_WEBHOOKS
	           ? "webhook.switch webhook.filter webhook.test"
	             " system.again move.open move.next"
	       : d->tab == TAB_EVENTS ? "system.again move.open move.next"
	       : d->tab == TAB_APPROVALS
	           ? "approval.approve approval.refuse"
	             " move.open move.next"
	           : "system.again outbox.settle"
	             " outbox.release move.open move.next";
}

/* ---- keys ---- */

unsigned
system__show_tab(struct screen *s, enum system_tab tab)
{
	struct system_data *d = s->data;

	d->tab = tab;
	fill_detail(s);
	return REACT_REDRAW;
}

static void
on_body(struct screen *s, int64_t id, const char *text, size_t n)
{
	const struct system_data *d = s->data;
	char title[64];

	if (ui_top(s->ui) != s || d->tab != TAB_EVENTS)
		return; /* something else was opened meanwhile */
	str_format(title, sizeof(title), _("Event %lld"), (long long)id);
	pager_push(s->ui, title, text, n);
}

static unsigned
open_row(struct screen *s)
{
	struct system_data *d = s->data;
	struct str text = STR_INIT;
	size_t at;

	if (!system__selected(d, d->tab, &at))
		return REACT_BEEP;
	switch (d->tab) {
	case TAB_CHANNELS:
		str_addf(&text, "%s\n\n%s", d->view.channels[at].reason,
		    d->view.channels[at].test_result);
		pager_push(
		    s->ui, d->view.channels[at].channel, text.s, text.len);
		break;
	case TAB_EVENTS:
		model_system_body(
		    model_of(s), s, d->view.events[at].id, on_body);
		break;
	case TAB_OUTBOX:
		str_addf(&text, "%s\n\n%s\n\n%s", d->view.items[at].error_text,
		    d->view.items[at].intent, d->view.items[at].response);
		pager_push(s->ui, _("Outbox"), text.s, text.len);
		break;
	case TAB_WEBHOOKS:
		system_webhook_pager(s, &d->view.webhooks[at], &d->view);
		break;
	case TAB_APPROVALS:
		str_addf(&text, "%s\n\n%s\n%s\n\n%s",
		    d->view.approvals[at].sentence, d->view.approvals[at].name,
		    d->view.approvals[at].args, d->view.approvals[at].reason);
		pager_push(s->ui, _("Approval"), text.s, text.len);
		break;
	case SYSTEM_TABS:
		break;
	}
	str_free(&text);
	return REACT_HANDLED;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	if (event == W_ACCEPT)
		return open_row(s);
	if (event == W_MOVED)
		fill_detail(s);
	return react;
}

static unsigned
system_input(struct screen *s, const struct input *in)
{
	struct system_data *d = s->data;
	int step = in->nav == NAV_PREV ? SYSTEM_TABS - 1 : 1;
	enum w_event event;
	unsigned react;

	switch (in->nav) {
	case NAV_NEXT:
	case NAV_PREV:
	case NAV_LEFT:
	case NAV_RIGHT:
		if (in->nav == NAV_LEFT)
			step = SYSTEM_TABS - 1;
		return system__show_tab(
		    s, (enum system_tab)(((int)d->tab + step) % SYSTEM_TABS));
	case NAV_FILTER: /* these lists are short; the pager searches */
		return REACT_BEEP;
	default:
		break;
	}
	react = w_list_input(&d->lists[d->tab], in, &event);
	return after(s, react, event);
}

static unsigned
system_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct system_data *d = s->data;
	enum w_event event;
	unsigned react;
	int tab;

	if (y < head_rows(s->h)) {
		tab = y != 1 || button != BUTTON_LEFT
		          ? -1
		          : w_tabs_at(s->w, tabs, SYSTEM_TABS, (int)d->tab,
				"", x);
		return tab < 0 ? REACT_NONE
		               : system__show_tab(s, (enum system_tab)tab);
	}
	react = w_list_mouse(
	    &d->lists[d->tab], y - head_rows(s->h), button, &event);
	return after(s, react, event);
}

static unsigned
system_notify(struct screen *s, enum notice what, int64_t id)
{
	struct system_data *d = s->data;

	(void)id;
	if (what == NOTICE_LANG)
		fill_detail(s);
	return screen_notify_ages(what, &d->minute);
}

const struct screen_ops scr_system = {
    .name = "system",
    .title = N_("System"),
    .data_size = sizeof(struct system_data),
    .open = system_open,
    .close = system_close,
    .layout = system_layout,
    .refresh = system_refresh,
    .draw = system_draw,
    .input = system_input,
    .mouse = system_mouse,
    .notify = system_notify,
    .state = system_state,
    .hints = system_hints,
};
