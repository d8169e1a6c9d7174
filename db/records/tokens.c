/* tokens - see tokens.h. */
#include "db/records/tokens.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define USED_EVERY_US US_PER_MINUTE

/* Whether a scope names anything that a token could do. */
static bool
is_scope(const char *scope)
{
	for (int i = 0; i < OP_COUNT; i++) {
		const struct op_def *def = op_def((enum op_id)i);

		if ((def->flags &
			(OP_HOST | OP_FACT | OP_STEP_UP | OP_PERSON)) == 0 &&
		    token_scopes_cover(scope, def->name))
			return true;
	}
	return token_scopes_cover(scope, SCOPE_METRICS) ||
	       token_scopes_cover(scope, SCOPE_INVENTORY);
}

/* Commas between, nothing around; each one known. */
static int
clean_scopes(const char *scopes, char *out, size_t size, struct err *err)
{
	size_t used = 0;

	out[0] = '\0';
	while (*(scopes += strspn(scopes, ", ")) != '\0') {
		size_t n = strcspn(scopes, ", ");
		char one[65];

		if (n >= sizeof(one) || used + n + 2 > size)
			return err_set(
			    err, OD_EDATA, "The list of scopes is too long");
		memcpy(one, scopes, n);
		one[n] = '\0';
		if (!is_scope(one)) {
			char safe[65];

			records__line(safe, sizeof(safe), one);
			return err_set(err, OD_EDATA,
			    "There is no scope \"%s\"; give operation names"
			    " like ticket.new, ticket.*, or *",
			    safe);
		}
		if (used > 0)
			out[used++] = ',';
		memcpy(out + used, one, n + 1);
		used += n;
		scopes += n;
	}
	if (used == 0)
		return err_set(err, OD_EDATA,
		    "The token needs at least one scope, like ticket.new");
	return 0;
}

int
token_new(struct desk *d, const char *name, const char *scopes,
    int64_t expires_us, char token[TOKEN_SIZE], int64_t *id, struct err *err)
{
	char clean[201], list[512], hash[SHA256_HEX_SIZE];
	bool by_operator;
	struct op op;
	int rc;

	token[0] = '\0';
	if ((rc = records__fit(_("Name"), clean, sizeof(clean), name, err)) !=
	    0)
		return rc;
	if (clean[0] == '\0')
		return err_set(err, OD_EDATA, "The token needs a name");
	if ((rc = clean_scopes(
		 scopes != NULL ? scopes : "", list, sizeof(list), err)) != 0)
		return rc;
	if (expires_us != 0 && expires_us <= clock_wall_us())
		return err_set(
		    err, OD_EDATA, "The token would have expired already");
	if ((rc = op_begin(d, &op, OP_TOKEN_NEW, 0, err)) != 0)
		return rc;
	by_operator = d->actor.kind == ACTOR_OPERATOR;
	memcpy(token, "opd_", 4);
	random_hex(token + 4, TOKEN_SIZE - 5);
	sha256_hex(token, strlen(token), hash);
	rc = db_insert(d->db, id,
	    "INSERT INTO tokens(tenant_id, name, hash, hint, scopes,"
	    " created_by, expires_us, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(clean), b_text(hash),
		b_text(token + TOKEN_SIZE - 5), b_text(list),
		by_operator ? b_int(d->actor.id) : b_null(),
		expires_us != 0 ? b_int(expires_us) : b_null(),
		b_int(op.now_us)),
	    err);
	if (rc == 0) {
		op_created(&op, *id);
		rc = record_created(d, &op, RECORD_TOKEN, *id, err);
	}
	rc = op_end(d, &op, rc, err);
	if (rc != 0)
		memset(token, 0, TOKEN_SIZE);
	return rc;
}

int
token_revoke(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TOKEN_REVOKE, id, err)) != 0)
		return rc;
	rc = record_delete(d, &op, RECORD_TOKEN, id, 0, err);
	return op_end(d, &op, rc, err);
}

int
token_is_noted(struct desk *d, int64_t id, bool *noted, struct err *err)
{
	int64_t last = 0;
	int rc;

	rc = db_int(d->db, &last,
	    "SELECT last_used_us FROM tokens WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	*noted = last > clock_wall_us() - USED_EVERY_US;
	return rc;
}

int
token_used(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TOKEN_FACT, id, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE tokens SET last_used_us = $1 WHERE tenant_id = $2"
	    " AND id = $3 AND (last_used_us IS NULL OR last_used_us <= $4)",
	    BINDS(b_int(op.now_us), b_int(d->actor.tenant_id), b_int(id),
		b_int(op.now_us - USED_EVERY_US)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

int
token_list(struct desk *d, struct token **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	/* Whoever may issue them may see them, also in a desk to read. */
	if (op_scope(d, OP_TOKEN_NEW) != SCOPE_ALL)
		return err_set(
		    err, OD_EDENIED, "Only an administrator sees the tokens");
	rc = db_query(d->db, &st,
	    "SELECT id, created_at, expires_us, last_used_us, deleted_at, name,"
	    " hint, scopes FROM tokens WHERE tenant_id = $1 ORDER BY id",
	    BINDS(b_int(d->actor.tenant_id)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			struct token *t;

			*rows = records__grow(*rows, *count, sizeof(**rows));
			t = &(*rows)[(*count)++];
			t->id = stmt_int(st, 0);
			t->created_at = stmt_int(st, 1);
			t->expires_us = stmt_int(st, 2);
			t->last_used_us = stmt_int(st, 3);
			t->deleted_at = stmt_int(st, 4);
			str_copy(t->name, sizeof(t->name), stmt_text(st, 5));
			str_copy(t->hint, sizeof(t->hint), stmt_text(st, 6));
			str_copy(
			    t->scopes, sizeof(t->scopes), stmt_text(st, 7));
		}
	stmt_close(&st);
	if (rc != 0) {
		FREE(rows);
		*count = 0;
	}
	return rc;
}

void
token_json(const struct token *t, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", t->id);
	json_out_string(out, "name", t->name);
	json_out_string(out, "hint", t->hint);
	json_out_string(out, "scopes", t->scopes);
	json_out_time(out, "created_at", t->created_at);
	json_out_time(out, "expires_at", t->expires_us);
	json_out_time(out, "last_used_at", t->last_used_us);
	json_out_bool(out, "is_deleted", t->deleted_at != 0);
	json_out_time(out, "deleted_at", t->deleted_at);
	json_out_end(out, '}');
}
