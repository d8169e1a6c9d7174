/* ticket_sleep_int - private to the files of ticket_sleep. */
#ifndef DB_RECORDS_TICKET_SLEEP_INT_H
#define DB_RECORDS_TICKET_SLEEP_INT_H

#include "db/records/tenant_settings.h"
#include "db/records/ticket_sleep.h"

enum snooze_end { /* stored */
	SNOOZE_BY_TIME = 1,
	SNOOZE_BY_REPLY = 2,
	SNOOZE_BY_HAND = 3,
};

/* Inside an open op: the row that says how long it slept ends. */
int ticket__end_snooze(struct desk *d, struct op *op, int64_t ticket_id,
    enum snooze_end how, struct err *err);
int ticket__wake(struct desk *d, struct op *op, int64_t id,
    int64_t seen_version, enum snooze_end how, struct err *err);
/* A setting in days, as microseconds. */
int ticket__days(
    struct desk *d, enum tenant_setting setting, int64_t *us, struct err *err);

#endif
