/*
 * model_approval - deciding what another person proposed.
 */
#ifndef TUI_MODEL_MODEL_APPROVAL_H
#define TUI_MODEL_MODEL_APPROVAL_H

#include "db/records/login.h"
#include "tui/model/model.h"

struct approval_answer {
	int64_t id;
	bool approve;
	/* Who decides has to show that it is him, and can be asked again. */
	bool wants_proof;
	enum login_proof proof;
	char login[64]; /* what is typed with PROOF_TYPED */
	int rc;
	const char *sentence; /* borrowed; of what went wrong, else "" */
};
typedef void approval_answer_fn(
    struct ui *ui, struct screen *s, const struct approval_answer *a);

/*
 * given: "" or what was asked for by the answer before; wiped afterwards.
 * fn is called if s is still there.
 */
void model_approve(struct model *m, struct screen *s, int64_t id,
    const char *given, approval_answer_fn *fn);
void model_refuse(struct model *m, struct screen *s, int64_t id,
    const char *reason, approval_answer_fn *fn);

#endif
