/*
 * hint - what to answer a customer who objects: the cards at once, and what a
 * model is to be asked.
 *
 * A console loads a book on the worker, matches with it on the loop as the
 * operator types, and when he wants the model's words: hint_begin (worker),
 * llm_ask with hint.messages (loop), hint_finish (worker).
 */
#ifndef KB_HINT_H
#define KB_HINT_H

#include "db/records/ai_logs.h"
#include "kb/card_fill.h"
#include "kb/hint_desk.h"
#include "kb/match.h"

#define SETTING_HINT_THRESHOLD "hint.threshold" /* "0.35" */
#define SETTING_HINT_PRODUCT   "hint.product"   /* what is sold, as text */
#define SETTING_HINT_PRICE     "hint.price"     /* and what it costs */
#define SETTING_HINT_MODEL     "hint.model"     /* instead of [llm] model */
#define HINT_CARDS             3

struct hint_book { /* does not change once it is loaded; any thread */
	struct kb_objections cards;
	struct match_model *model;
	struct prompt *prompt;
	int64_t prompt_version_id; /* 0: the one that comes with opdesk */
	double threshold;
	char state[SHA256_HEX_SIZE]; /* hint_book_state's of that moment */
	/* What the operator sells now, else the tenant; owned, "" for none. */
	char *product, *price;
};
/*
 * What the tenant has, else what comes with opdesk; d NULL: the latter.
 * usual: the threshold where the tenant set none; below 0: the usual one.
 */
int hint_book_load(
    struct desk *d, double usual, struct hint_book **out, struct err *err);
void hint_book_free(struct hint_book **b);
/*
 * What says that another book would be loaded now: a digest over the cards and
 * prompts that are published, what was learnt, and the settings.
 */
int hint_book_state(
    struct desk *d, char state[SHA256_HEX_SIZE], struct err *err);
/* The tenant's own threshold; usual where it set none. */
double hint_threshold(struct desk *d, double usual);

struct hint_card {
	const struct objection *card; /* the book's */
	double score;
};
/* The cards for a text, best first; none: it is no objection.  Under 1 ms. */
size_t hint_match(const struct hint_book *b, const char *said, enum lang lang,
    struct hint_card out[HINT_CARDS]);

struct hint_want { /* ids 0 and texts NULL: none */
	const char *said;
	enum lang lang;
	int64_t call_id, conversation_id, contact_id;
	const char *product;        /* NULL: the setting */
	const char *model, *server; /* that will be asked, for the log */
	size_t max_bytes;           /* of all messages, see hint_room */
};
/*
 * What cards are filled with, as far as it is known: of want's product, call
 * and contact, and of the book.  Cleared by hint_facts_clear.
 */
struct hint_facts {
	struct card_values values;         /* borrowed from the rest and book */
	char *contact, *company, *product; /* owned */
	char who[128];
};
int hint_facts(struct desk *d, const struct hint_book *b,
    const struct hint_want *want, struct hint_facts *out, struct err *err);
void hint_facts_clear(struct hint_facts *f);
/* The operator's own product and price from now on; "": the tenant's. */
int hint_offer_set(
    struct desk *d, const char *product, const char *price, struct err *err);

/* How much a model with these settings can be told. */
size_t hint_room(const struct llm_settings *s);

struct hint {                          /* a question that was put together */
	struct hint_messages messages; /* for llm_question */
	int64_t log_id;                /* of ai_logs */
};
/*
 * Gather what is known (of a call: its contact and conversation too), put the
 * question together and open its row in the log.  OD_ENOTFOUND: something
 * that is named is not there; OD_EUSAGE: nothing was said.
 */
int hint_begin(struct desk *d, const struct hint_book *b,
    const struct hint_want *want, struct hint *out, struct err *err);
/* Close the row. */
int hint_finish(struct desk *d, const struct hint *h,
    const struct llm_answer *answer, struct err *err);
void hint_clear(struct hint *h);

#endif
