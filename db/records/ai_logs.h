/*
 * ai_logs - what a model was asked and what it said: tokens, times, how it
 * ended, and what the operator thinks of it.
 *
 * A row is written before the model is asked and closed when it ended; one
 * that stays open belonged to a program that died.  Texts are kept for 30 days
 * (retention class "hints"), the rest for the figures.
 */
#ifndef DB_RECORDS_AI_LOGS_H
#define DB_RECORDS_AI_LOGS_H

#include "common/json.h"
#include "db/core/desk.h"

#define AI_LOG_HINT    0
#define AI_LOG_RELAYED 1     /* through the daemon; no texts, see ai_budget.h */
#define AI_LOG_HISTORY 15    /* messages that a history holds */
#define AI_LOG_MAX     65536 /* bytes of a text; the rest is cut off */

enum ai_rating {
	AI_RATING_NONE = -1,
	AI_RATING_BAD,
	AI_RATING_GOOD
};

struct ai_log {
	int64_t id, operator_id, call_id, conversation_id, contact_id;
	int64_t prompt_version_id, tokens_in, tokens_out;
	int64_t asked_us, first_us, done_us; /* 0: not yet */
	int outcome;                         /* enum llm_outcome */
	enum ai_rating rating;
	char model[129], server[17], topic[65];
	char who[201];     /* the operator's name */
	char reason[501];  /* why it did not end well */
	char *asked, *said; /* owned */
};
void ai_log_clear(struct ai_log *a);
void ai_log_list_free(struct ai_log **rows, size_t count);
void ai_log_json(const struct ai_log *a, struct json_out *out);

struct ai_log_new { /* ids 0 and texts NULL: none */
	int kind;   /* AI_LOG_* */
	int64_t call_id, conversation_id, contact_id, prompt_version_id;
	const char *model, *server, *topic, *asked;
};
/* What a call says of its contact and conversation, where in does not. */
int ai_log_of_call(
    struct desk *d, int64_t call_id, struct ai_log_new *in, struct err *err);
/* The acting operator asks.  OD_ENOTFOUND: what is named is not there. */
int ai_log_begin(struct desk *d, const struct ai_log_new *in, int64_t *id,
    struct err *err);

struct ai_log_end {
	int outcome;        /* enum llm_outcome, not LLM_RUNNING */
	const char *said;   /* as far as it came */
	const char *reason; /* the sentence; NULL: none */
	int64_t tokens_in, tokens_out; /* below 0: not known */
	int64_t first_us, done_us;
};
/* OD_ECONFLICT: it ended before, or another one asked. */
int ai_log_finish(
    struct desk *d, int64_t id, const struct ai_log_end *in, struct err *err);
/* id 0: the acting operator's last one.  OD_ENOTFOUND: there is none. */
int ai_log_rate(
    struct desk *d, int64_t id, enum ai_rating rating, struct err *err);

/*
 * The acting operator's last questions that were answered, of a call (0: of
 * none), oldest first: as many as AI_LOG_HISTORY messages hold, where question
 * and answer are one each, and none from before ai_log_forget.
 */
int ai_log_history(struct desk *d, int64_t call_id, struct ai_log **rows,
    size_t *count, struct err *err);
/* The history begins anew; what was kept stays in the log. */
int ai_log_forget(struct desk *d, struct err *err);

/*
 * Hints, newest first, before that id (0: from the newest); one's own unless the role
 * sees more.
 */
int ai_log_list(struct desk *d, int64_t before_id, int limit,
    struct ai_log **rows, size_t *count, struct err *err);

#endif
