/* app - see app.h. */
#include "tui/app.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/loop.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/desk_files.h"
#include "db/core/op.h"
#include "db/records/login.h"
#include "tui/app_commands.h"
#include "tui/keys_file.h"
#include "tui/model/model_app.h"
#include "tui/model/model_login.h"
#include "tui/model/model_seat.h"
#include "tui/screens/scr_gate.h"
#include "tui/screens/macro_do.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_checks_do.h"
#include "tui/ui_loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* To hand drafts over when memory is gone. */
#define RESERVE ((size_t)256 * 1024)

struct app *
app_of(const struct ui *ui)
{
	return ui_app(ui);
}

struct model *
model_of(const struct screen *s)
{
	return ui_app(s->ui)->model;
}

void
app_time(const struct app *app, char *out, size_t size, int64_t us)
{
	struct civil then, now;

	if (us == 0) {
		str_copy(out, size, "--");
		return;
	}
	zone_civil(app->zone, us, &then);
	zone_civil(app->zone, clock_wall_us(), &now);
	if (then.year == now.year && then.month == now.month &&
	    then.day == now.day)
		str_format(out, size, "%02d:%02d", then.hour, then.minute);
	else if (then.year == now.year)
		str_format(out, size, _("%2$02d/%1$02d %3$02d:%4$02d"),
		    then.month, then.day, then.hour, then.minute);
	else
		str_format(out, size, "%04d-%02d-%02d", then.year, then.month,
		    then.day);
}

void
app_age(char *out, size_t size, int64_t us, int64_t now_us)
{
	int64_t s = (now_us - us) / US_PER_SECOND;

	if (us == 0)
		str_copy(out, size, "--");
	else if (s < 60)
		str_copy(out, size, _("now"));
	else if (s < 3600)
		str_format(out, size, _("%d min"), (int)(s / 60));
	else if (s < 86400)
		str_format(out, size, _("%d h"), (int)(s / 3600));
	else
		str_format(out, size, _("%d d"), (int)(s / 86400));
}

/* ---- what the screens ask of the app ---- */

static bool
may(struct app *app, const char *operation)
{
	return model_may(app->model, operation);
}

static bool
may_with(
    struct app *app, const char *operation, const struct screen_owner *owner)
{
	return model_may_with(app->model, operation, owner->kind, &owner->own);
}

static unsigned
state(struct app *app)
{
	if (model_is_readonly(app->model))
		return 0;
	return model_is_outdated(app->model) || model_is_away(app->model)
	           ? NEED_DRAFTS
	           : NEED_DRAFTS | NEED_WRITABLE;
}

/* Counting ends at the cap: then there are that many or more. */
static const char *
waiting_number(char *out, size_t size, int n)
{
	if (n < WAITING_CAP)
		str_format(out, size, "%d", n);
	else
		str_format(out, size, "%d+", WAITING_CAP - 1);
	return out;
}

static void
status(struct app *app, struct str *left, struct str *right)
{
	const struct actor *me = model_actor(app->model);
	char n[16];

	str_addf(left, "%s · %s", app->tenant.name, me->name);
	tape_status(app, right);
	work_clock_status(app, right);
	if (model_is_readonly(app->model))
		str_add(right, _("read-only  "));
	if (!app->waiting.known)
		return;
	/* First, because the end is cut where there is no room. */
	if (!app->daemon_alive)
		str_add(right, _("no daemon: sends wait  "));
	if (app->waiting.mine_unread > 0)
		str_addf(right, _("%s unread  "),
		    waiting_number(n, sizeof(n), app->waiting.mine_unread));
	if (app->waiting.unassigned > 0)
		str_addf(right, _("%s without owner  "),
		    waiting_number(n, sizeof(n), app->waiting.unassigned));
}

static bool
waiting(struct app *app)
{
	return app->model != NULL && model_pending(app->model) > 0;
}

static bool
rehearsal(struct app *app)
{
	return app->tenant.rehearsal;
}

static void
bell(struct app *app)
{
	if (app->term != NULL)
		term_bell(app->term);
}

static void
notice(struct app *app, enum term_notice what)
{
	if (app->term != NULL)
		term_notify(app->term, what);
}

static void
mouse(struct app *app, bool on)
{
	if (app->term != NULL)
		term_mouse(app->term, on);
}

static void
suspend(struct app *app)
{
	if (app->term != NULL)
		term_suspend(app->term);
}

static void
redraw_all(struct app *app)
{
	if (app->term != NULL)
		term_redraw_all(app->term);
}

static void
on_waiting(const struct waiting *w, void *data)
{
	struct app *app = data;
	bool news = app->waiting.known &&
	            w->newest_inbound_us > app->waiting.newest_inbound_us;

	app->waiting.mine_unread = w->mine_unread;
	app->waiting.unassigned = w->unassigned;
	app->waiting.newest_inbound_us = w->newest_inbound_us;
	app->waiting.known = true;
	app->daemon_alive = w->daemon_alive;
	if (news) {
		ui_bell(app->ui);
		ui_notice(app->ui, TERM_NOTICE_MESSAGE);
	}
	ui_mark(app->ui, NULL, REACT_REDRAW);
	if (app->ui_loop != NULL)
		ui_loop_wake(app->ui_loop);
}

static void
refresh(struct app *app)
{
	if (app->ending || !app->entered)
		return;
	model_waiting(app->model, on_waiting, app);
	app_notices(app);
	work_clock_refresh(app);
	tape_refresh(app);
}

static void
tick(struct app *app)
{
	if (app->lock_us > 0 && ui_idle_us(app->ui) >= app->lock_us)
		(void)app_lock(app);
	work_clock_tick(app);
}

const struct ui_hooks app_hooks = {
    .may = may,
    .may_with = may_with,
    .state = state,
    .status = status,
    .refresh = refresh,
    .waiting = waiting,
    .rehearsal = rehearsal,
    .bell = bell,
    .notice = notice,
    .mouse = mouse,
    .suspend = suspend,
    .redraw_all = redraw_all,
    .tick = tick,
};

/* ---- changes of the desk ---- */

const char app_outdated[] = N_("opdesk was upgraded: start it again to write."
			       " What you type is kept.");

static const char app_moved[] =
    N_("This desk was moved: nothing is saved here any more, what you were"
       " writing is kept.");

static const char app_away[] =
    N_("The database does not answer: nothing is saved, what you were"
       " writing is kept.");

static void
choose_banner(struct app *app)
{
	bool away = model_is_away(app->model);

	if (model_is_outdated(app->model))
		ui_set_banner(app->ui,
		    model_is_moved(app->model) ? app_moved : app_outdated);
	else
		ui_set_banner(app->ui, away ? app_away : NULL);
	if (app->was_away && !away)
		model_take_drafts(app->model);
	app->was_away = away;
}

static void
on_changed(void *data)
{
	struct app *app = data;

	if (app->ending)
		return;
	choose_banner(app);
	ui_status_changed(app->ui);
	ui_notify(app->ui, NOTICE_DATA, 0);
	if (app->ui_loop != NULL)
		ui_loop_wake(app->ui_loop);
}

/* An administrator disabled the operator. */
void
app_on_ended(void *data)
{
	struct app *app = data;
	struct err err = ERR_INIT;

	if (app->ending)
		return;
	(void)gate_push(app->ui, GATE_ENDED, NULL, &err);
	if (app->ui_loop != NULL)
		ui_loop_wake(app->ui_loop);
}

/* ---- end ---- */

static void
on_model_stopped(void *data)
{
	struct app *app = data;

	app->model = NULL;
}

static void
on_tape_finished(struct app *app)
{
	model_stop(app->model, on_model_stopped, app);
}

/* Screens close first, so that they hand their drafts to the model. */
static void
on_end(enum ui_end why, void *data)
{
	struct app *app = data;

	(void)why;
	if (app->ending)
		return;
	app->ending = true;
	ui_notify(app->ui, NOTICE_HIDDEN, 0);
	if (app->entered) {
		model_seat_at(app->model, RECORD_NONE, 0, false);
		work_clock_end(app);
	}
	ui_loop_stop(&app->ui_loop);
	tape_finish(app, on_tape_finished);
}

/* ---- start ---- */

/* With *login nobody acts yet: name and password are asked for first. */
static int
open_desk(struct app *app, const struct invocation *in, struct desk **desk,
    bool *login, struct err *err)
{
	const struct conf_section *s = conf_section(app->conf, CONF_DESK);
	const char *tenant =
	    in->tenant != NULL ? in->tenant : conf_string(s, "tenant");
	struct desk_options o = {.uri = app->uri,
	    .files = conf_string(s, "files"),
	    .seal_key = conf_string(s, "seal_key"),
	    .readonly = in->readonly};
	int rc;

	*login = false;
	str_copy(app->tenant_slug, sizeof(app->tenant_slug), tenant);
	if ((rc = desk_open(&o, desk, err)) != 0)
		return rc;
	rc = desk_files_check((*desk)->files_dir, desk_files_id(*desk), err);
	if (rc != 0) {
		desk_close(desk);
		return rc;
	}
	if (in->login != NULL) {
		*login = true;
		rc = login_wanted(*desk, tenant, err);
	} else {
		rc = desk_act_as_operator(*desk, tenant, in->operator, err);
		*login = rc == OD_EDENIED && (*desk)->wants_login;
		if (*login)
			rc = login_wanted(*desk, tenant, err);
	}
	if (rc != 0)
		desk_close(desk);
	return rc;
}

/*
 * What was asked for now, then what is configured, then what the operator
 * chose here before, then what is known of operator, machine and tenant.
 */
static enum lang
choose_lang(const struct app *app, const struct entrance *e)
{
	const char *const names[] = {app->in->lang,
	    conf_string(conf_section(app->conf, CONF_DESK), "lang"), e->lang,
	    e->me.lang, app->in->env_lang, e->tenant.lang};
	enum lang lang = LANG_ES;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (lang_parse(names[i], &lang))
			break;
	return lang;
}

static void
take_entrance(struct app *app, const struct entrance *e)
{
	const char *zone = e->me.zone[0] != '\0' ? e->me.zone : e->tenant.zone;

	app->tenant = e->tenant;
	i18n_set_process(choose_lang(app, e));
	if (zone_get(zone, &app->zone, NULL) != 0)
		app->zone = zone_utc();
}

int
app_enter(struct app *app, const struct entrance *entrance, struct err *err)
{
	int rc;

	take_entrance(app, entrance);
	app->entered = true;
	ui_notify(app->ui, NOTICE_LANG, 0);
	if (!model_is_readonly(app->model))
		model_take_drafts(app->model);
	if ((rc = ui_push(app->ui, &scr_inbox, 0, NULL, err)) != 0)
		return rc;
	ui_status_changed(app->ui);
	return 0;
}

bool
app_lock(struct app *app)
{
	struct err err = ERR_INIT;

	if (!app->entered || ui_is_gated(app->ui))
		return true;
	if (!model_actor(app->model)->has_secret)
		return false;
	return gate_push(app->ui, GATE_LOCK, NULL, &err) == 0;
}

void
app_add_commands(struct commands *cs)
{
	commands_add(cs, app_commands, app_commands_count);
	commands_add(cs, desk_commands, desk_commands_count);
	commands_add(cs, inbox_commands, inbox_commands_count);
	commands_add(cs, tickets_commands, tickets_commands_count);
	commands_add(cs, tickets_view_commands, tickets_view_commands_count);
	commands_add(cs, tickets_save_commands, tickets_save_commands_count);
	commands_add(cs, ticket_commands, ticket_commands_count);
	commands_add(cs, macro_commands, macro_commands_count);
	commands_add(cs, checks_commands, checks_commands_count);
	commands_add(cs, clock_commands, clock_commands_count);
	commands_add(cs, ticket_clock_commands, ticket_clock_commands_count);
	commands_add(cs, call_commands, call_commands_count);
	commands_add(cs, call_hint_commands, call_hint_commands_count);
	commands_add(cs, tape_commands, tape_commands_count);
	commands_add(cs, recordings_commands, recordings_commands_count);
	commands_add(cs, lead_commands, lead_commands_count);
	commands_add(cs, leads_commands, leads_commands_count);
	commands_add(cs, board_commands, board_commands_count);
	commands_add(cs, guides_commands, guides_commands_count);
	commands_add(cs, guides_write_commands, guides_write_commands_count);
	commands_add(cs, playbook_commands, playbook_commands_count);
	commands_add(cs, guide_edit_commands, guide_edit_commands_count);
	commands_add(cs, session_commands, session_commands_count);
	commands_add(cs, system_commands, system_commands_count);
	commands_add(cs, admin_commands, admin_commands_count);
}

/* With the operator's own; what is wrong in them is said at the start. */
static int
bind_keys(struct app *app, struct err *err)
{
	struct str name = STR_INIT, text = STR_INIT;
	int rc = keys_file_read(NULL, &name, &text, err);

	if (rc == 0)
		rc = ui_bind_keys(app->ui, text.s != NULL ? text.s : "",
		    text.len, name.s != NULL ? name.s : "", err);
	str_free(&name);
	str_free(&text);
	return rc;
}

static int
start_ui(struct app *app, const struct invocation *in, struct err *err)
{
	struct term_options o = {.plain = in->plain, .mouse = in->mouse};
	int rc;

	app->ui = ui_new(&app_hooks, app);
	app_add_commands(ui_commands(app->ui));
	if ((rc = bind_keys(app, err)) != 0)
		return rc;
	return term_start(&o, &app->term, err);
}

static int
start(struct app *app, const struct invocation *in, struct err *err)
{
	struct model_options mo = {.loop = &app->loop,
	    .uri = app->uri,
	    .changed = on_changed,
	    .ended = app_on_ended,
	    .data = app};
	struct desk *desk = NULL;
	struct entrance e = {0};
	bool login;
	int rc;

	if ((rc = open_desk(app, in, &desk, &login, err)) != 0)
		return rc;
	if ((rc = entrance_read(desk, &e, err)) != 0 ||
	    (rc = start_ui(app, in, err)) != 0) {
		desk_close(&desk);
		return rc;
	}
	take_entrance(app, &e);
	mo.ui = app->ui;
	mo.desk = desk;
	if ((app->model = model_new(&mo, err)) == NULL)
		return err->code;
	if (in->delay_ms > 0)
		model_delay_answers(app->model, in->delay_ms);
	rc = login ? gate_push(app->ui, GATE_LOGIN, in->login, err)
	           : app_enter(app, &e, err);
	if (rc != 0)
		return rc;
	return ui_loop_start(
	    &app->loop, app->term, app->ui, on_end, app, &app->ui_loop, err);
}

int
app_run(const struct invocation *in, const struct conf *conf)
{
	struct app *app = xcalloc(1, sizeof(*app));
	struct err err = ERR_INIT;
	struct str uri = STR_INIT;
	int rc;

	app->conf = conf;
	app->in = in;
	app->lock_us = conf_int(conf_section(conf, CONF_DESK), "lock_minutes") *
	               US_PER_MINUTE;
	app->idle_us = conf_int(conf_section(conf, CONF_DESK), "idle_minutes") *
	               US_PER_MINUTE;
	app->zone = zone_utc();
	invocation_uri(in, conf, &uri);
	app->uri = str_take(&uri);
	uv_loop_init(&app->loop);
	xalloc_reserve(RESERVE);
	rc = start(app, in, &err);
	if (rc != 0 && app->model != NULL)
		on_end(UI_END_QUIT, app);
	uv_run(&app->loop, UV_RUN_DEFAULT);
	term_stop(&app->term);
	ui_free(&app->ui);
	(void)loop_finish(&app->loop);
	if (rc == 0 && xalloc_is_short())
		rc = err_set(&err, OD_EIO, "%s", memory_gone_text());
	if (rc != 0)
		fprintf(stderr, "opdesk: %s\n", err.text);
	free(app->uri);
	free(app);
	return err_exit_status(rc);
}
