/* desk - opening a desk and choosing who acts; see desk.h. */
#include "db/core/desk.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/bell.h"
#include "db/core/db_int.h"
#include "db/core/token_scope.h"
#include "db/engine/engine.h"
#include "db/engine/migrate.h"
#include <ctype.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const role_names[] = {
    "operator", "supervisor", "technician", "admin", "auditor", "bot", NULL};

/* Home of the account, by its entry rather than by the environment. */
static const char *
home_dir(void)
{
	const char *home = secure_getenv("HOME");
	const struct passwd *pw;

	if (home != NULL && home[0] == '/')
		return home;
	pw = getpwuid(getuid());
	return pw != NULL ? pw->pw_dir : "/";
}

static void
data_dir(struct str *path)
{
	const char *data = secure_getenv("XDG_DATA_HOME");

	if (data != NULL && data[0] == '/')
		str_addf(path, "%s/opdesk", data);
	else
		str_addf(path, "%s/.local/share/opdesk", home_dir());
}

void
desk_user_path(struct str *path, const char *typed)
{
	if (typed[0] == '~' && (typed[1] == '/' || typed[1] == '\0'))
		str_addf(path, "%s%s", home_dir(), typed + 1);
	else
		str_add(path, typed);
}

void
desk_default_uri(struct str *path)
{
	data_dir(path);
	str_add(path, "/desk.db");
}

/* "postgresql://host/name?..." has its own directory, by its name. */
static void
server_dir(const char *uri, struct str *dir)
{
	const char *name = strstr(uri, "://") + 3;
	size_t n;

	name += strcspn(name, "/?");
	name += *name == '/';
	n = strcspn(name, "?");
	data_dir(dir);
	str_add(dir, "/on-server-");
	for (size_t i = 0; i < n; i++)
		str_addc(dir, isalnum((unsigned char)name[i]) ? name[i] : '_');
}

static void
parent_of(const char *path, struct str *out)
{
	char *copy = xstrdup(path);

	str_add(out, dirname(copy));
	free(copy);
}

static int
check_schema(struct db *db, struct err *err)
{
	int version, min_writer, rc;

	if ((rc = migrate_current(db, &version, &min_writer, err)) != 0)
		return rc;
	if (version == 0)
		return err_set(err, OD_ENOTFOUND,
		    "There is no desk here yet: what was making it was "
		    "interrupted. Run the same command again");
	if (version < SCHEMA_VERSION)
		return err_set(err, OD_ECONFLICT,
		    "This desk was made by an older opdesk; run \"opdesk desk"
		    " upgrade\"");
	return 0;
}

static bool
owned_alone(const char *path)
{
	struct stat st;

	return path[0] != '\0' && stat(path, &st) == 0 &&
	       st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

/*
 * By the file; on a server by the account that made the desk there, where
 * that was noted.
 */
static int
find_owner(struct desk *d, struct err *err)
{
	const char *path = db_path(d->db);
	char *uid = NULL;
	struct stat st;
	int64_t owner;
	int rc = 0;

	if (path[0] != '\0') {
		d->owned = geteuid() == 0 ||
		           (stat(path, &st) == 0 && st.st_uid == geteuid());
		return 0;
	}
	rc = db_text(d->db, &uid,
	    "SELECT value FROM meta WHERE name = 'owner_uid'", NO_BINDS, err);
	d->owned = geteuid() == 0 || rc == OD_ENOTFOUND ||
	           (rc == 0 && str_to_int64(uid, 0, UINT32_MAX, &owner) &&
		       owner == (int64_t)geteuid());
	free(uid);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* Beside the desk, unless named. */
static int
seal_path(struct desk *d, const char *named, struct err *err)
{
	struct str path = STR_INIT;
	int rc = 0;

	if (named != NULL && named[0] != '\0')
		str_add(&path, named);
	else
		desk_beside(db_uri(d->db), ".seal", &path);
	if (!str_copy(d->seal_path, sizeof(d->seal_path), path.s))
		rc = err_set(err, OD_EUSAGE,
		    "The path of the sealing key is too long: %s", path.s);
	str_free(&path);
	return rc;
}

/*
 * Beside a desk that is one person's own, else with the person's own data: a
 * text that is being written is not for whoever shares the desk.
 */
static int
drafts_dir(struct desk *d, struct err *err)
{
	struct str dir = STR_INIT, uri = STR_INIT;
	int rc = 0;

	if (d->single_user) {
		parent_of(db_path(d->db), &dir);
	} else {
		desk_default_uri(&uri);
		parent_of(uri.s, &dir);
		str_free(&uri);
	}
	str_add(&dir, "/drafts");
	if (!str_copy(d->drafts_dir, sizeof(d->drafts_dir), dir.s))
		rc = err_set(err, OD_EUSAGE,
		    "The path of the drafts' directory is too long: %s", dir.s);
	str_free(&dir);
	return rc;
}

int
desk_files_dir(
    const char *uri, const char *set, char *out, size_t size, struct err *err)
{
	struct str dir = STR_INIT;
	const char *location;
	int rc = 0;

	if (set != NULL && set[0] != '\0') {
		str_add(&dir, set);
	} else {
		const struct engine *engine = engine_for(uri, &location, err);

		if (engine == NULL)
			return OD_EUSAGE;
		if (engine->is_file)
			parent_of(location, &dir);
		else
			server_dir(location, &dir);
		str_add(&dir, "/files");
	}
	if (!str_copy(out, size, dir.s))
		rc = err_set(err, OD_EUSAGE,
		    "The path of the files directory is too long: %s", dir.s);
	str_free(&dir);
	return rc;
}

void
desk_beside(const char *uri, const char *suffix, struct str *path)
{
	const struct engine *engine;
	const char *location;

	str_clear(path);
	if ((engine = engine_for(uri, &location, NULL)) == NULL)
		return;
	if (!engine->is_file) {
		server_dir(location, path);
		(void)fs_mkdir(path->s, 0700, NULL);
		str_addf(path, "/desk%s", suffix);
		return;
	}
	bell_path(uri, path);
	if (path->len > strlen(BELL_SUFFIX)) {
		str_trunc(path, path->len - strlen(BELL_SUFFIX));
		str_add(path, suffix);
	}
}

/* While it can be asked: a draft that is kept in a file names its desk. */
static int
read_id(struct desk *d, struct err *err)
{
	char *id = NULL;
	int rc;

	rc = db_text(d->db, &id,
	    "SELECT value FROM meta WHERE name = 'desk_id'", NO_BINDS, err);
	if (rc == 0)
		str_copy(d->id, sizeof(d->id), id);
	free(id);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
desk_open(
    const struct desk_options *options, struct desk **desk, struct err *err)
{
	struct desk *d = xcalloc(1, sizeof(*d));
	int rc;

	*desk = NULL;
	d->readonly = options->readonly;
	random_hex(d->session, SESSION_SIZE - 1);
	if ((rc = db_open(options->uri,
		 options->readonly ? DB_READONLY
		 : options->closed ? DB_UNFINISHED
				   : DB_OPEN,
		 &d->db, err)) != 0 ||
	    (rc = check_schema(d->db, err)) != 0 || (rc = read_id(d, err)) != 0)
		goto fail;
	d->actor.kind = ACTOR_HOST;
	d->single_user = owned_alone(db_path(d->db));
	if ((rc = desk_files_dir(db_uri(d->db), options->files, d->files_dir,
		 sizeof(d->files_dir), err)) != 0 ||
	    (rc = seal_path(d, options->seal_key, err)) != 0 ||
	    (rc = find_owner(d, err)) != 0 || (rc = drafts_dir(d, err)) != 0)
		goto fail;
	*desk = d;
	return 0;
fail:
	desk_close(&d);
	return rc;
}

void
desk_close(struct desk **desk)
{
	struct desk *d = *desk;

	if (d == NULL)
		return;
	db_close(&d->db);
	conflict_clear(&d->conflict);
	free(d);
	*desk = NULL;
}

int
desk_check_moved(struct desk *d, struct err *err)
{
	return db__check_moved(d->db, err);
}

int
desk_make_parent(const char *uri, struct err *err)
{
	const struct engine *engine;
	struct str dir = STR_INIT;
	const char *path;
	int rc = 0;

	if ((engine = engine_for(uri, &path, err)) == NULL)
		return OD_EUSAGE;
	if (engine->is_file) {
		parent_of(path, &dir);
		rc = fs_mkdir(dir.s, 0700, err);
	}
	str_free(&dir);
	return rc;
}

/* Open what a creation that was interrupted left behind: nobody's desk. */
static bool
take_up(const char *uri, struct db **db)
{
	int64_t tenants = 0;
	bool has;

	if (db_open(uri, DB_OPEN, db, NULL) != 0)
		return false;
	if (db__has_table(*db, "tenants", &has, NULL) == 0 &&
	    (!has || db_int(*db, &tenants, "SELECT count(*) FROM tenants",
			 NO_BINDS, NULL) == 0) &&
	    tenants == 0)
		return true;
	db_close(db);
	return false;
}

int
desk_create(const char *uri, struct err *err)
{
	struct db *db = NULL;
	int rc;

	if ((rc = desk_make_parent(uri, err)) == 0 &&
	    (rc = db_open(uri, DB_CREATE, &db, err)) == OD_ECONFLICT &&
	    take_up(uri, &db))
		rc = 0;
	if (rc == 0)
		rc = migrate_run(db, NULL, err);
	db_close(&db);
	return rc;
}

/* What nobody named can only be the one there is. */
static int
only_tenant(struct desk *d, int64_t *id, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT id FROM tenants WHERE deleted_at IS NULL ORDER BY id",
	    NO_BINDS, err);

	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*id = stmt_int(st, 0);
		if ((rc = stmt_step(st, err)) == 1)
			rc = err_set(err, OD_EUSAGE,
			    "This desk has several tenants; name one with"
			    " --tenant, or with \"tenant\" under [desk] in the"
			    " configuration");
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND,
		    "This desk has no tenant; \"opdesk tenant new\" makes one");
	}
	stmt_close(&st);
	return rc;
}

static int
named_tenant(struct desk *d, const char *slug, int64_t *id, struct err *err)
{
	int rc = db_int(d->db, id,
	    "SELECT id FROM tenants WHERE slug = $1 AND deleted_at IS NULL",
	    BINDS(b_text(slug)), err);

	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND,
		    "There is no tenant \"%s\"; \"opdesk tenant list\" shows"
		    " those there are",
		    slug);
	return rc;
}

void
desk_see_all(struct desk *d)
{
	db_set_tenant(d->db, 0);
}

/* Who owns the desk has all of it. */
void
desk_see_own(struct desk *d)
{
	db_set_tenant(
	    d->db, d->actor.kind == ACTOR_HOST ? 0 : d->actor.tenant_id);
}

int
desk_find_tenant(struct desk *d, const char *slug, int64_t *id, struct err *err)
{
	int rc;

	desk_see_all(d);
	rc = slug == NULL || slug[0] == '\0' ? only_tenant(d, id, err)
	                                     : named_tenant(d, slug, id, err);
	desk_see_own(d);
	return rc;
}

/* Nobody yet, of this tenant. */
static void
clear_actor(struct desk *d, int64_t tenant_id)
{
	memset(&d->actor, 0, sizeof(d->actor));
	d->actor.tenant_id = tenant_id;
	d->wants_login = d->wants_step_up = d->takes_part = false;
	d->wants_typed = false;
	d->wanted[0] = d->typed[0] = '\0';
	d->stepped_up_us = 0;
	db_set_tenant(d->db, tenant_id);
}

static int
enter_tenant(struct desk *d, const char *slug, struct err *err)
{
	int64_t id;
	int rc = desk_find_tenant(d, slug, &id, err);

	if (rc == 0)
		clear_actor(d, id);
	return rc;
}

#define OPERATOR_COLUMNS                                                       \
	"SELECT id, team_id, role, login, full_name, login_required,"          \
	" CASE WHEN password_hash <> '' OR totp_sealed <> '' THEN 1 ELSE 0"    \
	" END FROM operators"                                                  \
	" WHERE tenant_id = $1 AND enabled = 1 AND deleted_at IS NULL"

/*
 * 0 when found, OD_ENOTFOUND without a sentence when not.  With by_uid one
 * who has to log in is not taken, and d->wants_login says so.
 */
static int
find_operator(struct desk *d, const char *sql, struct bind key, bool by_uid,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(
	    d->db, &st, sql, BINDS(b_int(d->actor.tenant_id), key), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		rc = 0;
		if (by_uid && stmt_int(st, 5) == 1) {
			d->wants_login = true;
			rc = OD_ENOTFOUND;
		} else {
			d->actor.kind = ACTOR_OPERATOR;
			d->actor.id = stmt_int(st, 0);
			d->actor.team_id = stmt_int(st, 1);
			d->actor.role = (enum staff_role)stmt_int(st, 2);
			d->actor.has_secret = stmt_int(st, 6) == 1;
			str_copy(d->actor.login, sizeof(d->actor.login),
			    stmt_text(st, 3));
			str_copy(d->actor.name, sizeof(d->actor.name),
			    stmt_text(st, 4));
		}
	} else if (rc == 0) {
		rc = OD_ENOTFOUND;
	}
	stmt_close(&st);
	return rc;
}

/* Whether anybody here could log in by name. */
static int
has_passwords(struct desk *d, bool *has, struct err *err)
{
	int64_t n;
	int rc = db_int(d->db, &n,
	    "SELECT count(*) FROM operators WHERE tenant_id = $1"
	    " AND password_hash <> '' AND enabled = 1 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)), err);

	*has = rc == 0 && n > 0;
	return rc;
}

/* Name and password, when that can help; the tenant stays chosen. */
static int
want_login(struct desk *d, struct err *err)
{
	bool has = false;
	int rc;

	if (!d->wants_login && (rc = has_passwords(d, &has, err)) != 0)
		return rc;
	d->wants_login = d->wants_login || has;
	if (!d->wants_login)
		return err_set(err, OD_EDENIED,
		    "Your account is no operator of this tenant; ask an"
		    " administrator");
	return err_set(err, OD_EDENIED,
	    "You have to log in here: give your name with --login, and your"
	    " password");
}

static int
take_part(struct desk *d, const char *login, struct err *err)
{
	int rc;

	d->single_user = false; /* a named part, with its own rights */
	if (!d->owned)
		return want_login(d, err);
	rc = find_operator(
	    d, OPERATOR_COLUMNS " AND login = $2", b_text(login), false, err);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND,
		    "There is no enabled operator \"%s\" in this tenant",
		    login);
	/* What he has is not known to whoever takes his part. */
	d->takes_part = true;
	d->actor.has_secret = false;
	return rc;
}

int
desk_act_as_operator(
    struct desk *d, const char *tenant_slug, const char *login, struct err *err)
{
	int rc;

	if ((rc = enter_tenant(d, tenant_slug, err)) != 0)
		return rc;
	if (login != NULL)
		return take_part(d, login, err);
	rc = find_operator(d, OPERATOR_COLUMNS " AND unix_uid = $2",
	    b_int((int64_t)getuid()), true, err);
	if (rc == OD_ENOTFOUND && d->single_user && !d->wants_login)
		rc = find_operator(d,
		    OPERATOR_COLUMNS " AND role = $2 ORDER BY id LIMIT 1",
		    b_int(ROLE_ADMIN), true, err);
	return rc == OD_ENOTFOUND ? want_login(d, err) : rc;
}

void
desk_act_as_system(struct desk *d, int64_t tenant_id)
{
	clear_actor(d, tenant_id);
	d->actor.kind = ACTOR_SYSTEM;
}

int
desk_act_as_host(struct desk *d, const char *tenant_slug, struct err *err)
{
	int rc = 0;

	clear_actor(d, 0);
	if (tenant_slug != NULL)
		rc = enter_tenant(d, tenant_slug, err);
	d->actor.kind = ACTOR_HOST;
	desk_see_own(d);
	return rc;
}

int
desk_act_as_session(
    struct desk *d, const char *session, int64_t *expires_us, struct err *err)
{
	struct stmt *st = NULL;
	char hash[SHA256_HEX_SIZE];
	int64_t operator_id = 0;
	int rc;

	sha256_hex(session, strlen(session), hash);
	desk_see_all(d); /* whose it is, it says itself */
	rc = db_query(d->db, &st,
	    "SELECT tenant_id, created_by, expires_us FROM tokens"
	    " WHERE hash = $1 AND deleted_at IS NULL AND scopes = $2"
	    " AND expires_us > $3",
	    BINDS(b_text(hash), b_text(SCOPE_SESSION), b_int(clock_wall_us())),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		clear_actor(d, stmt_int(st, 0));
		operator_id = stmt_int(st, 1);
		*expires_us = stmt_int(st, 2);
		rc = 0;
	} else if (rc == 0) {
		rc = OD_ENOTFOUND;
	}
	stmt_close(&st);
	if (rc == 0) {
		d->single_user = false; /* with his own rights */
		rc = find_operator(d, OPERATOR_COLUMNS " AND id = $2",
		    b_int(operator_id), false, err);
	}
	desk_see_own(d);
	return rc == OD_ENOTFOUND ? err_set(err, OD_EDENIED,
					"You are not signed in any more; take a"
					" new code from the console")
	                          : rc;
}

int
desk_act_as_account(
    struct desk *d, const char *tenant_slug, int64_t uid, struct err *err)
{
	int64_t tenant_id = 0;
	int rc;

	desk_see_all(d); /* whose he is, his account says */
	rc = db_int(d->db, &tenant_id,
	    "SELECT o.tenant_id FROM operators o JOIN tenants t"
	    " ON t.id = o.tenant_id WHERE o.unix_uid = $1 AND o.enabled = 1"
	    " AND o.deleted_at IS NULL AND t.deleted_at IS NULL"
	    " ORDER BY CASE WHEN t.slug = $2 THEN 0 ELSE 1 END, o.tenant_id"
	    " LIMIT 1",
	    BINDS(b_int(uid), b_text(tenant_slug)), err);
	if (rc == 0) {
		clear_actor(d, tenant_id);
		d->single_user = false; /* with his own rights */
		rc = find_operator(d, OPERATOR_COLUMNS " AND unix_uid = $2",
		    b_int(uid), false, err);
	}
	desk_see_own(d);
	return rc == OD_ENOTFOUND
	           ? err_set(err, OD_EDENIED,
			 "Your account (number %lld) is no operator of this "
			 "desk; an administrator enters it with \"opdesk "
			 "operator edit LOGIN --uid %lld\"",
			 (long long)uid, (long long)uid)
	           : rc;
}

int
desk_act_as_token(struct desk *d, const char *token, struct err *err)
{
	struct stmt *st = NULL;
	char hash[SHA256_HEX_SIZE];
	int rc;

	sha256_hex(token, strlen(token), hash);
	desk_see_all(d); /* whose it is, it says itself */
	rc = db_query(d->db, &st,
	    "SELECT t.tenant_id, t.id, t.name, t.scopes FROM tokens t"
	    " LEFT JOIN operators o ON o.tenant_id = t.tenant_id"
	    " AND o.id = t.created_by"
	    " WHERE t.hash = $1 AND t.deleted_at IS NULL"
	    " AND (t.expires_us IS NULL OR t.expires_us > $2)"
	    " AND (o.id IS NULL OR (o.enabled = 1 AND o.deleted_at IS NULL))",
	    BINDS(b_text(hash), b_int(clock_wall_us())), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		clear_actor(d, stmt_int(st, 0));
		d->actor.kind = ACTOR_TOKEN;
		d->actor.id = stmt_int(st, 1);
		str_copy(
		    d->actor.name, sizeof(d->actor.name), stmt_text(st, 2));
		str_copy(
		    d->actor.scopes, sizeof(d->actor.scopes), stmt_text(st, 3));
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_EDENIED,
		    "The token is unknown, expired or revoked");
	}
	stmt_close(&st);
	desk_see_own(d);
	return rc;
}
