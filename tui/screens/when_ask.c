/* when_ask - see when_ask.h. */
#include "tui/screens/when_ask.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/when.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/countdown.h"

#include <stdlib.h>
#include <string.h>

struct ask {
	char *title, *label, *examples, *empty; /* owned; empty may be NULL */
	struct w_line line;
	struct w_line_history *history; /* borrowed, or NULL */
	bool may_reply;
	bool is_wrong;  /* what was said is no moment, and was entered */
	char told[160]; /* what is understood, or why it is not */
};

/* ---- what is said ---- */

/* Folded, longest first: the text ends with one of them. */
static const char *const reply_words[] = {"or until they reply",
    "or until reply", "or a reply", "or reply", "o hasta que respondan",
    "o hasta que responda", "o hasta respuesta", "o una respuesta",
    "o respuesta", "until they reply", "until a reply", "until reply",
    "hasta que respondan", "hasta que responda", "hasta respuesta", "a reply",
    "reply", "una respuesta", "respuesta", NULL};

/* Cuts the words of a reply off the end; whether there were any. */
static bool
cut_reply(char *folded)
{
	size_t n = strlen(folded);

	while (n > 0 && folded[n - 1] == ' ')
		folded[--n] = '\0';
	for (size_t i = 0; reply_words[i] != NULL; i++) {
		size_t w = strlen(reply_words[i]);

		if (n < w || strcmp(folded + n - w, reply_words[i]) != 0 ||
		    (n > w && folded[n - w - 1] != ' '))
			continue;
		folded[n - w] = '\0';
		return true;
	}
	return false;
}

int
when_said_parse(const char *text, const struct zone *zone, int64_t now_us,
    struct when_said *out, struct err *err)
{
	struct str folded = STR_INIT;
	int rc = 0;

	*out = (struct when_said){0};
	utf8_fold(&folded, text, strlen(text));
	out->until_reply = folded.len > 0 && cut_reply(folded.s);
	if (!out->until_reply)
		rc = when_parse(text, zone, now_us, &out->at_us, err);
	else if (folded.s[strspn(folded.s, " ,")] != '\0')
		rc = when_parse(folded.s, zone, now_us, &out->at_us, err);
	str_free(&folded);
	return rc;
}

void
when_moment(const struct zone *zone, int64_t us, int64_t now_us, char out[48])
{
	static const char *const weekdays[] = {N_("Monday"), N_("Tuesday"),
	    N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
	    N_("Sunday")};
	struct civil then, now;

	zone_civil(zone, us, &then);
	zone_civil(zone, now_us, &now);
	if (then.year == now.year)
		str_format(out, 48, "%s %02d/%02d %02d:%02d",
		    _(weekdays[then.weekday]), then.day, then.month, then.hour,
		    then.minute);
	else
		str_format(out, 48, "%s %02d/%02d/%d %02d:%02d",
		    _(weekdays[then.weekday]), then.day, then.month, then.year,
		    then.hour, then.minute);
}

void
when_said_text(const struct zone *zone, const struct when_said *said,
    int64_t now_us, char out[120])
{
	char moment[48];

	if (said->at_us == 0) {
		str_copy(out, 120, _("until the customer says something"));
		return;
	}
	when_moment(zone, said->at_us, now_us, moment);
	if (said->until_reply)
		str_format(out, 120,
		    _("until %s or until the customer says something"), moment);
	else
		str_format(out, 120, _("until %s"), moment);
}

/* ---- the dialog ---- */

static int
read_it(const struct screen *s, struct when_said *said, struct err *err)
{
	const struct ask *d = s->data;
	const char *text = w_line_text(&d->line);
	int rc;

	*said = (struct when_said){0};
	if (text[strspn(text, " ")] == '\0')
		return d->empty != NULL ? 0
		                        : err_set(err, OD_EDATA,
					      "This field cannot be empty");
	rc = when_said_parse(
	    text, app_of(s->ui)->zone, clock_wall_us(), said, err);
	if (rc == 0 && said->until_reply && !d->may_reply)
		rc = err_set(err, OD_EDATA, "Name a day or a time");
	return rc;
}

static void
tell(struct screen *s)
{
	const struct zone *zone = app_of(s->ui)->zone;
	struct ask *d = s->data;
	struct err err = ERR_INIT;
	char span[COUNTDOWN_SIZE], moment[48], text[120];
	struct when_said said;

	if (read_it(s, &said, &err) != 0) {
		/* One that is about to be typed is not wrong yet. */
		str_copy(d->told, sizeof(d->told),
		    w_line_is_empty(&d->line) ? "" : err.text);
		return;
	}
	if (said.at_us == 0 && !said.until_reply) {
		str_copy(d->told, sizeof(d->told), d->empty);
		return;
	}
	if (said.at_us == 0) {
		when_said_text(zone, &said, clock_wall_us(), text);
		str_format(d->told, sizeof(d->told), "= %s", text);
		return;
	}
	when_moment(zone, said.at_us, clock_wall_us(), moment);
	countdown_span(said.at_us - clock_wall_us(), span);
	str_format(d->told, sizeof(d->told), "= %s (%s)%s", moment, span,
	    said.until_reply ? _(", or a reply") : "");
}

static char *
dup_or_null(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

static int
ask_open(struct screen *s, const void *args, struct err *err)
{
	const struct when_args *a = args;
	struct ask *d = s->data;

	(void)err;
	d->title = xstrdup(a->title);
	d->label = xstrdup(a->label);
	d->examples = xstrdup(a->examples);
	d->empty = dup_or_null(a->empty);
	d->history = a->history;
	d->may_reply = a->may_reply;
	w_line_init(&d->line);
	w_line_set_history(&d->line, a->history);
	tell(s);
	return 0;
}

static void
ask_close(struct screen *s)
{
	struct ask *d = s->data;

	FREE(&d->title);
	FREE(&d->label);
	FREE(&d->examples);
	FREE(&d->empty);
	w_line_free(&d->line);
}

static void
ask_subtitle(const struct screen *s, struct str *out)
{
	const struct ask *d = s->data;

	str_add(out, d->title);
}

static void
ask_size(const struct screen *s, int *w, int *h)
{
	(void)s;
	*w = 66;
	*h = 4;
}

static void
ask_draw(const struct screen *s, struct canvas *c)
{
	const struct ask *d = s->data;
	enum role role = d->is_wrong         ? ROLE_ERROR
	                 : d->told[0] == '=' ? ROLE_STRONG
	                                     : ROLE_MUTED;

	canvas_outside(
	    c, 1, 0, c->w - 2, ROLE_NORMAL, d->label, strlen(d->label));
	w_line_draw(&d->line, c, 1, 1, c->w - 2, true);
	canvas_outside(c, 1, 2, c->w - 2, role, d->told, strlen(d->told));
	canvas_text(c, 1, 3, c->w - 2, ROLE_MUTED, d->examples);
}

static unsigned
ask_accept(struct screen *s)
{
	struct ask *d = s->data;
	struct screen_result result = {.accepted = true};
	struct err err = ERR_INIT;
	struct when_said said;

	if (read_it(s, &said, &err) != 0) {
		str_copy(d->told, sizeof(d->told), err.text);
		d->is_wrong = true;
		return REACT_REDRAW | REACT_BEEP;
	}
	result.id = said.at_us;
	result.text = said.until_reply ? "reply" : "";
	if (d->history != NULL)
		w_line_history_add(d->history, w_line_text(&d->line));
	ui_finish(s->ui, s, &result);
	return REACT_HANDLED;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	struct ask *d = s->data;

	if (event == W_CANCEL) {
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	}
	if (event == W_ACCEPT)
		return ask_accept(s);
	if (event == W_CHANGED) {
		d->is_wrong = false;
		tell(s);
	}
	return react;
}

static unsigned
ask_input(struct screen *s, const struct input *in)
{
	struct ask *d = s->data;
	enum w_event event;
	unsigned react = w_line_input(&d->line, in, &event);

	return after(s, react, event);
}

static unsigned
ask_paste(struct screen *s, const char *text, size_t n)
{
	struct ask *d = s->data;
	enum w_event event;
	unsigned react = w_line_paste(&d->line, text, n, &event);

	return after(s, react, event);
}

static unsigned
ask_notify(struct screen *s, enum notice what, int64_t id)
{
	const struct ask *d = s->data;

	(void)id;
	if ((what != NOTICE_TICK && what != NOTICE_LANG) || d->is_wrong)
		return REACT_NONE;
	tell(s);
	return REACT_REDRAW;
}

static bool
ask_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static const char *
ask_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.back";
}

static const struct screen_ops ask_ops = {
    .name = "when",
    .modal = true,
    .data_size = sizeof(struct ask),
    .open = ask_open,
    .close = ask_close,
    .draw = ask_draw,
    .input = ask_input,
    .paste = ask_paste,
    .notify = ask_notify,
    .wants_text = ask_wants_text,
    .hints = ask_hints,
    .subtitle = ask_subtitle,
    .size = ask_size,
};

void
when_push(struct ui *ui, struct screen *parent, const struct when_args *args,
    screen_result_fn *done, int64_t context)
{
	struct err err = ERR_INIT;

	if (ui_push_for(ui, parent, &ask_ops, 0, args, done, context, &err) !=
	    0)
		ui_toast_err(ui, &err);
}
