/*
 * cli_hint_ask - the cards for what a customer says, and under them the words
 * of a model as they come.
 */
#include "common/i18n.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/records/seat.h"
#include "kb/hint.h"
#include "tui/cli/cli_hint.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct cli_option cli_hint_ask_options[] = {
    {"--product", "TEXT", N_("what is sold [the desk's setting hint.product]")},
    {"--contact", "CONTACT", N_("the customer: id, or words of the name")},
    {"--call", "ID", N_("the call that goes on")},
    {"--conversation", "ID", N_("the conversation that goes on")},
    {"--cards-only", NULL, N_("do not ask the model")},
    {NULL, NULL, NULL},
};

struct asking {
	struct llm *llm;
	struct llm_call *call;
	struct loop_signals *signals;
	bool streams; /* to people, as it comes */
	struct llm_answer answer;
	char *text, *error; /* owned; the answer's */
};

static void
on_text(const char *s, size_t n, void *data)
{
	const struct asking *a = data;

	if (!a->streams)
		return;
	fwrite(s, 1, n, stdout); /* safe: the client saw to it */
	fflush(stdout);
}

static void
on_done(const struct llm_answer *answer, void *data)
{
	struct asking *a = data;

	a->answer = *answer;
	a->text = xstrdup(answer->text);
	a->error = xstrdup(answer->error);
	a->answer.text = a->text;
	a->answer.error = a->error;
	a->call = NULL;
	loop_signals_free(&a->signals);
	llm_free(&a->llm);
}

static void
on_signal(int signum, void *data)
{
	struct asking *a = data;

	(void)signum;
	if (a->call != NULL)
		llm_cancel(a->call);
}

/* Until the answer is there; in a->answer also when it did not come off. */
static int
ask(struct asking *a, const struct llm_settings *s,
    const struct hint_messages *m, struct err *err)
{
	static const int signums[] = {SIGINT, SIGTERM};
	const struct llm_question q = {m->items, m->count, on_text, on_done, a};
	uv_loop_t loop;
	int rc;

	uv_loop_init(&loop);
	rc = llm_new(&loop, s, &a->llm, err);
	if (rc == 0)
		rc = loop_signals_new(
		    &loop, signums, 2, on_signal, a, &a->signals, err);
	if (rc == 0 && (rc = llm_ask(a->llm, &q, &a->call, err)) == 0)
		uv_run(&loop, UV_RUN_DEFAULT);
	loop_signals_free(&a->signals);
	llm_free(&a->llm);
	(void)loop_finish(&loop);
	if (rc != 0) {
		a->answer.outcome = LLM_FAILED;
		a->answer.code = rc;
		a->error = xstrdup(err->text);
		a->text = xstrdup("");
		a->answer.text = a->text;
		a->answer.error = a->error;
		a->answer.tokens_in = a->answer.tokens_out = -1;
	}
	return rc;
}

/* ---- what is printed ---- */

static void
print_cards(const struct cli *c, const struct hint_card *cards, size_t n,
    const struct card_values *values)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		struct str json = STR_INIT;
		struct json *doc = NULL;
		struct json_out w;

		json_out_init(&w, &json);
		cli_hint_put_card(&w, cards[i].card, values);
		if (json_parse(
			json.s, json.len, &json_limits_api, &doc, NULL) == 0)
			cli_hint_print_card(c, doc, &text);
		str_addc(&text, '\n');
		json_free(&doc);
		str_free(&json);
	}
	if (n == 0)
		str_addf(&text, "%s\n\n", _("No card is about that"));
	for (size_t at = 0; at < text.len;) {
		char *safe;
		size_t k = strcspn(text.s + at, "\n");

		text.s[at + k] = '\0';
		safe = text_safe_dup(text.s + at, TEXT_LINE);
		puts(safe);
		free(safe);
		at += k + 1;
	}
	fflush(stdout);
	str_free(&text);
}

static void
put_answer(struct json_out *out, const struct asking *a, const char *model,
    int64_t log_id)
{
	const struct llm_answer *r = &a->answer;

	json_out_int(out, "id", log_id);
	json_out_string(out, "model", model);
	json_out_string(out, "outcome", llm_outcome_name(r->outcome));
	json_out_string(out, "said", r->text);
	json_out_string(out, "reason", r->error);
	json_out_bool(out, "is_shortened", r->is_shortened);
	if (r->tokens_in >= 0)
		json_out_int(out, "tokens_in", r->tokens_in);
	if (r->tokens_out >= 0)
		json_out_int(out, "tokens_out", r->tokens_out);
	json_out_time(out, "asked_at", r->asked_us);
	json_out_time(out, "first_at", r->first_us);
	json_out_time(out, "done_at", r->done_us);
}

static void
put_cards(struct json_out *out, const struct hint_card *cards, size_t n)
{
	json_out_array(out, "cards");
	for (size_t i = 0; i < n; i++) {
		json_out_object(out, NULL);
		json_out_string(out, "id", cards[i].card->id);
		json_out_string(
		    out, "title", cards[i].card->words[i18n_lang()].title);
		json_out_double(out, "score", cards[i].score);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
}

/* ---- the verb ---- */

static int
read_want(struct cli *c, struct hint_want *want, struct err *err)
{
	const char *talk = cli_option(c, "--conversation");
	int rc;

	want->said = c->args[0];
	want->lang = i18n_lang();
	want->product = cli_option(c, "--product");
	if ((rc = cli_option_int(
		 c, "--call", 1, INT64_MAX, 0, &want->call_id, err)) == 0 &&
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &want->contact_id, err)) == 0 &&
	    talk != NULL)
		rc =
		    cli_find_conversation(c, talk, &want->conversation_id, err);
	return rc;
}

static int
ask_model(struct cli *c, const struct hint_book *b, struct hint_want *want,
    struct llm_settings *s, struct json_out *out, struct err *err)
{
	struct asking a = {.streams = out == NULL};
	struct hint h = {.log_id = 0};
	char *model = NULL;
	int rc;

	if ((rc = setting_get(c->desk, SETTING_HINT_MODEL, &model, err)) != 0)
		return rc;
	if (model[0] != '\0')
		s->model = model;
	want->model = s->model;
	want->server = s->kind == LLM_OPENAI ? "openai" : "ollama";
	want->max_bytes = hint_room(s);
	if ((rc = hint_begin(c->desk, b, want, &h, err)) == 0) {
		struct err late = ERR_INIT;

		(void)ask(&a, s, &h.messages, err);
		rc = hint_finish(c->desk, &h, &a.answer, &late);
		if (rc != 0)
			*err = late;
		else if (a.answer.code != 0)
			rc = err_set(err, a.answer.code, "%s", a.error);
		if (out == NULL && a.text[0] != '\0')
			puts("");
		if (out != NULL)
			put_answer(out, &a, s->model, h.log_id);
	}
	hint_clear(&h);
	free(a.text);
	free(a.error);
	free(model);
	return rc;
}

int
cli_hint_ask(struct cli *c, struct err *err)
{
	bool is_json = c->in->json || c->in->jsonl;
	struct hint_card cards[HINT_CARDS];
	struct hint_want want = {.said = NULL};
	struct hint_facts facts = {.contact = NULL};
	struct json_out *out = NULL;
	struct hint_book *b = NULL;
	struct llm_settings s;
	size_t n;
	int rc;

	llm_settings_console(c->conf, &s);
	if ((rc = read_want(c, &want, err)) != 0 ||
	    (rc = hint_book_load(c->desk, cli_hint_usual(c), &b, err)) != 0)
		return rc;
	if ((rc = hint_facts(c->desk, b, &want, &facts, err)) != 0) {
		hint_book_free(&b);
		return rc;
	}
	n = hint_match(b, want.said, want.lang, cards);
	if (is_json) {
		out = cli_value(c);
		json_out_object(out, NULL);
		put_cards(out, cards, n);
		cli_keep_rows(c);
	} else {
		print_cards(c, cards, n, &facts.values);
	}
	if (s.kind == LLM_NONE && !cli_flag(c, "--cards-only"))
		cli_say(c, "%s",
		    _("No model server is configured: these are the cards "
		      "alone"));
	else if (!cli_flag(c, "--cards-only"))
		rc = ask_model(c, b, &want, &s, out, err);
	if (out != NULL)
		json_out_end(out, '}');
	hint_facts_clear(&facts);
	hint_book_free(&b);
	return rc;
}
