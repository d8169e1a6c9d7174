/* tenants - see tenants.h. */
#include "db/records/tenants.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "common/zone.h"
#include "db/records/records_int.h"
#include "db/records/tenant_int.h"
#include <stdlib.h>
#include <string.h>

#define TENANT_COLUMNS                                                         \
	"SELECT id, version, created_at, updated_at, slug, name, lang, zone,"  \
	" rehearsal FROM tenants WHERE deleted_at IS NULL"

static int
check_slug(const char *slug, struct err *err)
{
	size_t n = slug != NULL ? strlen(slug) : 0;

	if (n < 1 || n > 40 ||
	    strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return err_set(err, OD_EDATA,
		    "A tenant's short name has 1 to 40 letters a-z, digits and"
		    " \"-\"");
	return 0;
}

static int
check_lang_zone(const char *lang, const char *zone, struct err *err)
{
	const struct zone *z;

	if (lang != NULL && strcmp(lang, "es") != 0 && strcmp(lang, "en") != 0)
		return err_set(
		    err, OD_EDATA, "The language must be \"es\" or \"en\"");
	if (zone != NULL && zone_get(zone, &z, NULL) != 0)
		return err_set(err, OD_EDATA,
		    "There is no such time zone; give a name like"
		    " Europe/Madrid");
	return 0;
}

/* Whoever is unknown needs a place from the first message on. */
static int
make_unclassified(struct desk *d, int64_t tenant_id, enum lang lang,
    int64_t now_us, struct err *err)
{
	const char *name = tr(lang, N_("Unclassified"));
	char *folded;
	int64_t company;
	int rc;

	folded = records__folded(name);
	rc = db_insert(d->db, &company,
	    "INSERT INTO companies(tenant_id, name, name_folded, created_at,"
	    " updated_at) VALUES($1, $2, $3, $4, $4) RETURNING id",
	    BINDS(
		b_int(tenant_id), b_text(name), b_text(folded), b_int(now_us)),
	    err);
	free(folded);
	if (rc != 0)
		return rc;
	return db_exec(d->db,
	    "INSERT INTO divisions(tenant_id, company_id, name, unclassified,"
	    " created_at, updated_at) VALUES($1, $2, $3, 1, $4, $4)",
	    BINDS(
		b_int(tenant_id), b_int(company), b_text(name), b_int(now_us)),
	    NULL, err);
}

int
tenant_new(struct desk *d, const char *slug, const char *name, bool rehearsal,
    const char *lang, const char *zone, int64_t *id, struct err *err)
{
	enum lang l = LANG_EN;
	char clean[201];
	struct op op;
	int rc;

	lang = lang != NULL && lang[0] != '\0' ? lang : "es";
	zone = zone != NULL && zone[0] != '\0' ? zone : "UTC";
	if ((rc = check_slug(slug, err)) != 0 ||
	    (rc = records__fit(_("Name"), clean, sizeof(clean), name, err)) !=
		0 ||
	    (rc = check_lang_zone(lang, zone, err)) != 0)
		return rc;
	if (clean[0] == '\0')
		str_copy(clean, sizeof(clean), slug);
	if ((rc = op_begin(d, &op, OP_TENANT_NEW, 0, err)) != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO tenants(slug, name, rehearsal, lang, zone,"
	    " created_at, updated_at) VALUES($1, $2, $3, $4, $5, $6, $6)"
	    " ON CONFLICT(slug) DO NOTHING RETURNING id",
	    BINDS(b_text(slug), b_text(clean), b_int(rehearsal), b_text(lang),
		b_text(zone), b_int(op.now_us)),
	    err);
	if (rc == 0 && *id == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "There is a tenant \"%s\" already", slug);
	if (rc == 0) {
		op_created(&op, *id);
		lang_parse(lang, &l);
		rc = make_unclassified(d, *id, l, op.now_us, err);
	}
	if (rc == 0)
		rc = tenant__start(d, *id, l, op.now_us, err);
	return op_end(d, &op, rc, err);
}

int
tenant_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {"name", "lang", "zone", NULL};
	const struct bind *lang, *zone;
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_TENANT, allowed, changes, count, err);
	if (rc != 0)
		goto out;
	lang = records__edit(&e, "lang");
	zone = records__edit(&e, "zone");
	rc = check_lang_zone(
	    lang != NULL ? lang->p : NULL, zone != NULL ? zone->p : NULL, err);
	if (rc != 0)
		goto out;
	if ((rc = op_begin(d, &op, OP_TENANT_EDIT, id, err)) != 0)
		goto out;
	rc = record_update(d, &op, RECORD_TENANT, id, seen_version, e.list,
	    e.count, NULL, err);
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

static void
read_row(struct stmt *st, void *row)
{
	struct tenant *t = row;

	memset(t, 0, sizeof(*t));
	t->id = stmt_int(st, 0);
	t->version = stmt_int(st, 1);
	t->created_at = stmt_int(st, 2);
	t->updated_at = stmt_int(st, 3);
	str_copy(t->slug, sizeof(t->slug), stmt_text(st, 4));
	str_copy(t->name, sizeof(t->name), stmt_text(st, 5));
	str_copy(t->lang, sizeof(t->lang), stmt_text(st, 6));
	str_copy(t->zone, sizeof(t->zone), stmt_text(st, 7));
	t->rehearsal = stmt_int(st, 8) != 0;
}

/* The tenant that an actor may see; 0 for all. */
static int64_t
visible_to(const struct desk *d)
{
	return d->actor.kind == ACTOR_HOST ? 0 : d->actor.tenant_id;
}

static int
read_one(struct desk *d, const char *sql, struct bind key, struct tenant *out,
    struct err *err)
{
	int rc = records__first(
	    d, sql, BINDS(key, b_int(visible_to(d))), read_row, out, err);

	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such tenant here");
	return rc == 1 ? 0 : rc;
}

int
tenant_get(struct desk *d, int64_t id, struct tenant *out, struct err *err)
{
	return read_one(d,
	    TENANT_COLUMNS " AND id = $1"
			   " AND (CAST($2 AS BIGINT) = 0 OR id = $2)",
	    b_int(id), out, err);
}

static int
the_only_one(struct desk *d, struct tenant *out, struct err *err)
{
	struct tenant *rows = NULL;
	size_t count;
	int rc = tenant_list(d, &rows, &count, err);

	if (rc == 0 && count != 1)
		rc = err_set(err, OD_ENOTFOUND, "There is no such tenant here");
	if (rc == 0)
		*out = rows[0];
	free(rows);
	return rc;
}

int
tenant_by_slug(
    struct desk *d, const char *slug, struct tenant *out, struct err *err)
{
	if (slug[0] == '\0')
		return the_only_one(d, out, err);
	return read_one(d,
	    TENANT_COLUMNS " AND slug = $1"
			   " AND (CAST($2 AS BIGINT) = 0 OR id = $2)",
	    b_text(slug), out, err);
}

int
tenant_list(
    struct desk *d, struct tenant **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    TENANT_COLUMNS " AND (CAST($1 AS BIGINT) = 0 OR id = $1)"
			   " ORDER BY slug",
	    BINDS(b_int(visible_to(d))), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

void
tenant_json(const struct tenant *t, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", t->id);
	json_out_string(out, "slug", t->slug);
	json_out_string(out, "name", t->name);
	json_out_bool(out, "rehearsal", t->rehearsal);
	json_out_string(out, "lang", t->lang);
	json_out_string(out, "zone", t->zone);
	json_out_int(out, "version", t->version);
	json_out_time(out, "created_at", t->created_at);
	json_out_time(out, "updated_at", t->updated_at);
	json_out_end(out, '}');
}
