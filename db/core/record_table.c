/* record_table - the fields of every kind of record; see record.h. */
#include "db/core/record_int.h"
#include "common/i18n.h"
#include "common/str.h"
#include "db/core/desk.h"
#include <string.h>

const char *const record__langs[] = {"", "es", "en", NULL};
static const char *const conversation_states[] = {
    "active", "handed_off", "closed", NULL};
static const char *const intents[] = {"", "sales", "support", NULL};
const char *const record__ticket_states[] = {
    "new", "open", "waiting", "solved", "closed", "merged", NULL};

/* clang-format off */
static const struct field tenant_fields[] = {
	{"name",    FIELD_TEXT, N_("Name"),      NULL, RECORD_NONE, 200, true},
	{"lang",    FIELD_TEXT, N_("Language"),  record__langs, RECORD_NONE, 2, true},
	{"zone",    FIELD_TEXT, N_("Time zone"), NULL, RECORD_NONE, 63, true},
};

static const struct field team_fields[] = {
	{"name",    FIELD_TEXT, N_("Name"),      NULL, RECORD_NONE, 200, true},
};

static const struct field operator_fields[] = {
	{"login",     FIELD_TEXT, N_("Login"),     NULL, RECORD_NONE, 40, true},
	{"full_name", FIELD_TEXT, N_("Name"),      NULL, RECORD_NONE, 200, true},
	{"role",      FIELD_ENUM, N_("Role"),      role_names, RECORD_NONE, 0, false},
	{"team_id",   FIELD_REF,  N_("Team"),      NULL, RECORD_TEAM, 0, false},
	{"email",     FIELD_TEXT, N_("Email"),     NULL, RECORD_NONE, 200, false},
	{"lang",      FIELD_TEXT, N_("Language"),  record__langs, RECORD_NONE, 2, false},
	{"zone",      FIELD_TEXT, N_("Time zone"), NULL, RECORD_NONE, 63, false},
	{"unix_uid",  FIELD_INT,  N_("Unix user"), NULL, RECORD_NONE, 0, false},
	{"enabled",   FIELD_FLAG, N_("Enabled"),   NULL, RECORD_NONE, 0, false},
	{"extension", FIELD_TEXT, N_("Extension"), NULL, RECORD_NONE, 32, false},
};

static const struct field company_fields[] = {
	{"name",           FIELD_TEXT,  N_("Name"),   NULL, RECORD_NONE, 200, true},
	{"name_folded",    FIELD_TEXT,  NULL,         NULL, RECORD_NONE, 800, false},
	{"fiscal_id",      FIELD_TEXT,  N_("Tax id"), NULL, RECORD_NONE, 64, false},
	{"crm_company_id", FIELD_TEXT,  N_("CRM id"), NULL, RECORD_NONE, 128, false},
	{"notes",          FIELD_BLOCK, N_("Notes"),  NULL, RECORD_NONE, 0, false},
};

static const struct field division_fields[] = {
	{"name",            FIELD_TEXT, N_("Name"),    NULL, RECORD_NONE, 200, true},
	{"company_id",      FIELD_REF,  N_("Company"), NULL, RECORD_COMPANY, 0, true},
	{"crm_division_id", FIELD_TEXT, N_("CRM id"),  NULL, RECORD_NONE, 128, false},
};

static const struct field contact_fields[] = {
	{"full_name",         FIELD_TEXT,  N_("Name"),     NULL, RECORD_NONE, 200, true},
	{"name_folded",       FIELD_TEXT,  NULL,           NULL, RECORD_NONE, 800, false},
	{"division_id",       FIELD_REF,   N_("Division"), NULL, RECORD_DIVISION, 0, true},
	{"email",             FIELD_TEXT,  N_("Email"),    NULL, RECORD_NONE, 200, false},
	{"phone_number",      FIELD_TEXT,  N_("Phone"),    NULL, RECORD_NONE, 64, false},
	{"lang",              FIELD_TEXT,  N_("Language"), record__langs, RECORD_NONE, 2, false},
	{"crm_contact_id",    FIELD_TEXT,  N_("CRM id"),   NULL, RECORD_NONE, 128, false},
	{"problem_statement", FIELD_BLOCK, N_("Problem"),  NULL, RECORD_NONE, 0, false},
	{"notes",             FIELD_BLOCK, N_("Notes"),    NULL, RECORD_NONE, 0, false},
};

static const struct field contact_point_fields[] = {
	{"contact_id", FIELD_REF,  N_("Contact"), NULL, RECORD_CONTACT, 0, true},
	{"value",      FIELD_TEXT, N_("Address"), NULL, RECORD_NONE, 200, true},
};

static const struct field conversation_fields[] = {
	{"state",            FIELD_ENUM, N_("Status"),   conversation_states, RECORD_NONE, 0, false},
	{"intent",           FIELD_ENUM, N_("Intent"),   intents, RECORD_NONE, 0, false},
	{"operator_id",      FIELD_REF,  N_("Owner"),    NULL, RECORD_OPERATOR, 0, false},
	{"team_id",          FIELD_REF,  N_("Team"),     NULL, RECORD_TEAM, 0, false},
	{"ticket_id",        FIELD_REF,  N_("Ticket"),   NULL, RECORD_TICKET, 0, false},
	{"closed_us",        FIELD_TIME, N_("Closed"),   NULL, RECORD_NONE, 0, false},
	{"waiting_since_us", FIELD_TIME, NULL,           NULL, RECORD_NONE, 0, false},
	{"unread",           FIELD_INT,  NULL,           NULL, RECORD_NONE, 0, false},
};

static const struct field note_fields[] = {
	{"body", FIELD_BLOCK, N_("Note"), NULL, RECORD_NONE, 0, true},
};

static const struct field ticket_fields[] = {
	{"subject",          FIELD_TEXT,  N_("Subject"),       NULL, RECORD_NONE, 200, true},
	{"description",      FIELD_BLOCK, N_("Description"),   NULL, RECORD_NONE, 0, false},
	{"state",            FIELD_ENUM,  N_("Status"),        record__ticket_states, RECORD_NONE, 0, false},
	{"priority",         FIELD_INT,   N_("Priority"),      NULL, RECORD_NONE, 0, false},
	{"urgency",          FIELD_INT,   N_("Urgency"),       NULL, RECORD_NONE, 0, false},
	{"impact",           FIELD_INT,   N_("Impact"),        NULL, RECORD_NONE, 0, false},
	{"category",         FIELD_TEXT,  N_("Category"),      NULL, RECORD_NONE, 64, false},
	{"tags",             FIELD_TEXT,  N_("Tags"),          NULL, RECORD_NONE, 200, false},
	{"external_id",      FIELD_TEXT,  N_("External id"),   NULL, RECORD_NONE, 128, false},
	{"contact_id",       FIELD_REF,   N_("Contact"),       NULL, RECORD_CONTACT, 0, false},
	{"company_id",       FIELD_REF,   N_("Company"),       NULL, RECORD_COMPANY, 0, false},
	{"conversation_id",  FIELD_REF,   N_("Conversation"),  NULL, RECORD_CONVERSATION, 0, false},
	{"operator_id",      FIELD_REF,   N_("Owner"),         NULL, RECORD_OPERATOR, 0, false},
	{"team_id",          FIELD_REF,   N_("Team"),          NULL, RECORD_TEAM, 0, false},
	{"waiting_reason",   FIELD_BLOCK, N_("Waiting for"),   NULL, RECORD_NONE, 200, false},
	{"waiting_until_us", FIELD_TIME,  N_("Waiting until"), NULL, RECORD_NONE, 0, false},
	{"status_id",        FIELD_REF,   N_("Status label"),  NULL, RECORD_STATUS, 0, false},
	{"priority_reason",  FIELD_TEXT,  N_("Reason for the priority"), NULL, RECORD_NONE, 200, false},
	{"due_us",           FIELD_TIME,  NULL,                NULL, RECORD_NONE, 0, true},
	{"snoozed_until_us", FIELD_TIME,  N_("Snoozed until"), NULL, RECORD_NONE, 0, false},
	{"snooze_until_reply", FIELD_FLAG, N_("Snoozed until a reply"), NULL, RECORD_NONE, 0, false},
	{"reminded_us",      FIELD_TIME,  NULL,                NULL, RECORD_NONE, 0, false},
	{"merged_into",      FIELD_REF,   N_("Merged into"),   NULL, RECORD_TICKET, 0, false},
	{"solved_us",        FIELD_TIME,  N_("Solved"),        NULL, RECORD_NONE, 0, false},
	{"closed_us",        FIELD_TIME,  N_("Closed"),        NULL, RECORD_NONE, 0, false},
};

static const struct field comment_fields[] = {
	{"body",          FIELD_BLOCK, N_("Comment"),       NULL, RECORD_NONE, 0, true},
	{"ticket_id",     FIELD_REF,   N_("Ticket"),        NULL, RECORD_TICKET, 0, true},
	{"held_until_us", FIELD_TIME,  NULL,                NULL, RECORD_NONE, 0, false},
	{"recalled_us",   FIELD_TIME,  N_("Recalled"),      NULL, RECORD_NONE, 0, false},
};

#define FIELDS(f) f, sizeof(f) / sizeof(f[0])
static const struct record_def defs[RECORD_STATUS] = { /* record_desk.c and record_calls.c have the rest */
	[RECORD_NONE] = {RECORD_NONE, "", "", NULL, NULL, 0, false, false},
	[RECORD_TENANT] = {RECORD_TENANT, "tenant", N_("Tenant"), "tenants", FIELDS(tenant_fields), false, false},
	[RECORD_TEAM] = {RECORD_TEAM, "team", N_("Team"), "teams", FIELDS(team_fields), false, false},
	[RECORD_OPERATOR] = {RECORD_OPERATOR, "operator", N_("Operator"), "operators", FIELDS(operator_fields), false, false},
	[RECORD_COMPANY] = {RECORD_COMPANY, "company", N_("Company"), "companies", FIELDS(company_fields), false, false},
	[RECORD_DIVISION] = {RECORD_DIVISION, "division", N_("Division"), "divisions", FIELDS(division_fields), false, false},
	[RECORD_CONTACT] = {RECORD_CONTACT, "contact", N_("Contact"), "contacts", FIELDS(contact_fields), false, false},
	[RECORD_CONTACT_POINT] = {RECORD_CONTACT_POINT, "contact_point", N_("Address"), "contact_points", FIELDS(contact_point_fields), false, false},
	[RECORD_CONVERSATION] = {RECORD_CONVERSATION, "conversation", N_("Conversation"), "conversations", FIELDS(conversation_fields), true, true},
	[RECORD_MESSAGE] = {RECORD_MESSAGE, "message", N_("Message"), NULL, NULL, 0, false, false},
	[RECORD_CONVERSATION_NOTE] = {RECORD_CONVERSATION_NOTE, "note", N_("Note"), "conversation_notes", FIELDS(note_fields), false, false},
	[RECORD_TICKET] = {RECORD_TICKET, "ticket", N_("Ticket"), "tickets", FIELDS(ticket_fields), true, true},
	[RECORD_TICKET_COMMENT] = {RECORD_TICKET_COMMENT, "comment", N_("Comment"), "ticket_comments", FIELDS(comment_fields), false, false},
	[RECORD_OUTBOX] = {RECORD_OUTBOX, "outbox", N_("Outbox"), NULL, NULL, 0, false, false},
	[RECORD_JOB] = {RECORD_JOB, "job", N_("Job"), NULL, NULL, 0, false, false},
	[RECORD_TOKEN] = {RECORD_TOKEN, "token", N_("Token"), "tokens", NULL, 0, false, false},
	[RECORD_FILE] = {RECORD_FILE, "file", N_("File"), NULL, NULL, 0, false, false},
	[RECORD_RAW_EVENT] = {RECORD_RAW_EVENT, "event", N_("Event"), NULL, NULL, 0, false, false},
	[RECORD_CHANNEL] = {RECORD_CHANNEL, "channel", N_("Channel"), NULL, NULL, 0, false, false},
	[RECORD_SETTING] = {RECORD_SETTING, "setting", N_("Setting"), NULL, NULL, 0, false, false},
	[RECORD_DRAFT] = {RECORD_DRAFT, "draft", N_("Draft"), NULL, NULL, 0, false, false},
	[RECORD_APPROVAL] = {RECORD_APPROVAL, "approval", N_("Approval"), "approvals", NULL, 0, false, false},
	[RECORD_HOLD] = {RECORD_HOLD, "hold", N_("Legal hold"), "holds", NULL, 0, false, false},
};
/* clang-format on */

const struct record_def *
record_def(enum record_kind kind)
{
	BUG_ON(kind < 0 || kind >= RECORD_KIND_COUNT);
	if (kind >= RECORD_CALL)
		return record__calls_def(kind);
	return kind < RECORD_STATUS ? &defs[kind] : record__desk_def(kind);
}

const struct record_def *
record_def_by_noun(const char *noun)
{
	for (int i = 1; i < RECORD_KIND_COUNT; i++)
		if (str_equal(record_def((enum record_kind)i)->noun, noun))
			return record_def((enum record_kind)i);
	return NULL;
}

int
record_field(const struct record_def *def, const char *column)
{
	for (size_t i = 0; i < def->count; i++)
		if (strcmp(def->fields[i].column, column) == 0)
			return (int)i;
	return -1;
}
