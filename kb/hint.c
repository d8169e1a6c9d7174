/* hint - see hint.h. */
#include "kb/hint.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/records/messages.h"
#include "db/records/people.h"
#include "db/records/seat.h"
#include "kb/matcher.h"
#include "kb/matcher_study.h"
#include <stdlib.h>
#include <string.h>

#define TALK_MAX        15
#define BYTES_PER_TOKEN 3 /* at least, in both languages */

/* ---- the book ---- */

double
hint_threshold(struct desk *d, double usual)
{
	char *text = NULL, *end = NULL;
	double value;

	if (setting_get(d, SETTING_HINT_THRESHOLD, &text, NULL) != 0)
		return usual;
	value = strtod(text, &end);
	if (end != text && *end == '\0' && value >= 0 && value <= 1)
		usual = value;
	free(text);
	return usual;
}

static int
read_offer(struct desk *d, struct hint_book *b, struct err *err)
{
	int rc = setting_get(d, SETTING_HINT_PRODUCT, &b->product, err);

	return rc != 0 ? rc
	               : setting_get(d, SETTING_HINT_PRICE, &b->price, err);
}

int
hint_offer_set(
    struct desk *d, const char *product, const char *price, struct err *err)
{
	int rc = setting_set(d, SETTING_HINT_PRODUCT, product, err);

	return rc != 0 ? rc : setting_set(d, SETTING_HINT_PRICE, price, err);
}

int
hint_book_state(struct desk *d, char state[SHA256_HEX_SIZE], struct err *err)
{
	static const char *const settings[] = {
	    SETTING_HINT_THRESHOLD, SETTING_HINT_PRODUCT, SETTING_HINT_PRICE};
	char cards[SHA256_HEX_SIZE], prompts[SHA256_HEX_SIZE];
	char learnt[SHA256_HEX_SIZE];
	struct str all = STR_INIT;
	int rc;

	if ((rc = knowledge_digest_of(d, KNOWLEDGE_CARD, cards, err)) == 0 &&
	    (rc = knowledge_digest_of(d, KNOWLEDGE_PROMPT, prompts, err)) == 0)
		rc = matcher_learnt_from(d, KNOWLEDGE_CARD, learnt, err);
	if (rc == 0)
		str_addf(&all, "%s %s %s", cards, prompts, learnt);
	for (size_t i = 0;
	     rc == 0 && i < sizeof(settings) / sizeof(settings[0]); i++) {
		char *value = NULL;

		if ((rc = setting_get(d, settings[i], &value, err)) == 0)
			str_addf(&all, "\n%zu %s", strlen(value), value);
		free(value);
	}
	if (rc == 0)
		sha256_hex(all.s, all.len, state);
	str_free(&all);
	return rc;
}

int
hint_book_load(
    struct desk *d, double usual, struct hint_book **out, struct err *err)
{
	struct hint_book *b = xcalloc(1, sizeof(*b));
	int rc = 0;

	/* First: what changes meanwhile is told by the next look at it. */
	if (d != NULL)
		rc = hint_book_state(d, b->state, err);
	b->threshold = usual >= 0 ? usual : MATCHER_OBJECTION_THRESHOLD;
	if (d != NULL)
		b->threshold = hint_threshold(d, b->threshold);
	if (rc == 0)
		rc = d != NULL ? kb_cards_of_desk(d, &b->cards, err)
		               : kb_objections_shipped(&b->cards, err);
	if (rc == 0)
		rc = d != NULL ? matcher_cards_of_desk(d, &b->model, err)
		               : matcher_shipped_objections(&b->model, err);
	if (rc == 0)
		rc = kb_prompt_of_desk(
		    d, "hint", &b->prompt, &b->prompt_version_id, err);
	if (rc == 0 && d != NULL)
		rc = read_offer(d, b, err);
	if (rc != 0)
		hint_book_free(&b);
	*out = b;
	return rc;
}

void
hint_book_free(struct hint_book **b)
{
	if (*b == NULL)
		return;
	kb_objections_free(&(*b)->cards);
	match_model_free(&(*b)->model);
	prompt_free(&(*b)->prompt);
	free((*b)->product);
	free((*b)->price);
	FREE(b);
}

size_t
hint_match(const struct hint_book *b, const char *said, enum lang lang,
    struct hint_card out[HINT_CARDS])
{
	struct match_result r;
	size_t n = 0;

	match_find(b->model, said, strlen(said), lang, b->threshold, &r);
	for (size_t i = 0; i < r.count && n < HINT_CARDS; i++) {
		const struct objection *o =
		    kb_objections_find(&b->cards, r.matches[i].topic);

		if (o != NULL)
			out[n++] = (struct hint_card){o, r.matches[i].score};
	}
	return n;
}

/* ---- a question ---- */

size_t
hint_room(const struct llm_settings *s)
{
	int tokens = s->context_tokens - s->max_tokens;

	if (tokens < 512)
		tokens = 512;
	return (size_t)tokens * BYTES_PER_TOKEN;
}

/* ---- what is known of the customer ---- */

void
hint_facts_clear(struct hint_facts *f)
{
	free(f->contact);
	free(f->company);
	free(f->product);
	memset(f, 0, sizeof(*f));
}

static int
read_contact(struct desk *d, int64_t id, struct hint_facts *f, struct err *err)
{
	struct contact c;
	int rc = contact_get(d, id, &c, err);

	if (rc != 0)
		return rc;
	f->contact = xstrdup(c.full_name);
	f->company = xstrdup(c.company_name);
	contact_clear(&c);
	return 0;
}

/* about: the contact that the call says, too. */
static int
gather_facts(struct desk *d, const struct hint_book *b,
    const struct hint_want *want, const struct ai_log_new *about,
    struct hint_facts *f, struct err *err)
{
	int rc = 0;

	memset(f, 0, sizeof(*f));
	if (about->contact_id != 0)
		rc = read_contact(d, about->contact_id, f, err);
	if (want->product != NULL)
		f->product = xstrdup(want->product);
	text_safe_buf(f->who, sizeof(f->who),
	    d->actor.kind == ACTOR_OPERATOR ? d->actor.name : "");
	f->values = (struct card_values){
	    .product = f->product != NULL ? f->product : b->product,
	    .price = b->price,
	    .contact = f->contact,
	    .company = f->company,
	    .operator_name = f->who};
	return rc;
}

int
hint_facts(struct desk *d, const struct hint_book *b,
    const struct hint_want *want, struct hint_facts *out, struct err *err)
{
	struct ai_log_new about = {
	    .call_id = want->call_id, .contact_id = want->contact_id};
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (want->call_id != 0)
		rc = ai_log_of_call(d, want->call_id, &about, err);
	return rc != 0 ? rc : gather_facts(d, b, want, &about, out, err);
}

/* What is gathered; all owned but cards. */
struct known {
	struct hint_facts facts;
	struct str contact;
	struct message *messages;
	size_t message_count;
	struct hint_talk talk[TALK_MAX];
	size_t talk_count;
	struct ai_log *before;
	size_t before_count;
	struct llm_message history[AI_LOG_HISTORY];
	size_t history_count;
	const struct objection *cards[HINT_CARDS];
	size_t card_count;
};

static void
forget(struct known *k)
{
	hint_facts_clear(&k->facts);
	str_free(&k->contact);
	message_list_free(&k->messages, k->message_count);
	ai_log_list_free(&k->before, k->before_count);
}

static int
read_talk(struct desk *d, int64_t id, struct known *k, struct err *err)
{
	int rc = message_thread(
	    d, id, 0, 0, TALK_MAX, &k->messages, &k->message_count, err);

	for (size_t i = 0; rc == 0 && i < k->message_count; i++) {
		const struct message *m = &k->messages[i];

		if (m->is_note || m->body == NULL || m->body[0] == '\0' ||
		    k->talk_count == TALK_MAX)
			continue;
		k->talk[k->talk_count].by_customer = m->inbound;
		k->talk[k->talk_count++].text = m->body;
	}
	return rc;
}

static int
read_history(struct desk *d, int64_t call_id, struct known *k, struct err *err)
{
	int rc = ai_log_history(d, call_id, &k->before, &k->before_count, err);

	for (size_t i = 0; rc == 0 && i < k->before_count; i++) {
		k->history[k->history_count].role = LLM_USER;
		k->history[k->history_count++].text = k->before[i].asked;
		k->history[k->history_count].role = LLM_ASSISTANT;
		k->history[k->history_count++].text = k->before[i].said;
	}
	return rc;
}

static int
gather(struct desk *d, const struct hint_book *b, const struct hint_want *want,
    struct ai_log_new *about, struct known *k, struct err *err)
{
	struct hint_card cards[HINT_CARDS];
	int rc = 0;

	if (want->call_id != 0)
		rc = ai_log_of_call(d, want->call_id, about, err);
	if (rc == 0)
		rc = gather_facts(d, b, want, about, &k->facts, err);
	if (rc == 0 && k->facts.contact != NULL)
		str_addf(&k->contact,
		    k->facts.company[0] != '\0' ? "%s, %s" : "%s",
		    k->facts.contact, k->facts.company);
	if (rc == 0 && about->conversation_id != 0)
		rc = read_talk(d, about->conversation_id, k, err);
	if (rc == 0)
		rc = read_history(d, want->call_id, k, err);
	if (rc != 0)
		return rc;
	k->card_count = hint_match(b, want->said, want->lang, cards);
	for (size_t i = 0; i < k->card_count; i++)
		k->cards[i] = cards[i].card;
	return 0;
}

int
hint_begin(struct desk *d, const struct hint_book *b,
    const struct hint_want *want, struct hint *out, struct err *err)
{
	struct ai_log_new about = {.call_id = want->call_id,
	    .conversation_id = want->conversation_id,
	    .contact_id = want->contact_id,
	    .prompt_version_id = b->prompt_version_id,
	    .model = want->model,
	    .server = want->server,
	    .asked = want->said};
	struct known k;
	int rc;

	memset(out, 0, sizeof(*out));
	memset(&k, 0, sizeof(k));
	str_init(&k.contact);
	if (want->said[strspn(want->said, " \t\r\n")] == '\0')
		return err_set(err, OD_EUSAGE, "Say what the customer says");
	if ((rc = gather(d, b, want, &about, &k, err)) == 0) {
		const struct hint_context context = {.lang = want->lang,
		    .said = want->said,
		    .product = k.facts.values.product,
		    .contact = k.contact.len > 0 ? k.contact.s : NULL,
		    .values = &k.facts.values,
		    .talk = k.talk,
		    .talk_count = k.talk_count,
		    .cards = k.cards,
		    .card_count = k.card_count,
		    .history = k.history,
		    .history_count = k.history_count};

		about.topic = k.card_count > 0 ? k.cards[0]->id : NULL;
		rc = ai_log_begin(d, &about, &out->log_id, err);
		if (rc == 0)
			hint_messages_make(b->prompt, &context, want->max_bytes,
			    &out->messages);
	}
	forget(&k);
	return rc;
}

int
hint_finish(struct desk *d, const struct hint *h, const struct llm_answer *a,
    struct err *err)
{
	const struct ai_log_end end = {.outcome = (int)a->outcome,
	    .said = a->text,
	    .reason = a->error,
	    .tokens_in = a->tokens_in,
	    .tokens_out = a->tokens_out,
	    .first_us = a->first_us,
	    .done_us = a->done_us};

	return ai_log_finish(d, h->log_id, &end, err);
}

void
hint_clear(struct hint *h)
{
	hint_messages_free(&h->messages);
}
