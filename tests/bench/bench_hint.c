/*
 * bench_hint - how soon an operator has something to say: the first word of a
 * model behind our client, beside libcurl alone with the same question to the
 * same server, A B A B in the same run; and the card of what the customer
 * says, typed into the real console on a call.
 */
#include "common/clock.h"
#include "common/http_client_lib.h"
#include "common/llm.h"
#include "tests/lib/figures.h"
#include "tests/lib/llm_stand.h"
#include "tests/lib/stage_desk.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKED 300  /* questions to each, after the first ones */
#define FIRST 10   /* connections are made, memory is touched */
#define BYTES 6000 /* of a question: cards, the talk, what is sold */
#define CALLS 30   /* what a customer says */

static struct stage stage;

_Noreturn static void
give_up(const char *what)
{
	fprintf(stderr, "bench_hint: %s\n", what);
	if (stage.dir[0] != '\0')
		stage_close(&stage);
	exit(1);
}

/* ---- the first word of a model ---- */

struct asked {
	int64_t first_us; /* monotonic; 0: not yet */
	bool is_done;
};

static void
on_text(const char *s, size_t n, void *data)
{
	struct asked *a = data;

	(void)s, (void)n;
	if (a->first_us == 0)
		a->first_us = clock_mono_us();
}

static void
on_done(const struct llm_answer *answer, void *data)
{
	struct asked *a = data;

	if (answer->outcome != LLM_WHOLE)
		give_up(answer->error);
	a->is_done = true;
}

static double
ask_ours(uv_loop_t *loop, struct llm *l, const char *text)
{
	const struct llm_message m = {LLM_USER, text};
	struct asked a = {0};
	const struct llm_question q = {.messages = &m,
	    .count = 1,
	    .on_text = on_text,
	    .done = on_done,
	    .data = &a};
	struct err err = ERR_INIT;
	int64_t since = clock_mono_us();

	if (llm_ask(l, &q, NULL, &err) != 0)
		give_up(err.text);
	while (!a.is_done)
		uv_run(loop, UV_RUN_ONCE);
	return (double)(a.first_us - since) / 1000;
}

/* libcurl as a program uses it that has nothing else to do. */
struct raw {
	CURL *easy;
	CURLcode (*perform)(CURL *easy);
	struct curl_slist *headers;
	struct str url, body;
};

static size_t
on_bytes(char *p, size_t size, size_t n, void *data)
{
	(void)p;
	on_text(p, size * n, data);
	return size * n;
}

static void
raw_open(struct raw *r, enum llm_kind kind, const char *url, const char *text)
{
	void *lib = dlopen("libcurl.so.4", RTLD_NOW | RTLD_NOLOAD);

	*(void **)&r->perform =
	    lib != NULL ? dlsym(lib, "curl_easy_perform") : NULL;
	if (r->perform == NULL || (r->easy = http__lib.easy_init()) == NULL)
		give_up("libcurl");
	r->headers =
	    http__lib.slist_append(NULL, "Content-Type: application/json");
	str_addf(&r->url, "%s%s", url,
	    kind == LLM_OPENAI ? "/v1/chat/completions" : "/api/chat");
	str_addf(&r->body,
	    "{\"model\":\"llama3\",\"messages\":[{\"role\":\"user\","
	    "\"content\":\"%s\"}],\"stream\":true}",
	    text);
	http__lib.easy_setopt(r->easy, CURLOPT_URL, r->url.s);
	http__lib.easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->headers);
	http__lib.easy_setopt(r->easy, CURLOPT_POSTFIELDS, r->body.s);
	http__lib.easy_setopt(
	    r->easy, CURLOPT_POSTFIELDSIZE, (long)r->body.len);
	http__lib.easy_setopt(r->easy, CURLOPT_WRITEFUNCTION, on_bytes);
}

static double
ask_raw(const struct raw *r)
{
	struct asked a = {0};
	int64_t since;

	http__lib.easy_setopt(r->easy, CURLOPT_WRITEDATA, &a);
	since = clock_mono_us();
	if (r->perform(r->easy) != CURLE_OK || a.first_us == 0)
		give_up("libcurl was not answered");
	return (double)(a.first_us - since) / 1000;
}

static void
raw_close(struct raw *r)
{
	http__lib.easy_cleanup(r->easy);
	http__lib.slist_free_all(r->headers);
	str_free(&r->url);
	str_free(&r->body);
}

static void
print(const char *name, struct samples *ours, struct samples *raw)
{
	static const struct {
		const char *name;
		double share;
	} shares[] = {{"p50", 0.5}, {"p99", 0.99}};
	char full[64];

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		snprintf(full, sizeof(full), "hint.first_word.%s.%s", name,
		    shares[i].name);
		figure_beside(full, samples_at(ours, shares[i].share), "curl",
		    samples_at(raw, shares[i].share), 3, "ms");
	}
	snprintf(full, sizeof(full), "hint.first_word.%s.over_curl", name);
	figure_at_most(
	    full, samples_at(ours, 0.5) - samples_at(raw, 0.5), 1, 3, "ms");
}

static void
first_words(const char *name, enum llm_kind kind)
{
	struct llm_stand stand = {.port = 0};
	struct llm_settings s;
	struct samples ours = {0}, beside = {0};
	struct raw raw = {.url = STR_INIT, .body = STR_INIT};
	struct err err = ERR_INIT;
	struct conf *conf = NULL;
	char url[64], text[BYTES + 1];
	struct llm *l;
	uv_loop_t loop;

	memset(text, 'a', BYTES);
	text[BYTES] = '\0';
	llm_stand_open(&stand);
	str_format(url, sizeof(url), "http://127.0.0.1:%d", stand.port);
	if (conf_parse("[llm]\n", 6, "bench", &conf, &err) != 0)
		give_up(err.text);
	llm_settings_read(conf, &s);
	s.kind = kind;
	s.url = url;
	s.model = "llama3";
	if (uv_loop_init(&loop) != 0 || llm_new(&loop, &s, &l, &err) != 0)
		give_up(err.text);
	raw_open(&raw, kind, url, text);
	for (int i = 0; i < FIRST + ASKED; i++) {
		double a = ask_ours(&loop, l, text), b = ask_raw(&raw);

		if (i < FIRST)
			continue;
		samples_add(&ours, a);
		samples_add(&beside, b);
	}
	print(name, &ours, &beside);
	samples_free(&ours);
	samples_free(&beside);
	raw_close(&raw);
	llm_free(&l);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	conf_free(&conf);
	llm_stand_close(&stand);
}

/* ---- the card ---- */

static void
must_see(struct pty *p, const char *text)
{
	struct str screen = STR_INIT;

	if (pty_wait_text(p, text))
		return;
	pty_screen(p, &screen);
	fprintf(stderr, "not seen: %s\n%s\n", text, screen.s);
	give_up("the console shows something else");
}

static bool
has_more(struct pty *p, void *data)
{
	return pty_bytes(p) > *(const uint64_t *)data;
}

/* One letter until what it changes is on the screen. */
static double
press(struct pty *p, char letter)
{
	const char key[2] = {letter, '\0'};
	uint64_t before;
	int64_t since;

	pty_pump(p);
	before = pty_bytes(p);
	since = clock_mono_us();
	pty_send(p, key);
	if (!pty_wait(p, has_more, &before, PTY_WAIT_MS))
		give_up("a key without an answer");
	return (double)(clock_mono_us() - since) / 1000;
}

/* A call on which the customer's words are being typed. */
static struct pty *
start_call(void)
{
	struct pty *p = stage_console(&stage, "es", 80, 24, NULL);

	if (p == NULL)
		give_up("the console");
	must_see(p, "Beatriz Olmedo");
	pty_send(p, "gc");
	must_see(p, "Hoy: ");
	pty_send(p, "c");
	must_see(p, "┌");
	pty_send(p, "+34600999888\r");
	must_see(p, "HABLANDO");
	return p;
}

/* Nothing was said. */
static void
clear(struct pty *p, const char *card)
{
	pty_send(p, "\025"); /* C-u */
	if (!pty_wait_no_text(p, card))
		give_up("the card stays");
}

static void
cards(void)
{
	static const struct {
		const char *said, *card;
	} talk[] = {
	    {"es muy caro", "Es muy caro"},
	    {"tengo que consultarlo con mi mujer",
		"Tiene que consultarlo con otra persona"},
	    {"ahora no tengo tiempo", "No tiene tiempo"},
	};
	struct samples words = {0}, keys = {0};
	struct pty *p;

	stage_open(&stage);
	p = start_call();
	pty_send(p, "o");
	must_see(p, "Cliente:");
	for (int i = 0; i < CALLS; i++) {
		const char *said = talk[i % 3].said;
		int64_t since;

		/* A letter after the other, each on the screen. */
		for (const char *s = said; *s != '\0'; s++)
			samples_add(&keys, press(p, *s));
		must_see(p, talk[i % 3].card);
		clear(p, talk[i % 3].card);
		/* All at once, as they are pasted or the link is slow. */
		since = clock_mono_us();
		pty_send(p, said);
		must_see(p, talk[i % 3].card);
		samples_add(&words, (double)(clock_mono_us() - since) / 1000);
		clear(p, talk[i % 3].card);
	}
	figure_at_most(
	    "hint.card.key.p50", samples_at(&keys, 0.5), 0.5, 3, "ms");
	figure_at_most(
	    "hint.card.key.p99", samples_at(&keys, 0.99), 2, 3, "ms");
	figure("hint.card.words.p50", samples_at(&words, 0.5), 3, "ms");
	figure("hint.card.words.p99", samples_at(&words, 0.99), 3, "ms");
	samples_free(&keys);
	samples_free(&words);
	pty_stop(&p);
	stage_close(&stage);
}

int
main(void)
{
	if (getenv("OPDESK_TEST_ENGINE") == NULL) { /* no database is in it */
		first_words("ollama", LLM_OLLAMA);
		first_words("openai", LLM_OPENAI);
	}
	cards();
	return 0;
}
