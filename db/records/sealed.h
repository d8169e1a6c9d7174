/*
 * sealed - whether the desk's key opens what is sealed with it: the secrets of
 * code generators and the addresses of webhooks.
 */
#ifndef DB_RECORDS_SEALED_H
#define DB_RECORDS_SEALED_H

#include "db/core/desk.h"

struct sealed_figures {
	int64_t secrets; /* in all */
	int64_t closed;  /* of these, those that do not open */
};

/*
 * Of the acting tenant; adds to *out.  Nothing sealed needs no key: 0.  Else
 * as seal_key: OD_ENOTFOUND without one, OD_EDENIED when it is not ours to
 * read, OD_EDATA when it is none; *out then counts them without a try.
 */
int sealed_check(struct desk *d, struct sealed_figures *out, struct err *err);

#endif
