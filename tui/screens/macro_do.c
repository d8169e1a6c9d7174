/* macro_do - see macro_do.h. */
#include "tui/screens/macro_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_macro.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_do.h"
#include "tui/widgets/w_text.h"

#include <stdlib.h>
#include <string.h>

#define DIFF_W   70
#define DIFF_MAX 18 /* rows */

/* ---- the difference ---- */

struct diff {
	struct macro_sight sight;
	struct w_text text;
};

static void
add_change(struct w_text *t, const struct macro_line *l)
{
	struct str line = STR_INIT;
	size_t label;

	str_addf(&line, "%s: ", l->label);
	label = line.len;
	str_addf(&line, "%s → %s", l->before[0] != '\0' ? l->before : "--",
	    l->after[0] != '\0' ? l->after : "--");
	w_text_outside(t, ROLE_NORMAL, 0, line.s, line.len);
	w_text_set_label(t, label, ROLE_STRONG);
	w_text_set_hang(t, 2);
	str_free(&line);
}

static void
add_words(struct w_text *t, const char *title, enum role role, const char *text)
{
	if (text == NULL)
		return;
	if (t->block_count > 0)
		w_text_gap(t);
	w_text_add(t, ROLE_HEADER, 0, title);
	w_text_outside(t, role, 1, text, strlen(text));
}

static void
fill(struct diff *d)
{
	const struct macro_plan *p = &d->sight.plan;
	struct str head = STR_INIT;

	w_text_clear(&d->text);
	if (d->sight.count > 1) {
		str_addf(&head,
		    _("%d tickets, of which this is what happens to ticket"
		      " %lld:"),
		    (int)d->sight.count, (long long)p->number);
		w_text_add(&d->text, ROLE_WARNING, 0, head.s);
	}
	for (size_t i = 0; i < p->count; i++)
		add_change(&d->text, &p->lines[i]);
	add_words(&d->text, _("Reply that is sent"), ROLE_REPLY, p->reply);
	add_words(&d->text, _("Note that only we see"), ROLE_NOTE, p->note);
	if (macro_plan_is_empty(p))
		w_text_add(&d->text, ROLE_MUTED, 0, _("Nothing changes on it"));
	str_free(&head);
}

/* args: the sight, which is taken. */
static int
diff_open(struct screen *s, const void *args, struct err *err)
{
	const struct macro_sight *sight = args;
	struct diff *d = s->data;

	(void)err;
	w_text_init(&d->text);
	d->sight = *sight;
	fill(d);
	w_text_layout(&d->text, DIFF_W - 2, DIFF_MAX);
	return 0;
}

static void
diff_close(struct screen *s)
{
	struct diff *d = s->data;

	macro_sight_clear(&d->sight);
	w_text_free(&d->text);
}

static void
diff_layout(struct screen *s, int w, int h)
{
	struct diff *d = s->data;

	w_text_layout(&d->text, w > 2 ? w - 2 : 1, h > 1 ? h - 1 : 1);
}

static void
diff_draw(const struct screen *s, struct canvas *c)
{
	const struct diff *d = s->data;
	struct canvas text = canvas_sub(c, 1, 0, c->w - 2, c->h - 1);

	w_text_draw(&d->text, &text, true);
	canvas_text(c, 1, c->h - 1, c->w - 2, ROLE_HINT,
	    _("Enter does all of it, u takes it back  Esc leaves it"));
}

static unsigned
diff_input(struct screen *s, const struct input *in)
{
	struct diff *d = s->data;
	struct screen_result result = {.accepted = true};
	enum w_event event;

	if (w_text_wants_text(&d->text))
		return w_text_input(&d->text, in, &event);
	if (in->nav == NAV_BACK) {
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	}
	if (in->nav != NAV_OPEN && in->nav != NAV_ACCEPT)
		return w_text_input(&d->text, in, &event);
	model_macro_run(model_of(s), &d->sight);
	ui_finish(s->ui, s, &result);
	return REACT_HANDLED;
}

static unsigned
diff_notify(struct screen *s, enum notice what, int64_t id)
{
	struct diff *d = s->data;

	(void)id;
	if (what != NOTICE_LANG)
		return REACT_NONE;
	fill(d);
	return REACT_LAYOUT | REACT_REDRAW;
}

static bool
diff_wants_text(const struct screen *s)
{
	const struct diff *d = s->data;

	return w_text_wants_text(&d->text);
}

static const char *
diff_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.back";
}

static void
diff_subtitle(const struct screen *s, struct str *out)
{
	const struct macro_sight *a = &((const struct diff *)s->data)->sight;

	if (a->count > 1)
		str_addf(out, _("%s: %d tickets"), a->plan.name, (int)a->count);
	else
		str_addf(out, _("%s: ticket %lld"), a->plan.name,
		    (long long)a->plan.number);
}

static void
diff_size(const struct screen *s, int *w, int *h)
{
	const struct diff *d = s->data;
	size_t rows = w_text_rows(&d->text) + 1;

	*w = DIFF_W;
	*h = rows < 4 ? 4 : rows > DIFF_MAX ? DIFF_MAX : (int)rows;
}

static const struct screen_ops diff_ops = {
    .name = "macro",
    .title = N_("Macro"),
    .modal = true,
    .data_size = sizeof(struct diff),
    .open = diff_open,
    .close = diff_close,
    .layout = diff_layout,
    .draw = diff_draw,
    .input = diff_input,
    .notify = diff_notify,
    .wants_text = diff_wants_text,
    .hints = diff_hints,
    .subtitle = diff_subtitle,
    .size = diff_size,
};

/* ---- which one, on what ---- */

static void
on_look(struct screen *s, struct macro_sight *sight)
{
	struct err err = ERR_INIT;

	/* While another dialog is open the answer is too late. */
	if (ui_top(s->ui) != s)
		return;
	if (sight->count == 1 && macro_plan_is_empty(&sight->plan)) {
		ui_toast(s->ui, TOAST_INFO,
		    _("The macro \"%s\" changes nothing on ticket %lld"),
		    sight->plan.name, (long long)sight->plan.number);
		return;
	}
	if (ui_push_for(s->ui, s, &diff_ops, 0, sight, NULL, 0, &err) == 0)
		memset(sight, 0, sizeof(*sight));
	else
		ui_toast_err(s->ui, &err);
}

/* On the marked ones, else on the one under the cursor or on the card. */
static bool
look(struct screen *s, int64_t id, const char *bound)
{
	const struct ticket *t;
	const int64_t *ids = NULL;
	size_t count = 0;

	t = s->ops == &scr_tickets ? ticket_list_of(s, &ids, &count)
	                           : ticket_card_of(s);
	if (count == 0 && t != NULL) {
		ids = &t->id;
		count = 1;
	}
	if (count == 0 || count > TICKET_BULK_MAX)
		return false;
	model_macro_look(model_of(s), s, id, bound, ids, count, on_look);
	return true;
}

static unsigned
picked(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	return look(s, r->id, "") ? REACT_HANDLED : REACT_BEEP;
}

static const char *
whose(const struct macro *m)
{
	if (m->operator_id != 0)
		return _("mine");
	return m->team_id != 0 ? m->team_name : _("everybody");
}

static void
on_list(
    struct screen *s, const struct macro *rows, size_t count, int64_t context)
{
	struct chooser_args args = {.title = _("Macros"), .count = count};
	struct chooser_item *items;
	char(*details)[240];

	(void)context;
	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	items = xcalloc(count + 1, sizeof(items[0]));
	details = xcalloc(count + 1, sizeof(details[0]));
	args.items = items;
	for (size_t i = 0; i < count; i++) {
		str_format(details[i], sizeof(details[i]), "%s%s%s",
		    rows[i].bound, rows[i].bound[0] != '\0' ? "  " : "",
		    whose(&rows[i]));
		items[i] = (struct chooser_item){
		    rows[i].id, rows[i].name, details[i], false};
	}
	if (count > 0)
		chooser_push(s->ui, s, &args, picked, 0);
	else
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("There are no macros; \"opdesk macro new\" makes one"));
	free(items);
	free(details);
}

unsigned
macro_do_key(struct screen *s, const struct input *in)
{
	char name[KEY_NAME_SIZE];

	if (in->nav != NAV_NONE || in->key.code == KC_NONE ||
	    model_of(s) == NULL || !model_may(model_of(s), "macro.read"))
		return REACT_NONE;
	key_format(&in->key, name);
	return look(s, 0, name) ? REACT_HANDLED : REACT_NONE;
}

static unsigned
run_menu(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	model_macro_list(model_of(s), s, 0, on_list);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command macro_commands[] = {
	{"ticket.macro", N_("Macros"), N_("Choose what is done to the ticket in one step; it is shown first."),
	    "tickets:; ticket:;", NULL, NEED_TICKET | NEED_WRITABLE, "macro.read", NAV_NONE, 0, run_menu},
};
/* clang-format on */
const size_t macro_commands_count =
    sizeof(macro_commands) / sizeof(macro_commands[0]);
