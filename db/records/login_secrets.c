/* login_secrets - confirming, passwords, code generators; see login.h. */
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/seal.h"
#include "common/totp.h"
#include "db/records/login.h"
#include "db/records/login_int.h"
#include "db/records/records_int.h"
#include "db/records/staff.h"
#include <string.h>

static enum login_proof
proof_of(const struct desk *d, const struct login_row *row)
{
	if (d->takes_part)
		return PROOF_TYPED;
	if (row->sealed[0] != '\0')
		return PROOF_CODE;
	if (row->hash[0] != '\0')
		return PROOF_PASSWORD;
	return d->owned ? PROOF_TYPED : PROOF_NONE;
}

int
login_proof(struct desk *d, enum login_proof *proof, struct err *err)
{
	struct login_row row;
	int rc = login__read(d, d->actor.login, &row, err);

	*proof = rc == 0 ? proof_of(d, &row) : PROOF_NONE;
	return rc;
}

static int
confirm_secret(struct desk *d, const struct login_row *row, const char *given,
    struct err *err)
{
	char source[96];
	int64_t step = 0;
	bool right;
	int rc;

	login_source(source, sizeof(source));
	if ((rc = login__count(d, d->actor.login, source, err)) != 0)
		return rc;
	if (row->sealed[0] != '\0' && totp_is_code(given)) {
		if ((rc = login__check_code(d, row, given, &step, err)) != 0)
			return rc;
		right = step != 0;
	} else if ((rc = password_verify(row->hash, given, &right, err)) != 0) {
		return rc;
	}
	if (!right)
		return login__refuse(
		    d, OP_LOGIN_STEP_UP, d->actor.id, "wrong", err);
	return login__accept(
	    d, OP_LOGIN_STEP_UP, d->actor.login, source, step, err);
}

static int
confirm_typed(struct desk *d, const char *given, struct err *err)
{
	struct op op;
	int rc;

	if (!str_equal(given, d->actor.login))
		return err_set(err, OD_EDENIED,
		    "That is not \"%s\"; nothing was changed", d->actor.login);
	if ((rc = op_begin(d, &op, OP_LOGIN_STEP_UP, d->actor.id, err)) != 0)
		return rc;
	return op_end(d, &op, 0, err);
}

static int
confirm(struct desk *d, const char *given, struct err *err)
{
	struct login_row row;
	int rc;

	if ((rc = login__read(d, d->actor.login, &row, err)) != 0)
		return rc;
	switch (proof_of(d, &row)) {
	case PROOF_NONE:
		rc = err_set(err, OD_EDENIED,
		    "Set a password first: opdesk operator password %s",
		    d->actor.login);
		break;
	case PROOF_TYPED:
		rc = confirm_typed(d, given, err);
		break;
	case PROOF_PASSWORD:
	case PROOF_CODE:
		rc = confirm_secret(d, &row, given, err);
		break;
	}
	explicit_bzero(row.hash, sizeof(row.hash));
	return rc;
}

/* A desk opened for reading keeps it by a connection of its own. */
static int
confirm_beside(struct desk *d, const char *given, struct err *err)
{
	struct desk *w = NULL;
	int rc;

	if ((rc = login__beside(d, &w, err)) != 0)
		return rc;
	w->actor = d->actor;
	w->single_user = d->single_user;
	rc = confirm(w, given, err);
	desk_close(&w);
	return rc;
}

int
login_confirm(struct desk *d, const char *given, struct err *err)
{
	int rc = d->readonly ? confirm_beside(d, given, err)
	                     : confirm(d, given, err);

	if (rc == 0)
		op_stepped_up(d);
	return rc;
}

/* ---- setting ---- */

/* Kept out of the history: only that it was done is in the audit trail. */
static int
set_password(struct desk *d, struct op *op, int64_t id, const char *hash,
    struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "UPDATE operators SET password_hash = $1, updated_at = $2,"
	    " totp_sealed = CASE WHEN $1 = '' THEN '' ELSE totp_sealed END,"
	    " login_required = CASE WHEN $1 = '' THEN 0 ELSE login_required "
	    "END,"
	    " version = version + 1 WHERE tenant_id = $3 AND id = $4",
	    BINDS(b_text(hash), b_int(op->now_us), b_int(d->actor.tenant_id),
		b_int(id)),
	    &changed, err);

	if (rc == 0 && changed == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no such operator");
	return rc;
}

int
operator_set_password(
    struct desk *d, int64_t id, const char *password, struct err *err)
{
	char hash[PASSWORD_HASH_SIZE] = "";
	struct operator o;
	struct op op;
	int rc;

	if ((rc = operator_get(d, id, &o, err)) != 0)
		return rc;
	if (password != NULL && password[0] != '\0' &&
	    ((rc = password_check(password, o.login, err)) != 0 ||
		(rc = password_hash(password, hash, err)) != 0))
		return rc;
	if ((rc = op_begin(d, &op, OP_OPERATOR_PASSWORD, id, err)) != 0)
		return rc;
	rc = op_end(d, &op, set_password(d, &op, id, hash, err), err);
	explicit_bzero(hash, sizeof(hash));
	return rc;
}

/* Who could not log in afterwards must not have to. */
static int
set_required(
    struct desk *d, struct op *op, int64_t id, bool required, struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "UPDATE operators SET login_required = $1, updated_at = $2,"
	    " version = version + 1 WHERE tenant_id = $3 AND id = $4"
	    " AND ($1 = 0 OR password_hash <> '')",
	    BINDS(b_int(required), b_int(op->now_us), b_int(d->actor.tenant_id),
		b_int(id)),
	    &changed, err);

	if (rc == 0 && changed == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "Set a password first; without one nobody could log in");
	return rc;
}

int
operator_set_login_required(
    struct desk *d, int64_t id, bool required, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OPERATOR_EDIT, id, err)) != 0)
		return rc;
	return op_end(d, &op, set_required(d, &op, id, required, err), err);
}

static int
new_secret(struct desk *d, const struct operator* o, struct str *sealed,
    struct str *url, struct str *secret, struct err *err)
{
	uint8_t key[SEAL_KEY_SIZE], raw[TOTP_SECRET_SIZE];
	char belongs[64];
	int rc;

	if ((rc = seal_key(d->seal_path, true, key, err)) != 0)
		return rc;
	random_bytes(raw, sizeof(raw));
	login__belongs(d, o->id, belongs);
	seal(key, belongs, raw, sizeof(raw), sealed);
	totp_url(raw, "opdesk", o->login, url);
	totp_base32(raw, secret);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(raw, sizeof(raw));
	return 0;
}

static int
set_totp(struct desk *d, struct op *op, int64_t id, const char *sealed,
    struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "UPDATE operators SET totp_sealed = $1, totp_used = 0,"
	    " updated_at = $2, version = version + 1 WHERE tenant_id = $3"
	    " AND id = $4 AND ($1 = '' OR password_hash <> '')",
	    BINDS(b_text(sealed), b_int(op->now_us), b_int(d->actor.tenant_id),
		b_int(id)),
	    &changed, err);

	if (rc == 0 && changed == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "Set a password first; the code is asked for after it");
	return rc;
}

int
operator_set_totp(struct desk *d, int64_t id, struct str *url,
    struct str *secret, struct err *err)
{
	struct str sealed = STR_INIT;
	struct operator o;
	struct op op;
	int rc;

	if ((rc = operator_get(d, id, &o, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_OPERATOR_TOTP, id, err)) != 0)
		return rc;
	if (url != NULL)
		rc = new_secret(d, &o, &sealed, url, secret, err);
	if (rc == 0)
		rc = set_totp(d, &op, id, sealed.s, err);
	rc = op_end(d, &op, rc, err);
	str_free(&sealed);
	return rc;
}
