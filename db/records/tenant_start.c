/* tenant_start - what a new tenant begins with; see tenant_int.h. */
#include "common/clock.h"
#include "db/records/tenant_int.h"
#include "db/records/tickets.h"

/* The schema's eighth step gives the same to tenants that were there. */

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
	return rc != 0 ? rc : start_promises(d, tenant_id, lang, now_us, err);
}
