/*
 * audit_chain - the hash that ties audit rows together, and writing one.
 *
 * hash = SHA-256(previous hash, then every column in a canonical text), per
 * tenant; the first row's previous hash is 64 zeros.
 */
#ifndef DB_CORE_AUDIT_CHAIN_H
#define DB_CORE_AUDIT_CHAIN_H

#include "common/digest.h"
#include "db/core/desk.h"

enum audit_result { AUDIT_DONE = 0, AUDIT_DENIED = 1 }; /* stored */

struct audit_entry {
	int64_t tenant_id, seq, at_us, actor_id, record_id;
	int actor_kind, kind, result;
	const char *session, *operation, *reason;
	const char *digest;    /* of what changed; "" when nothing */
	const char *prev_hash; /* 64 hex digits */
};

#define AUDIT_FIRST_PREV                                                       \
	"0000000000000000000000000000000000000000000000000000000000000000"

void audit_hash(const struct audit_entry *e, char hex[SHA256_HEX_SIZE]);

/*
 * Inside a transaction: append a row by the desk's actor.  seq, prev_hash and
 * hash are filled here.
 */
int audit_append(struct desk *d, const char *operation, int kind,
    int64_t record_id, enum audit_result result, const char *reason,
    const char *digest, int64_t at_us, struct err *err);

/*
 * Inside a transaction: rows may be deleted until it is closed again, which a
 * trigger refuses else.
 */
int audit_open(struct desk *d, bool open, struct err *err);

/* Next value of a counter row, from 1, inside a transaction. */
int counter_next(struct desk *d, const char *name, int64_t *value,
    struct err *err);

#endif
