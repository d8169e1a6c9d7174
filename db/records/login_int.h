/* login_int - private to db/records: between logging in and confirming. */
#ifndef DB_RECORDS_LOGIN_INT_H
#define DB_RECORDS_LOGIN_INT_H

#include "common/password.h"
#include "db/core/op.h"

struct login_row { /* zeroed: there is no such operator */
	int64_t id, team_id;
	enum staff_role role;
	char hash[PASSWORD_HASH_SIZE];
	char sealed[256]; /* the code generator's secret; "" when none */
	int64_t used;     /* the step of the last code */
	char name[128];
};

/* A desk opened for reading keeps what is noted by another connection. */
int login__beside(struct desk *d, struct desk **w, struct err *err);
int login__read(
    struct desk *d, const char *login, struct login_row *row, struct err *err);
/* Count a try before it is checked; OD_ELIMIT: not yet. */
int login__count(
    struct desk *d, const char *login, const char *source, struct err *err);
/* What a sealed secret belongs to. */
void login__belongs(const struct desk *d, int64_t id, char out[64]);
/* *step: of the code; 0 when it is wrong, or was used before. */
int login__check_code(struct desk *d, const struct login_row *row,
    const char *code, int64_t *step, struct err *err);
/* Write it down as refused; OD_EDENIED with the sentence. */
int login__refuse(struct desk *d, enum op_id id, int64_t operator_id,
    const char *reason, struct err *err);
/* The actor has shown it: use the code of that step up, forget the tries. */
int login__accept(struct desk *d, enum op_id id, const char *login,
    const char *source, int64_t step, struct err *err);

#endif
