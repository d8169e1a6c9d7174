/*
 * model_leads - what customers could buy: windows of the list, one of them
 * with its calls, and what is done to one.
 */
#ifndef TUI_MODEL_MODEL_LEADS_H
#define TUI_MODEL_MODEL_LEADS_H

#include "db/records/calls.h"
#include "db/records/leads.h"
#include "tui/model/model.h"
#include "tui/widgets/w_list.h"

#define LEADS_COUNT_CAP 1000 /* more are counted as "1000+" */
#define LEADS_MATCH_MAX 512

struct leads_ask {
	uint64_t turn;
	enum lead_view view;
	char match[LEADS_MATCH_MAX]; /* as lead_where takes it */
	struct w_list_want want;
	int64_t around_key; /* lead_page_key of want.id as last seen */
};
struct leads { /* the answer */
	struct leads_ask ask;
	struct lead *rows; /* owned; in the order of lead_list */
	size_t count;
	bool has_before, has_after;
	int64_t total;             /* up to LEADS_COUNT_CAP */
	char wrong[ERR_TEXT_SIZE]; /* what of match is not understood; "" */
};
void leads_clear(struct leads *l);

/* l may be taken: copy it out and zero it. */
typedef void leads_fn(
    struct screen *s, struct leads *l, const struct model_answer *answer);
/* ask is copied. */
void model_leads(struct model *m, struct screen *s,
    const struct leads_ask *ask, leads_fn *fn);

#define LEAD_CALLS 20 /* that a card shows, the newest */
struct lead_card {
	uint64_t turn;
	struct lead l;
	struct call *calls; /* owned; as lead_calls has them */
	size_t call_count;
};
void lead_card_clear(struct lead_card *card);

/* card may be taken as well. */
typedef void lead_card_fn(struct screen *s, struct lead_card *card,
    const struct model_answer *answer);
void model_lead_card(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, lead_card_fn *fn);

enum lead_deed {
	LEAD_DEED_PROBLEM, /* text */
	LEAD_DEED_STATUS,
	LEAD_DEED_NEXT,    /* next_us; 0: nothing is to be done */
	LEAD_DEED_OWNER,   /* operator_id or team_id; both 0: nobody's */
	LEAD_DEED_CONTACT, /* contact_id; 0: nobody */
	LEAD_DEED_DELETE,
	LEAD_DEED_RESTORE,
};
struct lead_action {
	enum lead_deed deed;
	int64_t id, version; /* that was seen; 0: no guard */
	enum lead_status status;
	int64_t next_us, operator_id, team_id, contact_id;
	char *text; /* taken, or NULL */
};
/* After the model's own toast about what came of it. */
typedef void lead_action_fn(struct screen *s, const struct lead_action *action,
    const struct model_answer *answer);
/* action is copied, its text is taken. */
void model_lead_act(struct model *m, struct screen *s,
    const struct lead_action *action, lead_action_fn *fn);

#endif
