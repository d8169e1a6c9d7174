/* model_call - see model_call.h. */
#include "tui/model/model_call.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/leads.h"
#include "db/records/people.h"
#include "db/records/tickets.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct board_args {
	struct call_board board;
	call_board_fn *fn;
};

void
call_board_clear(struct call_board *b)
{
	call_clear(&b->call);
	call_before_clear(&b->before);
	call_list_free(&b->calls, b->call_count);
	free(b->due);
	free(b->ends);
	free(b->pauses);
	memset(b, 0, sizeof(*b));
}

static int
read_call(struct desk *d, struct call_board *b, struct err *err)
{
	int rc = call_current(d, 0, &b->call, err);

	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	b->has_call = true;
	return call_who(d, b->call.number, b->call.contact_id, &b->who, err);
}

static int
read_calls(struct desk *d, struct call_board *b, struct err *err)
{
	const struct page page = {.limit = CALL_BOARD_ROWS};
	struct call_filter f = call_filter_any;

	if (b->has_call)
		return call_before_read(
		    d, b->call.contact_id, b->call.number, &b->before, err);
	f.view = CALLS_MINE;
	return call_list(d, &f, &page, &b->calls, &b->call_count, err);
}

static int
read_due(struct desk *d, struct call_board *b, struct err *err)
{
	const struct page page = {.limit = CALL_BOARD_ROWS};
	const struct callback_filter f = {.state = CALLBACK_DUE, .mine = true};

	return callback_list(d, &f, &page, &b->due, &b->due_count, err);
}

static int
board_run(struct desk *d, void *data, struct err *err)
{
	struct board_args *a = data;
	struct call_board *b = &a->board;
	int rc;

	if ((rc = seat_get(d, 0, &b->seat, err)) != 0 ||
	    (rc = read_call(d, b, err)) != 0 ||
	    (rc = read_calls(d, b, err)) != 0 ||
	    (rc = read_due(d, b, err)) != 0 ||
	    (rc = call_code_list(d, CODE_DISPOSITION, false, &b->ends,
		 &b->end_count, err)) != 0 ||
	    (rc = call_code_list(d, CODE_PAUSE_REASON, false, &b->pauses,
		 &b->pause_count, err)) != 0 ||
	    (rc = call_metrics(d, d->actor.id, &b->today, err)) != 0 ||
	    (rc = shift_ask(
		 d, &b->asks_whether_there, &b->silent_since_us, err)) != 0)
		return rc;
	return 0;
}

static void
board_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct board_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->board, answer);
}

static void
board_free(void *data)
{
	struct board_args *a = data;

	call_board_clear(&a->board);
	free(a);
}

void
model_call_board(
    struct model *m, struct screen *s, uint64_t turn, call_board_fn *fn)
{
	static const struct model_question q = {
	    .run = board_run, .done = board_done, .free_args = board_free};
	struct board_args *a = xcalloc(1, sizeof(*a));

	a->board.turn = turn;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changes ---- */

struct act_args {
	struct call_action a;
	call_action_fn *fn;
};

static int
start(struct desk *d, struct call_action *a, struct err *err)
{
	const struct call_new in = {.direction = a->direction,
	    .number = a->number[0] != '\0' ? a->number : NULL,
	    .contact_id = a->contact_id,
	    .ticket_id = a->ticket_id,
	    .conversation_id = a->conversation_id,
	    .callback_id = a->callback_id,
	    .stop_override = a->stop_override,
	    .provider = a->provider != NULL ? a->provider->name : NULL,
	    .rings = a->rings};
	struct call made;
	int rc = call_start(d, &in, &a->id, NULL, err);

	if (rc != 0 || a->number[0] != '\0')
		return rc;
	if ((rc = call_get(d, a->id, &made, err)) == 0)
		str_copy(a->number, sizeof(a->number), made.number);
	call_clear(&made);
	return rc;
}

static int
close_it(struct desk *d, const struct call_action *a, struct err *err)
{
	const struct call_close in = {.seen_version = a->version,
	    .disposition = a->disposition,
	    .sale_cents = a->sale_cents,
	    .callback_us = a->callback_us};

	return call_close(d, a->id, &in, err);
}

static int
make_ticket(struct desk *d, struct call_action *a, struct err *err)
{
	struct ticket_new in = {
	    .subject = a->text, .source = SOURCE_CALL, .call_id = a->id};
	struct call call = {0};
	int64_t id;
	int rc;

	if ((rc = call_get(d, a->id, &call, err)) == 0) {
		in.contact_id = call.contact_id;
		rc = ticket_new(d, &in, &id, &a->number_made, err);
	}
	call_clear(&call);
	return rc;
}

static int
make_contact(struct desk *d, struct call_action *a, struct err *err)
{
	struct contact_new in = {.full_name = a->text, .call_id = a->id};
	struct call call = {0};
	int64_t id;
	int rc;

	if ((rc = call_get(d, a->id, &call, err)) == 0) {
		in.phone_number = call.number;
		rc = contact_new(d, &in, &id, err);
	}
	call_clear(&call);
	return rc;
}

/* Who could buy is whom the call is with. */
static int
make_lead(struct desk *d, struct call_action *a, struct err *err)
{
	const struct lead_new in = {
	    .problem_statement = a->text, .call_id = a->id};

	return lead_new(d, &in, &a->number_made, err);
}

static int
promise(struct desk *d, const struct call_action *a, struct err *err)
{
	const struct callback_new in = {.contact_id = a->contact_id,
	    .number = a->number[0] != '\0' ? a->number : NULL,
	    .due_us = a->callback_us,
	    .note = a->text,
	    .call_id = a->id};
	int64_t id;

	return callback_new(d, &in, &id, err);
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct act_args *args = data;
	struct call_action *a = &args->a;

	switch (a->deed) {
	case CALL_DEED_START:
		return start(d, a, err);
	case CALL_DEED_ANSWER:
		return call_answer(d, a->id, err);
	case CALL_DEED_HOLD:
		return call_hold(d, a->id, err);
	case CALL_DEED_RESUME:
		return call_resume(d, a->id, err);
	case CALL_DEED_END:
		return call_end(d, a->id, err);
	case CALL_DEED_EXTEND:
		return call_extend(d, a->id, err);
	case CALL_DEED_TRANSFER:
		return call_transfer(d, a->id, a->text, err);
	case CALL_DEED_CONSENT:
		return call_consent_set(d, a->id, a->consent, err);
	case CALL_DEED_CLOSE:
		return close_it(d, a, err);
	case CALL_DEED_NOTES:
		return call_notes_set(d, a->id, a->version, a->text, err);
	case CALL_DEED_TICKET:
		return make_ticket(d, a, err);
	case CALL_DEED_CONTACT:
		return make_contact(d, a, err);
	case CALL_DEED_LEAD:
		return make_lead(d, a, err);
	case CALL_DEED_ABOUT:
		return call_link(d, a->id,
		    &(struct call_links){.lead_id = a->lead_id}, err);
	case CALL_DEED_CALLBACK:
		return promise(d, a, err);
	case CALL_DEED_SEAT:
		return seat_set(d, 0, a->seat, a->text, err);
	case CALL_DEED_CLOCK:
		return shift_clock(d, 0, a->clock, err);
	case CALL_DEED_THERE:
		return shift_seen(d, err);
	}
	BUG("no such deed: %d", (int)a->deed);
}

/* What is not seen on the screen that follows. */
static void
tell(struct ui *ui, const struct call_action *a)
{
	switch (a->deed) {
	case CALL_DEED_CLOSE:
		ui_toast(ui, TOAST_OK, _("Closed as %s; u takes it back"),
		    a->disposition);
		return;
	case CALL_DEED_NOTES:
		ui_toast(ui, TOAST_OK, "%s", _("The notes are kept"));
		return;
	case CALL_DEED_TICKET:
		ui_toast(ui, TOAST_OK, _("Ticket %lld is there, with the call"),
		    (long long)a->number_made);
		return;
	case CALL_DEED_LEAD:
		ui_toast(ui, TOAST_OK,
		    _("Lead %lld is there, with the call; u takes it back"),
		    (long long)a->number_made);
		return;
	case CALL_DEED_ABOUT:
		ui_toast(ui, TOAST_OK,
		    _("The call is about lead %lld; u takes it back"),
		    (long long)a->lead_id);
		return;
	case CALL_DEED_CALLBACK:
		ui_toast(ui, TOAST_OK, "%s",
		    _("The call is promised; it will be reminded of"));
		return;
	default:
		return;
	}
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct act_args *args = data;

	if (answer->rc == 0)
		tell(ui, &args->a);
	else if (args->fn == NULL || args->a.deed != CALL_DEED_START)
		ui_toast_err(ui, answer->err);
	if (s != NULL && args->fn != NULL)
		args->fn(s, &args->a, answer);
}

static void
act_free(void *data)
{
	struct act_args *args = data;

	free(args->a.text);
	free(args->a.stop_override);
	free(args);
}

void
model_call_act(struct model *m, struct screen *s,
    const struct call_action *action, call_action_fn *fn)
{
	static const struct model_question q = {.run = act_run,
	    .done = act_done,
	    .free_args = act_free,
	    .writes = true};
	struct act_args *args = xcalloc(1, sizeof(*args));

	args->a = *action;
	args->fn = fn;
	model_ask(m, s, &q, args);
}
