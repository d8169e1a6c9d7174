/*
 * model_inbox_act - what the inbox changes.
 */
#ifndef TUI_MODEL_MODEL_INBOX_ACT_H
#define TUI_MODEL_MODEL_INBOX_ACT_H

#include "tui/model/model_inbox.h"

#define INBOX_VALUES 15 /* variables of a template */

enum inbox_verb {
	INBOX_CLAIM,
	INBOX_ASSIGN,
	INBOX_CLOSE,
	INBOX_REOPEN,
	INBOX_TICKET,
	INBOX_RETRY,
	INBOX_SEEN,
	INBOX_NOTE,
	INBOX_REPLY,
	INBOX_TEMPLATE,
};

struct inbox_act {
	enum inbox_verb verb;
	uint64_t turn;   /* the screen's own */
	int64_t id;      /* conversation; 0 with INBOX_TEMPLATE: a new one */
	int64_t message; /* INBOX_RETRY */
	int64_t seen_version, seen_message; /* guards; 0: none */
	int64_t operator_id, team_id;       /* INBOX_ASSIGN; 0: nobody */
	bool receipt;                       /* INBOX_SEEN: tell the provider */
	char *text; /* owned; note, reply, note of an assignment */
	char *template_name, *template_lang;     /* owned */
	char *template_values[INBOX_VALUES + 1]; /* owned, NULL-ended */
	/* INBOX_TEMPLATE without a conversation: to whom */
	char channel[65], peer[201]; /* a number's digits */
	enum channel_kind channel_kind;
	int64_t contact_id; /* 0: found or made by its number */
	/* What came of it. */
	int64_t made_id; /* message, note, ticket */
	int64_t number;  /* of the ticket */
	/*
	 * After OD_ECONFLICT of a reply: how it is now, with the messages that
	 * were not on the screen, and whether sending again could work.
	 */
	struct conversation now;
	struct message *missed; /* owned */
	size_t missed_count;
	bool may_insist;
};

struct inbox_act *inbox_act_new(enum inbox_verb verb, int64_t id);
void inbox_act_free(struct inbox_act **act);

typedef void inbox_act_fn(
    struct screen *s, struct inbox_act *act, const struct model_answer *answer);
/*
 * act is taken.  A reply, note or template removes its draft in the same
 * commit.  fn is called when the screen is still there; else a failure
 * becomes a toast.  fn may be NULL: then it always does.
 */
void model_inbox_act(
    struct model *m, struct screen *s, struct inbox_act *act, inbox_act_fn *fn);

#endif
