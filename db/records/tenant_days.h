/* tenant_days - days as the tenant has them, in its time zone. */
#ifndef DB_RECORDS_TENANT_DAYS_H
#define DB_RECORDS_TENANT_DAYS_H

#include "common/zone.h"
#include "db/core/op.h"

/* The tenant's; UTC when it has none that is known, and on an error. */
int tenant_zone(struct desk *d, const struct zone **zone, struct err *err);
/* Midnight, so many days before today. */
int tenant_day_start(
    struct desk *d, int days_ago, int64_t *us, struct err *err);

#endif
