/*
 * login - name and password, codes, and who has to show them again.
 *
 * A check takes a tenth of a second and 64 MiB: on a worker, never on a loop,
 * and never with a transaction open.  A try is counted before it is checked;
 * from the fifth on each has to wait longer, by login and by where it comes
 * from, up to a quarter of an hour and never for ever.  Logins, confirmations
 * and refusals are in the audit trail.
 */
#ifndef DB_RECORDS_LOGIN_H
#define DB_RECORDS_LOGIN_H

#include "db/core/desk.h"

struct login_given {
	const char *tenant; /* as desk_act_as_operator */
	const char *login, *password;
	const char *code;   /* "" or NULL: none yet */
	const char *source; /* where from; NULL: login_source */
};

/* At the start: SSH_CONNECTION, whose address the session came from. */
void login_came_from(const char *ssh_connection);
/* The process's Unix user, and that address. */
void login_source(char *out, size_t size);

/*
 * Log in: from then on d acts as that operator, who counts as confirmed.  Also
 * for a desk opened for reading: what is kept of it goes by a connection of
 * its own.  OD_EDENIED: name, password or code is wrong (one sentence for all,
 * and the same work), or with *wants_code a code has to come with them.
 * OD_ELIMIT: too many tries, wait.
 */
int login_run(struct desk *d, const struct login_given *given, bool *wants_code,
    struct err *err);

/* Nobody acts in that tenant until login_run; errors as desk_find_tenant. */
int login_wanted(struct desk *d, const char *tenant, struct err *err);

/* What the acting operator has to confirm with. */
enum login_proof {
	PROOF_NONE,     /* nothing: a password has to be set first */
	PROOF_TYPED,    /* the login, typed: the desk is one's own */
	PROOF_PASSWORD, /* the password */
	PROOF_CODE,     /* the password, or a code */
};
int login_proof(struct desk *d, enum login_proof *proof, struct err *err);
/*
 * Confirm with what login_proof says; see op_stepped_up.  Errors as
 * login_run, and OD_EDENIED with PROOF_NONE.
 */
int login_confirm(struct desk *d, const char *given, struct err *err);

/* NULL or "" takes it away, and the code generator with it. */
int operator_set_password(
    struct desk *d, int64_t id, const char *password, struct err *err);
/* Whether name and password are asked for although the Unix user is his. */
int operator_set_login_required(
    struct desk *d, int64_t id, bool required, struct err *err);
/*
 * A new code generator: *url and *secret are shown once.  Appends to both.
 * OD_ECONFLICT without a password.  Without url and secret it is taken away.
 */
int operator_set_totp(struct desk *d, int64_t id, struct str *url,
    struct str *secret, struct err *err);

#endif
