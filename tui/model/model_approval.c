/* model_approval - see model_approval.h. */
#include "tui/model/model_approval.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/approvals.h"
#include <stdlib.h>
#include <string.h>

struct decide_args {
	struct approval_answer answer;
	char given[1026]; /* a password, or the reason */
	approval_answer_fn *fn;
};

static int
approve(struct desk *d, struct decide_args *a, struct err *err)
{
	int rc;

	if (a->given[0] != '\0' && (rc = login_confirm(d, a->given, err)) != 0)
		return rc;
	rc = approval_approve(d, a->answer.id, err);
	if (rc == OD_EDENIED && d->wants_step_up) {
		a->answer.wants_proof = true;
		(void)login_proof(d, &a->answer.proof, NULL);
		str_copy(
		    a->answer.login, sizeof(a->answer.login), d->actor.login);
	}
	return rc;
}

static int
decide_run(struct desk *d, void *data, struct err *err)
{
	struct decide_args *a = data;

	return a->answer.approve
	           ? approve(d, a, err)
	           : approval_refuse(d, a->answer.id, a->given, err);
}

static void
decide_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct decide_args *a = data;

	a->answer.rc = answer->rc;
	a->answer.sentence = answer->rc != 0 ? answer->err->text : "";
	if (s != NULL)
		a->fn(ui, s, &a->answer);
}

static void
decide_free(void *data)
{
	explicit_bzero(data, sizeof(struct decide_args));
	free(data);
}

static void
ask(struct model *m, struct screen *s, int64_t id, bool is_approval,
    const char *given, approval_answer_fn *fn)
{
	static const struct model_question q = {.run = decide_run,
	    .done = decide_done,
	    .free_args = decide_free,
	    .writes = true};
	struct decide_args *a = xcalloc(1, sizeof(*a));

	a->answer.id = id;
	a->answer.approve = is_approval;
	a->fn = fn;
	/* One that is cut is as wrong, or as much too long. */
	str_copy(a->given, sizeof(a->given), given);
	model_ask(m, s, &q, a);
}

void
model_approve(struct model *m, struct screen *s, int64_t id, const char *given,
    approval_answer_fn *fn)
{
	ask(m, s, id, true, given, fn);
}

void
model_refuse(struct model *m, struct screen *s, int64_t id, const char *reason,
    approval_answer_fn *fn)
{
	ask(m, s, id, false, reason, fn);
}
