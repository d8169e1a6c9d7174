/* model_login - see model_login.h. */
#include "tui/model/model_login.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/login.h"
#include "db/records/recordings.h"
#include "db/records/seat.h"
#include "tui/model/model_int.h"
#include "tui/model/model_seat.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define ENDING_TRIES 20
#define ENDING_MS    50

struct login_args {
	struct model *model;
	char tenant[65], login[64], password[1026], code[32];
	bool wants_code;
	struct entrance entrance;
	struct model_part part;
	login_answer_fn *fn;
};

/*
 * What died here while it recorded; an error is the daemon's to say.  Its
 * recorder may be closing the file just now.
 */
static void
put_right(struct desk *d)
{
	struct recording_scan found;

	for (int i = 0; i < ENDING_TRIES; i++) {
		if (recording_scan(d, recording_is_live, &found, NULL) != 0 ||
		    found.writing == 0)
			return;
		poll(NULL, 0, ENDING_MS);
	}
}

int
entrance_read(struct desk *d, struct entrance *out, struct err *err)
{
	char *chosen = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = tenant_get(d, d->actor.tenant_id, &out->tenant, err)) != 0)
		return rc;
	rc = model__unless_gone(operator_get(d, d->actor.id, &out->me, err));
	if (rc == 0)
		rc = model__unless_gone(
		    setting_get(d, SETTING_LANG, &chosen, err));
	if (rc != 0)
		return rc;
	if (chosen != NULL)
		str_copy(out->lang, sizeof(out->lang), chosen);
	free(chosen);
	if (!d->readonly && d->actor.kind == ACTOR_OPERATOR)
		put_right(d);
	return 0;
}

static int
login_run_(struct desk *d, void *data, struct err *err)
{
	struct login_args *a = data;
	struct login_given given = {.tenant = a->tenant,
	    .login = a->login,
	    .password = a->password,
	    .code = a->code};
	int rc = login_run(d, &given, &a->wants_code, err);

	if (rc == 0)
		rc = entrance_read(d, &a->entrance, err);
	model_read_part(d, &a->part);
	return rc;
}

static void
login_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct login_args *a = data;
	struct login_answer out = {answer->rc, a->wants_code,
	    answer->rc != 0 ? answer->err->text : "",
	    answer->rc == 0 ? &a->entrance : NULL};

	if (answer->rc == 0)
		model_take_part(a->model, &a->part);
	a->fn(ui, s, &out);
}

static void
login_free(void *data)
{
	explicit_bzero(data, sizeof(struct login_args));
	free(data);
}

void
model_login(struct model *m, struct screen *s, const char *tenant,
    const char *login, const char *password, const char *code,
    login_answer_fn *fn)
{
	static const struct model_question q = {
	    .run = login_run_, .done = login_done, .free_args = login_free};
	struct login_args *a = xcalloc(1, sizeof(*a));

	a->model = m;
	a->fn = fn;
	str_copy(a->tenant, sizeof(a->tenant), tenant);
	str_copy(a->login, sizeof(a->login), login);
	/* One that is cut is as wrong as it is long. */
	str_copy(a->password, sizeof(a->password), password);
	str_copy(a->code, sizeof(a->code), code);
	model_ask(m, s, &q, a);
}

static int
unlock_run(struct desk *d, void *data, struct err *err)
{
	struct login_args *a = data;

	return login_confirm(d, a->password, err);
}

static void
unlock_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct login_args *a = data;
	struct login_answer out = {
	    answer->rc, false, answer->rc != 0 ? answer->err->text : "", NULL};

	a->fn(ui, s, &out);
}

void
model_unlock(
    struct model *m, struct screen *s, const char *given, login_answer_fn *fn)
{
	static const struct model_question q = {
	    .run = unlock_run, .done = unlock_done, .free_args = login_free};
	struct login_args *a = xcalloc(1, sizeof(*a));

	a->model = m;
	a->fn = fn;
	str_copy(a->password, sizeof(a->password), given);
	model_ask(m, s, &q, a);
}
