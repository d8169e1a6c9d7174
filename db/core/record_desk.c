/* record_desk - the fields of the ticket desk's records; see record.h. */
#include "common/i18n.h"
#include "db/core/record_int.h"

static const char *const field_types[] = {
    "text", "number", "date", "choice", "yes_no", NULL};
static const char *const link_kinds[] = {
    "other", "conversation", "call", "guide", "equipment", "ticket", NULL};
static const char *const link_relations[] = {
    "related", "follow_up", "split_from", "duplicate", NULL};
static const char *const knowledge_kinds[] = {
    "", "guide", "objection", "prompt", NULL};
static const char *const walkers[] = {"operator", "customer", "program", NULL};
static const char *const session_states[] = {
    "active", "paused", "resolved", "escalated", "abandoned", NULL};
static const char *const webhook_kinds[] = {
    "standard", "slack", "kestra", NULL};
static const char *const webhook_states[] = {
    "on", "off", "gone", "failing", NULL};
static const char *const clock_kinds[] = {
    "first_response", "next_response", "resolution", NULL};
static const char *const clock_states[] = {
    "running", "paused", "met", "missed", "cancelled", NULL};

/* clang-format off */
static const struct field status_fields[] = {
	{"name",     FIELD_TEXT, N_("Name"),     NULL, RECORD_NONE, 40, true},
	{"state",    FIELD_ENUM, N_("Status"),   record__ticket_states, RECORD_NONE, 0, false},
	{"position", FIELD_INT,  N_("Position"), NULL, RECORD_NONE, 0, true},
};

static const struct field category_fields[] = {
	{"name",     FIELD_TEXT, N_("Name"),     NULL, RECORD_NONE, 64, true},
	{"position", FIELD_INT,  N_("Position"), NULL, RECORD_NONE, 0, true},
};

static const struct field ticket_field_fields[] = {
	{"name",        FIELD_TEXT,  N_("Name"),     NULL, RECORD_NONE, 64, true},
	{"category_id", FIELD_REF,   N_("Category"), NULL, RECORD_CATEGORY, 0, false},
	{"type",        FIELD_ENUM,  N_("Type"),     field_types, RECORD_NONE, 0, false},
	{"choices",     FIELD_BLOCK, N_("Choices"),  NULL, RECORD_NONE, 4096, false},
	{"help",        FIELD_TEXT,  N_("Help"),     NULL, RECORD_NONE, 200, false},
	{"required",    FIELD_FLAG,  N_("Required"), NULL, RECORD_NONE, 0, false},
	{"position",    FIELD_INT,   N_("Position"), NULL, RECORD_NONE, 0, true},
};

static const struct field field_value_fields[] = {
	{"ticket_id", FIELD_REF,   N_("Ticket"), NULL, RECORD_TICKET, 0, true},
	{"value",     FIELD_BLOCK, N_("Value"),  NULL, RECORD_NONE, 0, false},
	{"folded",    FIELD_TEXT,  NULL,         NULL, RECORD_NONE, 200, false},
};

static const struct field link_fields[] = {
	{"ticket_id",   FIELD_REF,  N_("Ticket"),   NULL, RECORD_TICKET, 0, true},
	{"kind",        FIELD_ENUM, N_("Type"),     link_kinds, RECORD_NONE, 0, false},
	{"record_id",   FIELD_INT,  NULL,           NULL, RECORD_NONE, 0, true},
	{"record_name", FIELD_TEXT, N_("Name"),     NULL, RECORD_NONE, 200, false},
	{"relation",    FIELD_ENUM, N_("Relation"), link_relations, RECORD_NONE, 0, false},
};

static const struct field merge_fields[] = {
	{"undone_us", FIELD_TIME, N_("Undone"),    NULL, RECORD_NONE, 0, false},
	{"undone_by", FIELD_REF,  N_("Undone by"), NULL, RECORD_OPERATOR, 0, false},
};

static const struct field checklist_fields[] = {
	{"name",     FIELD_TEXT,  N_("Name"),     NULL, RECORD_NONE, 64, true},
	{"items",    FIELD_BLOCK, N_("Items"),    NULL, RECORD_NONE, 8192, true},
	{"category", FIELD_TEXT,  N_("Category"), NULL, RECORD_NONE, 64, false},
	{"position", FIELD_INT,   N_("Position"), NULL, RECORD_NONE, 0, true},
};

static const struct field check_fields[] = {
	{"ticket_id", FIELD_REF,  N_("Ticket"),   NULL, RECORD_TICKET, 0, true},
	{"position",  FIELD_INT,  N_("Position"), NULL, RECORD_NONE, 0, true},
	{"body",      FIELD_TEXT, N_("Item"),     NULL, RECORD_NONE, 200, true},
	{"done_us",   FIELD_TIME, N_("Done"),     NULL, RECORD_NONE, 0, false},
	{"done_by",   FIELD_REF,  N_("Done by"),  NULL, RECORD_OPERATOR, 0, false},
};

static const struct field canned_fields[] = {
	{"operator_id", FIELD_REF,   N_("Owner"),    NULL, RECORD_OPERATOR, 0, false},
	{"team_id",     FIELD_REF,   N_("Team"),     NULL, RECORD_TEAM, 0, false},
	{"title",       FIELD_TEXT,  N_("Title"),    NULL, RECORD_NONE, 120, true},
	{"shortcut",    FIELD_TEXT,  N_("Shortcut"), NULL, RECORD_NONE, 32, false},
	{"lang",        FIELD_TEXT,  N_("Language"), record__langs, RECORD_NONE, 2, false},
	{"body",        FIELD_BLOCK, N_("Text"),     NULL, RECORD_NONE, 16384, true},
	{"folded",      FIELD_BLOCK, NULL,           NULL, RECORD_NONE, 65536, false},
};

static const struct field macro_fields[] = {
	{"operator_id", FIELD_REF,   N_("Owner"),   NULL, RECORD_OPERATOR, 0, false},
	{"team_id",     FIELD_REF,   N_("Team"),    NULL, RECORD_TEAM, 0, false},
	{"name",        FIELD_TEXT,  N_("Name"),    NULL, RECORD_NONE, 64, true},
	{"actions",     FIELD_BLOCK, N_("Actions"), NULL, RECORD_NONE, 32768, true},
	{"bound",       FIELD_TEXT,  N_("Key"),     NULL, RECORD_NONE, 32, false},
};

static const struct field view_fields[] = {
	{"operator_id", FIELD_REF,  N_("Owner"),      NULL, RECORD_OPERATOR, 0, false},
	{"team_id",     FIELD_REF,  N_("Team"),       NULL, RECORD_TEAM, 0, false},
	{"name",        FIELD_TEXT, N_("Name"),       NULL, RECORD_NONE, 40, true},
	{"filter",      FIELD_TEXT, N_("Filter"),     NULL, RECORD_NONE, 1000, false},
	{"ordering",    FIELD_TEXT, N_("Order"),      NULL, RECORD_NONE, 64, false},
	{"columns",     FIELD_TEXT, N_("Columns"),    NULL, RECORD_NONE, 400, false},
	{"slot",        FIELD_INT,  N_("Number key"), NULL, RECORD_NONE, 0, true},
};

static const struct field calendar_fields[] = {
	{"name",      FIELD_TEXT, N_("Name"),      NULL, RECORD_NONE, 64, true},
	{"zone",      FIELD_TEXT, N_("Time zone"), NULL, RECORD_NONE, 63, false},
	{"monday",    FIELD_TEXT, N_("Monday"),    NULL, RECORD_NONE, 100, false},
	{"tuesday",   FIELD_TEXT, N_("Tuesday"),   NULL, RECORD_NONE, 100, false},
	{"wednesday", FIELD_TEXT, N_("Wednesday"), NULL, RECORD_NONE, 100, false},
	{"thursday",  FIELD_TEXT, N_("Thursday"),  NULL, RECORD_NONE, 100, false},
	{"friday",    FIELD_TEXT, N_("Friday"),    NULL, RECORD_NONE, 100, false},
	{"saturday",  FIELD_TEXT, N_("Saturday"),  NULL, RECORD_NONE, 100, false},
	{"sunday",    FIELD_TEXT, N_("Sunday"),    NULL, RECORD_NONE, 100, false},
	{"is_default", FIELD_FLAG, N_("Default"),  NULL, RECORD_NONE, 0, false},
};

static const struct field calendar_date_fields[] = {
	{"date",  FIELD_TEXT, N_("Date"),  NULL, RECORD_NONE, 10, true},
	{"hours", FIELD_TEXT, N_("Hours"), NULL, RECORD_NONE, 100, false},
	{"name",  FIELD_TEXT, N_("Name"),  NULL, RECORD_NONE, 63, false},
};

static const struct field policy_fields[] = {
	{"name",          FIELD_TEXT, N_("Name"),           NULL, RECORD_NONE, 64, true},
	{"company_id",    FIELD_REF,  N_("Company"),        NULL, RECORD_COMPANY, 0, false},
	{"priority",      FIELD_INT,  N_("Priority"),       NULL, RECORD_NONE, 0, true},
	{"first_us",      FIELD_INT,  N_("First response"), NULL, RECORD_NONE, 0, true},
	{"next_us",       FIELD_INT,  N_("Next response"),  NULL, RECORD_NONE, 0, true},
	{"resolution_us", FIELD_INT,  N_("Resolution"),     NULL, RECORD_NONE, 0, true},
	{"calendar_id",   FIELD_REF,  N_("Calendar"),       NULL, RECORD_CALENDAR, 0, false},
};

static const struct field clock_fields[] = {
	{"ticket_id",  FIELD_REF,  N_("Ticket"),  NULL, RECORD_TICKET, 0, true},
	{"kind",       FIELD_ENUM, N_("Type"),    clock_kinds, RECORD_NONE, 0, false},
	{"policy_id",  FIELD_REF,  N_("Policy"),  NULL, RECORD_POLICY, 0, false},
	{"target_us",  FIELD_INT,  N_("Target"),  NULL, RECORD_NONE, 0, true},
	{"state",      FIELD_ENUM, N_("Status"),  clock_states, RECORD_NONE, 0, false},
	{"started_us", FIELD_TIME, N_("Started"), NULL, RECORD_NONE, 0, true},
	{"stopped_us", FIELD_TIME, N_("Stopped"), NULL, RECORD_NONE, 0, false},
	{"spent_us",   FIELD_INT,  NULL,          NULL, RECORD_NONE, 0, true},
	{"due_us",     FIELD_TIME, NULL,          NULL, RECORD_NONE, 0, true},
	{"notice_us",  FIELD_TIME, NULL,          NULL, RECORD_NONE, 0, false},
	{"noticed",    FIELD_INT,  NULL,          NULL, RECORD_NONE, 0, true},
};

static const struct field interval_fields[] = {
	{"from_us",     FIELD_TIME, N_("From"),     NULL, RECORD_NONE, 0, true},
	{"to_us",       FIELD_TIME, N_("Until"),    NULL, RECORD_NONE, 0, false},
	{"counts",      FIELD_FLAG, N_("Counts"),   NULL, RECORD_NONE, 0, false},
	{"reason",      FIELD_INT,  N_("Reason"),   NULL, RECORD_NONE, 0, true},
	{"note",        FIELD_TEXT, N_("Note"),     NULL, RECORD_NONE, 200, false},
	{"calendar_id", FIELD_REF,  N_("Calendar"), NULL, RECORD_CALENDAR, 0, false},
};

static const struct field snooze_fields[] = {
	{"ticket_id",   FIELD_REF,  N_("Ticket"),        NULL, RECORD_TICKET, 0, true},
	{"until_us",    FIELD_TIME, N_("Until"),         NULL, RECORD_NONE, 0, false},
	{"until_reply", FIELD_FLAG, N_("Until a reply"), NULL, RECORD_NONE, 0, false},
	{"woken",       FIELD_INT,  NULL,                NULL, RECORD_NONE, 0, true},
	{"woken_us",    FIELD_TIME, N_("Woken"),         NULL, RECORD_NONE, 0, false},
};

static const struct field time_fields[] = {
	{"ticket_id", FIELD_REF,  N_("Ticket"), NULL, RECORD_TICKET, 0, true},
	{"from_us",   FIELD_TIME, N_("From"),   NULL, RECORD_NONE, 0, true},
	{"to_us",     FIELD_TIME, N_("Until"),  NULL, RECORD_NONE, 0, false},
	{"idle_us",   FIELD_INT,  N_("Idle"),   NULL, RECORD_NONE, 0, true},
	{"worked_us", FIELD_INT,  N_("Worked"), NULL, RECORD_NONE, 0, true},
	{"note",      FIELD_TEXT, N_("Note"),   NULL, RECORD_NONE, 200, false},
};

static const struct field employee_fields[] = {
	{"code",         FIELD_TEXT,  N_("Code"),       NULL, RECORD_NONE, 64, false},
	{"full_name",    FIELD_TEXT,  N_("Name"),       NULL, RECORD_NONE, 200, true},
	{"name_folded",  FIELD_TEXT,  NULL,             NULL, RECORD_NONE, 800, false},
	{"email",        FIELD_TEXT,  N_("Email"),      NULL, RECORD_NONE, 200, false},
	{"phone_number", FIELD_TEXT,  N_("Phone"),      NULL, RECORD_NONE, 64, false},
	{"department",   FIELD_TEXT,  N_("Department"), NULL, RECORD_NONE, 200, false},
	{"job",          FIELD_TEXT,  N_("Job title"),  NULL, RECORD_NONE, 200, false},
	{"notes",        FIELD_BLOCK, N_("Notes"),      NULL, RECORD_NONE, 0, false},
};

static const struct field knowledge_fields[] = {
	{"kind",      FIELD_ENUM,  N_("Type"),     knowledge_kinds, RECORD_NONE, 0, false},
	{"topic",     FIELD_TEXT,  N_("Topic"),    NULL, RECORD_NONE, 64, true},
	{"category",  FIELD_TEXT,  N_("Category"), NULL, RECORD_NONE, 64, false},
	{"title",     FIELD_TEXT,  N_("Title"),    NULL, RECORD_NONE, 200, false},
	{"published", FIELD_INT,   N_("Version"),  NULL, RECORD_NONE, 0, true},
	{"draft",     FIELD_BLOCK, N_("Draft"),    NULL, RECORD_NONE, 524288, false},
};

static const struct field session_fields[] = {
	{"walker",          FIELD_ENUM,  N_("Walked by"),    walkers, RECORD_NONE, 0, false},
	{"state",           FIELD_ENUM,  N_("Status"),       session_states, RECORD_NONE, 0, false},
	{"step",            FIELD_INT,   N_("Step"),         NULL, RECORD_NONE, 0, true},
	{"step_since_us",   FIELD_TIME,  NULL,               NULL, RECORD_NONE, 0, true},
	{"operator_id",     FIELD_REF,   N_("Owner"),        NULL, RECORD_OPERATOR, 0, false},
	{"team_id",         FIELD_REF,   N_("Team"),         NULL, RECORD_TEAM, 0, false},
	{"ticket_id",       FIELD_REF,   N_("Ticket"),       NULL, RECORD_TICKET, 0, false},
	{"conversation_id", FIELD_REF,   N_("Conversation"), NULL, RECORD_CONVERSATION, 0, false},
	{"contact_id",      FIELD_REF,   N_("Contact"),      NULL, RECORD_CONTACT, 0, false},
	{"variables",       FIELD_BLOCK, N_("Variables"),    NULL, RECORD_NONE, 0, false},
	{"active_us",       FIELD_INT,   NULL,               NULL, RECORD_NONE, 0, true},
	{"ended_us",        FIELD_TIME,  N_("Ended"),        NULL, RECORD_NONE, 0, false},
};

static const struct field template_fields[] = {
	{"title",       FIELD_TEXT,  N_("Title"),       NULL, RECORD_NONE, 200, true},
	{"description", FIELD_BLOCK, N_("Description"), NULL, RECORD_NONE, 4096, false},
	{"category",    FIELD_TEXT,  N_("Category"),    NULL, RECORD_NONE, 64, false},
	{"variables",   FIELD_BLOCK, N_("Variables"),   NULL, RECORD_NONE, 32768, false},
	{"steps",       FIELD_BLOCK, N_("Steps"),       NULL, RECORD_NONE, 65536, false},
};

static const struct field webhook_fields[] = {
	{"name",             FIELD_TEXT,  N_("Name"),      NULL, RECORD_NONE, 64, true},
	{"kind",             FIELD_ENUM,  N_("Type"),      webhook_kinds, RECORD_NONE, 0, false},
	{"url",              FIELD_TEXT,  NULL,            NULL, RECORD_NONE, 8192, true},
	{"host",             FIELD_TEXT,  N_("Host"),      NULL, RECORD_NONE, 255, false},
	{"events",           FIELD_BLOCK, N_("Events"),    NULL, RECORD_NONE, 8192, false},
	{"filter",           FIELD_TEXT,  N_("Filter"),    NULL, RECORD_NONE, 1000, false},
	{"body_template",    FIELD_BLOCK, N_("Text"),      NULL, RECORD_NONE, 8192, false},
	{"secret",           FIELD_TEXT,  NULL,            NULL, RECORD_NONE, 1024, false},
	{"older_secret",     FIELD_TEXT,  NULL,            NULL, RECORD_NONE, 1024, false},
	{"older_until_us",   FIELD_TIME,  NULL,            NULL, RECORD_NONE, 0, false},
	{"is_private",       FIELD_FLAG,  N_("May be in the own network"), NULL, RECORD_NONE, 0, false},
	{"state",            FIELD_ENUM,  N_("Status"),    webhook_states, RECORD_NONE, 0, false},
	{"next_event",       FIELD_INT,   NULL,            NULL, RECORD_NONE, 0, true},
	{"failing_since_us", FIELD_TIME,  N_("Failing since"), NULL, RECORD_NONE, 0, false},
};

#define FIELDS(f) f, sizeof(f) / sizeof(f[0])
static const struct record_def defs[] = {
	[0] = {RECORD_STATUS, "status", N_("Status"), "ticket_statuses", FIELDS(status_fields), false, false},
	[RECORD_CATEGORY - RECORD_STATUS] = {RECORD_CATEGORY, "category", N_("Category"), "ticket_categories", FIELDS(category_fields), false, false},
	[RECORD_FIELD - RECORD_STATUS] = {RECORD_FIELD, "field", N_("Field"), "ticket_fields", FIELDS(ticket_field_fields), false, false},
	[RECORD_FIELD_VALUE - RECORD_STATUS] = {RECORD_FIELD_VALUE, "field_value", N_("Field's value"), "ticket_field_values", FIELDS(field_value_fields), false, false},
	[RECORD_TICKET_LINK - RECORD_STATUS] = {RECORD_TICKET_LINK, "link", N_("Link"), "ticket_links", FIELDS(link_fields), false, false},
	[RECORD_TICKET_MERGE - RECORD_STATUS] = {RECORD_TICKET_MERGE, "merge", N_("Merge"), "ticket_merges", FIELDS(merge_fields), false, false},
	[RECORD_CHECKLIST - RECORD_STATUS] = {RECORD_CHECKLIST, "checklist", N_("Checklist"), "checklists", FIELDS(checklist_fields), false, false},
	[RECORD_TICKET_CHECK - RECORD_STATUS] = {RECORD_TICKET_CHECK, "check", N_("Check"), "ticket_checks", FIELDS(check_fields), false, false},
	[RECORD_CANNED_REPLY - RECORD_STATUS] = {RECORD_CANNED_REPLY, "canned_reply", N_("Canned reply"), "canned_replies", FIELDS(canned_fields), true, true},
	[RECORD_MACRO - RECORD_STATUS] = {RECORD_MACRO, "macro", N_("Macro"), "macros", FIELDS(macro_fields), true, true},
	[RECORD_VIEW - RECORD_STATUS] = {RECORD_VIEW, "view", N_("View"), "ticket_views", FIELDS(view_fields), true, true},
	[RECORD_CALENDAR - RECORD_STATUS] = {RECORD_CALENDAR, "calendar", N_("Calendar"), "calendars", FIELDS(calendar_fields), false, false},
	[RECORD_CALENDAR_DATE - RECORD_STATUS] = {RECORD_CALENDAR_DATE, "calendar_date", N_("Date"), "calendar_dates", FIELDS(calendar_date_fields), false, false},
	[RECORD_POLICY - RECORD_STATUS] = {RECORD_POLICY, "policy", N_("Policy"), "service_policies", FIELDS(policy_fields), false, false},
	[RECORD_CLOCK - RECORD_STATUS] = {RECORD_CLOCK, "clock", N_("Clock"), "ticket_clocks", FIELDS(clock_fields), false, false},
	[RECORD_CLOCK_INTERVAL - RECORD_STATUS] = {RECORD_CLOCK_INTERVAL, "interval", N_("Interval"), "clock_intervals", FIELDS(interval_fields), false, false},
	[RECORD_SNOOZE - RECORD_STATUS] = {RECORD_SNOOZE, "snooze", N_("Snooze"), "ticket_snoozes", FIELDS(snooze_fields), false, false},
	[RECORD_TIME - RECORD_STATUS] = {RECORD_TIME, "time", N_("Time worked"), "ticket_times", FIELDS(time_fields), true, false},
	[RECORD_EMPLOYEE - RECORD_STATUS] = {RECORD_EMPLOYEE, "employee", N_("Employee"), "employees", FIELDS(employee_fields), false, false},
	[RECORD_KNOWLEDGE - RECORD_STATUS] = {RECORD_KNOWLEDGE, "knowledge", N_("Knowledge"), "knowledge", FIELDS(knowledge_fields), false, false},
	[RECORD_GUIDE_SESSION - RECORD_STATUS] = {RECORD_GUIDE_SESSION, "guide_session", N_("Guide session"), "guide_sessions", FIELDS(session_fields), true, true},
	[RECORD_GUIDE_TEMPLATE - RECORD_STATUS] = {RECORD_GUIDE_TEMPLATE, "guide_template", N_("Guide template"), "guide_templates", FIELDS(template_fields), false, false},
	[RECORD_WEBHOOK - RECORD_STATUS] = {RECORD_WEBHOOK, "webhook", N_("Webhook"), "webhooks", FIELDS(webhook_fields), false, false},
};
/* clang-format on */

const struct record_def *
record__desk_def(enum record_kind kind)
{
	return &defs[kind - RECORD_STATUS];
}
