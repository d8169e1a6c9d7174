/* operators - see staff.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "common/zone.h"
#include "db/records/records_int.h"
#include "db/records/staff.h"
#include <stdlib.h>
#include <string.h>

#define OPERATOR_COLUMNS                                                       \
	"SELECT o.id, o.version, o.created_at, o.updated_at, o.login,"         \
	" o.full_name, o.email, o.lang, o.zone, o.role, o.team_id, o.enabled," \
	" o.unix_uid, t.name, o.login_required,"                               \
	" CASE WHEN o.password_hash <> '' THEN 1 ELSE 0 END,"                  \
	" CASE WHEN o.totp_sealed <> '' THEN 1 ELSE 0 END,"                    \
	" o.extension FROM operators o"                                        \
	" LEFT JOIN teams t ON t.id = o.team_id AND t.tenant_id = o.tenant_id" \
	" WHERE o.tenant_id = $1 AND o.deleted_at IS NULL"

static int
check_login(const char *login, struct err *err)
{
	size_t n = login != NULL ? strlen(login) : 0;

	if (n < 1 || n > 40 ||
	    strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != n)
		return err_set(err, OD_EDATA,
		    "A login has 1 to 40 letters a-z, digits, \".\", \"-\" and"
		    " \"_\"");
	return 0;
}

static int
check_zone(const char *zone, struct err *err)
{
	const struct zone *z;

	if (zone[0] != '\0' && zone_get(zone, &z, NULL) != 0)
		return err_set(err, OD_EDATA,
		    "There is no such time zone; give a name like"
		    " Europe/Madrid");
	return 0;
}

static int
check_lang(const char *lang, struct err *err)
{
	if (lang[0] != '\0' && strcmp(lang, "es") != 0 &&
	    strcmp(lang, "en") != 0)
		return err_set(
		    err, OD_EDATA, "The language must be \"es\" or \"en\"");
	return 0;
}

static int
check_free(struct desk *d, const char *login, int64_t unix_uid, int64_t but_id,
    struct err *err)
{
	int rc = 0;

	if (login != NULL)
		rc = records__any(d,
		    "SELECT 1 FROM operators WHERE tenant_id = $1"
		    " AND login = $2 AND deleted_at IS NULL AND id <> $3",
		    BINDS(b_int(d->actor.tenant_id), b_text(login),
			b_int(but_id)),
		    err);
	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "There is an operator \"%s\" already", login);
	if (rc == 0 && unix_uid >= 0)
		rc = records__any(d,
		    "SELECT 1 FROM operators WHERE tenant_id = $1"
		    " AND unix_uid = $2 AND deleted_at IS NULL AND id <> $3",
		    BINDS(b_int(d->actor.tenant_id), b_int(unix_uid),
			b_int(but_id)),
		    err);
	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "Another operator has that Unix user already");
	return rc;
}

static int
insert_operator(struct desk *d, struct op *op, const struct operator_new *in,
    int64_t *id, struct err *err)
{
	const char *lang = in->lang != NULL ? in->lang : "";
	const char *zone = in->zone != NULL ? in->zone : "";
	char name[201], email[201];
	int rc;

	if ((rc = records__fit(
		 _("Name"), name, sizeof(name), in->full_name, err)) != 0 ||
	    (rc = records__fit(
		 _("Email"), email, sizeof(email), in->email, err)) != 0)
		return rc;
	if (name[0] == '\0')
		str_copy(name, sizeof(name), in->login);
	if (in->role < 0 || in->role >= STAFF_ROLE_COUNT)
		return err_set(err, OD_EDATA, "There is no such role");
	if ((rc = check_lang(lang, err)) != 0 ||
	    (rc = check_zone(zone, err)) != 0)
		return rc;
	if (in->team_id != 0 &&
	    (rc = records__exists(d, RECORD_TEAM, in->team_id, err)) != 0)
		return rc;
	if ((rc = check_free(d, in->login, in->unix_uid, 0, err)) != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO operators(tenant_id, login, full_name, role,"
	    " team_id, email, lang, zone, unix_uid, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$10) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(in->login), b_text(name),
		b_int(in->role), b_ref(in->team_id), b_text(email),
		b_text(lang), b_text(zone),
		in->unix_uid >= 0 ? b_int(in->unix_uid) : b_null(),
		b_int(op->now_us)),
	    err);
	if (rc != 0)
		return rc;
	op_created(op, *id);
	return record_created(d, op, RECORD_OPERATOR, *id, err);
}

int
operator_new(
    struct desk *d, const struct operator_new *in, int64_t *id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = check_login(in->login, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_OPERATOR_NEW, 0, err)) != 0)
		return rc;
	rc = insert_operator(d, &op, in, id, err);
	return op_end(d, &op, rc, err);
}

/* Refuse what would leave the tenant without anybody to look after it. */
static int
protect_last_admin(struct desk *d, int64_t id, struct err *err)
{
	int rc;

	rc = records__any(d,
	    "SELECT 1 FROM operators WHERE tenant_id = $1 AND id = $2"
	    " AND role = $3 AND enabled = 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(ROLE_ADMIN)),
	    err);
	if (rc != 1)
		return rc;
	rc = records__any(d,
	    "SELECT 1 FROM operators WHERE tenant_id = $1 AND id <> $2"
	    " AND role = $3 AND enabled = 1 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(ROLE_ADMIN)),
	    err);
	if (rc == 0)
		return err_set(err, OD_ECONFLICT,
		    "This is the last enabled administrator; name another one"
		    " first");
	return rc < 0 ? rc : 0;
}

static int
check_role_change(
    struct desk *d, int64_t id, const struct bind *role, struct err *err)
{
	int64_t now;
	int rc;

	if (role == NULL || role->kind != BIND_INT)
		return 0;
	rc = db_int(d->db, &now,
	    "SELECT role FROM operators WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc != 0 || now == role->i)
		return rc;
	if (d->actor.kind == ACTOR_OPERATOR && d->actor.id == id &&
	    !d->single_user)
		return err_set(err, OD_EDENIED,
		    "Nobody changes his own role; ask another administrator");
	return protect_last_admin(d, id, err);
}

static int
check_extension(
    struct desk *d, const struct bind *extension, int64_t id, struct err *err)
{
	int rc;

	if (extension == NULL || extension->kind != BIND_TEXT ||
	    ((const char *)extension->p)[0] == '\0')
		return 0;
	rc = records__any(d,
	    "SELECT 1 FROM operators WHERE tenant_id = $1 AND extension = $2"
	    " AND extension <> '' AND id <> $3 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), *extension, b_int(id)), err);
	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "Another operator has the extension %s",
		    (const char *)extension->p);
	return rc;
}

static int
edit_operator(struct desk *d, struct op *op, int64_t id, int64_t seen_version,
    struct edits *e, struct err *err)
{
	const struct bind *login = records__edit(e, "login");
	const struct bind *uid = records__edit(e, "unix_uid");
	const struct bind *zone = records__edit(e, "zone");
	int rc;

	if (login != NULL && (rc = check_login(login->p, err)) != 0)
		return rc;
	if (zone != NULL && zone->kind == BIND_TEXT &&
	    (rc = check_zone(zone->p, err)) != 0)
		return rc;
	rc = check_free(d, login != NULL ? login->p : NULL,
	    uid != NULL && uid->kind == BIND_INT ? uid->i : -1, id, err);
	if (rc != 0)
		return rc;
	rc = check_role_change(d, id, records__edit(e, "role"), err);
	if (rc == 0)
		rc = check_extension(d, records__edit(e, "extension"), id, err);
	if (rc != 0)
		return rc;
	return record_update(d, op, RECORD_OPERATOR, id, seen_version, e->list,
	    e->count, NULL, err);
}

int
operator_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {"login", "full_name", "email",
	    "role", "team_id", "unix_uid", "lang", "zone", "extension", NULL};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_OPERATOR, allowed, changes, count, err);
	if (rc != 0)
		goto out;
	for (size_t i = 0; i < e.count; i++)
		if (strcmp(e.list[i].column, "unix_uid") == 0 &&
		    e.list[i].value.kind == BIND_INT && e.list[i].value.i < 0)
			e.list[i].value = b_null();
	if ((rc = op_begin(d, &op, OP_OPERATOR_EDIT, id, err)) != 0)
		goto out;
	rc = edit_operator(d, &op, id, seen_version, &e, err);
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

int
operator_set_enabled(struct desk *d, int64_t id, int64_t seen_version,
    bool enabled, struct err *err)
{
	struct change c = {"enabled", b_int(enabled)};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OPERATOR_DISABLE, id, err)) != 0)
		return rc;
	if (!enabled)
		rc = protect_last_admin(d, id, err);
	if (rc == 0)
		rc = record_update(d, &op, RECORD_OPERATOR, id, seen_version,
		    &c, 1, NULL, err);
	return op_end(d, &op, rc, err);
}

static void
read_row(struct stmt *st, void *row)
{
	struct operator* o = row;

	memset(o, 0, sizeof(*o));
	o->id = stmt_int(st, 0);
	o->version = stmt_int(st, 1);
	o->created_at = stmt_int(st, 2);
	o->updated_at = stmt_int(st, 3);
	str_copy(o->login, sizeof(o->login), stmt_text(st, 4));
	str_copy(o->full_name, sizeof(o->full_name), stmt_text(st, 5));
	str_copy(o->email, sizeof(o->email), stmt_text(st, 6));
	str_copy(o->lang, sizeof(o->lang), stmt_text(st, 7));
	str_copy(o->zone, sizeof(o->zone), stmt_text(st, 8));
	o->role = (enum staff_role)stmt_int(st, 9);
	o->team_id = stmt_int(st, 10);
	o->enabled = stmt_int(st, 11) != 0;
	o->unix_uid = stmt_is_null(st, 12) ? -1 : stmt_int(st, 12);
	str_copy(o->team_name, sizeof(o->team_name), stmt_text(st, 13));
	o->login_required = stmt_int(st, 14) != 0;
	o->has_password = stmt_int(st, 15) != 0;
	o->has_totp = stmt_int(st, 16) != 0;
	str_copy(o->extension, sizeof(o->extension), stmt_text(st, 17));
}

static int
read_one(struct desk *d, const char *sql, struct bind key, struct operator* out,
    struct err *err)
{
	int rc = records__first(
	    d, sql, BINDS(b_int(d->actor.tenant_id), key), read_row, out, err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such operator");
	return rc == 1 ? 0 : rc;
}

int
operator_get(struct desk *d, int64_t id, struct operator* out, struct err *err)
{
	return read_one(
	    d, OPERATOR_COLUMNS " AND o.id = $2", b_int(id), out, err);
}

int
operator_by_login(
    struct desk *d, const char *login, struct operator* out, struct err *err)
{
	return read_one(
	    d, OPERATOR_COLUMNS " AND o.login = $2", b_text(login), out, err);
}

int
operator_list(
    struct desk *d, struct operator** rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st, OPERATOR_COLUMNS " ORDER BY o.login",
	    BINDS(b_int(d->actor.tenant_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

void
operator_json(const struct operator* o, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", o->id);
	json_out_string(out, "login", o->login);
	json_out_string(out, "full_name", o->full_name);
	json_out_string(out, "role", role_names[o->role]);
	if (o->team_id != 0)
		json_out_int(out, "team_id", o->team_id);
	else
		json_out_null(out, "team_id");
	json_out_string(out, "team_name", o->team_name);
	json_out_string(out, "email", o->email);
	json_out_string(out, "lang", o->lang);
	json_out_string(out, "zone", o->zone);
	json_out_string(out, "extension", o->extension);
	if (o->unix_uid >= 0)
		json_out_int(out, "unix_uid", o->unix_uid);
	else
		json_out_null(out, "unix_uid");
	json_out_bool(out, "enabled", o->enabled);
	json_out_bool(out, "login_required", o->login_required);
	json_out_bool(out, "has_password", o->has_password);
	json_out_bool(out, "has_totp", o->has_totp);
	json_out_int(out, "version", o->version);
	json_out_time(out, "created_at", o->created_at);
	json_out_time(out, "updated_at", o->updated_at);
	json_out_end(out, '}');
}
