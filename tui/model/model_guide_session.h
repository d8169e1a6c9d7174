/*
 * model_guide_session - one session of a guide, and all that is done in it.
 *
 * The snapshot is a struct session: what kb/session.h tells of it without a
 * desk may be asked on the loop.
 */
#ifndef TUI_MODEL_MODEL_GUIDE_SESSION_H
#define TUI_MODEL_MODEL_GUIDE_SESSION_H

#include "kb/session.h"
#include "tui/model/model.h"

struct guide_view {
	uint64_t turn;
	struct session session;
	bool has_guide; /* its version can be read; else only session.s is */
	char *trouble;  /* owned; why it cannot, or NULL */
	char *report;   /* owned; what the second line would get to read */
};
void guide_view_clear(struct guide_view *view);
/* view may be taken: copy it out and zero it.  OD_ENOTFOUND: it is gone. */
typedef void guide_view_fn(struct screen *s, struct guide_view *view,
    const struct model_answer *answer);
void model_guide_view(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, guide_view_fn *fn);

enum guide_deed {
	GUIDE_DEED_START,
	GUIDE_DEED_REPLY,
	GUIDE_DEED_NOTE,
	GUIDE_DEED_WARNED,
	GUIDE_DEED_FILL,
	GUIDE_DEED_PAUSE,
	GUIDE_DEED_RESUME,
	GUIDE_DEED_ASSIGN,
	GUIDE_DEED_FINISH,
	GUIDE_DEED_SEND,
	GUIDE_DEED_FEEDBACK,
};
struct guide_action {
	enum guide_deed deed;
	int64_t id;      /* of the session; of a new one it is filled in */
	int64_t version; /* that was seen; 0: no guard */
	char *text;      /* taken: reason, note, value, words, or NULL */
	/* GUIDE_DEED_START */
	char topic[65];
	int64_t ticket_id, conversation_id;
	int64_t score, threshold; /* thousandths; 0: chosen by hand */
	char *matched;            /* taken; JSON of what was found, or NULL */
	/* GUIDE_DEED_REPLY */
	enum path_action answer;
	int64_t step;
	bool again; /* filled in: it was answered so already */
	char variable[GUIDE_MAX_NAME + 1]; /* GUIDE_DEED_FILL */
	int64_t operator_id, team_id;      /* GUIDE_DEED_ASSIGN; 0: nobody */
	enum guide_session_state state;    /* GUIDE_DEED_FINISH */
	int64_t rating;                    /* GUIDE_DEED_FEEDBACK */
	int was_helpful;
};
/* After the model's own toast about a failure. */
typedef void guide_action_fn(struct screen *s,
    const struct guide_action *action, const struct model_answer *answer);
/* action is copied, its texts are taken; fn may be NULL. */
void model_guide_act(struct model *m, struct screen *s,
    const struct guide_action *action, guide_action_fn *fn);

#endif
