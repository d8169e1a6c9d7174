/* model_call_before - see model_call_before.h. */
#include "tui/model/model_call_before.h"

#include "common/str.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

void
call_before_clear(struct call_before *b)
{
	call_list_free(&b->calls, b->call_count);
	ticket_list_free(&b->tickets, b->ticket_count);
	free(b->chats);
	free(b->leads);
	memset(b, 0, sizeof(*b));
}

static int
read_calls(struct desk *d, int64_t contact_id, const char *number,
    struct call_before *out, struct err *err)
{
	const struct page page = {.limit = CALL_BEFORE_ROWS};
	struct call_filter f = call_filter_any;

	if (contact_id != 0)
		f.contact_id = contact_id;
	else
		f.number = number;
	return call_list(d, &f, &page, &out->calls, &out->call_count, err);
}

static int
read_tickets(struct desk *d, int64_t contact_id, struct call_before *out,
    struct err *err)
{
	const struct page page = {.limit = CALL_BEFORE_ROWS};
	const struct ticket_filter f = {.view = TICKETS_ALL,
	    .state = -1,
	    .contact_id = contact_id,
	    .match = "",
	    .with_sleeping = true};
	int rc =
	    ticket_list(d, &f, &page, &out->tickets, &out->ticket_count, err);

	return rc == OD_EDENIED ? 0 : rc;
}

static int
read_leads(struct desk *d, int64_t contact_id, struct call_before *out,
    struct err *err)
{
	const struct page page = {.limit = CALL_BEFORE_ROWS};
	const struct lead_filter f = {
	    .view = LEADS_OPEN, .status = -1, .contact_id = contact_id};
	int rc = lead_list(d, &f, &page, &out->leads, &out->lead_count, err);

	return rc == OD_EDENIED ? 0 : rc;
}

int
call_before_read(struct desk *d, int64_t contact_id, const char *number,
    struct call_before *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = read_calls(d, contact_id, number, out, err)) != 0 ||
	    contact_id == 0)
		return rc;
	if ((rc = read_tickets(d, contact_id, out, err)) != 0 ||
	    (rc = read_leads(d, contact_id, out, err)) != 0)
		return rc;
	rc = conversation_of_contact(
	    d, contact_id, &out->chats, &out->chat_count, err);
	return rc == OD_EDENIED ? 0 : rc;
}

struct before_args {
	int64_t contact_id;
	char number[65], whose[201];
	struct call_before before;
	call_before_fn *fn;
};

static int
before_run(struct desk *d, void *data, struct err *err)
{
	struct before_args *a = data;

	return call_before_read(d, a->contact_id, a->number, &a->before, err);
}

static void
before_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct before_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->whose, &a->before, answer);
}

static void
before_free(void *data)
{
	struct before_args *a = data;

	call_before_clear(&a->before);
	free(a);
}

void
model_call_before(struct model *m, struct screen *s, int64_t contact_id,
    const char *number, const char *whose, call_before_fn *fn)
{
	static const struct model_question q = {
	    .run = before_run, .done = before_done, .free_args = before_free};
	struct before_args *a = xcalloc(1, sizeof(*a));

	a->contact_id = contact_id;
	str_copy(a->number, sizeof(a->number), number);
	str_copy(a->whose, sizeof(a->whose), whose);
	a->fn = fn;
	model_ask(m, s, &q, a);
}
