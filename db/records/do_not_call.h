/*
 * do_not_call - numbers that are not to be called, and until when.
 */
#ifndef DB_RECORDS_DO_NOT_CALL_H
#define DB_RECORDS_DO_NOT_CALL_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/call_machine.h"
#include "db/records/page.h"

struct do_not_call {
	int64_t id, version, created_at;
	int64_t until_us; /* 0: for ever */
	int64_t source_call_id;
	char number[65], number_folded[CALL_NUMBER_SIZE];
	char reason[201], operator_name[201], call_name[33];
};
/*
 * Put it on the list; one that is there gets reason and until_us.
 * OD_EDATA: no number, or until_us is over.
 */
int do_not_call_add(struct desk *d, const char *number, const char *reason,
    int64_t until_us, int64_t *id, struct err *err);
int do_not_call_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
/* Whether it is on the list now: 1 and *out, 0, else OD_*.  Asks nobody. */
int do_not_call_check(struct desk *d, const char *number,
    struct do_not_call *out, struct err *err);
/* The newest first; page by created_at and id; match: digits, or NULL. */
int do_not_call_list(struct desk *d, const char *match, const struct page *page,
    struct do_not_call **rows, size_t *count, struct err *err);
void do_not_call_json(const struct do_not_call *n, struct json_out *out);

#endif
