/*
 * ticket_again - a ticket's status or owner that somebody else changed
 * meanwhile; see ticket_do.h.
 */
#include "tui/screens/ticket_do.h"

#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/scr_conflict.h"

#include <string.h>

static void
note_id(char dst[24], int64_t id)
{
	dst[0] = '\0';
	if (id != 0)
		str_format(dst, 24, "%lld", (long long)id);
}

void
ticket_again_note(struct ticket_aim *aim, const struct ticket *t)
{
	str_format(aim->was.state, sizeof(aim->was.state), "%d", (int)t->state);
	note_id(aim->was.status_id, t->status_id);
	note_id(aim->was.operator_id, t->operator_id);
	note_id(aim->was.team_id, t->team_id);
}

static const char *
was_before(const struct screen *s, const struct conflict_field *f)
{
	const struct ticket_aim *aim = s->data;
	const char *column = f->field->column;

	if (f->own_key != NULL)
		return NULL;
	if (aim->again.act == TICKET_ACT_STATE)
		return str_equal(column, "state")       ? aim->was.state
		       : str_equal(column, "status_id") ? aim->was.status_id
		                                        : NULL;
	return str_equal(column, "operator_id") ? aim->was.operator_id
	       : str_equal(column, "team_id")   ? aim->was.team_id
	                                        : NULL;
}

static void
take_theirs(struct screen *s, const char *column, const char *theirs)
{
	struct ticket_aim *aim = s->data;

	(void)column, (void)theirs;
	aim->dropped = true;
}

static void
go_on(struct screen *s, int64_t version)
{
	struct ticket_aim *aim = s->data;
	struct ticket_action a = aim->again;

	if (aim->dropped) {
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("It stays as the other person left it"));
		return;
	}
	a.version = version;
	ticket_again_act(s, &a);
}

static const struct conflict_ops clashes = {was_before, take_theirs, go_on};

static void
on_done(struct screen *s, const struct ticket_action *action,
    const struct model_answer *answer)
{
	struct ticket_aim *aim = s->data;

	if (answer->rc != OD_ECONFLICT)
		return;
	if (answer->conflict->kind != RECORD_TICKET) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	aim->again = *action;
	aim->dropped = false;
	conflict_resolve(s, answer->conflict, &clashes);
}

void
ticket_again_act(struct screen *s, const struct ticket_action *a)
{
	model_ticket_act(model_of(s), s, a, on_done);
}
