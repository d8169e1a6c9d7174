/* call_text - a call, the rows between two of them, and their words. */
#include "tui/screens/call_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

void
call__clock(int64_t us, char out[CALL_CLOCK_SIZE])
{
	long long s = us > 0 ? us / US_PER_SECOND : 0;

	if (s >= 3600)
		str_format(out, CALL_CLOCK_SIZE, "%lld:%02d:%02d", s / 3600,
		    (int)(s / 60 % 60), (int)(s % 60));
	else
		str_format(out, CALL_CLOCK_SIZE, "%02d:%02d", (int)(s / 60),
		    (int)(s % 60));
}

const char *
call__seat_word(enum seat_state state)
{
	static const char *const words[] = {
	    [SEAT_OFF] = N_("OFF"),
	    [SEAT_READY] = N_("READY"),
	    [SEAT_RINGING] = N_("RINGING"),
	    [SEAT_TALKING] = N_("TALKING"),
	    [SEAT_HOLD] = N_("ON HOLD"),
	    [SEAT_WRAP_UP] = N_("WRAP-UP"),
	    [SEAT_PAUSED] = N_("PAUSED"),
	};

	return _(words[state]);
}

enum role
call__seat_role(enum seat_state state)
{
	static const enum role roles[] = {
	    [SEAT_OFF] = ROLE_MUTED,
	    [SEAT_READY] = ROLE_OK,
	    [SEAT_RINGING] = ROLE_UNREAD,
	    [SEAT_TALKING] = ROLE_STRONG,
	    [SEAT_HOLD] = ROLE_WARNING,
	    [SEAT_WRAP_UP] = ROLE_INFO,
	    [SEAT_PAUSED] = ROLE_WARNING,
	};

	return roles[state];
}

const char *
call__whose(const struct call *c)
{
	return c->contact_name[0] != '\0' ? c->contact_name : c->number;
}

/* ---- rows ---- */

static const struct w_column columns[] = {
    {N_("When"), 11, 0, 1, ALIGN_LEFT},
    {N_("What"), 11, 0, 0, ALIGN_LEFT},
    {N_("With"), 14, 3, 0, ALIGN_LEFT},
    {N_("Number"), 14, 0, 3, ALIGN_LEFT},
    {N_("Talk"), 7, 0, 2, ALIGN_RIGHT},
    {N_("Notes"), 8, 3, 4, ALIGN_LEFT},
};

const char *
call__disposition_word(const struct call *c)
{
	if (c->disposition[0] == '\0')
		return c->state == CALL_ENDED ? _("no disposition")
		                              : _("going on");
	return c->disposition;
}

static void
due_cell(const struct callback *b, int column, struct w_cell *out)
{
	switch (column) {
	case 1:
		out->text = _("promised");
		out->trusted = true;
		out->role =
		    b->due_us <= clock_wall_us() ? ROLE_UNREAD : ROLE_INFO;
		break;
	case 2:
		out->text =
		    b->contact_name[0] != '\0' ? b->contact_name : b->number;
		break;
	case 3:
		out->text = b->number;
		break;
	case 5:
		out->text = b->note;
		break;
	default:
		out->text = "";
		break;
	}
}

static void
call_cell(const struct call *c, int column, struct w_cell *out)
{
	switch (column) {
	case 1:
		str_format(out->buf, sizeof(out->buf), "%s %s",
		    c->direction == CALL_IN ? "<-" : "->", call__disposition_word(c));
		out->text = out->buf;
		out->role = c->is_sale ? ROLE_OK : ROLE_NORMAL;
		break;
	case 2:
		out->text = call__whose(c);
		break;
	case 3:
		out->text = c->number;
		break;
	case 4:
		if (c->answered_us == 0)
			break;
		call__clock(c->talk_us, out->buf);
		out->text = out->buf;
		out->trusted = true;
		break;
	case 5:
		out->text = c->notes != NULL ? c->notes : "";
		break;
	default:
		break;
	}
}

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct screen *s = data;
	const struct call_desk *d = call_desk_of(s);
	bool is_due = index < d->board.due_count;
	const struct callback *b = is_due ? &d->board.due[index] : NULL;
	const struct call *c =
	    is_due ? NULL : &d->board.calls[index - d->board.due_count];

	if (column == 0) {
		app_time(app_of(s->ui), out->buf, sizeof(out->buf),
		    is_due ? b->due_us : c->started_us);
		out->text = out->buf;
		out->trusted = true;
	} else if (is_due) {
		due_cell(b, column, out);
	} else {
		call_cell(c, column, out);
	}
}

static const struct w_list_ops ops = {
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = cell,
    .empty = N_("No calls yet; c starts one"),
};

void
call__list_init(struct screen *s)
{
	w_list_init(&call_desk_of(s)->list, &ops, s);
}

void
call__list_set(struct call_desk *d)
{
	size_t n = d->board.due_count + d->board.call_count;
	int64_t *ids = xcalloc(n + 1, sizeof(ids[0]));

	/* Two kinds of records: even numbers are callbacks. */
	for (size_t i = 0; i < n; i++)
		ids[i] =
		    i < d->board.due_count
			? d->board.due[i].id * 2
			: d->board.calls[i - d->board.due_count].id * 2 + 1;
	w_list_set(&d->list, ids, n, false, false);
	free(ids);
}

struct call_row
call__row(const struct call_desk *d)
{
	struct call_row row = {NULL, NULL};
	size_t i;

	if (!d->known || d->board.has_call || !w_list_index(&d->list, &i))
		return row;
	if (i < d->board.due_count)
		row.due = &d->board.due[i];
	else if (i - d->board.due_count < d->board.call_count)
		row.call = &d->board.calls[i - d->board.due_count];
	return row;
}

/* ---- the call ---- */

static void
add_line(struct w_text *t, enum role role, const struct str *line)
{
	w_text_outside(t, role, 0, line->s != NULL ? line->s : "", line->len);
}

static void
fill_who(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);
	const struct call_who *w = &d->board.who;
	const struct call *c = &d->board.call;
	struct w_text *t = &d->text;
	struct str line = STR_INIT;

	if (c->contact_id == 0) {
		w_text_add(t, ROLE_WARNING, 0,
		    _("Nobody has this number: N makes a contact of it"));
		return;
	}
	str_add(&line, w->contact_name);
	if (w->company_name[0] != '\0')
		str_addf(&line, " · %s", w->company_name);
	add_line(t, ROLE_STRONG, &line);
	str_clear(&line);
	str_addf(&line,
	    NGETTEXT_(
		"%d open ticket", "%d open tickets", (long)w->open_tickets),
	    (int)w->open_tickets);
	str_add(&line, " · ");
	str_addf(&line,
	    NGETTEXT_("%d chat", "%d chats", (long)w->conversations),
	    (int)w->conversations);
	str_add(&line, " · ");
	str_addf(&line, NGETTEXT_("%d call", "%d calls", (long)w->calls),
	    (int)w->calls);
	add_line(t, ROLE_NORMAL, &line);
	str_free(&line);
}

static const char *
consent_word(enum call_consent consent)
{
	static const char *const words[] = {
	    [CONSENT_NOT_ASKED] = N_("not asked"),
	    [CONSENT_YES] = N_("yes"),
	    [CONSENT_ANNOUNCED] = N_("announced"),
	    [CONSENT_REFUSED] = N_("refused"),
	};

	return _(words[consent]);
}

static void
fill_facts(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);
	const struct call *c = &d->board.call;
	struct w_text *t = &d->text;
	const char *consent = consent_word(c->consent);
	char number[32];

	w_text_pair(t, _("Recording allowed"), consent, strlen(consent));
	if (c->ticket_number != 0) {
		str_format(number, sizeof(number), "%lld",
		    (long long)c->ticket_number);
		w_text_pair(t, _("Ticket"), number, strlen(number));
	}
	if (c->lead_id != 0) {
		str_format(
		    number, sizeof(number), "%lld", (long long)c->lead_id);
		w_text_pair(t, _("Lead"), number, strlen(number));
	}
	if (c->transferred_to[0] != '\0')
		w_text_pair(t, _("Transferred to"), c->transferred_to,
		    strlen(c->transferred_to));
	if (c->notes != NULL && c->notes[0] != '\0')
		w_text_pair(t, _("Notes"), c->notes, strlen(c->notes));
}

/* ---- the codes ---- */

static void
fill_codes(struct call_desk *d)
{
	bool ends = d->pick == PICK_DISPOSITION;
	const struct call_code *codes = ends ? d->board.ends : d->board.pauses;
	size_t n = ends ? d->board.end_count : d->board.pause_count;
	struct str line = STR_INIT;

	w_text_add(&d->text, ROLE_HEADER, 0,
	    ends ? _("How did it end? One key says it, Esc goes back")
		 : _("Why the pause? One key says it, Esc goes back"));
	for (size_t i = 0; i < n; i++) {
		str_clear(&line);
		str_addf(&line, "%s  %-8s %s",
		    codes[i].hot_key[0] != '\0' ? codes[i].hot_key : " ",
		    codes[i].key, call_code_label(&codes[i]));
		w_text_outside(&d->text,
		    codes[i].is_sale ? ROLE_OK : ROLE_NORMAL, 2, line.s,
		    line.len);
		w_text_set_label(&d->text, strlen(codes[i].hot_key), ROLE_KEY);
	}
	str_free(&line);
}

void
call__fill(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);
	bool wraps_up;

	w_text_clear(&d->text);
	if (!d->known)
		return;
	if (d->pick != PICK_NOTHING) {
		fill_codes(d);
		return;
	}
	if (!d->board.has_call)
		return;
	/* What to answer, while there is somebody to answer. */
	wraps_up = d->board.call.state == CALL_WRAP_UP && !d->hints.open;
	if (!wraps_up)
		call__fill_hints(s);
	call__fill_tape(s);
	fill_who(s);
	fill_facts(s);
	if (wraps_up) {
		w_text_gap(&d->text);
		call__fill_hints(s);
	}
	call__fill_before(s);
}
