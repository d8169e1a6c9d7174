/*
 * model_webhook - narrowing down what a webhook is told of.
 */
#ifndef TUI_MODEL_MODEL_WEBHOOK_H
#define TUI_MODEL_MODEL_WEBHOOK_H

#include "db/records/login.h"
#include "tui/model/model.h"

struct webhook_answer {
	int64_t id;
	/* Who changes it has to show that it is him, and can be asked again. */
	bool wants_proof;
	enum login_proof proof;
	char login[64]; /* what is typed with PROOF_TYPED */
	int rc;
	const char *sentence; /* borrowed; of what went wrong, else "" */
};
typedef void webhook_answer_fn(
    struct ui *ui, struct screen *s, const struct webhook_answer *a);

/*
 * seen_version: of the webhook as it is on the screen.  given: "" or what was
 * asked for by the answer before; wiped afterwards.  fn is called if s is
 * still there.
 */
void model_webhook_filter(struct model *m, struct screen *s, int64_t id,
    int64_t seen_version, const char *filter, const char *given,
    webhook_answer_fn *fn);

#endif
