/* record_calls - the fields of the call desk's records; see record.h. */
#include "common/i18n.h"
#include "db/core/record_int.h"

static const char *const call_states[] = {
    "ringing", "talking", "hold", "wrap_up", "ended", NULL};
static const char *const directions[] = {"in", "out", NULL};
static const char *const consents[] = {
    "not_asked", "yes", "announced", "refused", NULL};
static const char *const callback_states[] = {"due", "done", "cancelled", NULL};
static const char *const lead_statuses[] = {
    "qualified", "needs_expert", "closed", NULL};
static const char *const agent_states[] = {"review", "accepted", NULL};
static const char *const recording_states[] = {
    "recording", "finishing", "ready", "recovered", "failed", "missing", NULL};
static const char *const formats[] = {"wav", "flac", "opus", NULL};
static const char *const ai_outcomes[] = {
    "running", "whole", "cancelled", "failed", "timed_out", NULL};

/* clang-format off */
static const struct field call_fields[] = {
	{"direction",       FIELD_ENUM,  N_("Direction"),    directions, RECORD_NONE, 0, false},
	{"state",           FIELD_ENUM,  N_("Status"),       call_states, RECORD_NONE, 0, false},
	{"contact_id",      FIELD_REF,   N_("Contact"),      NULL, RECORD_CONTACT, 0, false},
	{"operator_id",     FIELD_REF,   N_("Owner"),        NULL, RECORD_OPERATOR, 0, false},
	{"team_id",         FIELD_REF,   N_("Team"),         NULL, RECORD_TEAM, 0, false},
	{"disposition_id",  FIELD_REF,   N_("Disposition"),  NULL, RECORD_DISPOSITION, 0, false},
	{"sale_cents",      FIELD_INT,   N_("Sale"),         NULL, RECORD_NONE, 0, true},
	{"currency",        FIELD_TEXT,  N_("Currency"),     NULL, RECORD_NONE, 3, false},
	{"notes",           FIELD_BLOCK, N_("Notes"),        NULL, RECORD_NONE, 16384, false},
	{"transferred_to",  FIELD_TEXT,  N_("Transferred to"), NULL, RECORD_NONE, 200, false},
	{"ticket_id",       FIELD_REF,   N_("Ticket"),       NULL, RECORD_TICKET, 0, false},
	{"conversation_id", FIELD_REF,   N_("Conversation"), NULL, RECORD_CONVERSATION, 0, false},
	{"session_id",      FIELD_REF,   N_("Guide session"), NULL, RECORD_GUIDE_SESSION, 0, false},
	{"lead_id",         FIELD_REF,   N_("Lead"),         NULL, RECORD_LEAD, 0, false},
	{"callback_id",     FIELD_REF,   N_("Callback"),     NULL, RECORD_CALLBACK, 0, false},
	{"consent",         FIELD_ENUM,  N_("Consent"),      consents, RECORD_NONE, 0, false},
	{"consent_us",      FIELD_TIME,  NULL,               NULL, RECORD_NONE, 0, false},
};

static const struct field callback_fields[] = {
	{"contact_id",    FIELD_REF,  N_("Contact"),  NULL, RECORD_CONTACT, 0, false},
	{"number",        FIELD_TEXT, N_("Number"),   NULL, RECORD_NONE, 64, true},
	{"number_folded", FIELD_TEXT, NULL,           NULL, RECORD_NONE, 32, false},
	{"operator_id",   FIELD_REF,  N_("Owner"),    NULL, RECORD_OPERATOR, 0, false},
	{"team_id",       FIELD_REF,  N_("Team"),     NULL, RECORD_TEAM, 0, false},
	{"due_us",        FIELD_TIME, N_("Due"),      NULL, RECORD_NONE, 0, true},
	{"note",          FIELD_TEXT, N_("Note"),     NULL, RECORD_NONE, 500, false},
	{"state",         FIELD_ENUM, N_("Status"),   callback_states, RECORD_NONE, 0, false},
	{"done_call_id",  FIELD_REF,  N_("Call"),     NULL, RECORD_CALL, 0, false},
	{"reminded_us",   FIELD_TIME, NULL,           NULL, RECORD_NONE, 0, false},
};

static const struct field disposition_fields[] = {
	{"label_es",       FIELD_TEXT, N_("Label in Spanish"), NULL, RECORD_NONE, 40, true},
	{"label_en",       FIELD_TEXT, N_("Label in English"), NULL, RECORD_NONE, 40, true},
	{"hot_key",        FIELD_TEXT, N_("Key"),             NULL, RECORD_NONE, 1, false},
	{"is_sale",        FIELD_FLAG, N_("Is a sale"),       NULL, RECORD_NONE, 0, false},
	{"is_human",       FIELD_FLAG, N_("A person was reached"), NULL, RECORD_NONE, 0, false},
	{"is_callback",    FIELD_FLAG, N_("Asks for a callback"), NULL, RECORD_NONE, 0, false},
	{"is_do_not_call", FIELD_FLAG, N_("Not to be called again"), NULL, RECORD_NONE, 0, false},
	{"is_answered",    FIELD_FLAG, N_("Was answered"),    NULL, RECORD_NONE, 0, false},
	{"position",       FIELD_INT,  N_("Position"),        NULL, RECORD_NONE, 0, true},
	{"active",         FIELD_FLAG, N_("In use"),          NULL, RECORD_NONE, 0, false},
};

static const struct field pause_fields[] = {
	{"label_es", FIELD_TEXT, N_("Label in Spanish"), NULL, RECORD_NONE, 40, true},
	{"label_en", FIELD_TEXT, N_("Label in English"), NULL, RECORD_NONE, 40, true},
	{"hot_key",  FIELD_TEXT, N_("Key"),      NULL, RECORD_NONE, 1, false},
	{"position", FIELD_INT,  N_("Position"), NULL, RECORD_NONE, 0, true},
	{"active",   FIELD_FLAG, N_("In use"),   NULL, RECORD_NONE, 0, false},
};

static const struct field stop_fields[] = {
	{"number",   FIELD_TEXT, N_("Number"), NULL, RECORD_NONE, 64, true},
	{"reason",   FIELD_TEXT, N_("Reason"), NULL, RECORD_NONE, 200, false},
	{"until_us", FIELD_TIME, N_("Until"),  NULL, RECORD_NONE, 0, false},
};

static const struct field recording_fields[] = {
	{"call_id",       FIELD_REF,  N_("Call"),     NULL, RECORD_CALL, 0, false},
	{"operator_id",   FIELD_REF,  N_("Owner"),    NULL, RECORD_OPERATOR, 0, false},
	{"team_id",       FIELD_REF,  N_("Team"),     NULL, RECORD_TEAM, 0, false},
	{"contact_id",    FIELD_REF,  N_("Contact"),  NULL, RECORD_CONTACT, 0, false},
	{"state",         FIELD_ENUM, N_("Status"),   recording_states, RECORD_NONE, 0, false},
	{"ended_us",      FIELD_TIME, N_("Ended"),    NULL, RECORD_NONE, 0, false},
	{"duration_us",   FIELD_INT,  N_("Duration"), NULL, RECORD_NONE, 0, true},
	{"format",        FIELD_ENUM, N_("Format"),   formats, RECORD_NONE, 0, false},
	{"bytes",         FIELD_INT,  N_("Size"),     NULL, RECORD_NONE, 0, true},
	{"sha256",        FIELD_TEXT, NULL,           NULL, RECORD_NONE, 64, false},
	{"consent",       FIELD_ENUM, N_("Consent"),  consents, RECORD_NONE, 0, false},
	{"peak",          FIELD_INT,  NULL,           NULL, RECORD_NONE, 0, true},
	{"silent",        FIELD_FLAG, N_("Silent"),   NULL, RECORD_NONE, 0, false},
	{"previous_hash", FIELD_TEXT, NULL,           NULL, RECORD_NONE, 64, false},
	{"hash",          FIELD_TEXT, NULL,           NULL, RECORD_NONE, 64, false},
	{"hold",          FIELD_FLAG, N_("Legal hold"), NULL, RECORD_NONE, 0, false},
	{"kept_until_us", FIELD_TIME, N_("Kept until"), NULL, RECORD_NONE, 0, false},
	{"reason",        FIELD_TEXT, N_("Reason"),   NULL, RECORD_NONE, 200, false},
};

static const struct field ai_log_fields[] = {
	{"said",       FIELD_BLOCK, N_("Answer"),  NULL, RECORD_NONE, 0, false},
	{"tokens_in",  FIELD_INT,   NULL,          NULL, RECORD_NONE, 0, true},
	{"tokens_out", FIELD_INT,   NULL,          NULL, RECORD_NONE, 0, true},
	{"first_us",   FIELD_TIME,  NULL,          NULL, RECORD_NONE, 0, false},
	{"done_us",    FIELD_TIME,  NULL,          NULL, RECORD_NONE, 0, false},
	{"outcome",    FIELD_ENUM,  N_("Outcome"), ai_outcomes, RECORD_NONE, 0, false},
	{"reason",     FIELD_TEXT,  N_("Reason"),  NULL, RECORD_NONE, 500, false},
	{"rating",     FIELD_INT,   N_("Rating"),  NULL, RECORD_NONE, 0, true},
};

static const struct field lead_fields[] = {
	{"status",            FIELD_ENUM,  N_("Status"),       lead_statuses, RECORD_NONE, 0, false},
	{"problem_statement", FIELD_BLOCK, N_("Problem"),      NULL, RECORD_NONE, 2000, true},
	{"contact_id",        FIELD_REF,   N_("Contact"),      NULL, RECORD_CONTACT, 0, false},
	{"operator_id",       FIELD_REF,   N_("Owner"),        NULL, RECORD_OPERATOR, 0, false},
	{"team_id",           FIELD_REF,   N_("Team"),         NULL, RECORD_TEAM, 0, false},
	{"call_id",           FIELD_REF,   N_("Call"),         NULL, RECORD_CALL, 0, false},
	{"conversation_id",   FIELD_REF,   N_("Conversation"), NULL, RECORD_CONVERSATION, 0, false},
	{"ticket_id",         FIELD_REF,   N_("Ticket"),       NULL, RECORD_TICKET, 0, false},
	{"next_us",           FIELD_TIME,  N_("Next step"),    NULL, RECORD_NONE, 0, true},
};

/* What it reports is a fact and no change. */
static const struct field agent_fields[] = {
	{"state",  FIELD_ENUM, N_("Status"), agent_states, RECORD_NONE, 0, false},
};

#define FIELDS(f) f, sizeof(f) / sizeof(f[0])
static const struct record_def defs[] = {
	[0] = {RECORD_CALL, "call", N_("Call"), "calls", FIELDS(call_fields), true, true},
	[RECORD_CALLBACK - RECORD_CALL] = {RECORD_CALLBACK, "callback", N_("Callback"), "callbacks", FIELDS(callback_fields), true, true},
	[RECORD_DISPOSITION - RECORD_CALL] = {RECORD_DISPOSITION, "disposition", N_("Disposition"), "dispositions", FIELDS(disposition_fields), false, false},
	[RECORD_PAUSE_REASON - RECORD_CALL] = {RECORD_PAUSE_REASON, "pause_reason", N_("Reason for a pause"), "pause_reasons", FIELDS(pause_fields), false, false},
	[RECORD_DO_NOT_CALL - RECORD_CALL] = {RECORD_DO_NOT_CALL, "do_not_call", N_("Number not to be called"), "do_not_call", FIELDS(stop_fields), false, false},
	[RECORD_RECORDING - RECORD_CALL] = {RECORD_RECORDING, "recording", N_("Recording"), "recordings", FIELDS(recording_fields), true, true},
	[RECORD_AI_LOG - RECORD_CALL] = {RECORD_AI_LOG, "ai_log", N_("Answer of a model"), "ai_logs", FIELDS(ai_log_fields), true, false},
	[RECORD_LEAD - RECORD_CALL] = {RECORD_LEAD, "lead", N_("Lead"), "leads", FIELDS(lead_fields), true, true},
	[RECORD_AGENT - RECORD_CALL] = {RECORD_AGENT, "agent", N_("Inventory agent"), "agents", FIELDS(agent_fields), false, false},
};
/* clang-format on */

const struct record_def *
record__calls_def(enum record_kind kind)
{
	return &defs[kind - RECORD_CALL];
}
