/* system_text - see system_text.h. */
#include "tui/screens/system_text.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "tui/app.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	const char *word;
	enum role role;
} channel_states[] = {
    [CHANNEL_OK] = {N_("+ working"), ROLE_OK},
    [CHANNEL_PAUSED] = {N_("~ paused"), ROLE_WARNING},
    [CHANNEL_STOPPED] = {N_("X stopped"), ROLE_ERROR},
};

static const struct {
	const char *word;
	enum role role;
} outbox_states[] = {
    [OUTBOX_DUE] = {N_("D due"), ROLE_NORMAL},
    [OUTBOX_SENDING] = {N_("> sending"), ROLE_INFO},
    [OUTBOX_SENT] = {N_("+ sent"), ROLE_OK},
    [OUTBOX_UNCERTAIN] = {N_("? uncertain"), ROLE_WARNING},
    [OUTBOX_HELD] = {N_("H held"), ROLE_WARNING},
    [OUTBOX_DEAD] = {N_("X given up"), ROLE_ERROR},
    [OUTBOX_RECALLED] = {N_("< taken back"), ROLE_MUTED},
};

static const struct {
	const char *word;
	enum role role;
} approval_states[] = {
    [APPROVAL_PROPOSED] = {N_("? waits"), ROLE_WARNING},
    [APPROVAL_APPROVED] = {N_("+ approved"), ROLE_OK},
    [APPROVAL_REFUSED] = {N_("X refused"), ROLE_MUTED},
    [APPROVAL_EXPIRED] = {N_("~ expired"), ROLE_MUTED},
};

static void
age(struct w_cell *out, int64_t us)
{
	app_age(out->buf, sizeof(out->buf), us, clock_wall_us());
	out->text = out->buf;
	out->role = ROLE_MUTED;
}

static void
number(struct w_cell *out, int64_t n)
{
	str_format(out->buf, sizeof(out->buf), "%" PRId64, n);
	out->text = out->buf;
}

static void
outside(struct w_cell *out, const char *text)
{
	out->text = text != NULL ? text : "";
	out->trusted = false;
}

void
system_channel_cell(
    const struct channel_status *c, int column, struct w_cell *out)
{
	out->trusted = true;
	switch (column) {
	case 0:
		outside(out, c->channel);
		break;
	case 1:
		out->text = _(channel_states[c->state].word);
		out->role = channel_states[c->state].role;
		break;
	case 2:
		age(out, c->last_in_us);
		break;
	case 3:
		age(out, c->last_out_us);
		break;
	case 4:
		age(out, c->tested_us);
		break;
	default:
		outside(
		    out, c->state != CHANNEL_OK ? c->reason : c->test_result);
		break;
	}
}

void
system_event_cell(const struct raw_event *e, int column, struct w_cell *out)
{
	out->trusted = true;
	switch (column) {
	case 0:
		number(out, e->id);
		break;
	case 1:
		age(out, e->received_us);
		break;
	case 2:
		outside(out, e->channel);
		break;
	case 3:
		number(out, e->attempts);
		break;
	default:
		outside(out, e->reason);
		out->role = ROLE_ERROR;
		break;
	}
}

void
system_outbox_cell(const struct outbox_item *i, int column, struct w_cell *out)
{
	out->trusted = true;
	switch (column) {
	case 0:
		number(out, i->id);
		break;
	case 1:
		out->text = _(outbox_states[i->state].word);
		out->role = outbox_states[i->state].role;
		break;
	case 2:
		outside(out, i->channel);
		break;
	case 3:
		number(out, i->attempts);
		break;
	case 4:
		age(out, i->created_at);
		break;
	default:
		outside(out, i->error_text);
		break;
	}
}

/* "Label: time", nothing for no time. */
void
system_approval_cell(const struct approval *a, int column, struct w_cell *out)
{
	out->trusted = true;
	switch (column) {
	case 0:
		number(out, a->id);
		break;
	case 1:
		out->text = _(approval_states[a->state].word);
		out->role = approval_states[a->state].role;
		break;
	case 2:
		outside(out, a->proposer);
		break;
	case 3:
		age(out, a->created_at);
		break;
	default:
		outside(out, a->sentence);
		break;
	}
}

static void
add_time(const struct ui *ui, struct w_text *t, const char *label, int64_t us)
{
	char time[32];

	if (us == 0)
		return;
	app_time(app_of(ui), time, sizeof(time), us);
	w_text_pair(t, label, time, strlen(time));
}

static void
add_text(struct w_text *t, const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		w_text_pair(t, label, text, strlen(text));
}

void
system_channel_text(
    const struct ui *ui, const struct channel_status *c, struct w_text *t)
{
	add_text(t, _("Why"), c->reason);
	add_time(ui, t, _("Paused until"), c->paused_until_us);
	add_time(ui, t, _("Tested"), c->tested_us);
	add_text(t, _("Result"), c->test_result);
	add_time(ui, t, _("Last in"), c->last_in_us);
	add_time(ui, t, _("Last out"), c->last_out_us);
}

void
system_event_text(
    const struct ui *ui, const struct raw_event *e, struct w_text *t)
{
	add_text(t, _("Why"), e->reason);
	add_time(ui, t, _("Received"), e->received_us);
	w_text_add(t, ROLE_MUTED, 0,
	    _("Enter shows what came in; r reads it once more."));
}

void
system_outbox_text(
    const struct ui *ui, const struct outbox_item *i, struct w_text *t)
{
	add_text(t, _("Why"), i->error_text);
	if (i->state == OUTBOX_DUE)
		add_time(ui, t, _("Next try"), i->next_try_us);
	add_time(ui, t, _("Made"), i->created_at);
	add_time(ui, t, _("Ends"), i->expires_us);
	add_text(t, _("Message"), i->intent);
	add_text(t, _("Answer"), i->response);
}

void
system_approval_text(
    const struct ui *ui, const struct approval *a, struct w_text *t)
{
	add_text(t, _("What"), a->sentence);
	add_text(t, _("Proposed by"), a->proposer);
	if (a->state == APPROVAL_PROPOSED) {
		add_time(ui, t, _("Ends"), a->expires_us);
		w_text_add(t, ROLE_MUTED, 0,
		    a->may_decide ? _("y approves it, and it is done at once; x"
				      " refuses it.")
		    : a->mine ? _("Another person has to approve it; x takes it"
				  " back.")
			      : _("Your role does not decide this."));
		return;
	}
	add_text(t, _("Decided by"), a->decider);
	add_time(ui, t, _("Decided"), a->decided_us);
	add_text(t, _("Why"), a->reason);
}

void
system_daemon_draw(
    const struct ui *ui, struct canvas *c, int y, const struct system_view *v)
{
	char time[32];
	int x = 1;

	canvas_fill(c, 0, y, c->w, ROLE_NORMAL);
	if (v->daemon_alive)
		x += canvas_text(c, x, y, -1, ROLE_OK, _("+ Daemon runs"));
	else
		x += canvas_text(
		    c, x, y, -1, ROLE_ERROR, _("X No daemon: sends wait"));
	if (v->room == FS_ROOM_NONE)
		x += canvas_text(c, x, y, -1, ROLE_ERROR,
		    _("  X the disk is full: nothing is saved"));
	else if (v->room == FS_ROOM_SCARCE)
		x += canvas_text(c, x, y, -1, ROLE_ERROR,
		    _("  X room is scarce: attachments wait"));
	else if (v->room == FS_ROOM_LOW)
		x += canvas_text(c, x, y, -1, ROLE_WARNING,
		    _("  ! little room on the disk"));
	if (!v->daemon_known)
		return;
	app_time(app_of(ui), time, sizeof(time),
	    v->daemon_alive ? v->daemon.started_us : v->daemon.stopped_us);
	if (v->daemon_alive)
		x += canvas_textf(
		    c, x, y, -1, ROLE_MUTED, _("  since %s"), time);
	else if (v->daemon.stopped_us != 0)
		x += canvas_textf(
		    c, x, y, -1, ROLE_MUTED, _("  stopped %s"), time);
	x += canvas_text(c, x, y, -1, ROLE_MUTED, "  ");
	x += canvas_outside(c, x, y, -1, ROLE_MUTED, v->daemon.listen,
	    strlen(v->daemon.listen));
	x += canvas_text(c, x, y, -1, ROLE_MUTED, "  ");
	canvas_outside(c, x, y, -1, ROLE_MUTED, v->daemon.program_version,
	    strlen(v->daemon.program_version));
}

static void
add_count(struct str *out, const char *words, int n)
{
	if (n == 0)
		return;
	if (out->len > 0)
		str_add(out, ", ");
	str_addf(out, "%s: %d", words, n);
}

void
system_counts_draw(struct canvas *c, int y, const struct system_view *v)
{
	const int *by = v->outbox.by_state;
	struct str line = STR_INIT;
	bool trouble;
	char oldest[32];

	add_count(&line, _("unread events"), v->event_states[RAW_EVENT_NEW]);
	add_count(&line, _("failed"), v->event_states[RAW_EVENT_FAILED]);
	add_count(&line, _("uncertain"), by[OUTBOX_UNCERTAIN]);
	add_count(&line, _("given up"), by[OUTBOX_DEAD]);
	add_count(&line,
	    v->restored ? _("held since the desk was restored") : _("held"),
	    by[OUTBOX_HELD]);
	add_count(&line, _("not delivered (see the inbox)"), v->undelivered);
	trouble = line.len > 0;
	add_count(&line, _("due"), by[OUTBOX_DUE] + by[OUTBOX_SENDING]);
	if (v->outbox.oldest_due_us != 0 &&
	    v->outbox.oldest_due_us <= clock_wall_us()) {
		app_age(oldest, sizeof(oldest), v->outbox.oldest_due_us,
		    clock_wall_us());
		str_addf(&line, _(", the oldest: %s"), oldest);
	}
	canvas_text(c, 1, y, c->w - 2, trouble ? ROLE_WARNING : ROLE_MUTED,
	    line.len > 0 ? line.s
			 : _("No event failed, and nothing waits to be sent."));
	str_free(&line);
}
