/* model_leads - what customers could buy: the list, and what is done to one. */
#ifndef TUI_MODEL_MODEL_LEADS_H
#define TUI_MODEL_MODEL_LEADS_H

#include "db/records/leads.h"
#include "tui/model/model.h"

#define LEADS_LOOK_AT 500 /* of a list, the first */

struct leads {
	uint64_t turn;
	struct lead *rows; /* owned; in the order of lead_list */
	size_t count;
};
void leads_clear(struct leads *l);

/* l may be taken: copy it out and zero it. */
typedef void leads_fn(
    struct screen *s, struct leads *l, const struct model_answer *answer);
void model_leads(struct model *m, struct screen *s, uint64_t turn,
    enum lead_view view, leads_fn *fn);

enum lead_deed {
	LEAD_DEED_PROBLEM, /* text */
	LEAD_DEED_STATUS,
	LEAD_DEED_DELETE,
	LEAD_DEED_RESTORE,
};
struct lead_action {
	enum lead_deed deed;
	int64_t id, version; /* that was seen; 0: no guard */
	enum lead_status status;
	char *text; /* taken, or NULL */
};
/* After the model's own toast about what came of it. */
typedef void lead_action_fn(struct screen *s, const struct lead_action *action,
    const struct model_answer *answer);
/* action is copied, its text is taken. */
void model_lead_act(struct model *m, struct screen *s,
    const struct lead_action *action, lead_action_fn *fn);

#endif
