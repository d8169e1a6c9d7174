/*
 * guide_templates - texts with {{variables}} that steps are made from, by the
 * name that people gave them.  What variables and steps say is for who knows
 * guides (kb/guide_template.h); here they are JSON lists.
 */
#ifndef DB_RECORDS_GUIDE_TEMPLATES_H
#define DB_RECORDS_GUIDE_TEMPLATES_H

#include "common/json.h"
#include "db/core/desk.h"

struct guide_template {
	int64_t id, version, created_at, updated_at;
	char name[65], title[201], category[65];
	char *description, *variables, *steps; /* owned */
};
void guide_template_clear(struct guide_template *t);
void guide_template_list_free(struct guide_template **rows, size_t count);
void guide_template_json(const struct guide_template *t, struct json_out *out);

struct guide_template_new {
	const char *name; /* letters a-z, digits, "_" and "-" */
	const char *title, *description, *category; /* NULL: "" */
	const char *variables, *steps;              /* JSON lists */
};
/* OD_ECONFLICT: there is one of that name.  OD_EDATA: a name, a title. */
int guide_template_new(struct desk *d, const struct guide_template_new *in,
    int64_t *id, struct err *err);
/* title, description, category, variables, steps. */
int guide_template_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int guide_template_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int guide_template_get(struct desk *d, const char *name,
    struct guide_template *out, struct err *err);
/* By name; the caller frees. */
int guide_template_list(struct desk *d, struct guide_template **rows,
    size_t *count, struct err *err);

#endif
