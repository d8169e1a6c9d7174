/* llm_stand - see llm_stand.h. */
#include "tests/lib/llm_stand.h"
#include "common/json.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_QUESTION 4000000

struct talk { /* one connection */
	struct llm_stand *s;
	int fd;
	struct str in;
	bool is_sse, is_closed;
};

static const char *const fault_names[LLM_FAULTS] = {
    [LLM_FINE] = "fine",
    [LLM_THINKS] = "thinks",
    [LLM_THINKS_IN_TAGS] = "thinks_in_tags",
    [LLM_BYTES] = "bytes",
    [LLM_SHORTENED] = "shortened",
    [LLM_NO_MARK] = "no_mark",
    [LLM_LINGERS] = "lingers",
    [LLM_NO_MODEL] = "no_model",
    [LLM_BAD_KEY] = "bad_key",
    [LLM_LIMITED] = "limited",
    [LLM_QUOTA] = "quota",
    [LLM_LIMITED_ONCE] = "limited_once",
    [LLM_BUSY] = "busy",
    [LLM_BUSY_ONCE] = "busy_once",
    [LLM_DROPS] = "drops",
    [LLM_DROPS_ONCE] = "drops_once",
    [LLM_HTML] = "html",
    [LLM_BROKEN_JSON] = "broken_json",
    [LLM_BROKEN_UTF8] = "broken_utf8",
    [LLM_HALF_ESCAPE] = "half_escape",
    [LLM_CUT] = "cut",
    [LLM_ENDS_EARLY] = "ends_early",
    [LLM_ERROR] = "error",
    [LLM_ENDLESS] = "endless",
    [LLM_LONG_LINE] = "long_line",
    [LLM_SILENT] = "silent",
    [LLM_HEAD_ONLY] = "head_only",
    [LLM_KEEP_ALIVES] = "keep_alives",
    [LLM_ONE_WORD] = "one_word",
    [LLM_ONE_WORD_ALIVE] = "one_word_alive",
    [LLM_ESCAPES] = "escapes",
    [LLM_SAYS_NOTHING] = "says_nothing",
    [LLM_NEW_LIMIT] = "new_limit",
    [LLM_NO_LIST] = "no_list",
    [LLM_COLD] = "cold",
};

static const char *const words[] = {
    "Entiendo", ". ", "¿Qu", "é precio", " le parecería", " justo?"};
#define WORDS (sizeof(words) / sizeof(words[0]))

static void
must(bool is_so, const char *what)
{
	if (is_so)
		return;
	perror(what);
	abort();
}

/* ---- bytes ---- */

/* False: the test ends, or ms are over; -1 waits for ever. */
static bool
wait_readable(struct talk *t, int ms)
{
	struct pollfd p[2] = {{t->fd, POLLIN, 0}, {t->s->stop[0], POLLIN, 0}};
	int n;

	while ((n = poll(p, 2, ms)) < 0)
		must(errno == EINTR, "poll");
	t->is_closed |= p[1].revents != 0;
	return n > 0 && p[1].revents == 0;
}

static bool
read_more(struct talk *t)
{
	char piece[4096];
	ssize_t n;

	if (!wait_readable(t, -1))
		return false;
	n = recv(t->fd, piece, sizeof(piece), 0);
	if (n <= 0) {
		t->is_closed = true;
		return false;
	}
	str_addn(&t->in, piece, (size_t)n);
	return t->in.len < MAX_QUESTION;
}

static void
put(struct talk *t, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0 && !t->is_closed) {
		struct pollfd out[2] = {
		    {t->fd, POLLOUT, 0}, {t->s->stop[0], POLLIN, 0}};
		ssize_t k;

		(void)poll(out, 2, -1);
		if (out[1].revents != 0) {
			t->is_closed = true;
			return;
		}
		k = send(t->fd, s, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (k < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (k < 0) {
			t->is_closed = true;
			return;
		}
		s += k;
		n -= (size_t)k;
	}
}

static void
put_text(struct talk *t, const char *s)
{
	put(t, s, strlen(s));
}

/* Until the other side closes, or the test ends. */
static void
say_nothing(struct talk *t)
{
	while (!t->is_closed && read_more(t))
		;
	t->is_closed = true;
}

static void
put_chunk(struct talk *t, const char *s, size_t n)
{
	char size[24];

	(void)snprintf(size, sizeof(size), "%zx\r\n", n);
	put_text(t, size);
	put(t, s, n);
	put_text(t, "\r\n");
}

/* ---- the stream ---- */

static void
frame(struct talk *t, const char *json, struct str *out)
{
	if (t->is_sse)
		str_addf(out, "data: %s\n\n", json);
	else
		str_addf(out, "%s\n", json);
}

static void
one_word(struct talk *t, const char *text, const char *thought, struct str *out)
{
	struct str json = STR_INIT;
	struct json_out w;

	json_out_init(&w, &json);
	json_out_object(&w, NULL);
	json_out_string(&w, "model", "llama3:latest");
	if (t->is_sse) {
		json_out_array(&w, "choices");
		json_out_object(&w, NULL);
		json_out_int(&w, "index", 0);
		json_out_object(&w, "delta");
	} else {
		json_out_string(
		    &w, "created_at", "2026-10-26T17:21:21.196249Z");
		json_out_object(&w, "message");
		json_out_string(&w, "role", "assistant");
	}
	json_out_string(&w, "content", text);
	if (thought != NULL)
		json_out_string(
		    &w, t->is_sse ? "reasoning_content" : "thinking", thought);
	json_out_end(&w, '}');
	if (t->is_sse) {
		json_out_null(&w, "finish_reason");
		json_out_end(&w, '}');
		json_out_end(&w, ']');
	} else {
		json_out_bool(&w, "done", false);
	}
	json_out_end(&w, '}');
	frame(t, json.s, out);
	str_free(&json);
}

static void
last_words(struct talk *t, enum llm_fault fault, struct str *out)
{
	const char *why = fault == LLM_SHORTENED ? "length" : "stop";
	struct str json = STR_INIT;

	if (!t->is_sse) {
		str_addf(&json,
		    "{\"model\":\"llama3:latest\",\"message\":{\"role\":"
		    "\"assistant\",\"content\":\"\"},\"done\":true,"
		    "\"done_reason\":\"%s\",\"total_duration\":9,"
		    "\"prompt_eval_count\":21,\"eval_count\":8}",
		    why);
		frame(t, json.s, out);
		if (fault == LLM_NO_MARK)
			str_trunc(out, out->len - 1);
	} else {
		str_addf(&json,
		    "{\"choices\":[{\"index\":0,\"delta\":{},"
		    "\"finish_reason\":\"%s\"}]}",
		    why);
		frame(t, json.s, out);
		frame(t,
		    "{\"choices\":[],\"usage\":{\"prompt_tokens\":21,"
		    "\"completion_tokens\":8,\"total_tokens\":29}}",
		    out);
		if (fault != LLM_NO_MARK)
			frame(t, "[DONE]", out);
	}
	str_free(&json);
}

/* What stands in the middle of the words. */
static void
middle(struct talk *t, enum llm_fault fault, struct str *out)
{
	char *at;

	if (fault == LLM_BROKEN_JSON) {
		frame(t, "{\"message\":{\"content\":", out);
	} else if (fault == LLM_ERROR) {
		frame(t,
		    t->is_sse ? "{\"error\":{\"message\":\"out of "
				"memory\\u001b[2J\"}}"
			      : "{\"error\":\"out of memory\\u001b[2J\"}",
		    out);
	} else if (fault == LLM_BROKEN_UTF8) {
		one_word(t, "#", NULL, out);
		at = memchr(out->s, '#', out->len);
		*at = (char)0xC3;
	} else if (fault == LLM_HALF_ESCAPE) {
		frame(t,
		    t->is_sse ? "{\"choices\":[{\"delta\":{\"content\":"
				"\"\\ud83d\"}}]}"
			      : "{\"message\":{\"content\":\"\\ud83d\"},"
				"\"done\":false}",
		    out);
	} else if (fault == LLM_ESCAPES) {
		one_word(t, "\x1b]0;owned\x07\x1b[31m", NULL, out);
	} else if (t->is_sse) {
		str_add(out, ": keep-alive\n\n");
	}
}

static void
open_stream(struct talk *t)
{
	put_text(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
		    "Content-Type: ");
	put_text(t, t->is_sse ? "text/event-stream\r\n\r\n"
			      : "application/x-ndjson\r\n\r\n");
}

static void
all_words(struct talk *t, enum llm_fault fault, struct str *out)
{
	if (t->is_sse)
		frame(t,
		    "{\"choices\":[{\"index\":0,\"delta\":{\"role\":"
		    "\"assistant\",\"content\":null},"
		    "\"finish_reason\":null}]}",
		    out);
	if (fault == LLM_THINKS)
		one_word(t, "", "He says it is dear.", out);
	if (fault == LLM_THINKS_IN_TAGS) {
		one_word(t, "<thi", NULL, out);
		one_word(t, "nk>It is dear.</th", NULL, out);
		one_word(t, "ink>\n\n", NULL, out);
	}
	for (size_t i = 0; i < WORDS && fault != LLM_SAYS_NOTHING; i++) {
		if (i == 2) {
			struct str record = STR_INIT;

			middle(t, fault, &record);
			str_addn(out, record.s, record.len);
			str_free(&record);
		}
		if (i == 2 && (fault == LLM_ENDS_EARLY || fault == LLM_ERROR))
			return;
		if (i == 1 &&
		    (fault == LLM_ONE_WORD || fault == LLM_ONE_WORD_ALIVE))
			return;
		one_word(t, words[i], NULL, out);
	}
	last_words(t, fault, out);
}

static void
keep_alive(struct talk *t)
{
	while (!t->is_closed) {
		put_chunk(t, t->is_sse ? ": keep-alive\n\n" : "\n",
		    t->is_sse ? 14 : 1);
		/* As fast as that they would end no wait by themselves. */
		if (wait_readable(t, 5) && !read_more(t))
			return;
	}
}

static void
for_ever(struct talk *t, enum llm_fault fault)
{
	struct str piece = STR_INIT;

	one_word(t, "y así y ", NULL, &piece);
	if (fault == LLM_LONG_LINE)
		str_trunc(&piece, piece.len / 2);
	while (!t->is_closed)
		put_chunk(t,
		    fault == LLM_LONG_LINE ? "xxxxxxxxxxxxxxxx" : piece.s,
		    fault == LLM_LONG_LINE ? 16 : piece.len);
	str_free(&piece);
}

static void
stream(struct talk *t, enum llm_fault fault)
{
	struct str all = STR_INIT;

	open_stream(t);
	if (fault == LLM_HEAD_ONLY)
		say_nothing(t);
	else if (fault == LLM_KEEP_ALIVES)
		keep_alive(t);
	else if (fault == LLM_ENDLESS || fault == LLM_LONG_LINE)
		for_ever(t, fault);
	else
		all_words(t, fault, &all);
	if (fault == LLM_CUT) {
		put_chunk(t, all.s, all.len / 2);
		t->is_closed = true;
	}
	for (size_t i = 0; fault == LLM_BYTES && i < all.len; i++)
		put_chunk(t, all.s + i, 1);
	if (fault != LLM_BYTES && fault != LLM_CUT && all.len > 0)
		put_chunk(t, all.s, all.len);
	if (fault == LLM_ONE_WORD || fault == LLM_LINGERS)
		say_nothing(t);
	if (fault == LLM_ONE_WORD_ALIVE)
		keep_alive(t);
	put_text(t, "0\r\n\r\n");
	str_free(&all);
}

/* ---- answers of one piece ---- */

static void
answer(struct talk *t, const char *status, const char *header, const char *body)
{
	struct str out = STR_INIT;

	str_addf(&out,
	    "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s"
	    "Content-Length: %zu\r\n\r\n%s",
	    status, header, strlen(body), body);
	put(t, out.s, out.len);
	str_free(&out);
}

static void
refuse(struct talk *t, const char *status, const char *header, const char *why)
{
	struct str body = STR_INIT;

	if (t->is_sse)
		str_addf(&body, "{\"error\":{\"message\":\"%s\"}}", why);
	else
		str_addf(&body, "{\"error\":\"%s\"}", why);
	answer(t, status, header, body.s);
	str_free(&body);
}

/* What a question is answered; the fault is over when it is one for once. */
static void
answer_question(struct talk *t, enum llm_fault fault, const char *body)
{
	switch (fault) {
	case LLM_NO_MODEL:
		refuse(t, "404 Not Found", "", "model 'llama3' not found");
		return;
	case LLM_BAD_KEY:
		refuse(t, "401 Unauthorized", "", "Invalid API Key");
		return;
	case LLM_LIMITED:
		refuse(t, "429 Too Many Requests", "Retry-After: 7\r\n",
		    "slow down");
		return;
	case LLM_LIMITED_ONCE:
		llm_stand_set(t->s, LLM_FINE);
		refuse(t, "429 Too Many Requests", "", "slow down");
		return;
	case LLM_QUOTA:
		refuse(t, "429 Too Many Requests", "", "insufficient_quota");
		return;
	case LLM_BUSY_ONCE:
		llm_stand_set(t->s, LLM_FINE);
		/* fall through */
	case LLM_BUSY:
		refuse(t, "503 Service Unavailable", "", "Loading model");
		return;
	case LLM_DROPS_ONCE:
		llm_stand_set(t->s, LLM_FINE);
		/* fall through */
	case LLM_DROPS:
		t->is_closed = true;
		return;
	case LLM_HTML:
		answer(t, "200 OK", "", "<html>\n<h1>It works</h1>\n</html>\n");
		return;
	case LLM_SILENT:
		say_nothing(t);
		return;
	case LLM_NEW_LIMIT:
		if (strstr(body, "\"max_tokens\"") != NULL) {
			refuse(t, "400 Bad Request", "",
			    "Use 'max_completion_tokens' instead");
			return;
		}
		break;
	default:
		break;
	}
	if (strstr(body, "\"messages\":[]") != NULL)
		answer(t, "200 OK", "",
		    "{\"model\":\"llama3\",\"message\":{\"content\":\"\"},"
		    "\"done\":true,\"done_reason\":\"load\"}");
	else
		stream(t, fault);
}

static void
answer_list(struct talk *t, enum llm_fault fault, const char *path)
{
	if (fault == LLM_SILENT)
		say_nothing(t);
	else if (fault == LLM_HTML)
		answer(t, "200 OK", "", "<html></html>");
	else if (fault == LLM_BAD_KEY)
		refuse(t, "401 Unauthorized", "", "Invalid API Key");
	else if (fault == LLM_NO_LIST)
		refuse(t, "404 Not Found", "", "no such path");
	else if (strstr(path, "/api/ps") != NULL)
		answer(t, "200 OK", "",
		    fault == LLM_COLD
			? "{\"models\":[]}"
			: "{\"models\":[{\"name\":\"llama3:latest\"}]}");
	else if (strstr(path, "/api/tags") != NULL)
		answer(t, "200 OK", "",
		    "{\"models\":[{\"name\":\"mistral:7b\",\"size\":"
		    "4113301824},{\"name\":\"llama3:latest\",\"size\":"
		    "4661224676}]}");
	else
		answer(t, "200 OK", "",
		    "{\"object\":\"list\",\"data\":[{\"id\":\"llama3\","
		    "\"object\":\"model\"},{\"id\":\"mistral\"}]}");
}

/* ---- a connection ---- */

/* The length of a whole question at the front, 0: not yet there. */
static size_t
question(const struct str *in, size_t *head)
{
	const char *end = strstr(in->s, "\r\n\r\n"), *length;
	size_t n = 0;

	if (end == NULL)
		return 0;
	*head = (size_t)(end - in->s) + 4;
	length = strcasestr(in->s, "\r\ncontent-length:");
	if (length != NULL && length < end)
		n = strtoul(length + 17, NULL, 10);
	return in->len >= *head + n ? *head + n : 0;
}

static void
serve(struct talk *t, size_t head, size_t n)
{
	char *asked = xstrndup(t->in.s, head);
	char *body = xstrndup(t->in.s + head, n - head);
	enum llm_fault fault;
	bool is_post = strncmp(asked, "POST ", 5) == 0;

	str_remove(&t->in, 0, n);
	t->is_sse = strstr(asked, "/v1/") != NULL;
	pthread_mutex_lock(&t->s->lock);
	fault = t->s->fault;
	if (is_post) {
		free(t->s->body);
		free(t->s->head);
		t->s->body = xstrdup(body);
		t->s->head = xstrdup(asked);
		t->s->questions++;
	}
	pthread_mutex_unlock(&t->s->lock);
	if (is_post)
		answer_question(t, fault, body);
	else
		answer_list(t, fault, asked);
	free(asked);
	free(body);
}

struct begun {
	struct llm_stand *s;
	int fd;
};

static void *
run_talk(void *data)
{
	struct begun *b = data;
	struct talk t = {.s = b->s, .fd = b->fd};
	size_t head = 0, n;

	free(b);
	str_init(&t.in);
	while (!t.is_closed) {
		while ((n = question(&t.in, &head)) == 0 && read_more(&t))
			;
		if (n == 0)
			break;
		serve(&t, head, n);
	}
	close(t.fd);
	str_free(&t.in);
	return NULL;
}

static void *
run(void *data)
{
	struct llm_stand *s = data;

	for (;;) {
		struct pollfd p[2] = {
		    {s->listening, POLLIN, 0}, {s->stop[0], POLLIN, 0}};
		struct begun *b;
		int fd, one = 1;

		while (poll(p, 2, -1) < 0)
			must(errno == EINTR, "poll");
		if (p[1].revents != 0)
			return NULL;
		if ((fd = accept(s->listening, NULL, NULL)) < 0)
			continue;
		/* As servers do: each piece leaves when it is written. */
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		must(s->talk_count < 256, "too many connections");
		b = xmalloc(sizeof(*b));
		b->s = s;
		b->fd = fd;
		must(pthread_create(
			 &s->talks[s->talk_count++], NULL, run_talk, b) == 0,
		    "pthread_create");
	}
}

/* ---- for tests ---- */

void
llm_stand_open(struct llm_stand *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	struct sockaddr_un u = {.sun_family = AF_UNIX};
	socklen_t n = sizeof(a);

	signal(SIGPIPE, SIG_IGN);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listening = socket(s->socket != NULL ? AF_UNIX : AF_INET,
	    SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(s->listening >= 0 && pipe(s->stop) == 0, "socket");
	if (s->socket != NULL) {
		str_copy(u.sun_path, sizeof(u.sun_path), s->socket);
		must(bind(s->listening, (struct sockaddr *)&u, sizeof(u)) == 0,
		    "bind");
	} else {
		must(bind(s->listening, (struct sockaddr *)&a, n) == 0 &&
			 getsockname(s->listening, (struct sockaddr *)&a, &n) ==
			     0,
		    "bind");
		s->port = ntohs(a.sin_port);
	}
	must(listen(s->listening, 64) == 0, "listen");
	pthread_mutex_init(&s->lock, NULL);
	must(pthread_create(&s->thread, NULL, run, s) == 0, "pthread_create");
}

void
llm_stand_close(struct llm_stand *s)
{
	must(write(s->stop[1], "", 1) == 1, "write");
	pthread_join(s->thread, NULL);
	for (size_t i = 0; i < s->talk_count; i++)
		pthread_join(s->talks[i], NULL);
	close(s->listening);
	close(s->stop[0]);
	close(s->stop[1]);
	pthread_mutex_destroy(&s->lock);
	free(s->body);
	free(s->head);
	memset(s, 0, sizeof(*s));
}

void
llm_stand_set(struct llm_stand *s, enum llm_fault fault)
{
	pthread_mutex_lock(&s->lock);
	s->fault = fault;
	pthread_mutex_unlock(&s->lock);
}

size_t
llm_stand_questions(struct llm_stand *s)
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = s->questions;
	pthread_mutex_unlock(&s->lock);
	return n;
}

bool
llm_stand_heard(struct llm_stand *s, const char *text)
{
	bool heard;

	pthread_mutex_lock(&s->lock);
	heard = s->body != NULL && (strstr(s->body, text) != NULL ||
				       strstr(s->head, text) != NULL);
	pthread_mutex_unlock(&s->lock);
	return heard;
}

enum llm_fault
llm_stand_fault(const char *name)
{
	int i = 0;

	while (i < LLM_FAULTS && strcmp(fault_names[i], name) != 0)
		i++;
	return (enum llm_fault)i;
}
