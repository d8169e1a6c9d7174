/* system_webhooks - who is told of events; see system_int.h. */
#include "tui/screens/system_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/model/model_webhook.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/proof_ask.h"
#include "tui/screens/screens.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	const char *word;
	enum role role;
} states[] = {
    [WEBHOOK_ON] = {N_("+ on"), ROLE_OK},
    [WEBHOOK_OFF] = {N_("~ off"), ROLE_MUTED},
    [WEBHOOK_GONE] = {N_("X gone"), ROLE_ERROR},
    [WEBHOOK_FAILING] = {N_("X failed for days"), ROLE_ERROR},
};

void
system_webhook_cell(const struct webhook *w, int column, struct w_cell *out)
{
	bool fails = w->state == WEBHOOK_ON && w->failing_since_us != 0;

	out->trusted = true;
	switch (column) {
	case 0:
		out->text = w->name;
		out->trusted = false;
		break;
	case 1:
		out->text = fails ? _("! fails") : _(states[w->state].word);
		out->role = fails ? ROLE_WARNING : states[w->state].role;
		break;
	case 2:
		out->text = webhook_kind_names[w->kind];
		break;
	case 3:
		app_age(
		    out->buf, sizeof(out->buf), w->last_us, clock_wall_us());
		out->text = out->buf;
		out->role = ROLE_MUTED;
		break;
	case 4:
		if (w->last_status != 0)
			str_format(
			    out->buf, sizeof(out->buf), "%d", w->last_status);
		else
			str_copy(out->buf, sizeof(out->buf), "--");
		out->text = out->buf;
		break;
	default:
		out->text = w->host;
		out->trusted = false;
		break;
	}
}

static void
add_pair(struct w_text *t, const char *label, const char *text)
{
	w_text_pair(t, label, text, strlen(text));
}

/* The names of a JSON list, with commas; all of them when it is empty. */
static void
add_events(const struct webhook *w, struct w_text *t)
{
	struct str text = STR_INIT;
	struct json *doc = NULL;

	if (w->events[0] != '\0' && json_parse(w->events, strlen(w->events),
					&json_limits_api, &doc, NULL) == 0)
		for (const struct json *e = json_first(doc); e != NULL;
		     e = json_next(e))
			str_addf(&text, "%s%s", text.len > 0 ? ", " : "",
			    json_as_string(e));
	if (text.len == 0)
		str_add(&text, _("all"));
	if (w->filter[0] != '\0')
		str_addf(&text, _("; only %s"), w->filter);
	add_pair(t, _("Told of"), text.s);
	json_free(&doc);
	str_free(&text);
}

static void
attempt_line(
    const struct ui *ui, const struct webhook_attempt *a, struct str *out)
{
	char time[32];

	app_time(app_of(ui), time, sizeof(time), a->at_us);
	str_addf(out, "%s  %s  %d.", time, a->event, a->attempt);
	if (a->status != 0)
		str_addf(out, "  %d", a->status);
	if (a->error[0] != '\0')
		str_addf(out, "  %s", a->error);
}

void
system_webhook_text(const struct ui *ui, const struct webhook *w,
    const struct system_view *v, struct w_text *t)
{
	struct str line = STR_INIT;
	char time[32];
	int shown = 0;

	if (w->failing_since_us != 0) {
		app_time(app_of(ui), time, sizeof(time), w->failing_since_us);
		add_pair(t, _("Failing since"), time);
	}
	for (size_t i = 0; i < v->attempt_count && shown < 3; i++) {
		if (v->attempts[i].webhook_id != w->id)
			continue;
		str_clear(&line);
		attempt_line(ui, &v->attempts[i], &line);
		w_text_outside(t, ROLE_NORMAL, 0, line.s, line.len);
		shown++;
	}
	add_events(w, t);
	str_free(&line);
}

void
system_webhook_pager(
    struct screen *s, const struct webhook *w, const struct system_view *v)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < v->attempt_count; i++) {
		if (v->attempts[i].webhook_id != w->id)
			continue;
		attempt_line(s->ui, &v->attempts[i], &text);
		if (v->attempts[i].response[0] != '\0')
			str_addf(&text, "\n    %s", v->attempts[i].response);
		str_addc(&text, '\n');
	}
	if (text.len == 0)
		str_add(&text, _("Nothing was sent to it yet."));
	pager_push(s->ui, w->name, text.s, text.len);
	str_free(&text);
}

static unsigned
refuse(struct ui *ui, const char *why)
{
	ui_toast(ui, TOAST_WARNING, "%s", why);
	return REACT_BEEP | REACT_REDRAW;
}

unsigned
system__webhook(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct system_data *d = s->data;
	enum system_act act = (enum system_act)cmd->arg;
	size_t at;

	if (d->tab != TAB_WEBHOOKS || !system__selected(d, TAB_WEBHOOKS, &at))
		return refuse(ui, _("Select a webhook first"));
	if (act == SYSTEM_HOOK_ON && d->view.webhooks[at].state == WEBHOOK_ON)
		act = SYSTEM_HOOK_OFF;
	model_system_act(model_of(s), act, "", d->view.webhooks[at].id,
	    d->view.daemon_alive);
	return REACT_HANDLED;
}

/* ---- the filter ---- */

static void on_filtered(
    struct ui *ui, struct screen *s, const struct webhook_answer *a);

static void
send_filter(struct screen *s, int64_t id, const char *given)
{
	const struct system_data *d = s->data;

	model_webhook_filter(model_of(s), s, id, d->filter_version, d->filter,
	    given, on_filtered);
}

static unsigned
proof_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	(void)ui;
	if (r->accepted)
		send_filter(s, id, r->text);
	return REACT_NONE;
}

static unsigned filter_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id);

static void
ask_filter(struct ui *ui, struct screen *s, int64_t id, const char *text)
{
	const struct prompt_args args = {.title = _("Filter of a webhook"),
	    .label = _("team: priority: status: channel: guide:"),
	    .text = text,
	    .may_be_empty = true};

	prompt_push(ui, s, &args, filter_done, id);
}

/* What was refused can be mended where it was typed. */
static void
on_filtered(struct ui *ui, struct screen *s, const struct webhook_answer *a)
{
	const struct system_data *d = s->data;

	if (a->wants_proof) {
		proof_ask(ui, s, _("Filter of a webhook"), a->proof, a->login,
		    proof_done, a->id);
	} else if (a->rc != 0) {
		ui_toast(ui, TOAST_ERROR, "%s", a->sentence);
		if (a->rc == OD_EDATA)
			ask_filter(ui, s, a->id, d->filter);
	} else {
		ui_toast(ui, TOAST_OK, "%s",
		    d->filter[0] != '\0'
			? _("The webhook is told of nothing else from now on")
			: _("The webhook is told of all its events again"));
	}
}

static unsigned
filter_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	struct system_data *d = s->data;

	if (!r->accepted)
		return REACT_NONE;
	if (!str_copy(d->filter, sizeof(d->filter), r->text))
		return refuse(ui, _("This filter is too long"));
	send_filter(s, id, "");
	return REACT_NONE;
}

unsigned
system__webhook_filter(
    struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct system_data *d = s->data;
	const struct webhook *w;
	size_t at;

	(void)cmd;
	if (d->tab != TAB_WEBHOOKS || !system__selected(d, TAB_WEBHOOKS, &at))
		return refuse(ui, _("Select a webhook first"));
	w = &d->view.webhooks[at];
	d->filter_version = w->version;
	ask_filter(ui, s, w->id, w->filter);
	return REACT_HANDLED;
}
