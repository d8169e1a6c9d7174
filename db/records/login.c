/* login - see login.h. */
#include "db/records/login.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/password.h"
#include "common/seal.h"
#include "common/totp.h"
#include "common/utf8.h"
#include "db/records/login_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES_FREE 5
#define WAIT_MAX_S 900
#define KEEP_US    US_PER_DAY /* tries older than this are forgotten */

enum try_kind { TRY_LOGIN = 0, TRY_SOURCE = 1 }; /* stored */

static char came_from[48];

void
login_came_from(const char *ssh_connection)
{
	size_t n = ssh_connection != NULL ? strcspn(ssh_connection, " ") : 0;

	came_from[0] = '\0';
	if (n > 0 && n < sizeof(came_from) &&
	    strspn(ssh_connection, "0123456789abcdefABCDEF.:%") >= n)
		memcpy(came_from, ssh_connection, n + 1);
	came_from[n < sizeof(came_from) ? n : 0] = '\0';
}

void
login_source(char *out, size_t size)
{
	str_format(out, size, "uid %u%s%s", (unsigned)getuid(),
	    came_from[0] != '\0' ? " " : "", came_from);
}

/* ---- tries ---- */

/* How long from the last try on; 0 for the first ones. */
static int64_t
wait_us(int64_t tries)
{
	int64_t s = 1;

	if (tries < TRIES_FREE)
		return 0;
	while (tries-- > TRIES_FREE && s < WAIT_MAX_S)
		s *= 2;
	return (s < WAIT_MAX_S ? s : WAIT_MAX_S) * US_PER_SECOND;
}

/* Until when one has to wait; later than now by what is allowed at most. */
static int
read_wait(struct desk *d, enum try_kind kind, const char *name, int64_t now,
    int64_t *until, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT tries, last_us FROM login_tries"
	    " WHERE tenant_id = $1 AND kind = $2 AND name = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(name)), err);

	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		int64_t last = stmt_int(st, 1);
		int64_t then =
		    (last < now ? last : now) + wait_us(stmt_int(st, 0));

		if (then > *until)
			*until = then;
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
count_try(struct desk *d, enum try_kind kind, const char *name, int64_t now,
    struct err *err)
{
	return db_exec(d->db,
	    "INSERT INTO login_tries(tenant_id, kind, name, tries, last_us)"
	    " VALUES($1, $2, $3, 1, $4) ON CONFLICT(tenant_id, kind, name)"
	    " DO UPDATE SET tries = login_tries.tries + 1,"
	    " last_us = excluded.last_us",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(name),
		b_int(now)),
	    NULL, err);
}

static int
count_tries(struct desk *d, const char *login, const char *source, int64_t now,
    struct err *err)
{
	int64_t until = 0;
	int rc;

	if ((rc = read_wait(d, TRY_LOGIN, login, now, &until, err)) != 0 ||
	    (rc = read_wait(d, TRY_SOURCE, source, now, &until, err)) != 0)
		return rc;
	if (until > now)
		return err_set(err, OD_ELIMIT,
		    "Too many tries; wait %lld seconds and try again",
		    (long long)((until - now) / US_PER_SECOND + 1));
	rc = db_exec(d->db,
	    "DELETE FROM login_tries WHERE tenant_id = $1 AND last_us < $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(now - KEEP_US)), NULL, err);
	if (rc == 0)
		rc = count_try(d, TRY_LOGIN, login, now, err);
	return rc != 0 ? rc : count_try(d, TRY_SOURCE, source, now, err);
}

int
login__count(
    struct desk *d, const char *login, const char *source, struct err *err)
{
	struct actor me = d->actor;
	struct op op;
	int rc;

	desk_act_as_system(d, me.tenant_id);
	if ((rc = op_begin(d, &op, OP_LOGIN_TRY, 0, err)) == 0)
		rc = op_end(
		    d, &op, count_tries(d, login, source, op.now_us, err), err);
	d->actor = me;
	return rc;
}

/* Inside an op: whoever comes in was no stranger trying. */
static int
forget_tries(
    struct desk *d, const char *login, const char *source, struct err *err)
{
	return db_exec(d->db,
	    "DELETE FROM login_tries WHERE tenant_id = $1"
	    " AND ((kind = $2 AND name = $3) OR (kind = $4 AND name = $5))",
	    BINDS(b_int(d->actor.tenant_id), b_int(TRY_LOGIN), b_text(login),
		b_int(TRY_SOURCE), b_text(source)),
	    NULL, err);
}

/* ---- what one has ---- */

int
login__read(
    struct desk *d, const char *login, struct login_row *row, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	memset(row, 0, sizeof(*row));
	rc = db_query(d->db, &st,
	    "SELECT id, password_hash, totp_sealed, totp_used, role, team_id,"
	    " full_name FROM operators WHERE tenant_id = $1 AND login = $2"
	    " AND enabled = 1 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_text(login)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		row->id = stmt_int(st, 0);
		str_copy(row->hash, sizeof(row->hash), stmt_text(st, 1));
		str_copy(row->sealed, sizeof(row->sealed), stmt_text(st, 2));
		row->used = stmt_int(st, 3);
		row->role = (enum staff_role)stmt_int(st, 4);
		row->team_id = stmt_int(st, 5);
		str_copy(row->name, sizeof(row->name), stmt_text(st, 6));
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

void
login__belongs(const struct desk *d, int64_t id, char out[64])
{
	str_format(out, 64, "totp %lld %lld", (long long)d->actor.tenant_id,
	    (long long)id);
}

/* *step: of the code; 0 when it is not one of his, or was used before. */
int
login__check_code(struct desk *d, const struct login_row *row, const char *code,
    int64_t *step, struct err *err)
{
	uint8_t key[SEAL_KEY_SIZE], secret[TOTP_SECRET_SIZE];
	char belongs[64];
	int rc;

	*step = 0;
	if ((rc = seal_key(d->seal_path, false, key, err)) != 0)
		return rc;
	login__belongs(d, row->id, belongs);
	if (unseal(key, belongs, row->sealed, secret, sizeof(secret)))
		*step = totp_match(secret, code, clock_wall_us(), row->used);
	else
		rc = err_set(err, OD_EDATA,
		    "The code generator's secret does not open with the key in"
		    " %s; an administrator has to make a new one",
		    d->seal_path);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

/* Inside an op: a code works once, whoever asks at the same time. */
static int
use_code(struct desk *d, int64_t id, int64_t step, struct err *err)
{
	int64_t changed = 0;
	int rc;

	if (step == 0)
		return 0;
	rc = db_exec(d->db,
	    "UPDATE operators SET totp_used = $1 WHERE tenant_id = $2"
	    " AND id = $3 AND totp_used < $1",
	    BINDS(b_int(step), b_int(d->actor.tenant_id), b_int(id)), &changed,
	    err);
	if (rc == 0 && changed == 0)
		rc = err_set(err, OD_EDENIED,
		    "That code was used already; wait for the next one");
	return rc;
}

/* A refusal is kept, as of the desk itself: nobody has come in. */
int
login__refuse(struct desk *d, enum op_id id, int64_t operator_id,
    const char *reason, struct err *err)
{
	struct actor me = d->actor;
	struct err unused = ERR_INIT;
	struct op op;

	if (id == OP_LOGIN)
		desk_act_as_system(d, me.tenant_id);
	if (op_begin(d, &op, id, operator_id, &unused) == 0) {
		op_refused(&op, reason);
		(void)op_end(d, &op, 0, &unused);
	}
	d->actor = me;
	if (id != OP_LOGIN)
		return err_set(
		    err, OD_EDENIED, "The password or the code is wrong");
	return err_set(
	    err, OD_EDENIED, "The name, the password or the code is wrong");
}

int
login__accept(struct desk *d, enum op_id id, const char *login,
    const char *source, int64_t step, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, id, d->actor.id, err)) != 0)
		return rc;
	if ((rc = use_code(d, d->actor.id, step, err)) == 0)
		rc = forget_tries(d, login, source, err);
	return op_end(d, &op, rc, err);
}

/* ---- logging in ---- */

static void
take_actor(struct desk *d, const struct login_row *row, const char *login)
{
	d->actor.kind = ACTOR_OPERATOR;
	d->actor.id = row->id;
	d->actor.role = row->role;
	d->actor.team_id = row->team_id;
	d->actor.has_secret = true;
	str_copy(d->actor.login, sizeof(d->actor.login), login);
	str_copy(d->actor.name, sizeof(d->actor.name), row->name);
}

/* d may be written to, its tenant is chosen. */
static int
log_in(struct desk *d, const struct login_given *g, const char *source,
    bool *wants_code, struct err *err)
{
	const char *code = g->code != NULL ? g->code : "";
	struct login_row row;
	int64_t step = 0;
	bool right;
	int rc;

	if ((rc = login__count(d, g->login, source, err)) != 0 ||
	    (rc = login__read(d, g->login, &row, err)) != 0)
		return rc;
	rc = password_verify(row.hash, g->password, &right, err);
	explicit_bzero(row.hash, sizeof(row.hash));
	if (rc != 0)
		return rc;
	if (!right)
		return login__refuse(d, OP_LOGIN, row.id, "password", err);
	if (row.sealed[0] != '\0' && code[0] == '\0') {
		*wants_code = true;
		return err_set(
		    err, OD_EDENIED, "Give the code of your generator, too");
	}
	if (row.sealed[0] != '\0') {
		if ((rc = login__check_code(d, &row, code, &step, err)) != 0)
			return rc;
		if (step == 0)
			return login__refuse(d, OP_LOGIN, row.id, "code", err);
	}
	take_actor(d, &row, g->login);
	return login__accept(d, OP_LOGIN, g->login, source, step, err);
}

int
login__beside(struct desk *d, struct desk **w, struct err *err)
{
	struct desk_options o = {.uri = db_uri(d->db),
	    .files = d->files_dir,
	    .seal_key = d->seal_path};
	int rc;

	if ((rc = desk_open(&o, w, err)) != 0)
		return rc;
	desk_act_as_system(*w, d->actor.tenant_id);
	memcpy((*w)->session, d->session, sizeof(d->session));
	return 0;
}

static int
log_in_beside(struct desk *d, const struct login_given *g, const char *source,
    bool *wants_code, struct err *err)
{
	struct desk *w = NULL;
	int rc;

	if ((rc = login__beside(d, &w, err)) != 0)
		return rc;
	w->actor.kind = ACTOR_SYSTEM;
	if ((rc = log_in(w, g, source, wants_code, err)) == 0)
		d->actor = w->actor;
	desk_close(&w);
	return rc;
}

static void
become_nobody(struct desk *d)
{
	int64_t tenant = d->actor.tenant_id;

	memset(&d->actor, 0, sizeof(d->actor));
	d->actor.tenant_id = tenant;
	d->actor.kind = ACTOR_TOKEN; /* of which there is none */
	d->wants_login = true;
}

int
login_wanted(struct desk *d, const char *tenant, struct err *err)
{
	int rc = desk_act_as_host(d, tenant != NULL ? tenant : "", err);

	d->single_user = false;
	if (rc == 0)
		become_nobody(d);
	return rc;
}

int
login_run(struct desk *d, const struct login_given *g, bool *wants_code,
    struct err *err)
{
	char source[96], login[41];
	struct login_given given = *g;
	int rc;

	*wants_code = false;
	if ((rc = login_wanted(d, g->tenant, err)) != 0)
		return rc;
	d->actor.kind = ACTOR_SYSTEM;
	/* What can be no login is as unknown as any other. */
	if (!str_copy(login, sizeof(login), g->login) ||
	    !utf8_valid(login, strlen(login)))
		login[0] = '\0';
	given.login = login;
	if (g->source == NULL)
		login_source(source, sizeof(source));
	else
		str_copy(source, sizeof(source), g->source);
	rc = d->readonly ? log_in_beside(d, &given, source, wants_code, err)
	                 : log_in(d, &given, source, wants_code, err);
	if (rc != 0) {
		become_nobody(d);
		return rc;
	}
	d->wants_login = false;
	op_stepped_up(d);
	return 0;
}
