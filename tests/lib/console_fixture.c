/* console_fixture - see console_fixture.h. */
#include "tests/lib/console_fixture.h"

#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/loop.h"
#include "common/str.h"
#include "common/utf8.h"
#include "db/records/login.h"
#include "tests/lib/golden.h"
#include "tui/screens/scr_gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_MS  60000
#define ROUNDS_MAX 200

static void
must(int rc, const struct err *err, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "console_fixture: %s: %d %s\n", what, rc, err->text);
	abort();
}

void
console_fixture_make(struct console_fixture *f)
{
	memset(f, 0, sizeof(*f));
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	fs_fake_space(1 << 30, 1 << 30);
	i18n_set_process(LANG_EN);
	desk_fixture_make(&f->desk);
	f->conf = conf_default();
	f->app.conf = f->conf;
	f->app.in = &f->in;
	f->app.uri = f->desk.uri;
	str_copy(
	    f->app.tenant_slug, sizeof(f->app.tenant_slug), FIXTURE_TENANT);
}

static void
on_changed(void *data)
{
	struct console_fixture *f = data;

	if (!f->app.ending)
		ui_notify(f->ui, NOTICE_DATA, 0);
}

static void
on_ended(void *data)
{
	struct console_fixture *f = data;

	app_on_ended(&f->app);
}

static void
start(struct console_fixture *f, struct desk *d)
{
	struct model_options o = {.loop = &f->app.loop,
	    .desk = d,
	    .uri = f->desk.uri,
	    .changed = on_changed,
	    .ended = on_ended,
	    .data = f};
	struct err err = ERR_INIT;

	must(tenant_get(d, d->actor.tenant_id, &f->app.tenant, &err), &err,
	    "tenant_get");
	must(zone_get(f->app.tenant.zone, &f->app.zone, &err), &err, "zone");
	memset(&f->app.clock, 0, sizeof(f->app.clock));
	memset(&f->app.tape, 0, sizeof(f->app.tape));
	uv_loop_init(&f->app.loop);
	f->ui = f->app.ui = o.ui = ui_new(&app_hooks, &f->app);
	app_add_commands(ui_commands(f->ui));
	must(ui_bind_keys(f->ui, f->keys, f->keys != NULL ? strlen(f->keys) : 0,
		 "keys.conf", &err),
	    &err, "keys");
	f->app.model = model_new(&o, &err);
	must(f->app.model == NULL ? err.code : 0, &err, "model_new");
	f->grid = canvas_grid_new(80, 24, 0);
}

void
console_fixture_start(struct console_fixture *f, const char *login,
    const struct screen_ops *ops, int64_t id)
{
	struct desk_options o = {.uri = f->desk.uri, .readonly = f->readonly};
	struct err err = ERR_INIT;
	struct desk *d;

	must(desk_open(&o, &d, &err), &err, f->desk.uri);
	must(desk_act_as_operator(d, FIXTURE_TENANT, login, &err), &err, login);
	d->takes_part = false; /* as if it were his own Unix user */
	f->app.entered = true;
	start(f, d);
	must(ui_push(f->ui, ops, id, NULL, &err), &err, "ui_push");
	console_fixture_settle(f);
}

void
console_fixture_start_login(struct console_fixture *f)
{
	struct desk *d = desk_fixture_open(&f->desk);
	struct err err = ERR_INIT;

	must(login_wanted(d, FIXTURE_TENANT, &err), &err, "login_wanted");
	f->app.entered = false;
	start(f, d);
	must(gate_push(f->ui, GATE_LOGIN, NULL, &err), &err, "gate_push");
	console_fixture_settle(f);
}

static void
on_deadline(uv_timer_t *timer)
{
	struct console_fixture *f = timer->data;

	f->timed_out = true;
}

static void
on_deadline_closed(uv_handle_t *handle)
{
	free(handle);
}

void
console_fixture_settle(struct console_fixture *f)
{
	uv_timer_t *deadline = calloc(1, sizeof(*deadline));
	int rounds = 0;

	uv_timer_init(&f->app.loop, deadline);
	deadline->data = f;
	uv_timer_start(deadline, on_deadline, SETTLE_MS, 0);
	do {
		ui_paint(f->ui, f->grid);
		while (model_pending(f->app.model) > 0 && !f->timed_out)
			uv_run(&f->app.loop, UV_RUN_ONCE);
	} while ((ui_is_dirty(f->ui) || model_pending(f->app.model) > 0) &&
		 !f->timed_out && ++rounds < ROUNDS_MAX);
	uv_close((uv_handle_t *)deadline, on_deadline_closed);
	uv_run(&f->app.loop, UV_RUN_NOWAIT);
	if (f->timed_out || rounds == ROUNDS_MAX) {
		fprintf(stderr, "console_fixture: the console does not rest\n");
		abort();
	}
}

void
console_fixture_keys(struct console_fixture *f, const char *keys)
{
	golden_keys(f->ui, keys);
	console_fixture_settle(f);
}

void
console_fixture_type(struct console_fixture *f, const char *text)
{
	golden_type(f->ui, text);
	console_fixture_settle(f);
}

void
console_fixture_changed(struct console_fixture *f)
{
	ui_notify(f->ui, NOTICE_DATA, 0);
	console_fixture_settle(f);
}

bool
console_fixture_shows(struct console_fixture *f, const char *text)
{
	struct str out = STR_INIT;
	bool found;

	ui_paint(f->ui, f->grid);
	canvas_dump_text(f->grid, &out);
	found = strstr(out.s, text) != NULL;
	str_free(&out);
	return found;
}

bool
console_fixture_click(struct console_fixture *f, const char *text)
{
	struct str out = STR_INIT;
	const char *at, *line;
	int y = 0;

	ui_paint(f->ui, f->grid);
	canvas_dump_text(f->grid, &out);
	if ((at = strstr(out.s, text)) != NULL) {
		for (line = out.s; strchr(line, '\n') < at; y++)
			line = strchr(line, '\n') + 1;
		ui_mouse(f->ui, utf8_width(line, (size_t)(at - line)), y,
		    BUTTON_LEFT);
		console_fixture_settle(f);
	}
	str_free(&out);
	return at != NULL;
}

static void
on_stopped(void *data)
{
	struct app *app = data;

	app->model = NULL;
}

static void
on_tape_finished(struct app *app)
{
	model_stop(app->model, on_stopped, app);
}

void
console_fixture_end(struct console_fixture *f)
{
	f->app.ending = true;
	ui_notify(f->ui, NOTICE_HIDDEN, 0);
	tape_finish(&f->app, on_tape_finished);
	uv_run(&f->app.loop, UV_RUN_DEFAULT);
	ui_free(&f->ui);
	(void)loop_finish(&f->app.loop);
	canvas_grid_free(&f->grid);
	f->app.ending = false;
}

void
console_fixture_remove(struct console_fixture *f)
{
	if (f->ui != NULL)
		console_fixture_end(f);
	desk_fixture_remove(&f->desk);
	conf_free(&f->conf);
	i18n_set_process(LANG_EN);
	fs_fake_space(0, 0);
	clock_fake_wall(0);
}
