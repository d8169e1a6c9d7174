/*
 * llm - questions to a model server; see llm.h.
 *
 * libcurl watches the connection only.  All other times are ours: a piece of
 * a keep-alive is an answer to libcurl, and none to who waits.
 */
#include "common/llm_int.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define TRIES       2
#define MAX_RECORD  ((size_t)256 * 1024)
#define MAX_REFUSAL 4096 /* bytes of a body that tells an error */
#define LINGER_MS   1000 /* for the end of a stream whose text is whole */
#define MARGIN_MS   60000

enum stop { /* why we end it */
	STOP_NONE,
	STOP_CANCELLED,
	STOP_FIRST, /* no token */
	STOP_IDLE,
	STOP_WHOLE,  /* too long in all */
	STOP_LONG,   /* too much text */
	STOP_RECORD, /* a record too long */
	STOP_BROKEN, /* a record that cannot be read */
	STOP_ERROR,  /* one that tells an error */
	STOP_ENDED   /* all is there, and the stream goes on */
};

struct llm_call {
	struct llm_call *next;
	struct llm *l;
	struct http_call *http; /* NULL while it waits for its next try */
	struct loop_timer *timer;
	struct str body;
	bool only_loads;
	void (*on_text)(const char *s, size_t n, void *data);
	void (*done)(const struct llm_answer *answer, void *data);
	void *data;
	/* of this try */
	struct llm_frames frames;
	struct str refusal;
	/* of the answer */
	struct llm_text words;
	struct str text;
	struct llm_answer answer;
	enum stop stop;
	char told[256]; /* STOP_ERROR: what */
	bool is_warm, is_finished, is_end;
	int64_t first_mono_us; /* 0: no token yet */
	bool is_whole_next;    /* the timer is for all of it, not for a piece */
	int first_ms;
};

const char *
llm_outcome_name(enum llm_outcome outcome)
{
	switch (outcome) {
	case LLM_RUNNING:
		return N_("running");
	case LLM_WHOLE:
		return N_("whole");
	case LLM_CANCELLED:
		return N_("cancelled");
	case LLM_FAILED:
		return N_("failed");
	case LLM_TIMED_OUT:
		return N_("timed out");
	}
	return "";
}

/* ---- the server ---- */

void
llm__enter(struct llm *l)
{
	l->users++;
}

void
llm__leave(struct llm *l)
{
	if (--l->users > 0 || !l->is_closing)
		return;
	free(l->url);
	free(l->unix_socket);
	free(l->model);
	explicit_bzero(l->key, strlen(l->key));
	free(l->key);
	free(l);
}

void
llm__is_warm_now(struct llm *l)
{
	l->warm_until_us =
	    clock_mono_us() + l->settings.keep_alive_s * US_PER_SECOND;
}

bool
llm_is_warm(const struct llm *l)
{
	return clock_mono_us() < l->warm_until_us;
}

int
llm_new(uv_loop_t *loop, const struct llm_settings *settings, struct llm **out,
    struct err *err)
{
	struct http_client *http;
	struct llm *l;
	int rc;

	*out = NULL;
	if (settings->kind == LLM_NONE)
		return err_set(err, OD_EUNAVAIL,
		    "No model server is configured; set kind, url and model in "
		    "[llm]. The cards need none");
	if ((rc = http_client_global_init(err)) != 0 ||
	    (rc = http_client_new(loop, &http, err)) != 0)
		return rc;
	l = xcalloc(1, sizeof(*l));
	l->loop = loop;
	l->http = http;
	l->settings = *settings;
	l->settings.url = l->url = xstrdup(settings->url);
	l->settings.unix_socket = l->unix_socket =
	    xstrdup(settings->unix_socket);
	l->settings.model = l->model = xstrdup(settings->model);
	l->settings.key = l->key = xstrdup(settings->key);
	l->users = 1;
	*out = l;
	return 0;
}

void
llm_free(struct llm **out)
{
	struct llm *l = *out;

	*out = NULL;
	if (l == NULL)
		return;
	l->is_closing = true;
	for (struct llm_call *c = l->calls, *next; c != NULL; c = next) {
		next = c->next;
		llm_cancel(c);
	}
	llm__cancel_looks(l);
	http_client_free(&l->http);
	llm__leave(l);
}

int
llm_use(struct llm *l, const char *model, struct err *err)
{
	size_t n = strlen(model);

	if (n == 0 || n > 128 || strpbrk(model, " \t\r\n\"\\") != NULL)
		return err_set(err, OD_EDATA,
		    "That is no name of a model; \"opdesk hint models\" lists "
		    "those that there are");
	if (!llm_same_model(l->settings.kind, model, l->settings.model))
		l->warm_until_us = 0;
	free(l->model);
	l->settings.model = l->model = xstrdup(model);
	return 0;
}

const char *
llm_model(const struct llm *l)
{
	return l->settings.model;
}

enum llm_kind
llm_kind(const struct llm *l)
{
	return l->settings.kind;
}

/* ---- the end of a call ---- */

static void
unlink_call(struct llm_call *c)
{
	struct llm_call **link = &c->l->calls;

	while (*link != c)
		link = &(*link)->next;
	*link = c->next;
}

static void
free_call(struct llm_call *c)
{
	loop_timer_free(&c->timer);
	llm_frames_clear(&c->frames);
	llm_text_clear(&c->words);
	str_free(&c->body);
	str_free(&c->refusal);
	str_free(&c->text);
	llm__leave(c->l);
	free(c);
}

static void
finish(struct llm_call *c, enum llm_outcome outcome, int code,
    const struct err *err)
{
	struct llm_answer *a = &c->answer;

	loop_timer_stop(c->timer);
	a->outcome = outcome;
	a->code = code;
	a->error = code != 0 ? err->text : "";
	a->text = c->text.s;
	a->done_us = clock_wall_us();
	unlink_call(c); /* done may free the client */
	c->done(a, c->data);
	free_call(c);
}

static void
fail(struct llm_call *c, int code, const struct err *err)
{
	finish(c, LLM_FAILED, code, err);
}

/* What the server told in place of more words; the daemon's are ours. */
static int
broke_off(const struct llm_call *c, struct err *err)
{
	if (c->l->settings.by_daemon)
		return err_set(err, OD_EUNAVAIL, "%s", c->told);
	return err_set(
	    err, OD_EUNAVAIL, "The model server broke off: %s", c->told);
}

/* Ended by us, for a reason. */
static void
finish_stopped(struct llm_call *c)
{
	const struct llm_settings *s = &c->l->settings;
	enum llm_outcome outcome = LLM_TIMED_OUT;
	struct err err = ERR_INIT;
	int code = OD_EUNAVAIL;

	switch (c->stop) {
	case STOP_NONE:
	case STOP_ENDED:
		return;
	case STOP_CANCELLED:
		outcome = LLM_CANCELLED;
		code = err_set(&err, OD_ECANCEL, "The question was taken back");
		break;
	case STOP_FIRST:
		err_set(&err, code,
		    "The model said nothing for %d s; it may still be loading: "
		    "ask again, or choose a smaller one with \"opdesk hint "
		    "use\"",
		    c->first_ms / 1000);
		break;
	case STOP_IDLE:
		err_set(&err, code,
		    "The model stopped in the middle of its answer (%d s); ask "
		    "again",
		    s->idle_ms / 1000);
		break;
	case STOP_WHOLE:
		err_set(&err, code,
		    "The model was still talking after %d s and was cut off; "
		    "[llm] timeout gives it longer",
		    s->whole_ms / 1000);
		break;
	case STOP_LONG:
		outcome = LLM_FAILED;
		code = err_set(&err, OD_ELIMIT,
		    "The model said more than %d bytes and was cut off",
		    s->max_text);
		break;
	case STOP_RECORD:
		outcome = LLM_FAILED;
		code = err_set(&err, OD_ELIMIT,
		    "The model server sends lines without an end; see whether "
		    "[llm] url and kind are right");
		break;
	case STOP_BROKEN:
		outcome = LLM_FAILED;
		code = err_set(&err, OD_EUNAVAIL,
		    "The model server sent what cannot be read; see whether "
		    "[llm] url and kind are right, then ask again");
		break;
	case STOP_ERROR:
		outcome = LLM_FAILED;
		code = broke_off(c, &err);
		break;
	}
	finish(c, outcome, code, &err);
}

static void
finish_whole(struct llm_call *c)
{
	struct err err = ERR_INIT;
	size_t before = c->text.len;

	llm_text_end(&c->words, &c->text);
	if (c->on_text != NULL && c->text.len > before)
		c->on_text(c->text.s + before, c->text.len - before, c->data);
	if (c->text.len == 0) {
		fail(c,
		    err_set(&err, OD_EUNAVAIL,
			"The model had nothing to say; ask again, or choose "
			"another with \"opdesk hint use\""),
		    &err);
		return;
	}
	llm__is_warm_now(c->l);
	finish(c, LLM_WHOLE, 0, NULL);
}

/* ---- what arrives ---- */

static void
stop(struct llm_call *c, enum stop why)
{
	if (c->stop == STOP_NONE)
		c->stop = why;
	if (c->http != NULL)
		http_client_cancel(c->http);
	else
		loop_timer_start(c->timer, 0, 0);
}

/* The next moment at which patience ends. */
static void
watch(struct llm_call *c)
{
	const struct llm_settings *s = &c->l->settings;
	int64_t left;

	if (c->is_end) {
		loop_timer_start(c->timer, LINGER_MS, 0);
		return;
	}
	if (c->first_mono_us == 0)
		return; /* begun with the try */
	left = s->whole_ms - (clock_mono_us() - c->first_mono_us) / US_PER_MS;
	if (left < 0)
		left = 0;
	c->is_whole_next = left <= s->idle_ms;
	if (!c->is_whole_next)
		left = s->idle_ms;
	loop_timer_start(c->timer, (uint64_t)left, 0);
}

static void
on_patience_ends(struct llm_call *c)
{
	if (c->is_end)
		stop(c, STOP_ENDED);
	else if (c->first_mono_us == 0)
		stop(c, STOP_FIRST);
	else
		stop(c, c->is_whole_next ? STOP_WHOLE : STOP_IDLE);
}

static void
take_text(struct llm_call *c, const struct str *text)
{
	size_t before = c->text.len;

	llm_text_feed(&c->words, text->s, text->len, &c->text);
	if (c->on_text != NULL && c->text.len > before)
		c->on_text(c->text.s + before, c->text.len - before, c->data);
	if (c->text.len > (size_t)c->l->settings.max_text)
		stop(c, STOP_LONG);
}

static int
on_record(const char *s, size_t n, void *data)
{
	struct llm_call *c = data;
	struct llm_record r;
	int rc = llm_record_read(c->l->settings.kind, s, n, &r, NULL);

	if (rc != 0) {
		stop(c, STOP_BROKEN);
	} else if (r.error[0] != '\0') {
		str_copy(c->told, sizeof(c->told), r.error);
		stop(c, STOP_ERROR);
	} else {
		if (r.tokens_in >= 0)
			c->answer.tokens_in = r.tokens_in;
		if (r.tokens_out >= 0)
			c->answer.tokens_out = r.tokens_out;
		if (c->first_mono_us == 0 &&
		    (r.text.len > 0 || r.is_thinking)) {
			c->first_mono_us = clock_mono_us();
			c->answer.first_us = clock_wall_us();
		}
		c->is_finished |= r.is_finished;
		c->is_end |= r.is_end;
		c->answer.is_shortened |= r.is_shortened;
		if (r.text.len > 0)
			take_text(c, &r.text);
		if (r.text.len > 0 || r.is_thinking || r.is_end)
			watch(c);
	}
	llm_record_clear(&r);
	return c->stop != STOP_NONE || c->is_end ? OD_ECANCEL : 0;
}

static void
on_data(const char *p, size_t n, void *data)
{
	struct llm_call *c = data;
	size_t room = MAX_REFUSAL - c->refusal.len;
	int rc;

	if (c->stop != STOP_NONE || c->is_end)
		return;
	if (http_call_status(c->http) != 200 || c->only_loads) {
		str_addn(&c->refusal, p, n < room ? n : room);
		return;
	}
	rc = llm_frames_feed(&c->frames, p, n, on_record, c);
	if (rc == OD_ELIMIT)
		stop(c, STOP_RECORD);
}

/* ---- tries ---- */

static bool
is_quota(const struct llm_call *c)
{
	return memmem(c->refusal.s, c->refusal.len, "insufficient_quota", 18) !=
	       NULL;
}

/* Newer models call the limit of tokens by another name. */
static bool
wants_new_name(const struct llm_call *c, const struct http_response *r)
{
	return r->outcome == HTTP_ANSWERED && r->status == 400 &&
	       !c->l->new_limit_name &&
	       memmem(c->refusal.s, c->refusal.len, "max_completion_tokens",
		   21) != NULL;
}

static bool
try_again(struct llm_call *c, const struct http_response *r)
{
	int64_t wait_ms;

	if (c->answer.tries >= TRIES || c->first_mono_us != 0 ||
	    c->l->is_closing)
		return false;
	if (wants_new_name(c, r)) {
		char *at = strstr(c->body.s, "\"max_tokens\"");

		c->l->new_limit_name = true;
		if (at != NULL) {
			size_t offset = (size_t)(at - c->body.s);

			str_remove(&c->body, offset, 12);
			str_insert(
			    &c->body, offset, "\"max_completion_tokens\"", 23);
		}
		wait_ms = 0;
	} else if (!llm__may_retry(&c->l->settings, r, &wait_ms) || is_quota(c)) {
		return false;
	}
	if (wait_ms > 0) /* not all at the same moment */
		wait_ms += clock_mono_us() % 250;
	loop_timer_start(c->timer, (uint64_t)wait_ms, 0);
	return true;
}

/* The stream ended by itself. */
static void
finish_ended(struct llm_call *c, const struct http_response *r)
{
	struct err err = ERR_INIT;

	if (!c->is_finished && !c->is_end && r->outcome == HTTP_ANSWERED)
		(void)llm_frames_end(&c->frames, on_record, c);
	if (c->is_finished || c->is_end) {
		finish_whole(c);
	} else if (c->stop == STOP_ERROR) {
		finish_stopped(c);
	} else if (r->outcome == HTTP_TOO_LARGE) {
		fail(c, llm__not_there(&c->l->settings, r, &err), &err);
	} else {
		fail(c,
		    err_set(&err, OD_EUNAVAIL,
			"The model's answer broke off in the middle; ask "
			"again"),
		    &err);
	}
}

static void
finish_loaded(struct llm_call *c)
{
	struct err err = ERR_INIT;

	if (llm_error_text(
		c->refusal.s, c->refusal.len, c->told, sizeof(c->told)),
	    c->told[0] != '\0') {
		fail(c, broke_off(c, &err), &err);
		return;
	}
	llm__is_warm_now(c->l);
	finish(c, LLM_WHOLE, 0, NULL);
}

static void
on_http_done(const struct http_response *r, void *data)
{
	struct llm_call *c = data;
	struct err err = ERR_INIT;

	c->http = NULL;
	loop_timer_stop(c->timer);
	if (c->l->is_closing && c->stop == STOP_NONE)
		c->stop = STOP_CANCELLED;
	if (c->stop == STOP_ENDED)
		finish_whole(c);
	else if (c->stop != STOP_NONE)
		finish_stopped(c);
	else if (r->outcome == HTTP_ANSWERED && r->status == 200 &&
		 c->only_loads)
		finish_loaded(c);
	else if ((r->outcome == HTTP_ANSWERED && r->status == 200) ||
		 c->first_mono_us != 0 || c->is_finished)
		finish_ended(c, r);
	else if (try_again(c, r))
		return;
	else if (r->outcome != HTTP_ANSWERED)
		fail(c, llm__not_there(&c->l->settings, r, &err), &err);
	else
		fail(c,
		    llm__refused(
			&c->l->settings, r, c->refusal.s, c->refusal.len, &err),
		    &err);
}

static int
send_try(struct llm_call *c, struct err *err)
{
	struct llm *l = c->l;
	struct http_request r;
	struct str url = STR_INIT;
	int rc;

	llm_frames_clear(&c->frames);
	llm_frames_init(&c->frames, l->settings.kind, MAX_RECORD);
	str_clear(&c->refusal);
	if (c->only_loads && l->settings.kind == LLM_OPENAI) {
		llm__url(&l->settings, LLM_PATH_MODELS, &url);
		llm__request(l, "GET", url.s, &r);
	} else {
		llm__url(&l->settings, LLM_PATH_CHAT, &url);
		llm__request(l, "POST", url.s, &r);
		r.body = c->body.s;
		r.body_len = c->body.len;
	}
	/* Ours come first. */
	r.first_byte_ms = c->first_ms + r.connect_ms + MARGIN_MS;
	r.idle_ms = r.first_byte_ms + l->settings.whole_ms;
	r.total_ms = -1;
	r.on_data = on_data;
	r.done = on_http_done;
	r.data = c;
	rc = http_client_send(l->http, &r, &c->http, err);
	str_free(&url);
	if (rc == 0) {
		c->answer.tries++;
		loop_timer_start(c->timer,
		    (uint64_t)c->first_ms + (uint64_t)r.connect_ms, 0);
	}
	return rc;
}

static void
send_again(struct llm_call *c)
{
	struct err err = ERR_INIT;
	int rc = send_try(c, &err);

	if (rc != 0)
		fail(c, rc, &err);
}

static void
on_timer(void *data)
{
	struct llm_call *c = data;

	if (c->http != NULL)
		on_patience_ends(c);
	else if (c->stop != STOP_NONE)
		finish_stopped(c);
	else
		send_again(c);
}

/* ---- asking ---- */

static int
begin(
    struct llm *l, struct llm_call *c, struct llm_call **call, struct err *err)
{
	int rc;

	c->l = l;
	c->timer = loop_timer_new(l->loop, on_timer, c);
	c->first_ms =
	    llm_is_warm(l) ? l->settings.warm_ms : l->settings.cold_ms;
	c->answer.asked_us = clock_wall_us();
	c->answer.tokens_in = c->answer.tokens_out = -1;
	llm_text_init(&c->words);
	str_init(&c->text);
	str_init(&c->refusal);
	llm_frames_init(&c->frames, l->settings.kind, MAX_RECORD);
	c->next = l->calls;
	l->calls = c;
	llm__enter(l);
	if (call != NULL)
		*call = NULL;
	if (l->settings.model[0] == '\0' &&
	    !(c->only_loads && l->settings.kind == LLM_OPENAI))
		rc = err_set(err, OD_EUNAVAIL,
		    "No model is chosen; \"opdesk hint models\" lists those "
		    "that there are, and [llm] model names one");
	else
		rc = send_try(c, err);
	if (rc != 0) {
		unlink_call(c);
		free_call(c);
	} else if (call != NULL)
		*call = c;
	return rc;
}

int
llm_ask(struct llm *l, const struct llm_question *q, struct llm_call **call,
    struct err *err)
{
	struct llm_call *c = xcalloc(1, sizeof(*c));

	str_init(&c->body);
	llm__body(
	    &l->settings, q->messages, q->count, l->new_limit_name, &c->body);
	c->on_text = q->on_text;
	c->done = q->done;
	c->data = q->data;
	return begin(l, c, call, err);
}

int
llm_warm_up(struct llm *l,
    void (*done)(const struct llm_answer *answer, void *data), void *data,
    struct err *err)
{
	struct llm_call *c = xcalloc(1, sizeof(*c));

	str_init(&c->body);
	llm__body(&l->settings, NULL, 0, false, &c->body);
	c->only_loads = true;
	c->done = done;
	c->data = data;
	return begin(l, c, NULL, err);
}

void
llm_cancel(struct llm_call *c)
{
	stop(c, STOP_CANCELLED);
}
