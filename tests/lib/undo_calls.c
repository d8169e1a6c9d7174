/* undo_calls - see undo_calls.h. */
#include "tests/lib/undo_calls.h"
#include "common/clock.h"
#include "db/records/callbacks.h"
#include "db/records/agents.h"
#include "db/records/calls.h"
#include "db/records/dispositions.h"
#include "db/records/do_not_call.h"
#include "db/records/leads.h"
#include "db/records/people.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"

int
undo_run_call_close(struct desk *d, const struct given *g, struct err *err)
{
	const struct call_close in = {
	    .disposition = "SALE", .sale_cents = 1999, .notes = "Fibre"};

	return call_close(d, g->call, &in, err);
}

int
undo_run_call_note(struct desk *d, const struct given *g, struct err *err)
{
	return call_notes_set(d, g->call, 0, "Asks for the price", err);
}

int
undo_run_call_link(struct desk *d, const struct given *g, struct err *err)
{
	const struct call_links links = {
	    .contact_id = g->contact, .ticket_id = g->second};

	return call_link(d, g->call, &links, err);
}

int
undo_run_call_ticket(struct desk *d, const struct given *g, struct err *err)
{
	const struct ticket_new in = {.subject = "No signal",
	    .source = SOURCE_CALL,
	    .contact_id = g->contact,
	    .call_id = g->call};
	int64_t id, number;

	return ticket_new(d, &in, &id, &number, err);
}

int
undo_run_call_contact(struct desk *d, const struct given *g, struct err *err)
{
	const struct contact_new in = {.full_name = "Somebody who rings",
	    .phone_number = "600777111",
	    .call_id = g->call};
	int64_t id;

	return contact_new(d, &in, &id, err);
}

int
undo_run_callback_new(struct desk *d, const struct given *g, struct err *err)
{
	const struct callback_new in = {
	    .number = "600777888", .due_us = clock_wall_us() + US_PER_DAY};
	int64_t id;

	(void)g;
	return callback_new(d, &in, &id, err);
}

int
undo_run_callback_edit(struct desk *d, const struct given *g, struct err *err)
{
	const struct change c = {"note", b_text("After six")};

	return callback_edit(d, g->callback, 0, &c, 1, err);
}

int
undo_run_callback_done(struct desk *d, const struct given *g, struct err *err)
{
	return callback_done(d, g->callback, g->call, err);
}

int
undo_run_lead_new(struct desk *d, const struct given *g, struct err *err)
{
	const struct lead_new in = {
	    .problem_statement = "Wants 600 Mb",
	    .call_id = g->call,
	    .ticket_id = g->ticket,
	    .next_us = clock_wall_us() + US_PER_DAY,
	};
	int64_t id;

	return lead_new(d, &in, &id, err);
}

int
undo_run_lead_edit(struct desk *d, const struct given *g, struct err *err)
{
	const struct change c[] = {
	    {"problem_statement", b_text("Two lines\nof words")},
	    {"status", b_int(LEAD_NEEDS_EXPERT)},
	    {"contact_id", b_int(g->contact)}, {"next_us", b_null()}};

	return lead_edit(d, g->lead, 0, c, 4, err);
}

int
undo_run_lead_close(struct desk *d, const struct given *g, struct err *err)
{
	const struct change c = {"status", b_int(LEAD_CLOSED)};

	return lead_edit(d, g->lead, 0, &c, 1, err);
}

int
undo_run_lead_delete(struct desk *d, const struct given *g, struct err *err)
{
	return lead_delete(d, g->lead, 0, err);
}

int
undo_run_lead_restore(struct desk *d, const struct given *g, struct err *err)
{
	return lead_restore(d, g->lead_gone, err);
}

int
undo_run_agent_accept(struct desk *d, const struct given *g, struct err *err)
{
	return agent_accept(d, g->agent, 0, err);
}

int
undo_run_agent_delete(struct desk *d, const struct given *g, struct err *err)
{
	return agent_delete(d, g->agent, 0, err);
}

int
undo_run_agent_restore(struct desk *d, const struct given *g, struct err *err)
{
	return agent_restore(d, g->agent_gone, err);
}

int
undo_run_stop_add(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return do_not_call_add(d, "600777999", "Asked", 0, &id, err);
}

int
undo_run_stop_delete(struct desk *d, const struct given *g, struct err *err)
{
	return do_not_call_delete(d, g->stopped, 0, err);
}

int
undo_run_disposition_new(struct desk *d, const struct given *g, struct err *err)
{
	static const struct call_code in = {.key = "QUOTE",
	    .label_es = "Presupuesto",
	    .label_en = "Quote",
	    .hot_key = "q",
	    .is_human = true};
	int64_t id;

	(void)g;
	return call_code_new(d, CODE_DISPOSITION, &in, &id, err);
}

int
undo_run_disposition_edit(
    struct desk *d, const struct given *g, struct err *err)
{
	const struct change c = {"label_en", b_text("Sold")};

	return call_code_edit(
	    d, CODE_DISPOSITION, g->disposition, 0, &c, 1, err);
}

int
undo_run_pause_new(struct desk *d, const struct given *g, struct err *err)
{
	static const struct call_code in = {
	    .key = "DOCTOR", .label_es = "Médico", .label_en = "Doctor"};
	int64_t id;

	(void)g;
	return call_code_new(d, CODE_PAUSE_REASON, &in, &id, err);
}

int
undo_run_pause_edit(struct desk *d, const struct given *g, struct err *err)
{
	const struct change c = {"active", b_int(0)};

	return call_code_edit(d, CODE_PAUSE_REASON, g->pause, 0, &c, 1, err);
}

static int64_t
make_agent(struct desk_fixture *f, const char *key)
{
	const struct agent_word w = {.device_id = key};
	struct err err = ERR_INIT;
	int64_t id;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(agent_heard(f->d, &w, &id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	return id;
}

void
undo_prepare_calls(struct desk_fixture *f, struct given *g)
{
	const struct call_new in = {
	    .direction = CALL_IN, .number = "600777666"};
	const struct callback_new back = {
	    .number = "600777666", .due_us = clock_wall_us() + US_PER_DAY};
	const struct lead_new lead = {.problem_statement = "Wants fibre",
	    .next_us = clock_wall_us() + US_PER_DAY};
	struct call_code code;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(call_start(f->d, &in, &g->call, NULL, &err));
	assert_ok(call_end(f->d, g->call, &err));
	assert_ok(callback_new(f->d, &back, &g->callback, &err));
	assert_ok(lead_new(f->d, &lead, &g->lead, &err));
	assert_ok(lead_new(f->d, &lead, &g->lead_gone, &err));
	assert_ok(lead_delete(f->d, g->lead_gone, 0, &err));
	g->agent = make_agent(f, "one");
	g->agent_gone = make_agent(f, "gone");
	assert_ok(agent_delete(f->d, g->agent_gone, 0, &err));
	assert_ok(
	    do_not_call_add(f->d, "600555444", "Asked", 0, &g->stopped, &err));
	assert_ok(call_code_find(f->d, CODE_DISPOSITION, "SALE", &code, &err));
	g->disposition = code.id;
	assert_ok(
	    call_code_find(f->d, CODE_PAUSE_REASON, "LUNCH", &code, &err));
	g->pause = code.id;
}
