/* tenant_start - what a new tenant begins with; see tenant_int.h. */
#include "common/clock.h"
#include "db/records/tenant_int.h"
#include "db/records/tickets.h"

/* The schema's eighth and tenth steps give it to tenants that were there. */

#define MINUTES(n) ((n)*US_PER_MINUTE)
static const char office_hours[] = "09:00-14:00 15:00-18:00";
static const struct {
	const char *name;
	int priority;
	int64_t first_us, resolution_us;
} promises[] = {
    {N_("Urgent"), 5, MINUTES(15), MINUTES(60)},
    {N_("High"), 4, MINUTES(60), MINUTES(240)},
    {N_("Medium"), 3, MINUTES(60), MINUTES(480)},
    {N_("Low"), 2, MINUTES(240), MINUTES(960)},
    {N_("Very low"), 1, MINUTES(480), MINUTES(2400)},
};

/* clang-format off */
static const struct {
	const char *key, *label, *hot_key;
	int is_sale, is_human, is_callback, is_do_not_call, is_answered;
} dispositions[] = {
	{"SALE",    N_("Sale"),              "s", 1, 1, 0, 0, 1},
	{"NI",      N_("Not interested"),    "n", 0, 1, 0, 0, 1},
	{"CALLBK",  N_("Call back"),         "c", 0, 1, 1, 0, 1},
	{"DNC",     N_("Do not call"),       "d", 0, 1, 0, 1, 1},
	{"NA",      N_("No answer"),         "a", 0, 0, 0, 0, 0},
	{"BUSY",    N_("Busy"),              "b", 0, 0, 0, 0, 0},
	{"MACHINE", N_("Answering machine"), "m", 0, 0, 0, 0, 1},
	{"WRONG",   N_("Wrong number"),      "w", 0, 1, 0, 0, 1},
	{"DISC",    N_("Out of service"),    "f", 0, 0, 0, 0, 0},
	{"XFER",    N_("Transferred"),       "x", 0, 1, 0, 0, 1},
	{"DROP",    N_("Dropped"),           "r", 0, 0, 0, 0, 1},
	{"OTHER",   N_("Other"),             "o", 0, 1, 0, 0, 1},
};
static const struct {
	const char *key, *label, *hot_key;
} pause_reasons[] = {
	{"BREAK",   N_("Break"),             "b"},
	{"LUNCH",   N_("Lunch"),             "l"},
	{"MEETING", N_("Meeting"),           "m"},
	{"TRAIN",   N_("Training"),          "t"},
	{"CHAT",    N_("Chats and tickets"), "c"},
	{"TECH",    N_("Technical problem"), "p"},
	{"OTHER",   N_("Other"),             "o"},
};
/* clang-format on */

static int
start_dispositions(
    struct desk *d, int64_t tenant_id, int64_t now_us, struct err *err)
{
	int rc = 0;

	for (size_t i = 0;
	     rc == 0 && i < sizeof(dispositions) / sizeof(dispositions[0]); i++)
		rc = db_exec(d->db,
		    "INSERT INTO dispositions(tenant_id, key, label_es,"
		    " label_en, hot_key, is_sale, is_human, is_callback,"
		    " is_do_not_call, is_answered, position, created_at,"
		    " updated_at) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9,"
		    " $10, $11, $12, $12)",
		    BINDS(b_int(tenant_id), b_text(dispositions[i].key),
			b_text(tr(LANG_ES, dispositions[i].label)),
			b_text(tr(LANG_EN, dispositions[i].label)),
			b_text(dispositions[i].hot_key),
			b_int(dispositions[i].is_sale),
			b_int(dispositions[i].is_human),
			b_int(dispositions[i].is_callback),
			b_int(dispositions[i].is_do_not_call),
			b_int(dispositions[i].is_answered), b_int((int)i + 1),
			b_int(now_us)),
		    NULL, err);
	for (size_t i = 0;
	     rc == 0 && i < sizeof(pause_reasons) / sizeof(pause_reasons[0]);
	     i++)
		rc = db_exec(d->db,
		    "INSERT INTO pause_reasons(tenant_id, key, label_es,"
		    " label_en, hot_key, position, created_at, updated_at)"
		    " VALUES($1, $2, $3, $4, $5, $6, $7, $7)",
		    BINDS(b_int(tenant_id), b_text(pause_reasons[i].key),
			b_text(tr(LANG_ES, pause_reasons[i].label)),
			b_text(tr(LANG_EN, pause_reasons[i].label)),
			b_text(pause_reasons[i].hot_key), b_int((int)i + 1),
			b_int(now_us)),
		    NULL, err);
	return rc;
}

static int
start_statuses(struct desk *d, int64_t tenant_id, enum lang lang,
    int64_t now_us, struct err *err)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < TICKET_STATE_COUNT; i++)
		rc = db_exec(d->db,
		    "INSERT INTO ticket_statuses(tenant_id, name, state,"
		    " is_default, position, created_at, updated_at)"
		    " VALUES($1, $2, $3, 1, $4, $5, $5)",
		    BINDS(b_int(tenant_id),
			b_text(tr(lang, ticket_state_names[i])), b_int(i),
			b_int(i), b_int(now_us)),
		    NULL, err);
	return rc;
}

static int
start_promises(struct desk *d, int64_t tenant_id, enum lang lang,
    int64_t now_us, struct err *err)
{
	int rc = 0;

	for (size_t i = 0;
	     rc == 0 && i < sizeof(promises) / sizeof(promises[0]); i++)
		rc = db_exec(d->db,
		    "INSERT INTO service_policies(tenant_id, name, priority,"
		    " first_us, next_us, resolution_us, created_at, updated_at)"
		    " VALUES($1, $2, $3, $4, $4, $5, $6, $6)",
		    BINDS(b_int(tenant_id), b_text(tr(lang, promises[i].name)),
			b_int(promises[i].priority),
			b_int(promises[i].first_us),
			b_int(promises[i].resolution_us), b_int(now_us)),
		    NULL, err);
	return rc;
}

int
tenant__start(struct desk *d, int64_t tenant_id, enum lang lang, int64_t now_us,
    struct err *err)
{
	int rc = start_statuses(d, tenant_id, lang, now_us, err);

	if (rc == 0)
		rc = db_exec(d->db,
		    "INSERT INTO calendars(tenant_id, name, monday, tuesday,"
		    " wednesday, thursday, friday, is_default, created_at,"
		    " updated_at)"
		    " VALUES($1, $2, $3, $3, $3, $3, $3, 1, $4, $4)",
		    BINDS(b_int(tenant_id),
			b_text(tr(lang, N_("Working hours"))),
			b_text(office_hours), b_int(now_us)),
		    NULL, err);
	if (rc == 0)
		rc = start_promises(d, tenant_id, lang, now_us, err);
	return rc != 0 ? rc : start_dispositions(d, tenant_id, now_us, err);
}
