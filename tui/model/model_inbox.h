/*
 * model_inbox - what the inbox reads: windows of the list of conversations,
 * and one thread with everything that is drawn around it.
 *
 * Every question carries the screen's own turn number, which comes back with
 * the answer, so that an answer to an older question can be told.  Callbacks
 * run on the loop, and only while the screen that asked is there.
 */
#ifndef TUI_MODEL_MODEL_INBOX_H
#define TUI_MODEL_MODEL_INBOX_H

#include "db/records/channels.h"
#include "db/records/conversations.h"
#include "db/records/messages.h"
#include "db/records/seat.h"
#include "tui/model/model.h"
#include "tui/widgets/w_list.h"

#define INBOX_COUNT_CAP 100 /* a view's count is shown up to 99 */
#define INBOX_MATCH_MAX 256

struct inbox_ask {
	uint64_t turn;
	enum conversation_view view;
	char match[INBOX_MATCH_MAX]; /* "" or a search */
	struct w_list_want want;
	int64_t around_key; /* last_message_us of want.id as last seen */
};

struct inbox_window { /* the answer */
	struct inbox_ask ask;
	struct conversation *rows; /* owned; a callback may take them */
	size_t count;
	bool has_before, has_after;
	int counts[CONVERSATION_VIEW_COUNT]; /* to INBOX_COUNT_CAP */
};

typedef void inbox_window_fn(struct screen *s, struct inbox_window *w,
    const struct model_answer *answer);
/* ask is copied. */
void model_inbox_window(struct model *m, struct screen *s,
    const struct inbox_ask *ask, inbox_window_fn *fn);

/* The guide that is walked with its customer; id 0: none, or not mine to see.
 */
struct inbox_walk {
	int64_t id; /* of the session */
	int step;
	bool is_alone; /* the customer answers, nobody else */
	bool is_paused;
	char title[201], operator_name[201];
};

struct inbox_thread {
	uint64_t turn;
	int64_t id; /* the conversation asked for */
	struct conversation c;
	struct message *rows; /* owned; oldest first, at most limit */
	size_t count;
	int limit;
	bool has_older;
	struct presence *others; /* owned; who else is there now */
	size_t other_count;
	struct inbox_walk walk;
	char *drafts[2]; /* owned; DRAFT_REPLY, DRAFT_NOTE; NULL: none */
};
void inbox_thread_clear(struct inbox_thread *t);
/* Newest message (not note) in it; 0 when there is none. */
int64_t inbox_thread_newest(const struct inbox_thread *t);

/* t may be taken: move it out and zero it.  OD_ENOTFOUND: it is gone. */
typedef void inbox_thread_fn(struct screen *s, struct inbox_thread *t,
    const struct model_answer *answer);
void model_inbox_thread(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, int limit, inbox_thread_fn *fn);

struct inbox_draft {
	uint64_t turn;
	int64_t id; /* conversation */
	enum draft_slot slot;
	char *body; /* owned; "" removes it, or there is none */
	int64_t cursor_at;
	uint64_t behind; /* the place for draft_keep_behind; 0: draft_keep */
	char *earlier;   /* owned; for it */
};
typedef void inbox_draft_fn(struct screen *s, const struct inbox_draft *draft,
    const struct model_answer *answer);
/* A question asked later sees what was saved before.  fn may be NULL. */
void model_inbox_draft_save(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, enum draft_slot slot, const char *body, int64_t cursor_at,
    uint64_t behind, const char *earlier, inbox_draft_fn *fn);
void model_inbox_draft_load(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, enum draft_slot slot, inbox_draft_fn *fn);

struct inbox_templates {
	uint64_t turn;
	char channel[65];
	struct message_template *rows; /* owned; a callback may take them */
	size_t count;
};
typedef void inbox_templates_fn(struct screen *s, struct inbox_templates *t,
    const struct model_answer *answer);
/* Let the daemon fetch a channel's templates; failures become a toast. */
void model_inbox_fetch(struct model *m, const char *channel);
/* The approved ones. */
void model_inbox_templates(struct model *m, struct screen *s, uint64_t turn,
    const char *channel, inbox_templates_fn *fn);
/* How a template reads with these values (NULL-ended); any thread. */
void model_inbox_fill(const struct message_template *t,
    const char *const *values, struct str *out);

#endif
