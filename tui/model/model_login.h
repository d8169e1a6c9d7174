/*
 * model_login - coming in: name and password, unlocking, and what the console
 * has to know of whoever came in.
 */
#ifndef TUI_MODEL_MODEL_LOGIN_H
#define TUI_MODEL_MODEL_LOGIN_H

#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "tui/model/model.h"

struct entrance {
	struct tenant tenant;
	struct operator me;
	char lang[8]; /* chosen here before; "" */
};
/*
 * By whoever has the desk: before the model, or on its worker.  Recordings
 * that were cut off are put right meanwhile.
 */
int entrance_read(struct desk *d, struct entrance *out, struct err *err);

struct login_answer {
	int rc;
	bool wants_code;                 /* with OD_EDENIED */
	const char *sentence;            /* when rc is not 0 */
	const struct entrance *entrance; /* when it is */
};
/* s is NULL when the screen is gone meanwhile. */
typedef void login_answer_fn(
    struct ui *ui, struct screen *s, const struct login_answer *answer);

/* The texts are copied, and wiped when it is over.  code may be "". */
void model_login(struct model *m, struct screen *s, const char *tenant,
    const char *login, const char *password, const char *code,
    login_answer_fn *fn);
/* The operator's password, or a code: entrance is NULL in the answer. */
void model_unlock(
    struct model *m, struct screen *s, const char *given, login_answer_fn *fn);

#endif
