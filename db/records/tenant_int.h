/* tenant_int - private to the tenant files. */
#ifndef DB_RECORDS_TENANT_INT_H
#define DB_RECORDS_TENANT_INT_H

#include "common/i18n.h"
#include "db/core/desk.h"

/*
 * Inside an open op: the statuses, the calendar and the promises that a tenant
 * made just now begins with, in its language.
 */
int tenant__start(struct desk *d, int64_t tenant_id, enum lang lang,
    int64_t now_us, struct err *err);

#endif
