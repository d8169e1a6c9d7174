/* undo_table - see undo_table.h. */
#include "tests/lib/undo_table.h"
#include "common/clock.h"
#include "db/records/checklists.h"
#include "db/records/conversations.h"
#include "db/records/macros.h"
#include "db/records/people.h"
#include "db/records/replies.h"
#include "db/records/staff.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_split.h"
#include "db/records/ticket_times.h"
#include "db/records/ticket_sleep.h"
#include "db/records/views.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/undo_calendars.h"
#include "tests/lib/undo_guides.h"
#include "tests/lib/undo_webhooks.h"
#include "tests/lib/undo_calls.h"
#include "tests/lib/undo_times.h"
#include "tests/lib/undo_walks.h"

static int
run_team_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return team_new(d, "Night", &id, err);
}

static int
run_team_edit(struct desk *d, const struct given *g, struct err *err)
{
	return team_edit(d, g->team, 0, "Day", err);
}

static int
run_team_delete(struct desk *d, const struct given *g, struct err *err)
{
	return team_delete(d, g->team, 0, err);
}

static int
run_company_new(struct desk *d, const struct given *g, struct err *err)
{
	struct company_new in = {.name = "Luna", .crm_id = "L"};
	int64_t id;

	(void)g;
	return company_new(d, &in, &id, err);
}

static int
run_company_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"name", b_text("Ñu")}, {"notes", b_text("a\nb")}};

	return company_edit(d, g->company, 0, c, 2, err);
}

static int
run_company_delete(struct desk *d, const struct given *g, struct err *err)
{
	return company_delete(d, g->company, 0, err);
}

static int
run_division_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	return division_new(d, g->company, "Lab", "D", &id, err);
}

static int
run_division_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c = {"name", b_text("Purchasing")};

	return division_edit(d, g->division, 0, &c, 1, err);
}

static int
run_division_delete(struct desk *d, const struct given *g, struct err *err)
{
	return division_delete(d, g->division, 0, err);
}

static int
run_contact_new(struct desk *d, const struct given *g, struct err *err)
{
	struct contact_new in = {.division_id = g->division,
	    .full_name = "Marta",
	    .phone_number = "600 777 888"};
	int64_t id;

	return contact_new(d, &in, &id, err);
}

static int
run_contact_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"full_name", b_text("Lucía Gómez")},
	    {"phone_number", b_text("600 999 000")},
	    {"division_id", b_int(g->division)}};

	return contact_edit(d, g->contact, 0, c, 3, err);
}

static int
run_contact_delete(struct desk *d, const struct given *g, struct err *err)
{
	return contact_delete(d, g->contact, 0, err);
}

static int
run_ticket_new(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_new in = {
	    .subject = "New", .contact_id = g->contact, .tags = "a"};
	int64_t id, number;

	return ticket_new(d, &in, &id, &number, err);
}

static int
run_ticket_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"subject", b_text("Other words")},
	    {"urgency", b_int(5)}, {"contact_id", b_null()}};

	return ticket_edit(d, g->ticket, 0, c, 3, err);
}

static int
run_ticket_state(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_set_state(d, g->ticket, 0, TICKET_CLOSED, "", 0, err);
}

static int
run_ticket_assign(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_assign(
	    d, g->ticket, 0, d->actor.id, g->team, "Please", err);
}

static int
run_ticket_comment(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	return ticket_comment(
	    d, g->ticket, COMMENT_REPLY, "It works", &id, err);
}

static int
run_ticket_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_delete(d, g->ticket, 0, err);
}

static int
run_ticket_restore(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_restore(d, g->trashed, err);
}

static int
run_ticket_merge(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_merge(d, g->second, 0, g->ticket, 0, NULL, err);
}

static int
run_ticket_unmerge(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_unmerge(d, g->merged, 0, NULL, err);
}

static int
run_ticket_split(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_split in = {.comments = &g->comment, .comment_count = 1};
	int64_t id, number;

	return ticket_split(d, g->second, 0, &in, &id, &number, err);
}

static int
run_ticket_link(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_link_new in = {
	    .kind = LINK_TICKET, .record_id = g->second};
	int64_t id;

	return ticket_link(d, g->ticket, &in, &id, err);
}

static int
run_ticket_unlink(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_unlink(d, g->second, g->link, err);
}

static int
run_talk_claim(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_claim(d, g->talk, 0, err);
}

static int
run_talk_assign(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_assign(d, g->talk, 0, d->actor.id, 0, "Yours", err);
}

static int
run_talk_close(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_close(d, g->talk, 0, err);
}

static int
run_talk_reopen(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_reopen(d, g->closed, 0, err);
}

static int
run_talk_note(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	return conversation_note(d, g->talk, "She called twice", &id, err);
}

static int
run_talk_link(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_link_ticket(d, g->talk, g->ticket, err);
}

static int
run_talk_ticket(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id, number;

	return ticket_from_conversation(d, g->talk, NULL, &id, &number, err);
}

static int
run_status_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return ticket_status_new(d, "Parts", TICKET_WAITING, 0, &id, err);
}

static int
run_status_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"name", b_text("Lab")}, {"position", b_int(9)}};

	return ticket_status_edit(d, g->label, 0, c, 2, err);
}

static int
run_status_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_status_delete(d, g->label, 0, err);
}

static int
run_category_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return ticket_category_new(d, NULL, "Telefonía", 0, &id, err);
}

static int
run_category_back(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return ticket_category_new(d, "old", "Older", 7, &id, err);
}

static int
run_category_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c = {"name", b_text("Machines")};

	return ticket_category_edit(d, g->category, 0, &c, 1, err);
}

static int
run_category_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_category_delete(d, g->unused, 0, err);
}

static int
run_field_new(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_field_new in = {.name = "Colour",
	    .choices = "red\nblue",
	    .category_id = g->category,
	    .type = TICKET_FIELD_CHOICE};
	int64_t id;

	return ticket_field_new(d, &in, &id, err);
}

static int
run_field_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"type", b_int(TICKET_FIELD_NUMBER)},
	    {"category_id", b_null()}, {"required", b_int(1)}};

	return ticket_field_edit(d, g->field, 0, c, 3, err);
}

static int
run_field_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_field_delete(d, g->field, 0, err);
}

static int
run_ticket_fields(struct desk *d, const struct given *g, struct err *err)
{
	const struct ticket_given v = {"serial", "A 77"};
	struct change c = {"category", b_text("Hardware")};

	return ticket_edit_form(d, g->ticket, 0, &c, 1, &v, 1, err);
}

static int
run_ticket_new_fields(struct desk *d, const struct given *g, struct err *err)
{
	const struct ticket_given v = {"serial", "A 77"};
	struct ticket_new in = {.subject = "New",
	    .category = "hardware",
	    .given = &v,
	    .given_count = 1};
	int64_t id, number;

	(void)g;
	return ticket_new(d, &in, &id, &number, err);
}

static int
run_ticket_label(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_set_status(d, g->ticket, 0, g->label, "", 0, err);
}

static int
run_snooze(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_snooze(
	    d, g->ticket, 0, clock_wall_us() + US_PER_DAY, true, err);
}

static int
run_reply_new(struct desk *d, const struct given *g, struct err *err)
{
	struct reply_new in = {
	    .title = "Bye", .body = "Until soon", .team_id = d->actor.team_id};
	int64_t id;

	(void)g;
	return reply_new(d, &in, &id, err);
}

static int
run_reply_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"title", b_text("Hello")},
	    {"body", b_text("Hello\nto you")}, {"lang", b_text("en")}};

	return reply_edit(d, g->reply, 0, c, 3, err);
}

static int
run_reply_delete(struct desk *d, const struct given *g, struct err *err)
{
	return reply_delete(d, g->reply, 0, err);
}

static int
run_macro_new(struct desk *d, const struct given *g, struct err *err)
{
	struct macro_new in = {.name = "Mine",
	    .actions = "[{\"do\":\"take\"}]",
	    .bound = "x",
	    .team_id = d->actor.team_id};
	int64_t id;

	(void)g;
	return macro_new(d, &in, &id, err);
}

static int
run_macro_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"name", b_text("Hello")},
	    {"actions", b_text("[{\"do\":\"release\"}]")},
	    {"bound", b_text("y")}};

	return macro_edit(d, g->macro, 0, c, 3, err);
}

static int
run_macro_delete(struct desk *d, const struct given *g, struct err *err)
{
	return macro_delete(d, g->macro, 0, err);
}

static int
run_checklist_new(struct desk *d, const struct given *g, struct err *err)
{
	struct checklist_new in = {.name = "Leaving",
	    .items = "! Laptop\nBadge",
	    .category = "Hardware"};
	int64_t id;

	(void)g;
	return checklist_new(d, &in, &id, err);
}

static int
run_checklist_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"name", b_text("Coming")},
	    {"items", b_text("Chair")}, {"category", b_text("hardware")}};

	return checklist_edit(d, g->checklist, 0, c, 3, err);
}

static int
run_checklist_delete(struct desk *d, const struct given *g, struct err *err)
{
	return checklist_delete(d, g->checklist, 0, err);
}

static int
run_checklist_restore(struct desk *d, const struct given *g, struct err *err)
{
	return checklist_restore(d, g->gone, err);
}

static int
run_check_put(struct desk *d, const struct given *g, struct err *err)
{
	int added;

	return ticket_check_put(d, g->ticket, g->checklist, &added, err);
}

static int
run_check_set(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_check_set(d, g->second, g->check, true, err);
}

static int
run_check_remove(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_check_remove(d, g->second, g->check, err);
}

/* With the checklist of its category. */
static int
run_ticket_new_checked(struct desk *d, const struct given *g, struct err *err)
{
	struct change c = {"category", b_text("Unused")};
	struct ticket_new in = {.subject = "New", .category = "Unused"};
	int64_t id, number;

	if (d->actor.role == ROLE_SUPERVISOR)
		return ticket_edit(d, g->ticket, 0, &c, 1, err);
	return ticket_new(d, &in, &id, &number, err);
}

static int
run_view_new(struct desk *d, const struct given *g, struct err *err)
{
	/* The other one loses its key. */
	struct view_new in = {
	    .name = "Night", .slot = 7, .operator_id = d->actor.id};
	int64_t id;

	(void)g;
	return view_new(d, &in, &id, err);
}

static int
run_view_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"filter", b_text("priority>=4")},
	    {"ordering", b_text("-due")}, {"columns", b_text("number")},
	    {"slot", b_int(8)}, {"name", b_text("Loud ones")}};

	return view_edit(d, g->view, 0, c, 5, err);
}

static int
run_view_delete(struct desk *d, const struct given *g, struct err *err)
{
	return view_delete(d, g->view, 0, err);
}

const struct undoable undoables[] = {
    {OP_CALL_CLOSE, "supervisor", undo_run_call_close},
    {OP_CALL_NOTE, "supervisor", undo_run_call_note},
    {OP_CALL_LINK, "supervisor", undo_run_call_link},
    {OP_TICKET_NEW, "supervisor", undo_run_call_ticket},
    {OP_CONTACT_NEW, "supervisor", undo_run_call_contact},
    {OP_CALLBACK_NEW, "supervisor", undo_run_callback_new},
    {OP_CALLBACK_EDIT, "supervisor", undo_run_callback_edit},
    {OP_CALLBACK_DONE, "supervisor", undo_run_callback_done},
    {OP_LEAD_NEW, "supervisor", undo_run_lead_new},
    {OP_LEAD_EDIT, "supervisor", undo_run_lead_edit},
    {OP_LEAD_CLOSE, "supervisor", undo_run_lead_close},
    {OP_LEAD_DELETE, "supervisor", undo_run_lead_delete},
    {OP_LEAD_RESTORE, "supervisor", undo_run_lead_restore},
    {OP_AGENT_ACCEPT, "supervisor", undo_run_agent_accept},
    {OP_AGENT_DELETE, "supervisor", undo_run_agent_delete},
    {OP_AGENT_RESTORE, "supervisor", undo_run_agent_restore},
    {OP_DO_NOT_CALL_ADD, "supervisor", undo_run_stop_add},
    {OP_DO_NOT_CALL_DELETE, "supervisor", undo_run_stop_delete},
    {OP_DISPOSITION_NEW, "supervisor", undo_run_disposition_new},
    {OP_DISPOSITION_EDIT, "supervisor", undo_run_disposition_edit},
    {OP_PAUSE_REASON_NEW, "supervisor", undo_run_pause_new},
    {OP_PAUSE_REASON_EDIT, "supervisor", undo_run_pause_edit},
    {OP_GUIDE_IMPORT, "supervisor", undo_run_guide_import},
    {OP_GUIDE_NEW, "admin", undo_run_guide_new},
    {OP_GUIDE_EDIT, "supervisor", undo_run_guide_edit},
    {OP_GUIDE_PUBLISH, "admin", undo_run_guide_publish},
    {OP_GUIDE_DELETE, "supervisor", undo_run_guide_delete},
    {OP_GUIDE_RESTORE, "supervisor", undo_run_guide_restore},
    {OP_SESSION_START, "supervisor", undo_run_session_start},
    {OP_SESSION_ANSWER, "supervisor", undo_run_session_answer},
    {OP_SESSION_FILL, "supervisor", undo_run_session_fill},
    {OP_SESSION_PAUSE, "supervisor", undo_run_session_pause},
    {OP_SESSION_ASSIGN, "supervisor", undo_run_session_assign},
    {OP_SESSION_RESOLVE, "supervisor", undo_run_session_resolve},
    {OP_SESSION_ESCALATE, "supervisor", undo_run_session_escalate},
    {OP_SESSION_ABANDON, "supervisor", undo_run_session_abandon},
    {OP_SETTING_TENANT, "admin", undo_run_setting},
    {OP_TEMPLATE_NEW, "admin", undo_run_template_new},
    {OP_TEMPLATE_EDIT, "supervisor", undo_run_template_edit},
    {OP_TEMPLATE_DELETE, "admin", undo_run_template_delete},
    {OP_TIME_START, "mate", undo_run_time_start},
    {OP_TIME_STOP, "mate", undo_run_time_stop},
    {OP_TIME_ADD, "supervisor", undo_run_time_add},
    {OP_TIME_EDIT, "supervisor", undo_run_time_edit},
    {OP_TIME_DELETE, "mate", undo_run_time_delete},
    {OP_WEBHOOK_NEW, "admin", undo_run_hook_new},
    {OP_WEBHOOK_EDIT, "admin", undo_run_hook_edit},
    {OP_WEBHOOK_SWITCH, "admin", undo_run_hook_switch},
    {OP_WEBHOOK_DELETE, "admin", undo_run_hook_delete},
    {OP_WEBHOOK_RESTORE, "admin", undo_run_hook_restore},
    {OP_CHECKLIST_NEW, "supervisor", run_checklist_new},
    {OP_CHECKLIST_EDIT, "admin", run_checklist_edit},
    {OP_CHECKLIST_DELETE, "supervisor", run_checklist_delete},
    {OP_CHECKLIST_RESTORE, "admin", run_checklist_restore},
    {OP_TICKET_CHECK_ADD, "operator", run_check_put},
    {OP_TICKET_CHECK_SET, "supervisor", run_check_set},
    {OP_TICKET_CHECK_REMOVE, "operator", run_check_remove},
    {OP_TICKET_NEW, "operator", run_ticket_new_checked},
    {OP_TICKET_EDIT, "supervisor", run_ticket_new_checked},
    {OP_CALENDAR_NEW, "supervisor", undo_run_calendar_new},
    {OP_CALENDAR_EDIT, "admin", undo_run_calendar_edit},
    {OP_CALENDAR_EDIT, "supervisor", undo_run_calendar_date},
    {OP_CALENDAR_DELETE, "supervisor", undo_run_calendar_delete},
    {OP_PROMISE_SET, "supervisor", undo_run_promise_set},
    {OP_PROMISE_DELETE, "supervisor", undo_run_promise_delete},
    {OP_TICKET_SNOOZE, "supervisor", run_snooze},
    {OP_TEAM_NEW, "admin", run_team_new},
    {OP_TEAM_EDIT, "admin", run_team_edit},
    {OP_TEAM_DELETE, "admin", run_team_delete},
    {OP_COMPANY_NEW, "supervisor", run_company_new},
    {OP_COMPANY_EDIT, "supervisor", run_company_edit},
    {OP_COMPANY_DELETE, "supervisor", run_company_delete},
    {OP_DIVISION_NEW, "supervisor", run_division_new},
    {OP_DIVISION_EDIT, "supervisor", run_division_edit},
    {OP_DIVISION_DELETE, "supervisor", run_division_delete},
    {OP_CONTACT_NEW, "supervisor", run_contact_new},
    {OP_CONTACT_EDIT, "supervisor", run_contact_edit},
    {OP_CONTACT_DELETE, "supervisor", run_contact_delete},
    {OP_TICKET_NEW, "supervisor", run_ticket_new},
    {OP_TICKET_EDIT, "supervisor", run_ticket_edit},
    {OP_TICKET_STATE, "supervisor", run_ticket_state},
    {OP_TICKET_ASSIGN, "supervisor", run_ticket_assign},
    {OP_TICKET_COMMENT, "supervisor", run_ticket_comment},
    {OP_TICKET_DELETE, "supervisor", run_ticket_delete},
    {OP_TICKET_RESTORE, "supervisor", run_ticket_restore},
    {OP_TICKET_MERGE, "supervisor", run_ticket_merge},
    {OP_TICKET_UNMERGE, "supervisor", run_ticket_unmerge},
    {OP_TICKET_SPLIT, "supervisor", run_ticket_split},
    {OP_TICKET_LINK, "supervisor", run_ticket_link},
    {OP_TICKET_UNLINK, "supervisor", run_ticket_unlink},
    {OP_TICKET_NEW, "operator", run_talk_ticket},
    {OP_CONVERSATION_CLAIM, "operator", run_talk_claim},
    {OP_CONVERSATION_ASSIGN, "operator", run_talk_assign},
    {OP_CONVERSATION_CLOSE, "operator", run_talk_close},
    {OP_CONVERSATION_REOPEN, "operator", run_talk_reopen},
    {OP_CONVERSATION_NOTE, "operator", run_talk_note},
    {OP_CONVERSATION_LINK, "operator", run_talk_link},
    {OP_REPLY_NEW, "supervisor", run_reply_new},
    {OP_REPLY_EDIT, "admin", run_reply_edit},
    {OP_REPLY_DELETE, "admin", run_reply_delete},
    {OP_MACRO_NEW, "supervisor", run_macro_new},
    {OP_MACRO_EDIT, "admin", run_macro_edit},
    {OP_MACRO_DELETE, "admin", run_macro_delete},
    {OP_VIEW_NEW, "mate", run_view_new},
    {OP_VIEW_EDIT, "admin", run_view_edit},
    {OP_VIEW_DELETE, "mate", run_view_delete},
    {OP_STATUS_NEW, "admin", run_status_new},
    {OP_STATUS_EDIT, "admin", run_status_edit},
    {OP_STATUS_DELETE, "admin", run_status_delete},
    {OP_CATEGORY_NEW, "admin", run_category_new},
    {OP_CATEGORY_NEW, "admin", run_category_back},
    {OP_CATEGORY_EDIT, "admin", run_category_edit},
    {OP_CATEGORY_DELETE, "admin", run_category_delete},
    {OP_FIELD_NEW, "admin", run_field_new},
    {OP_FIELD_EDIT, "admin", run_field_edit},
    {OP_FIELD_DELETE, "admin", run_field_delete},
    {OP_TICKET_EDIT, "supervisor", run_ticket_fields},
    {OP_TICKET_NEW, "supervisor", run_ticket_new_fields},
    {OP_TICKET_STATE, "supervisor", run_ticket_label},
};
const size_t undoable_count = sizeof(undoables) / sizeof(undoables[0]);

static int64_t
make_talk(struct desk_fixture *f, int64_t contact, const char *peer, int state)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id,
	    "INSERT INTO conversations(tenant_id, contact_id, channel,"
	    " channel_kind, peer, state, closed_us, last_message_us,"
	    " created_at, updated_at)"
	    " VALUES($1,$2,'soporte',1,$3,$4,$5,1,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(contact), b_text(peer),
		b_int(state), b_ref(state)),
	    &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static void
prepare_form(struct desk_fixture *f, struct given *g)
{
	struct ticket_field_new field = {.name = "Serial"};
	struct err err = ERR_INIT;
	int64_t old;

	assert_ok(ticket_status_new(
	    f->d, "Workshop", TICKET_OPEN, 0, &g->label, &err));
	assert_ok(
	    ticket_category_new(f->d, NULL, "Hardware", 0, &g->category, &err));
	assert_ok(
	    ticket_category_new(f->d, NULL, "Unused", 0, &g->unused, &err));
	assert_ok(ticket_category_new(f->d, "old", "Old", 0, &old, &err));
	assert_ok(ticket_category_delete(f->d, old, 0, &err));
	assert_ok(checklist_new(f->d,
	    &(struct checklist_new){
		.name = "As always", .items = "Photo", .category = "unused"},
	    &old, &err));
	field.category_id = g->category;
	assert_ok(ticket_field_new(f->d, &field, &g->field, &err));
}

static void
prepare_checks(struct desk_fixture *f, struct given *g)
{
	struct checklist_new in = {.name = "Setup", .items = "! Chair\nKeys"};
	struct ticket_check *rows;
	struct err err = ERR_INIT;
	size_t count;
	int added;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(checklist_new(f->d, &in, &g->checklist, &err));
	in.name = "Gone";
	assert_ok(checklist_new(f->d, &in, &g->gone, &err));
	assert_ok(checklist_delete(f->d, g->gone, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(ticket_check_add(f->d, g->second, "Call", &added, &err));
	assert_ok(ticket_checks(f->d, g->second, &rows, &count, &err));
	g->check = rows[0].id;
	free(rows);
	assert_ok(time_start(f->d, g->second, &g->runs, NULL, &err));
	assert_ok(time_add(f->d, g->second,
	    &(struct time_new){.worked_us = US_PER_HOUR}, &g->worked, &err));
}

void
undo_prepare(struct desk_fixture *f, struct given *g)
{
	struct company_new co = {.name = "Sol", .notes = "old"};
	struct ticket_new in = {.subject = "Broken", .description = "very"};
	struct ticket_link_new call = {.kind = LINK_CALL, .name = "c-1"};
	const struct macro_new macro = {.name = "Hi",
	    .actions = "[{\"do\":\"tag\",\"tag\":\"hi\"}]",
	    .operator_id = f->demo.mate};
	const struct reply_new reply = {
	    .title = "Hi", .body = "Hi to you", .operator_id = f->demo.mate};
	const struct view_new view = {
	    .name = "Loud", .slot = 7, .operator_id = f->demo.mate};
	struct err err = ERR_INIT;
	int64_t number, comment;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(team_new(f->d, "Empty", &g->team, &err));
	prepare_form(f, g);
	undo_prepare_calendars(f, g);
	undo_prepare_guides(f, g);
	undo_prepare_hooks(f, g);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(company_new(f->d, &co, &g->company, &err));
	assert_ok(
	    division_new(f->d, g->company, "Office", NULL, &g->division, &err));
	g->contact = in.contact_id =
	    desk_fixture_contact(f, "Lucía", "600 111 222");
	assert_ok(ticket_new(f->d, &in, &g->ticket, &number, &err));
	in.tags = "loud";
	assert_ok(ticket_new(f->d, &in, &g->second, &number, &err));
	assert_ok(ticket_comment(
	    f->d, g->second, COMMENT_NOTE, "Again", &g->comment, &err));
	assert_ok(ticket_link(f->d, g->second, &call, &g->link, &err));
	assert_ok(ticket_new(f->d, &in, &g->merged, &number, &err));
	assert_ok(ticket_comment(
	    f->d, g->merged, COMMENT_NOTE, "As before", &comment, &err));
	assert_ok(ticket_merge(f->d, g->merged, 0, g->ticket, 0, NULL, &err));
	assert_ok(ticket_new(f->d, &in, &g->trashed, &number, &err));
	assert_ok(ticket_delete(f->d, g->trashed, 0, &err));
	assert_ok(reply_new(f->d, &reply, &g->reply, &err));
	assert_ok(macro_new(f->d, &macro, &g->macro, &err));
	assert_ok(view_new(f->d, &view, &g->view, &err));
	prepare_checks(f, g);
	undo_prepare_walks(f, g);
	undo_prepare_calls(f, g);
	g->talk = make_talk(f, g->contact, "34600222111", 0);
	g->closed = make_talk(f, g->contact, "34600444333", 2);
}
