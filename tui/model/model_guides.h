/*
 * model_guides - the guides that there are, what a text is about, and the
 * sessions in which they are walked.
 *
 * The shelf holds the matcher itself: a screen asks it in the same turn, as
 * what is typed is matched in less than a millisecond.
 */
#ifndef TUI_MODEL_MODEL_GUIDES_H
#define TUI_MODEL_MODEL_GUIDES_H

#include "common/digest.h"
#include "common/i18n.h"
#include "db/records/guide_sessions.h"
#include "kb/match.h"
#include "tui/model/model.h"
#include "tui/widgets/w_list.h"


/* What guides are looked for; zero: nothing but what is typed. */
struct guide_subject {
	int64_t ticket_id, conversation_id;
};

struct guide_row_words {
	char title[201], time[65], difficulty[65];
	char *description; /* owned */
	char *folded;      /* owned; the title, to sort and find by */
};
struct guide_row {
	int64_t id; /* of the knowledge */
	char topic[65], category[65];
	int steps;
	int64_t published; /* version in use; 0: it is but a draft */
	bool has_draft;    /* as far as who asks may change it */
	struct guide_row_words words[LANG_COUNT];
};
struct guide_shelf {
	struct guide_row *rows; /* owned; by topic */
	size_t count;
	int broken;                  /* those that cannot be read */
	struct match_model *matcher; /* owned; NULL: there is none */
	int64_t threshold;           /* thousandths: the tenant's */
	char *text;                  /* owned; what the subject says, or "" */
	int64_t number;              /* of the subject's ticket; 0: none */
	int64_t going_on;            /* an open session of the subject; 0 */
	char stamp[SHA256_HEX_SIZE]; /* of all of them, as they are */
	bool is_same; /* as the stamp that was asked with: nothing was read */
};
void guide_shelf_clear(struct guide_shelf *shelf);
/* The guide of that knowledge; NULL: it is not there any more. */
const struct guide_row *guide_shelf_row(
    const struct guide_shelf *shelf, int64_t id);

/* shelf may be taken: copy it out and zero it. */
typedef void guide_shelf_fn(struct screen *s, struct guide_shelf *shelf,
    const struct model_answer *answer);
/* stamp: what is known already, or "". */
void model_guide_shelf(struct model *m, struct screen *s,
    const struct guide_subject *subject, const char *stamp, guide_shelf_fn *fn);

struct guide_sessions {
	uint64_t turn;
	enum guide_session_view view;
	struct w_list_want want;    /* as w_list_want says */
	int64_t around_key;         /* when want.id was started */
	struct guide_session *rows; /* owned; the newest first */
	size_t count;
	bool has_before, has_after; /* there are rows beyond the window */
};
void guide_sessions_clear(struct guide_sessions *list);
/* list may be taken. */
typedef void guide_sessions_fn(struct screen *s, struct guide_sessions *list,
    const struct model_answer *answer);
/* ask: turn, view, want and around_key. */
void model_guide_sessions(struct model *m, struct screen *s,
    const struct guide_sessions *ask, guide_sessions_fn *fn);

#endif
