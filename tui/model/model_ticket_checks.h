/*
 * model_ticket_checks - the checks of a ticket, and checklists to put on it.
 * Errors, and what was done, become a toast.
 */
#ifndef TUI_MODEL_MODEL_TICKET_CHECKS_H
#define TUI_MODEL_MODEL_TICKET_CHECKS_H

#include "db/records/checklists.h"
#include "tui/model/model.h"

/* *rows may be taken (set NULL). */
typedef void ticket_checks_fn(struct screen *s, struct ticket_check **rows,
    size_t count, const struct model_answer *answer);
void model_ticket_checks(struct model *m, struct screen *s, int64_t ticket_id,
    ticket_checks_fn *fn);

typedef void checklists_fn(
    struct screen *s, const struct checklist *rows, size_t count);
void model_checklists(struct model *m, struct screen *s, checklists_fn *fn);

enum check_act { CHECK_ACT_SET, CHECK_ACT_ADD, CHECK_ACT_PUT, CHECK_ACT_REMOVE };
struct check_action {
	enum check_act act;
	int64_t ticket_id;
	int64_t id; /* of the check, or of the checklist to put */
	bool done;  /* CHECK_ACT_SET */
	char text[201]; /* CHECK_ACT_ADD */
};
/* action is copied. */
void model_check_act(struct model *m, struct screen *s,
    const struct check_action *action);

#endif
