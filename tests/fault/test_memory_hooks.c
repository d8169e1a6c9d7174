/*
 * Memory runs out at every place of the daemon's routes: webhooks on their way
 * to the disk, handshakes, health, figures, tokens.  No 200 is heard for an
 * event that is neither on the desk nor in the spool; what was not taken is
 * taken when it is sent again, and is there once; the next daemon finds what
 * the one that ended had acknowledged.
 *
 * Turned red by: a 200 for what the desk did not take, without a look at the
 * spool.
 *
 * SQLite only: each round begins with a copy of its file.
 */
#include "common/loop.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "tests/lib/api_fixture.h"
#include "tests/lib/memory.h"
#include "tests/lib/memory_desk.h"
#include "tests/lib/put_back.h"
#include "tests/lib/visitor.h"
#include "tests/shim/alloc.h"
#include <stdio.h>
#include <sys/mman.h>

#define OUGHT ((size_t)64 * 1024)
#define LAST  "Host: a\r\nConnection: close\r\n"
#define MESSAGES                                                               \
	"SELECT COUNT(*) FROM messages WHERE provider_id LIKE 'wamid.fault%'"
#define EVENTS "SELECT COUNT(*) FROM raw_events"

enum kind {
	ASK,     /* the same answer each time */
	FIGURES, /* its numbers differ: only the head counts */
	POST,    /* a customer's message, signed */
	POST_TWICE,
};

struct visit {
	const char *name, *bytes; /* bytes: not of posts */
	enum kind kind;
	bool is_token; /* the seed's token goes last */
};

/* clang-format off */
static const struct visit visits[] = {
	{"webhook", NULL, POST, false},
	{"webhook twice", NULL, POST_TWICE, false},
	{"handshake", "GET /whatsapp?hub.mode=subscribe&hub.challenge=11"
	    "&hub.verify_token=palabra HTTP/1.1\r\n" LAST "\r\n", ASK, false},
	{"unsigned", "POST /whatsapp HTTP/1.1\r\n" LAST
	    "Content-Length: 2\r\n\r\n{}", ASK, false},
	{"health", "GET /health HTTP/1.1\r\n" LAST "\r\n", FIGURES, false},
	{"figures", "GET /metrics HTTP/1.1\r\n" LAST "X-Forwarded-For: 192.0.2.1"
	    "\r\n", FIGURES, true},
	{"wrong token", "GET /metrics HTTP/1.1\r\n" LAST "X-Forwarded-For: "
	    "192.0.2.1\r\nAuthorization: Bearer opd_nobody\r\n\r\n", ASK, false},
};
/* clang-format on */
#define VISITS (sizeof(visits) / sizeof(visits[0]))

static char (*oughts)[OUGHT]; /* what each one's first visitor heard; shared */
static int64_t events_before;

/* A customer's message: the same each time. */
static void
make_post(struct str *body, char signature[REHEARSAL_SIGNATURE_SIZE])
{
	struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = "100",
	    .from = TALK_NUMBER,
	    .name = "Ana",
	    .id = "wamid.fault",
	    .at_us = TALK_T0,
	    .text = "No imprime"};
	char id[REHEARSAL_ID_SIZE];

	rehearsal_message(&m, body, id);
	rehearsal_sign(signature, PARTS_SECRET, body->s, body->len);
}

static void
add_post(struct str *out, const char *headers)
{
	char signature[REHEARSAL_SIGNATURE_SIZE];
	struct str body = STR_INIT;

	make_post(&body, signature);
	str_addf(out,
	    "POST /whatsapp HTTP/1.1\r\n%s%s\r\nContent-Length: %zu\r\n\r\n",
	    headers, signature, body.len);
	str_addn(out, body.s, body.len);
	str_free(&body);
}

static void
add_request(const struct visit *v, struct str *out)
{
	if (v->kind == POST_TWICE)
		add_post(out, "Host: a\r\n");
	if (v->kind == POST || v->kind == POST_TWICE)
		add_post(out, LAST);
	else
		str_add(out, v->bytes);
	if (v->is_token)
		str_addf(out, "Authorization: Bearer %s\r\n\r\n",
		    memory_seed.token_text);
}

/* ---- a daemon ---- */

struct round {
	const struct visit *v;
	struct parts *p;
	struct loop_timer *tick;
};

static void
on_tick(void *data)
{
	(void)data;
}

/* As the daemon does from time to time: the store works again. */
static void
tend(struct parts *p)
{
	int64_t round_us = store_last_round_us(p->d.store);

	store_tend(p->d.store);
	while (store_last_round_us(p->d.store) == round_us)
		uv_run(&p->loop, UV_RUN_ONCE);
}

/*
 * Its threads run and have their desks: the sanitizer's own part of a thread's
 * beginning knows no want of memory.
 */
static void
warm_up(struct parts *p)
{
	assert_int_equal(api_get(p, "/health", NULL, NULL), 200);
	tend(p);
}

static struct parts *
begin_daemon(void)
{
	struct parts *p;

	loop_global_init();
	memory_seed.f.d = desk_fixture_open(&memory_seed.f);
	talk_system(&memory_seed.f);
	p = parts_begin(&memory_seed.f);
	p->d.channels->set.channels[0].verify_tokens[0] = xstrdup("palabra");
	api_begin(p);
	warm_up(p);
	return p;
}

static void
end_daemon(struct parts *p)
{
	api_end(p);
	parts_end(p);
	desk_close(&memory_seed.f.d);
}

static void *
visit_begin(const void *data)
{
	struct round *r = xcalloc(1, sizeof(*r));
	struct str bytes = STR_INIT;
	char spool[sizeof(memory_seed.f.uri) + 8];

	r->v = data;
	memory_desk_put_back();
	snprintf(spool, sizeof(spool), "%s.spool", memory_seed.f.uri);
	remove_tree(spool);
	add_request(r->v, &bytes);
	visitor_start(bytes.s, bytes.len);
	str_free(&bytes);
	r->p = begin_daemon();
	r->tick = loop_timer_new(&r->p->loop, on_tick, NULL);
	loop_timer_start(r->tick, 1, 1);
	visitor_go(http_server_port(r->p->d.server));
	return r;
}

static bool
was_taken(void)
{
	return strstr(visitor_heard(), "HTTP/1.1 200") != NULL;
}

static bool
is_post(const struct visit *v)
{
	return v->kind == POST || v->kind == POST_TWICE;
}

/* What was acknowledged is read as well, until that or memory for it fails. */
static bool
is_over(const struct round *r)
{
	if (!visitor_is_done())
		return false;
	return !is_post(r->v) || !was_taken() || alloc_has_failed() ||
	       metric_value(r->p->d.figures[FIGURE_MESSAGES], 0) > 0;
}

static int
visit_run(void *context, struct err *err)
{
	const struct round *r = context;
	char *ought = oughts[r->v - visits];

	while (!is_over(r))
		uv_run(&r->p->loop, UV_RUN_ONCE);
	if (r->v->kind == FIGURES)
		visitor_forget("\r\nContent-Length: ");
	if (ought[0] == '\0' && !alloc_has_failed()) {
		assert_true(strlen(visitor_heard()) < OUGHT);
		strcpy(ought, visitor_heard());
	}
	return visitor_judge(ought, err);
}

/* It is on the desk, or will be by itself; once. */
static void
check_taken(struct parts *p)
{
	tend(p);
	spool_wake(p->d.spool);
	parts_wait_int(p, EVENTS, events_before + 1);
	ingest_wake(p->d.ingest);
	parts_wait_int(p, MESSAGES, 1);
}

/* By the client of this process, on the same loop. */
static void
send_again(struct parts *p)
{
	char signature[REHEARSAL_SIGNATURE_SIZE];
	const char *const headers[] = {signature, NULL};
	struct http_request r = {.method = "POST", .headers = headers};
	struct str body = STR_INIT;

	make_post(&body, signature);
	r.body = body.s;
	r.body_len = body.len;
	assert_int_equal(api_send(p, "/whatsapp", &r), 200);
	str_free(&body);
	check_taken(p);
	assert_int_equal(api_get(p, "/health", NULL, NULL), 200);
}

static void
visit_after(void *context, int rc)
{
	struct round *r = context;

	(void)rc;
	loop_timer_free(&r->tick);
	if (is_post(r->v) && was_taken())
		check_taken(r->p);
	send_again(r->p);
	end_daemon(r->p);
	free(r);
}

static void
visit_ended(const void *data)
{
	struct parts *p = begin_daemon();

	if (is_post(data) && was_taken())
		check_taken(p);
	send_again(p);
	end_daemon(p);
}

static void
routes__no_memory__say_nothing_false(void **state)
{
	struct memory_case cases[VISITS];

	(void)state;
	for (size_t i = 0; i < VISITS; i++)
		cases[i] = (struct memory_case){.name = visits[i].name,
		    .begin = visit_begin,
		    .run = visit_run,
		    .after = visit_after,
		    .ended = visit_ended,
		    .data = &visits[i]};
	memory_rounds(cases, VISITS);
}

static int
setup(void **state)
{
	memory_desk_setup(state);
	memory_seed.f.d = desk_fixture_open(&memory_seed.f);
	events_before = talk_int(&memory_seed.f, EVENTS);
	desk_close(&memory_seed.f.d);
	visitor_init();
	oughts = mmap(NULL, VISITS * OUGHT, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return oughts == MAP_FAILED ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(routes__no_memory__say_nothing_false),
	};

	return cmocka_run_group_tests(tests, setup, memory_desk_teardown);
}
