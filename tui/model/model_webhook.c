/* model_webhook - see model_webhook.h. */
#include "tui/model/model_webhook.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/webhooks.h"
#include <stdlib.h>
#include <string.h>

struct filter_args {
	struct webhook_answer answer;
	int64_t seen_version;
	char *filter;     /* owned */
	char given[1026]; /* a password */
	webhook_answer_fn *fn;
};

static int
filter_run(struct desk *d, void *data, struct err *err)
{
	struct filter_args *a = data;
	const struct webhook_set in = {
	    .filter = a->filter, .kind = -1, .is_private = -1};
	int rc;

	if (a->given[0] != '\0' && (rc = login_confirm(d, a->given, err)) != 0)
		return rc;
	rc = webhook_edit(d, a->answer.id, a->seen_version, &in, err);
	if (rc == OD_EDENIED && d->wants_step_up) {
		a->answer.wants_proof = true;
		(void)login_proof(d, &a->answer.proof, NULL);
		str_copy(
		    a->answer.login, sizeof(a->answer.login), d->actor.login);
	}
	return rc;
}

static void
filter_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct filter_args *a = data;

	a->answer.rc = answer->rc;
	a->answer.sentence = answer->rc != 0 ? answer->err->text : "";
	if (s != NULL)
		a->fn(ui, s, &a->answer);
}

static void
filter_free(void *data)
{
	struct filter_args *a = data;

	free(a->filter);
	explicit_bzero(a, sizeof(*a));
	free(a);
}

void
model_webhook_filter(struct model *m, struct screen *s, int64_t id,
    int64_t seen_version, const char *filter, const char *given,
    webhook_answer_fn *fn)
{
	static const struct model_question q = {.run = filter_run,
	    .done = filter_done,
	    .free_args = filter_free,
	    .writes = true};
	struct filter_args *a = xcalloc(1, sizeof(*a));

	a->answer.id = id;
	a->seen_version = seen_version;
	a->filter = xstrdup(filter);
	a->fn = fn;
	/* One that is cut is as wrong, or as much too long. */
	str_copy(a->given, sizeof(a->given), given);
	model_ask(m, s, &q, a);
}
