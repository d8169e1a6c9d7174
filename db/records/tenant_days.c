/* tenant_days - see tenant_days.h. */
#include "db/records/tenant_days.h"
#include "common/clock.h"
#include <stdlib.h>

int
tenant_zone(struct desk *d, const struct zone **zone, struct err *err)
{
	char *name = NULL;
	int rc = db_text(d->db, &name, "SELECT zone FROM tenants WHERE id = $1",
	    BINDS(b_int(d->actor.tenant_id)), err);

	*zone = zone_utc();
	if (rc == 0 && zone_get(name, zone, NULL) != 0)
		*zone = zone_utc();
	free(name);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
tenant_day_start(struct desk *d, int days_ago, int64_t *us, struct err *err)
{
	const struct zone *zone;
	int rc = tenant_zone(d, &zone, err);

	*us = zone_midnight(zone, clock_wall_us(), -days_ago);
	return rc;
}
