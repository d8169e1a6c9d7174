/*
 * employees - who works for the tenant, as its other systems know them; they
 * come by import (imports.h).
 */
#ifndef DB_RECORDS_EMPLOYEES_H
#define DB_RECORDS_EMPLOYEES_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/page.h"

struct employee {
	int64_t id, version, created_at, updated_at, deleted_at;
	char code[65], full_name[201], email[201], phone_number[65];
	char department[201], job[201];
	char *notes; /* owned */
};
void employee_clear(struct employee *e);
void employee_list_free(struct employee **rows, size_t count);
void employee_json(const struct employee *e, struct json_out *out);

/* By name; match "" lists all, else names that start with it. */
int employee_list(struct desk *d, const char *match, const struct page *page,
    struct employee **rows, size_t *count, struct err *err);
int employee_get(
    struct desk *d, int64_t id, struct employee *out, struct err *err);
/* By the code that the other systems know. */
int employee_by_code(
    struct desk *d, const char *code, struct employee *out, struct err *err);

#endif
