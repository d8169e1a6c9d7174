/* scr_gate - see scr_gate.h. */
#include "tui/screens/scr_gate.h"
#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/model/model_login.h"
#include "tui/widgets/w_form.h"
#include "tui/widgets/textpos.h"
#include <string.h>

#define GATE_W 56

struct gate {
	struct w_form form;
	bool has_form;
	bool busy; /* an answer is to come */
	bool code; /* only the code is asked for; the rest is known */
	char login[64], password[1026];
	char error[ERR_TEXT_SIZE];
};

static const struct w_field login_fields[] = {
    {.name = "login",
	.label = N_("Name"),
	.kind = W_FIELD_LINE,
	.required = true,
	.max_bytes = 40},
    {.name = "password",
	.label = N_("Password"),
	.kind = W_FIELD_SECRET,
	.required = true,
	.max_bytes = 1024},
};
static const struct w_field code_fields[] = {
    {.name = "code",
	.label = N_("Code"),
	.kind = W_FIELD_LINE,
	.required = true,
	.max_bytes = 16},
};
static const struct w_field lock_fields[] = {
    {.name = "password",
	.label = N_("Password or code"),
	.kind = W_FIELD_SECRET,
	.required = true,
	.max_bytes = 1024},
};

static void
set_form(struct screen *s, const struct w_field *fields, int count)
{
	struct gate *g = s->data;

	if (g->has_form)
		w_form_free(&g->form);
	w_form_init(&g->form, fields, count);
	g->has_form = true;
	if (s->w > 0)
		w_form_layout(&g->form, s->w < GATE_W ? s->w : GATE_W, s->h);
}

static int
gate_open(struct screen *s, const void *args, struct err *err)
{
	struct gate *g = s->data;
	const char *login = args;

	(void)err;
	switch ((enum gate_mode)s->id) {
	case GATE_LOGIN:
		set_form(s, login_fields, 2);
		if (login != NULL) {
			w_form_set_text(&g->form, "login", login);
			w_form_focus(&g->form, "password");
		}
		break;
	case GATE_LOCK:
		set_form(s, lock_fields, 1);
		break;
	case GATE_ENDED:
		break;
	}
	return 0;
}

static void
gate_close(struct screen *s)
{
	struct gate *g = s->data;

	if (g->has_form)
		w_form_free(&g->form);
	explicit_bzero(g->password, sizeof(g->password));
}

static void
gate_layout(struct screen *s, int w, int h)
{
	struct gate *g = s->data;

	if (g->has_form)
		w_form_layout(&g->form, w < GATE_W ? w : GATE_W, h);
}

static const char *
headline(const struct screen *s)
{
	const struct gate *g = s->data;

	switch ((enum gate_mode)s->id) {
	case GATE_LOGIN:
		return g->code ? _("Give the code that your generator shows.")
		               : _("Give your name and your password.");
	case GATE_LOCK:
		return _("The console is locked; drafts are kept.");
	case GATE_ENDED:
		return _("An administrator disabled your account. Drafts are"
			 " kept; ask an administrator.");
	}
	return "";
}

/* A sentence from row y on, wrapped; the row after it. */
static int
draw_sentence(struct canvas *c, int y, enum role role, const char *text)
{
	size_t n = strlen(text);

	while (n > 0 && y < c->h) {
		size_t next,
		    row = wrap_row(text, n, c->w > 1 ? c->w : 1, &next);

		canvas_outside(c, 0, y++, c->w, role, text, row);
		text += next;
		n -= next;
	}
	return y;
}

static void
gate_draw(const struct screen *s, struct canvas *c)
{
	const struct gate *g = s->data;
	int w = c->w < GATE_W ? c->w : GATE_W;
	int x = (c->w - w) / 2, y = c->h > 12 ? (c->h - 8) / 2 : 0;
	struct canvas box = canvas_sub(c, x, y, w, c->h - y), inside;

	canvas_clear(c, ROLE_NORMAL);
	y = draw_sentence(&box, 0, ROLE_STRONG, headline(s)) + 1;
	if (!g->has_form)
		return;
	inside = canvas_sub(&box, 0, y, w, box.h - y < 4 ? box.h - y : 4);
	w_form_draw(&g->form, &inside);
	y += 4;
	if (g->busy)
		(void)draw_sentence(&box, y, ROLE_MUTED, _("One moment..."));
	else
		(void)draw_sentence(&box, y, ROLE_ERROR, g->error);
}

static void
refused(struct screen *s, const char *sentence)
{
	struct gate *g = s->data;

	str_copy(g->error, sizeof(g->error), sentence);
	if (s->id == GATE_LOGIN && g->code) {
		g->code = false;
		set_form(s, login_fields, 2);
		w_form_set_text(&g->form, "login", g->login);
	}
	w_form_set_text(&g->form, "password", "");
	if (s->id == GATE_LOCK || g->login[0] != '\0')
		w_form_focus(&g->form, "password");
	explicit_bzero(g->password, sizeof(g->password));
	ui_mark(s->ui, s, REACT_REDRAW | REACT_BEEP);
}

static void
login_answered(
    struct ui *ui, struct screen *s, const struct login_answer *answer)
{
	struct gate *g;
	struct err err = ERR_INIT;

	if (s == NULL)
		return;
	g = s->data;
	g->busy = false;
	if (answer->rc == 0) {
		explicit_bzero(g->password, sizeof(g->password));
		if (app_enter(app_of(ui), answer->entrance, &err) != 0)
			refused(s, err.text);
		else
			ui_finish(ui, s, NULL);
	} else if (answer->wants_code) {
		g->code = true;
		g->error[0] = '\0';
		set_form(s, code_fields, 1);
		ui_mark(ui, s, REACT_REDRAW);
	} else {
		refused(s, answer->sentence);
	}
}

static void
unlock_answered(
    struct ui *ui, struct screen *s, const struct login_answer *answer)
{
	struct gate *g;

	if (s == NULL)
		return;
	g = s->data;
	g->busy = false;
	if (answer->rc == 0)
		ui_finish(ui, s, NULL);
	else
		refused(s, answer->sentence);
}

static unsigned
take_form(struct screen *s)
{
	struct gate *g = s->data;
	struct app *app = app_of(s->ui);

	if (g->busy || !w_form_check(&g->form))
		return REACT_REDRAW | REACT_BEEP;
	g->busy = true;
	g->error[0] = '\0';
	if (s->id == GATE_LOCK) {
		model_unlock(app->model, s, w_form_text(&g->form, "password"),
		    unlock_answered);
		return REACT_REDRAW;
	}
	if (!g->code) {
		str_copy(
		    g->login, sizeof(g->login), w_form_text(&g->form, "login"));
		str_copy(g->password, sizeof(g->password),
		    w_form_text(&g->form, "password"));
	}
	model_login(app->model, s, app->tenant_slug, g->login, g->password,
	    g->code ? w_form_text(&g->form, "code") : "", login_answered);
	return REACT_REDRAW;
}

static unsigned
gate_input(struct screen *s, const struct input *in)
{
	struct gate *g = s->data;
	enum w_event event = W_NONE;
	unsigned react;

	if (!g->has_form)
		return in->nav == NAV_OPEN || in->nav == NAV_BACK
		           ? REACT_QUIT
		           : REACT_HANDLED;
	if (g->busy)
		return REACT_HANDLED;
	react = w_form_input(&g->form, in, &event);
	if (event == W_ACCEPT)
		return take_form(s);
	if (event == W_CANCEL && s->id == GATE_LOGIN)
		return REACT_QUIT;
	if (event == W_CANCEL) {
		w_form_set_text(&g->form, "password", "");
		react = REACT_REDRAW;
	}
	return react | REACT_HANDLED;
}

static unsigned
gate_paste(struct screen *s, const char *text, size_t n)
{
	struct gate *g = s->data;
	enum w_event event;

	return g->has_form && !g->busy ? w_form_paste(&g->form, text, n, &event)
	                               : REACT_HANDLED;
}

static unsigned
gate_notify(struct screen *s, enum notice what, int64_t id)
{
	(void)s, (void)id;
	return what == NOTICE_LANG ? REACT_LAYOUT : REACT_HANDLED;
}

static bool
gate_wants_text(const struct screen *s)
{
	const struct gate *g = s->data;

	return g->has_form;
}

static const char *
gate_hints(const struct screen *s)
{
	return s->id == GATE_LOGIN ? "move.open move.next app.quit"
	                           : "move.open app.quit";
}

static void
gate_subtitle(const struct screen *s, struct str *out)
{
	switch ((enum gate_mode)s->id) {
	case GATE_LOGIN:
		str_addf(out, "opdesk · %s", _("Log in"));
		break;
	case GATE_LOCK:
		str_addf(out, "opdesk · %s", _("Locked"));
		break;
	case GATE_ENDED:
		str_addf(out, "opdesk · %s", _("No way in"));
		break;
	}
}

static const struct screen_ops gate_ops = {
    .name = "gate",
    .gate = true,
    .data_size = sizeof(struct gate),
    .open = gate_open,
    .close = gate_close,
    .layout = gate_layout,
    .draw = gate_draw,
    .input = gate_input,
    .paste = gate_paste,
    .notify = gate_notify,
    .wants_text = gate_wants_text,
    .hints = gate_hints,
    .subtitle = gate_subtitle,
};

int
gate_push(
    struct ui *ui, enum gate_mode mode, const char *login, struct err *err)
{
	return ui_push(ui, &gate_ops, mode, login, err);
}
