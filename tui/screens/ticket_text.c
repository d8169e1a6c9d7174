/* ticket_text - see ticket_text.h. */
#include "tui/screens/ticket_text.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/ticket_clock_text.h"
#include "tui/screens/ticket_files_do.h"
#include "tui/screens/ticket_words.h"
#include "tui/screens/ticket_work.h"

#include <inttypes.h>
#include <string.h>

#define SMALL_W 60
#define SMALL_H 13

#define DESCRIPTION (-1) /* its block */

/* ---- timeline ---- */

static void
outside(struct w_text *t, enum role role, int indent, const struct str *s)
{
	w_text_outside(t, role, indent, s->s, s->len);
}

static void
add_when(const struct ui *ui, struct str *line, int64_t us, const char *who)
{
	char time[32];

	app_time(app_of(ui), time, sizeof(time), us);
	str_addf(line, "%s  %s", time,
	    who != NULL && who[0] != '\0' ? who : _("opdesk"));
}

/* Until it is out; who wrote it may take it back. */
static void
add_countdown(const struct ui *ui, struct str *line,
    const struct reply_route *route, const struct ticket_comment *c)
{
	const struct model *m = app_of(ui)->model;
	bool own = m != NULL && model_actor(m)->id == c->operator_id;
	int s = (int)((c->held_until_us - clock_wall_us() + US_PER_SECOND - 1) /
		      US_PER_SECOND);

	/* As things are, nobody gets it. */
	if (route->way == REPLY_STAYS && !own)
		return;
	str_addf(line, "  ");
	str_addf(line,
	    route->way == REPLY_STAYS ? _("u takes it back for %d s")
	    : own                     ? _("goes out in %d s; u takes it back")
				      : _("goes out in %d s"),
	    s);
}

/* How a reply left, and how far it came. */
static void
add_way(struct str *line, const struct ticket_comment *c)
{
	char result[700];

	ticket_reply_result(
	    c->way, c->went, c->problem, result, sizeof(result));
	if (result[0] != '\0')
		str_addf(line, "  %s", result);
}

/* Whether it counts the seconds until it goes out. */
static bool
add_comment(const struct ui *ui, struct w_text *t,
    const struct ticket_card *card, const struct ticket_comment *c)
{
	bool note = c->kind == COMMENT_NOTE;
	bool counts = c->held_until_us > clock_wall_us();
	struct str line = STR_INIT;

	w_text_gap(t);
	add_when(ui, &line, c->at_us, c->author);
	str_add(&line, "  ");
	str_add(&line, note ? _("[internal note]") : _("[reply]"));
	if (counts)
		add_countdown(ui, &line, &card->route, c);
	else
		add_way(&line, c);
	outside(t, ROLE_STRONG, 0, &line);
	w_text_set_id(t, c->id);
	w_text_outside(
	    t, note ? ROLE_NOTE : ROLE_REPLY, 2, c->body, strlen(c->body));
	ticket_files_fill(t, card, c->id);
	str_free(&line);
	return counts;
}

/* Set by others, or only bookkeeping: nothing to read in a timeline. */
static bool
is_told(const struct history_row *r)
{
	static const char *const quiet[] = {"solved_us", "closed_us",
	    "waiting_until_us", "merged_into", "external_id", NULL};

	for (size_t i = 0; quiet[i] != NULL; i++)
		if (str_equal(r->field, quiet[i]))
			return false;
	return true;
}

static void
add_change(const struct ui *ui, struct str *line, const struct history_row *r)
{
	if (str_equal(r->field, "deleted_at")) {
		str_add(line, str_equal(r->before, "new") ? _("made the ticket")
			      : r->after != NULL && r->after[0] != '\0'
				  ? _("moved it to the trash")
				  : _("took it out of the trash"));
		return;
	}
	str_add(line, ticket_field_label(r->field));
	if (str_equal(r->field, "description") ||
	    str_equal(r->field, "conversation_id"))
		return;
	str_add(line, " ");
	ticket_value_text(ui, r->field, r->before, line);
	str_add(line, " → ");
	ticket_value_text(ui, r->field, r->after, line);
}

static bool
same_moment(const struct history_row *a, const struct history_row *b)
{
	return a->at_us == b->at_us && str_equal(a->operation, b->operation) &&
	       str_equal(a->by, b->by);
}

/*
 * One action of one person, rows [*left - n, *left) of history from the end;
 * *left becomes what is still to be told.
 */
static void
add_action(const struct ui *ui, struct w_text *t,
    const struct ticket_card *card, size_t *left)
{
	const struct history_row *first = &card->history[*left - 1];
	struct str line = STR_INIT;
	bool any = false;

	add_when(ui, &line, first->at_us, first->by);
	str_add(&line, ": ");
	while (*left > 0 && same_moment(first, &card->history[*left - 1])) {
		const struct history_row *r = &card->history[--*left];

		if (!is_told(r))
			continue;
		if (any)
			str_add(&line, "; ");
		add_change(ui, &line, r);
		any = true;
	}
	if (any) {
		w_text_gap(t);
		outside(t, ROLE_MUTED, 0, &line);
		w_text_set_id(t, -2 - (int64_t)*left);
	}
	str_free(&line);
}

/* What it was linked to, or merged with. */
static void
add_event(const struct ui *ui, struct w_text *t,
    const struct ticket_card *card, const struct timeline_item *i)
{
	struct str line = STR_INIT;
	const char *name = i->text;

	/* A session's name says nothing to people. */
	for (size_t g = 0; i->link == LINK_GUIDE && g < card->session_count; g++)
		if (str_equal(card->sessions[g].name, i->text))
			name = card->sessions[g].title;

	add_when(ui, &line, i->at_us, i->who);
	str_add(&line, ": ");
	if (i->kind == TIMELINE_MERGE) {
		str_addf(&line,
		    i->inbound ? _("merged ticket %lld into this one")
			       : _("merged this one into ticket %lld"),
		    (long long)i->number);
		str_addf(&line, " \"%s\"", i->text);
		if (i->undone)
			str_addf(&line, " %s", _("(taken back)"));
	} else if (i->link == LINK_TICKET) {
		str_addf(&line, _("linked ticket %lld"), (long long)i->number);
	} else if (i->link == LINK_CONVERSATION) {
		str_add(&line, _("linked a conversation"));
	} else {
		str_add(&line, i->link == LINK_CALL    ? _("linked a call")
			       : i->link == LINK_GUIDE ? _("linked a guide")
			       : i->link == LINK_EQUIPMENT
				   ? _("linked equipment")
				   : _("linked"));
		str_addf(&line, ": %s", name);
	}
	w_text_gap(t);
	outside(t, ROLE_MUTED, 0, &line);
	str_free(&line);
}

static void
add_message(const struct ui *ui, struct w_text *t,
    const struct timeline_item *i, int64_t id)
{
	struct str line = STR_INIT;

	w_text_gap(t);
	add_when(ui, &line, i->at_us, i->who);
	str_add(&line, "  ");
	str_add(&line, i->inbound ? _("[message]") : _("[our message]"));
	outside(t, ROLE_STRONG, 0, &line);
	w_text_set_id(t, id);
	w_text_outside(t, ROLE_NORMAL, 2, i->text, strlen(i->text));
	str_free(&line);
}

/* What is neither description nor comment is told apart by numbers below 0. */
static int64_t
item_id(size_t place)
{
	return -1000 - (int64_t)place;
}

static void
add_item(const struct ui *ui, struct w_text *t,
    const struct ticket_card *card, size_t place)
{
	const struct timeline_item *i = &card->items[place];

	if (i->kind == TIMELINE_MESSAGE) {
		add_message(ui, t, i, item_id(place));
	} else {
		add_event(ui, t, card, i);
		w_text_set_id(t, item_id(place));
	}
}

int64_t
ticket_text_newest(const struct ticket_card *card)
{
	const struct ticket_comment *last = card->comment_count > 0
	    ? &card->comments[card->comment_count - 1] : NULL;

	/* The newest item is the first one. */
	for (size_t i = 0; i < card->items_kept; i++) {
		if (last != NULL && card->items[i].at_us < last->at_us)
			break;
		if (card->items[i].kind == TIMELINE_MESSAGE)
			return item_id(i);
	}
	return last != NULL ? last->id : DESCRIPTION;
}

bool
ticket_text_fill(
    const struct ui *ui, struct w_text *t, const struct ticket_card *card)
{
	bool counts = false;
	size_t left = card->history_count, next = 0, items = card->items_kept;

	w_text_clear(t);
	if (card->t.description != NULL && card->t.description[0] != '\0')
		w_text_outside(t, ROLE_NORMAL, 0, card->t.description,
		    strlen(card->t.description));
	else
		w_text_add(t, ROLE_MUTED, 0, _("No description."));
	w_text_set_id(t, DESCRIPTION);
	ticket_files_fill(t, card, 0);
	ticket_work_fill(t, card);
	while (left > 0 || next < card->comment_count || items > 0) {
		int64_t said = next < card->comment_count
		                   ? card->comments[next].at_us
		                   : INT64_MAX;
		int64_t changed =
		    left > 0 ? card->history[left - 1].at_us : INT64_MAX;

		if (items > 0 && card->items[items - 1].at_us < said &&
		    card->items[items - 1].at_us < changed) {
			add_item(ui, t, card, --items);
			continue;
		}
		if (next == card->comment_count ||
		    (left > 0 && card->history[left - 1].at_us <=
				     card->comments[next].at_us))
			add_action(ui, t, card, &left);
		else
			counts |= add_comment(
			    ui, t, card, &card->comments[next++]);
	}
	return counts;
}

/* ---- the rows above ---- */

static bool
is_small(int w, int h)
{
	return w < SMALL_W || h < SMALL_H;
}

int
ticket_head_rows(const struct ticket_card *card, int w, int h)
{
	int rows = 5;

	if (is_small(w, h))
		return h > 4 ? 2 : 1;
	rows += card->clock_count > 0 ? 1 : 0;
	rows += card->t.state == TICKET_WAITING ? 1 : 0;
	rows += card->t.snoozed_until_us != 0 ? 1 : 0;
	rows += card->t.deleted_at != 0 ? 1 : 0;
	rows += ticket_work_any(card) ? 1 : 0;
	return rows;
}

/* "Label: text" in w cells; text may come from outside. */
static void
pair(struct canvas *c, int x, int y, int w, const char *label, enum role role,
    const char *text)
{
	int used = canvas_textf(c, x, y, w, ROLE_MUTED, "%s: ", label);

	if (text[0] == '\0')
		text = "--";
	canvas_outside(c, x + used, y, w - used, role, text, strlen(text));
}

static void
draw_others(const struct ui *ui, struct canvas *c, int y,
    const struct ticket_card *card)
{
	struct str line = STR_INIT;
	int cells;

	(void)ui;
	for (size_t i = 0; i < card->other_count; i++) {
		const struct presence *p = &card->others[i];
		int64_t s = (clock_wall_us() - p->since_us) / US_PER_SECOND;

		str_addf(&line, " @%s ", p->name);
		str_addf(&line,
		    p->typing ? _("writing %d:%02d") : _("here %d:%02d"),
		    (int)(s / 60), (int)(s % 60));
	}
	str_add(&line, " ");
	cells = canvas_cells(line.s, line.len);
	if (cells > c->w / 2)
		cells = c->w / 2;
	if (card->other_count > 0)
		canvas_outside(
		    c, c->w - cells, y, cells, ROLE_WARNING, line.s, line.len);
	str_free(&line);
}

static const char *
conversation_text(const struct ticket_card *card, char *out, size_t size)
{
	const struct conversation *v = &card->conversation;

	if (!card->has_conversation)
		return "";
	str_format(out, size, "%s %s", v->channel,
	    v->contact_name[0] != '\0' ? v->contact_name : v->peer);
	return out;
}

static void
draw_grid(const struct ui *ui, struct canvas *c, int y,
    const struct ticket_card *card)
{
	const struct ticket *t = &card->t;
	int half = c->w / 2, right = c->w - half - 2;
	char buf[300], age[32];

	(void)ui;
	/* A letter and a word of ours, then the tenant's own. */
	str_format(buf, sizeof(buf), "%s%s%s", ticket_state_word(t->state),
	    t->status_id != 0 ? ", " : "", t->status_id != 0 ? t->status : "");
	pair(c, 1, y, half - 2, _("Status"), ticket_state_role(t->state), buf);
	str_format(buf, sizeof(buf), "%s%s%s", t->operator_name,
	    t->operator_id != 0 && t->team_id != 0 ? ", " : "", t->team_name);
	pair(c, half + 1, y, right, _("Owner"), ROLE_NORMAL, buf);
	str_format(buf, sizeof(buf), "%s%s%s",
	    ticket_priority_word(t->priority),
	    t->priority_reason[0] != '\0' ? ", " : "", t->priority_reason);
	pair(c, 1, y + 1, half - 2, _("Priority"),
	    ticket_priority_role(t->priority), buf);
	str_format(buf, sizeof(buf), "%s%s%s", t->contact_name,
	    t->contact_id != 0 && t->company_id != 0 ? ", " : "",
	    t->company_name);
	if (buf[0] == '\0')
		pair(c, half + 1, y + 1, right, _("Contact"), ROLE_HINT,
		    _("none; i says who"));
	else
		pair(c, half + 1, y + 1, right, _("Contact"), ROLE_NORMAL, buf);
	app_age(age, sizeof(age), t->created_at, clock_wall_us());
	str_format(buf, sizeof(buf), "%s%s%s", card->category,
	    t->category[0] != '\0' && t->tags[0] != '\0' ? " · " : "", t->tags);
	pair(c, 1, y + 2, half - 2, _("Category"), ROLE_NORMAL, buf);
	pair(c, half + 1, y + 2, right, _("Conversation"), ROLE_LINK,
	    conversation_text(card, buf, sizeof(buf)));
}

static void
draw_clock(const struct ui *ui, struct canvas *c, int x, int y, int w,
    const struct clock_line *l)
{
	char text[80];
	enum role role;

	if (l == NULL)
		return;
	role = ticket_clock_text(ui, l, clock_wall_us(), text);
	pair(c, x, y, w, _(clock_kind_labels[l->kind]), role, text);
}

static void
draw_clocks(const struct ui *ui, struct canvas *c, int y,
    const struct ticket_card *card)
{
	const struct clock_line *answer, *end;
	int half = c->w / 2;

	ticket_clock_pair(card, &answer, &end);
	draw_clock(ui, c, 1, y, half - 2, answer);
	draw_clock(ui, c, half + 1, y, c->w - half - 2, end);
}

/* What holds it up: it waits, or it sleeps. */
static int
draw_held(const struct ui *ui, struct canvas *c, int y,
    const struct ticket_card *card)
{
	const struct ticket *t = &card->t;
	struct str why = STR_INIT;
	char until[120];

	if (t->state == TICKET_WAITING) {
		ticket_clock_waiting(ui, card, &why);
		pair(
		    c, 1, y++, c->w - 2, _("Waiting for"), ROLE_WARNING, why.s);
		str_free(&why);
	}
	if (t->snoozed_until_us != 0) {
		ticket_clock_sleep(ui, t, until);
		pair(c, 1, y++, c->w - 2, _("Sleeps"), ROLE_WARNING, until);
	}
	return y;
}

static void
draw_small(struct canvas *c, const struct ticket_card *card)
{
	const struct ticket *t = &card->t;
	const char *owner =
	    t->operator_id != 0 ? t->operator_name : t->team_name;
	struct countdown left;
	struct str work = STR_INIT;
	int x = 0;

	canvas_outside(
	    c, 0, 0, -1, ROLE_STRONG, t->subject, strlen(t->subject));
	x += canvas_text(c, x, 1, -1, ticket_state_role(t->state),
	    ticket_state_word(t->state));
	x += 1 + canvas_textf(c, x + 1, 1, -1,
		     ticket_priority_role(t->priority), "P%d", t->priority);
	countdown_of(t, clock_wall_us(), &left);
	if (left.text[0] != '\0')
		x += 1 + canvas_text(c, x + 1, 1, -1,
			     countdown_role(left.level), left.text);
	ticket_work_line(card, true, &work);
	if (work.len > 0)
		x += 1 + canvas_text(c, x + 1, 1, -1, ROLE_NORMAL, work.s);
	str_free(&work);
	canvas_outside(c, x + 1, 1, -1, ROLE_MUTED, owner, strlen(owner));
}

void
ticket_head_draw(
    const struct ui *ui, struct canvas *c, const struct ticket_card *card)
{
	const struct ticket *t = &card->t;
	int rows = c->h, y = 0;

	if (rows < 5) {
		draw_small(c, card);
		return;
	}
	canvas_outside(
	    c, 1, y, c->w - 2, ROLE_STRONG, t->subject, strlen(t->subject));
	draw_others(ui, c, y++, card);
	if (t->deleted_at != 0)
		canvas_text(c, 1, y++, c->w - 2, ROLE_WARNING,
		    _("In the trash; o takes it out."));
	draw_grid(ui, c, y, card);
	y += 3;
	if (card->clock_count > 0)
		draw_clocks(ui, c, y++, card);
	y = draw_held(ui, c, y, card);
	if (ticket_work_any(card)) {
		struct str work = STR_INIT;

		ticket_work_line(card, false, &work);
		canvas_text(c, 1, y++, c->w - 2, ROLE_NORMAL, work.s);
		str_free(&work);
	}
	canvas_hline(c, 0, y, c->w, ROLE_BORDER);
}
