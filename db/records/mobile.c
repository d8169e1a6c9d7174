/* mobile - see mobile.h. */
#include "db/records/mobile.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/str.h"
#include "db/core/op.h"
#include "db/core/token_scope.h"
#include <ctype.h>
#include <string.h>

/* Ten of 31 signs that nobody takes for each other: 49 bits. */
#define LETTERS     "ABCDEFGHJKLMNPQRSTUVWXYZ2345679"
#define CODE_LENGTH 10

static void
make_code(char code[MOBILE_CODE_SIZE])
{
	size_t n = 0;

	for (int i = 0; i < CODE_LENGTH; i++) {
		if (i == CODE_LENGTH / 2)
			code[n++] = '-';
		code[n++] = LETTERS[random_below(sizeof(LETTERS) - 1)];
	}
	code[n] = '\0';
}

/* What a person typed, as it was given; false: it cannot be one. */
static bool
clean_code(const char *typed, char code[MOBILE_CODE_SIZE])
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		int c = toupper((unsigned char)*typed);

		if (c == ' ' || c == '-')
			continue;
		if (strchr(LETTERS, c) == NULL || n == MOBILE_CODE_SIZE - 1)
			return false;
		if (n == CODE_LENGTH / 2)
			code[n++] = '-';
		code[n++] = (char)c;
	}
	code[n] = '\0';
	return n == MOBILE_CODE_SIZE - 1;
}

int
mobile_code_new(struct desk *d, char code[MOBILE_CODE_SIZE],
    int64_t *expires_us, struct err *err)
{
	char hash[SHA256_HEX_SIZE];
	struct op op;
	int64_t id;
	int rc;

	if (d->actor.kind != ACTOR_OPERATOR)
		return err_set(err, OD_EDENIED,
		    "A code for the phone is an operator's; say whose with"
		    " --operator");
	if ((rc = op_begin(d, &op, OP_MOBILE_CODE, 0, err)) != 0)
		return rc;
	make_code(code);
	sha256_hex(code, strlen(code), hash);
	*expires_us = op.now_us + MOBILE_CODE_MINUTES * US_PER_MINUTE;
	/* Those of before that are over are of no use to anybody. */
	rc = db_exec(d->db,
	    "DELETE FROM tokens WHERE tenant_id = $1 AND created_by = $2"
	    " AND scopes IN ($3, $4) AND expires_us <= $5",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id),
		b_text(SCOPE_CODE), b_text(SCOPE_SESSION), b_int(op.now_us)),
	    NULL, err);
	if (rc == 0)
		rc = db_insert(d->db, &id,
		    "INSERT INTO tokens(tenant_id, name, hash, hint, scopes,"
		    " created_by, expires_us, created_at, updated_at)"
		    " VALUES($1, $2, $3, '', $4, $5, $6, $7, $7) RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_text("mobile"),
			b_text(hash), b_text(SCOPE_CODE), b_int(d->actor.id),
			b_int(*expires_us), b_int(op.now_us)),
		    err);
	return op_end(d, &op, rc, err);
}

static int
refuse(struct err *err)
{
	return err_set(err, OD_EDENIED,
	    "That code is wrong, used or too old; take a new one from the"
	    " console");
}

/* The code's row becomes the session's: once, whoever else tries. */
static int
exchange(struct desk *d, const char *code, const char *session, struct err *err)
{
	char before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE];
	int64_t now = clock_wall_us(), changed = 0;
	int rc;

	sha256_hex(code, strlen(code), before);
	sha256_hex(session, strlen(session), after);
	rc = db_exec(d->db,
	    "UPDATE tokens SET hash = $1, scopes = $2, expires_us = $3,"
	    " updated_at = $4 WHERE hash = $5 AND scopes = $6"
	    " AND expires_us > $4 AND deleted_at IS NULL",
	    BINDS(b_text(after), b_text(SCOPE_SESSION),
		b_int(now + MOBILE_SESSION_HOURS * US_PER_HOUR), b_int(now),
		b_text(before), b_text(SCOPE_CODE)),
	    &changed, err);
	return rc == 0 && changed != 1 ? refuse(err) : rc;
}

int
mobile_sign_in(struct desk *d, const char *typed,
    char session[MOBILE_SESSION_SIZE], struct err *err)
{
	char code[MOBILE_CODE_SIZE];
	int64_t expires_us;
	struct op op;
	int rc;

	if (!clean_code(typed, code))
		return refuse(err);
	random_hex(session, MOBILE_SESSION_SIZE - 1);
	desk_act_as_system(d, 0);
	if ((rc = op_begin(d, &op, OP_MOBILE_EXCHANGE, 0, err)) != 0)
		return rc;
	desk_see_all(d);
	rc = exchange(d, code, session, err);
	desk_see_own(d);
	if ((rc = op_end(d, &op, rc, err)) != 0 ||
	    (rc = desk_act_as_session(d, session, &expires_us, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_MOBILE_SIGN_IN, 0, err)) != 0)
		return rc;
	return op_end(d, &op, 0, err);
}

int
mobile_sign_out(struct desk *d, const char *session, struct err *err)
{
	char hash[SHA256_HEX_SIZE];
	int64_t expires_us;
	struct op op;
	int rc;

	if (desk_act_as_session(d, session, &expires_us, NULL) != 0)
		return 0;
	if ((rc = op_begin(d, &op, OP_MOBILE_SIGN_OUT, 0, err)) != 0)
		return rc;
	sha256_hex(session, strlen(session), hash);
	rc = db_exec(d->db,
	    "DELETE FROM tokens WHERE tenant_id = $1 AND hash = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(hash)), NULL, err);
	return op_end(d, &op, rc, err);
}
