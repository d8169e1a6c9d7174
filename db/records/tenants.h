/*
 * tenants - the companies that share a desk, apart from each other for ever.
 * A tenant is a rehearsal tenant or a real one from its first row on.
 */
#ifndef DB_RECORDS_TENANTS_H
#define DB_RECORDS_TENANTS_H

#include "common/json.h"
#include "db/core/desk.h"

struct tenant {
	int64_t id, version, created_at, updated_at;
	char slug[64], name[201], lang[8], zone[64];
	bool rehearsal;
};

/*
 * slug: 1 to 40 of a-z, 0-9, "-"; also makes the unclassified division, the
 * statuses, a calendar and the promises by priority.
 */
int tenant_new(struct desk *d, const char *slug, const char *name,
    bool rehearsal, const char *lang, const char *zone, int64_t *id,
    struct err *err);
/* name, lang, zone */
int tenant_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int tenant_get(struct desk *d, int64_t id, struct tenant *out,
    struct err *err);
/* slug "" finds the desk's only tenant: OD_ENOTFOUND when it has several. */
int tenant_by_slug(struct desk *d, const char *slug, struct tenant *out,
    struct err *err);
int tenant_list(struct desk *d, struct tenant **rows, size_t *count,
    struct err *err); /* caller frees rows */
void tenant_json(const struct tenant *t, struct json_out *out);

#endif
