/*
 * tokens - bearer tokens with scopes; only SHA-256 is stored.
 */
#ifndef DB_RECORDS_TOKENS_H
#define DB_RECORDS_TOKENS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/core/token_scope.h"

#define TOKEN_SIZE 69 /* "opd_" + 64 hex + NUL */

struct token {
	int64_t id, created_at, expires_us, last_used_us, deleted_at;
	char name[201], hint[9]; /* last 4 characters */
	char scopes[513];
};
/* scopes: operation names or "ticket.*", "*"; each must exist (OD_EDATA). */
int token_new(struct desk *d, const char *name, const char *scopes,
    int64_t expires_us, char token[TOKEN_SIZE], int64_t *id,
    struct err *err);
int token_revoke(struct desk *d, int64_t id, struct err *err);
/*
 * A fact of the system: the token was used; noted at most once a minute.
 * token_is_noted tells, by reading only, that there is nothing to write.
 */
int token_used(struct desk *d, int64_t id, struct err *err);
int token_is_noted(
    struct desk *d, int64_t id, bool *noted, struct err *err);
int token_list(struct desk *d, struct token **rows, size_t *count,
    struct err *err);
void token_json(const struct token *t, struct json_out *out);

/* Idempotency-Key: the answer kept with the effect, in the same commit. */
struct idempotent {
	int status;	/* 0: not seen before */
	char *response; /* owned */
};
/* OD_EDATA when the key was used with another request. */
int idempotency_find(struct desk *d, const char *key,
    const char *request_hash, struct idempotent *out, struct err *err);
int idempotency_keep(struct desk *d, const char *key,
    const char *request_hash, int status, const char *response,
    struct err *err);

#endif
