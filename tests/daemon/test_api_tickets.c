/*
 * /api/tickets as another system uses it, against the real daemon: what it
 * does and leaves, lists that are followed to their end, writers with
 * If-Match that lose nothing, requests with an Idempotency-Key that are done
 * once however often they are sent and whenever the daemon is killed, the
 * older routes, and approvals by a person.
 *
 * API_KILLS says how often it is killed, API_SEED when; each has a fixed
 * value.
 *
 * Turned red by: a key that is kept in a transaction of its own, or is not
 * looked for; a version that is not compared; an updated_since that leaves
 * out what was deleted; an event that is written at a replay.
 */
#include "common/clock.h"
#include "tests/lib/rest_tickets.h"
#include "tests/lib/stage_desk.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;
static struct rest api;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	rest_open(&api, &stage, "*");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rest_close(&api);
	stage_close(&stage);
	return 0;
}

/* ---- what the verbs do ---- */

static int64_t
events(const char *name)
{
	char sql[160];

	str_format(sql, sizeof(sql),
	    "SELECT COUNT(*) FROM events WHERE name = '%s'", name);
	return stage_int(&stage, sql);
}

/* But those that the daemon finds by itself when it starts. */
#define TICKET_EVENTS                                                          \
	"SELECT COUNT(*) FROM events WHERE name LIKE 'ticket.%'"               \
	" AND name NOT IN ('ticket.promise_due', 'ticket.replied')"

static void
tickets__through_their_life__each_step_is_one_event(void **state)
{
	static const char *const names[] = {"ticket.created", "ticket.updated",
	    "ticket.assigned", "ticket.status_changed", "ticket.commented",
	    "ticket.deleted", "ticket.restored"};
	int64_t before[7], n, all = stage_int(&stage, TICKET_EVENTS);

	(void)state;
	for (size_t i = 0; i < 7; i++)
		before[i] = events(names[i]);
	rest_must(&api, 201, "POST", "/api/tickets", "",
	    "{\"subject\":\"No imprime\",\"urgency\":5,\"impact\":5,"
	    "\"external_id\":\"gl-1\",\"contact_id\":1}");
	n = rest_int(&api, "number");
	assert_int_equal(rest_int(&api, "priority"), 5);
	assert_string_equal(rest_text(&api, "source"), "api");
	assert_non_null(
	    strstr(api.head.s, rest_at("Location: /api/tickets", n, "\r\n")));
	assert_string_equal(api.etag, "\"1\"");
	rest_must(&api, 200, "PATCH", rest_ticket(n), "",
	    "{\"subject\":\"No imprime nada\",\"operator_id\":1,"
	    "\"state\":\"open\"}");
	assert_string_equal(rest_text(&api, "state"), "open");
	assert_int_equal(rest_int(&api, "operator_id"), 1);
	rest_must(
	    &api, 200, "PATCH", rest_ticket(n), "", "{\"operator_id\":null}");
	assert_int_equal(rest_int(&api, "operator_id"), -1);
	rest_must(&api, 201, "POST", rest_comments(n), "",
	    "{\"body\":\"Ya va\",\"kind\":\"reply\"}");
	assert_string_equal(rest_text(&api, "kind"), "reply");
	rest_must(&api, 201, "POST", rest_comments(n), "",
	    "{\"body\":\"Entre nos\"}");
	assert_string_equal(rest_text(&api, "kind"), "note");
	rest_must(&api, 200, "GET", rest_comments(n), "", NULL);
	assert_true(json_size(json_get(api.doc, "comments")) >= 2);
	rest_must(&api, 200, "DELETE", rest_ticket(n), "", NULL);
	assert_true(json_bool(api.doc, "is_deleted"));
	rest_must(&api, 409, "DELETE", rest_ticket(n), "", NULL);
	rest_must(
	    &api, 409, "POST", rest_comments(n), "", "{\"body\":\"Tarde\"}");
	rest_must(&api, 200, "POST", rest_at("/api/tickets", n, "/restore"), "",
	    NULL);
	assert_false(json_bool(api.doc, "is_deleted"));
	/* What another ticket has, and what cannot be. */
	rest_must(&api, 409, "POST", "/api/tickets", "",
	    "{\"subject\":\"Otra\",\"external_id\":\"gl-1\"}");
	rest_must(&api, 422, "PATCH", rest_ticket(n), "",
	    "{\"subject\":\"Nunca\",\"contact_id\":987654}");
	rest_must(&api, 409, "PATCH", rest_ticket(n), "",
	    "{\"subject\":\"Nunca\",\"state\":\"merged\"}");
	rest_must(&api, 200, "GET", rest_ticket(n), "", NULL);
	assert_string_equal(rest_text(&api, "subject"), "No imprime nada");
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(
		    events(names[i]) - before[i], i == 2 || i == 4 ? 2 : 1);
	assert_int_equal(stage_int(&stage, TICKET_EVENTS) - all, 9);
}

static void
tickets__token_that_may_only_make_them__learns_the_number(void **state)
{
	struct rest writer;

	(void)state;
	rest_open(&writer, &stage, "ticket.new");
	rest_must(&writer, 201, "POST", "/api/tickets", "",
	    "{\"subject\":\"Aviso\"}");
	assert_true(rest_int(&writer, "number") > 0);
	assert_null(json_get(writer.doc, "subject"));
	rest_must(&writer, 403, "GET", "/api/tickets", "", NULL);
	rest_must(&writer, 403, "POST", "/api/tickets", "",
	    "{\"subject\":\"Aviso\",\"state\":\"solved\"}");
	rest_close(&writer);
}

static void
tickets__scope_for_a_part_is_missing__nothing_of_it_is_done(void **state)
{
	int64_t n = rest_make(&api, "A medias"), denied;
	struct rest editor;

	(void)state;
	rest_open(&editor, &stage, "ticket.edit,ticket.read");
	denied =
	    stage_int(&stage, "SELECT COUNT(*) FROM audit WHERE operation ="
			      " 'ticket.state' AND result = 1");
	rest_must(&editor, 403, "PATCH", rest_ticket(n), "",
	    "{\"subject\":\"Entero\",\"state\":\"solved\"}");
	rest_must(&editor, 200, "GET", rest_ticket(n), "", NULL);
	assert_string_equal(rest_text(&editor, "subject"), "A medias");
	assert_int_equal(rest_int(&editor, "version"), 1);
	assert_int_equal(
	    stage_int(&stage, "SELECT COUNT(*) FROM audit WHERE operation ="
			      " 'ticket.state' AND result = 1"),
	    denied + 1);
	rest_close(&editor);
}

/* The tenant's own fields and labels. */
static void
tickets__fields_and_labels__are_checked_and_shown(void **state)
{
	const struct json *fields;
	int64_t n;

	(void)state;
	stage_exec(&stage,
	    "INSERT INTO ticket_fields(tenant_id, key, name, type, created_at,"
	    " updated_at) VALUES(1, 'plant', 'Planta', 1, 1, 1)");
	rest_must(&api, 201, "POST", "/api/tickets", "",
	    "{\"subject\":\"Con campos\",\"fields\":{\"plant\":3}}");
	n = rest_int(&api, "number");
	fields = json_get(api.doc, "fields");
	assert_string_equal(json_string(fields, "plant"), "3");
	rest_must(&api, 422, "PATCH", rest_ticket(n), "",
	    "{\"fields\":{\"plant\":\"arriba\"}}");
	rest_must(
	    &api, 422, "PATCH", rest_ticket(n), "", "{\"fields\":{\"no\":1}}");
	rest_must(&api, 422, "PATCH", rest_ticket(n), "",
	    "{\"fields\":{\"plant\":[1]}}");
	rest_must(&api, 200, "PATCH", rest_ticket(n), "",
	    "{\"fields\":{\"plant\":null},\"status\":\"en espera\","
	    "\"waiting_reason\":\"la pieza\"}");
	fields = json_get(api.doc, "fields");
	assert_string_equal(json_string(fields, "plant"), "");
	assert_string_equal(rest_text(&api, "state"), "waiting");
	rest_must(
	    &api, 422, "PATCH", rest_ticket(n), "", "{\"status\":\"nunca\"}");
	rest_must(&api, 422, "PATCH", rest_ticket(n), "",
	    "{\"status\":\"open\",\"state\":\"open\"}");
	rest_must(&api, 422, "PATCH", rest_ticket(n), "", "{\"priority\":5}");
	rest_must(&api, 200, "PATCH", rest_ticket(n), "",
	    "{\"priority\":5,\"priority_reason\":\"visita\"}");
	assert_int_equal(rest_int(&api, "priority"), 5);
}

/* ---- lists ---- */

/* Every ticket that a list shows, page by page; how often each came. */
static size_t
follow(const char *query, int seen[1000])
{
	char path[256], cursor[64] = "";
	size_t pages = 0;

	memset(seen, 0, 1000 * sizeof(seen[0]));
	do {
		const struct json *rows;

		str_format(path, sizeof(path), "%s%s%s", query,
		    cursor[0] != '\0' ? "&cursor=" : "", cursor);
		rest_must(&api, 200, "GET", path, "", NULL);
		rows = json_get(api.doc, "tickets");
		for (const struct json *t = json_first(rows); t != NULL;
		     t = json_next(t)) {
			int64_t n = 0;

			assert_true(json_int64(t, "number", &n));
			assert_true(n > 0 && n < 1000);
			seen[n]++;
		}
		str_copy(
		    cursor, sizeof(cursor), rest_text(&api, "next_cursor"));
		assert_true(++pages < 1000);
	} while (cursor[0] != '\0');
	return pages;
}

static void
tickets__lists__show_each_once(void **state)
{
	static const char *const lists[] = {"/api/tickets?limit=3",
	    "/mesa_ayuda?limit=3", "/api/tickets?limit=3&sort=created",
	    "/api/tickets?limit=3&sort=-priority",
	    "/api/tickets?limit=3&sort=due"};
	int64_t alive;
	int seen[1000];

	(void)state;
	for (int i = 0; i < 7; i++)
		rest_make(&api, "Uno de siete");
	alive = stage_int(
	    &stage, "SELECT COUNT(*) FROM tickets WHERE deleted_at IS NULL");
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		int64_t n = 0;

		assert_true(follow(lists[k], seen) > 2);
		for (int i = 0; i < 1000; i++) {
			assert_true(seen[i] <= 1);
			n += seen[i];
		}
		assert_int_equal(n, alive);
	}
}

static void
tickets__filter__is_that_of_the_console(void **state)
{
	int64_t n = rest_make(&api, "Filtrado por palabras");

	(void)state;
	rest_must(
	    &api, 200, "PATCH", rest_ticket(n), "", "{\"tags\":\"rarisima\"}");
	rest_must(&api, 200, "GET",
	    "/api/tickets?filter=etiqueta:rarisima%20estado:nuevo", "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "tickets")), 1);
	rest_must(&api, 200, "GET",
	    "/api/tickets?filter=etiqueta:rarisima%20-estado:nuevo", "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "tickets")), 0);
	rest_must(
	    &api, 400, "GET", "/api/tickets?filter=estado:jamas", "", NULL);
	rest_must(&api, 400, "GET", "/api/tickets?sort=name", "", NULL);
}

/* What a program does that keeps a copy: each round brings it up to date. */
static void
tickets__updated_since__brings_what_changed_and_what_went(void **state)
{
	char since[64], query[160];
	int seen[1000];
	int64_t kept, gone, still;

	(void)state;
	kept = rest_make(&api, "Cambia");
	gone = rest_make(&api, "Se va");
	still = rest_make(&api, "Se queda");
	stage_exec(&stage, "UPDATE tickets SET updated_at = updated_at -"
			   " CAST(3600000000 AS BIGINT)");
	rest_must(&api, 200, "GET", "/api/tickets?limit=1", "", NULL);
	str_copy(since, sizeof(since), rest_text(&api, "next_since"));
	rest_must(
	    &api, 200, "PATCH", rest_ticket(kept), "", "{\"tags\":\"x\"}");
	rest_must(&api, 200, "DELETE", rest_ticket(gone), "", NULL);
	str_format(query, sizeof(query),
	    "/api/tickets?limit=1&updated_since=%s", since);
	(void)follow(query, seen);
	assert_int_equal(seen[kept], 1);
	assert_int_equal(seen[gone], 1);
	assert_int_equal(seen[still], 0);
}

/* ---- writers at once ---- */

#define WRITERS 4
#define ROUNDS  15

static int64_t counted; /* the ticket whose description is a number */
static atomic_int refused;

static void *
count_up(void *arg)
{
	struct rest *r = arg;
	char path[64], header[96], body[96];

	str_copy(path, sizeof(path), rest_ticket(counted));
	for (int i = 0; i < ROUNDS;) {
		if (rest_call(r, "GET", path, "", NULL) != 200)
			return (void *)1;
		str_format(header, sizeof(header), "If-Match: %s\r\n", r->etag);
		str_format(body, sizeof(body), "{\"description\":\"%d\"}",
		    atoi(rest_text(r, "description")) + 1);
		switch (rest_call(r, "PATCH", path, header, body)) {
		case 200:
			i++;
			break;
		case 412:
			atomic_fetch_add(&refused, 1);
			break;
		case 503: /* others have the desk */
			break;
		default:
			return (void *)1;
		}
	}
	return NULL;
}

static void
if_match__writers_at_once__lose_nothing(void **state)
{
	struct rest each[WRITERS];
	pthread_t threads[WRITERS];
	void *troubles[WRITERS];

	(void)state;
	counted = rest_make(&api, "Contador");
	for (int i = 0; i < WRITERS; i++) {
		rest_share(&each[i], &api);
		assert_int_equal(
		    pthread_create(&threads[i], NULL, count_up, &each[i]), 0);
	}
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], &troubles[i]);
	for (int i = 0; i < WRITERS; i++) {
		if (troubles[i] != NULL)
			fail_msg("%d: %s", each[i].status, each[i].body.s);
		rest_close(&each[i]);
	}
	rest_must(&api, 200, "GET", rest_ticket(counted), "", NULL);
	assert_int_equal(
	    atoi(rest_text(&api, "description")), WRITERS * ROUNDS);
	assert_int_equal(rest_int(&api, "version"), WRITERS * ROUNDS + 1);
}

static void
if_match__another_version__gets_412_with_what_it_is(void **state)
{
	static const char *const good[] = {"*", "\"1\"", "\"0\", \"1\""};
	static const char *const bad[] = {
	    "\"2\"", "W/\"1\"", "\"x\", \"11\"", "\"\""};
	char header[64];
	int64_t n;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		n = rest_make(&api, "Primera");
		str_format(header, sizeof(header), "If-Match: %s\r\n", good[i]);
		rest_must(&api, 200, "PATCH", rest_ticket(n), header,
		    "{\"subject\":\"Segunda\"}");
	}
	n = rest_make(&api, "Primera");
	for (size_t i = 0; i < 4; i++) {
		str_format(header, sizeof(header), "If-Match: %s\r\n", bad[i]);
		rest_must(&api, 412, "PATCH", rest_ticket(n), header,
		    "{\"subject\":\"Segunda\"}");
		assert_string_equal(
		    json_string(json_get(api.doc, "current"), "subject"),
		    "Primera");
		assert_string_equal(api.etag, "\"1\"");
		rest_must(&api, 412, "DELETE", rest_ticket(n), header, NULL);
	}
	rest_must(&api, 200, "GET", rest_ticket(n), "", NULL);
	assert_string_equal(rest_text(&api, "subject"), "Primera");
}

/* ---- Idempotency-Key ---- */

static void
restart(void)
{
	stage_kill_daemon(&stage);
	stage_start_daemon(&stage);
}

static void
key__same_request__same_answer_after_a_restart_too(void **state)
{
	struct str first = STR_INIT;
	struct rest stranger;
	int64_t n, rows, sent;

	(void)state;
	rest_must(&api, 201, "POST", "/api/tickets", "Idempotency-Key: k-1\r\n",
	    "{\"subject\":\"Una vez\"}");
	n = rest_int(&api, "number");
	str_add(&first, api.body.s);
	rows = stage_int(&stage, "SELECT COUNT(*) FROM tickets");
	sent = stage_int(&stage, TICKET_EVENTS);
	for (int i = 0; i < 3; i++) {
		if (i == 2)
			restart();
		rest_must(&api, 201, "POST", "/api/tickets",
		    "Idempotency-Key: k-1\r\n", "{\"subject\":\"Una vez\"}");
		assert_string_equal(api.body.s, first.s);
		assert_string_equal(api.etag, "\"1\"");
		assert_non_null(strstr(
		    api.head.s, rest_at("Location: /api/tickets", n, "\r\n")));
	}
	/* Another body, another place: not what the key stands for. */
	rest_must(&api, 422, "POST", "/api/tickets", "Idempotency-Key: k-1\r\n",
	    "{\"subject\":\"Otra\"}");
	rest_must(&api, 422, "DELETE", rest_ticket(n),
	    "Idempotency-Key: k-1\r\n", NULL);
	assert_int_equal(
	    stage_int(&stage, "SELECT COUNT(*) FROM tickets"), rows);
	assert_int_equal(stage_int(&stage, TICKET_EVENTS), sent);
	/* Another token's key is another key. */
	rest_open(&stranger, &stage, "*");
	rest_must(&stranger, 201, "POST", "/api/tickets",
	    "Idempotency-Key: k-1\r\n", "{\"subject\":\"Una vez\"}");
	assert_true(rest_int(&stranger, "number") != n);
	rest_close(&stranger);
	str_free(&first);
}

static void
key__of_what_was_refused__is_free_for_the_next_try(void **state)
{
	(void)state;
	rest_must(&api, 422, "POST", "/api/tickets", "Idempotency-Key: k-2\r\n",
	    "{\"subject\":\"Mal\",\"contact_id\":987654}");
	rest_must(&api, 201, "POST", "/api/tickets", "Idempotency-Key: k-2\r\n",
	    "{\"subject\":\"Bien\"}");
}

/* A change and a comment, sent twice, are there once. */
static void
key__of_changes_and_comments__counts_too(void **state)
{
	int64_t n = rest_make(&api, "Dos veces");

	(void)state;
	for (int i = 0; i < 2; i++) {
		rest_must(&api, 201, "POST", rest_comments(n),
		    "Idempotency-Key: k-3\r\n", "{\"body\":\"Solo una\"}");
		rest_must(&api, 200, "PATCH", rest_ticket(n),
		    "Idempotency-Key: k-4\r\nIf-Match: \"1\"\r\n",
		    "{\"subject\":\"Cambiado\"}");
		assert_int_equal(rest_int(&api, "version"), 2);
		rest_must(&api, 200, "DELETE", rest_ticket(n),
		    "Idempotency-Key: k-5\r\n", NULL);
	}
	rest_must(&api, 200, "GET", rest_comments(n), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "comments")), 1);
}

#define SENDERS 4

struct sender {
	struct rest r;
	int first, next, count; /* of its keys */
	atomic_bool stop;
	pthread_t thread;
};

/* Keys of its own, each until it was answered. */
static void *
send_keys(void *arg)
{
	struct sender *s = arg;
	char header[64], body[96];

	while (s->next < s->count && !atomic_load(&s->stop)) {
		int k = s->first + s->next;

		str_format(
		    header, sizeof(header), "Idempotency-Key: kill-%d\r\n", k);
		str_format(body, sizeof(body), "{\"subject\":\"kill %d\"}", k);
		if (rest_call(&s->r, "POST", "/api/tickets", header, body) ==
		    201)
			s->next++;
		else if (s->r.status == 0)
			sched_yield();
	}
	return NULL;
}

static int
setting(const char *name, int otherwise)
{
	const char *s = getenv(name);

	return s != NULL ? atoi(s) : otherwise;
}

/* Killed while they send; what was not answered is sent again. */
static void
key__daemon_killed_in_the_middle__each_is_done_once(void **state)
{
	int kills = setting("API_KILLS", 5);
	unsigned seed = (unsigned)setting("API_SEED", 7);
	struct sender senders[SENDERS];
	int64_t before = stage_int(
	    &stage, "SELECT COUNT(*) FROM tickets WHERE subject LIKE 'kill %'");

	(void)state;
	assert_int_equal(before, 0);
	for (int i = 0; i < SENDERS; i++) {
		senders[i] =
		    (struct sender){.first = i * 100000, .count = 100000};
		rest_share(&senders[i].r, &api);
	}
	for (int round = 0; round < kills; round++) {
		int64_t wanted =
		    stage_int(&stage, "SELECT COUNT(*) FROM tickets WHERE"
				      " subject LIKE 'kill %'") +
		    20 + (int64_t)(rand_r(&seed) % 40);
		const int64_t end = clock_mono_us() + US_PER_MINUTE;

		for (int i = 0; i < SENDERS; i++) {
			atomic_store(&senders[i].stop, false);
			pthread_create(
			    &senders[i].thread, NULL, send_keys, &senders[i]);
		}
		while (stage_int(&stage, "SELECT COUNT(*) FROM tickets WHERE"
					 " subject LIKE 'kill %'") < wanted &&
		       clock_mono_us() < end)
			sched_yield();
		stage_kill_daemon(&stage);
		for (int i = 0; i < SENDERS; i++)
			atomic_store(&senders[i].stop, true);
		for (int i = 0; i < SENDERS; i++)
			pthread_join(senders[i].thread, NULL);
		stage_start_daemon(&stage);
	}
	/* The one that each was sending when it was killed. */
	for (int i = 0; i < SENDERS; i++) {
		senders[i].count = senders[i].next + 1;
		atomic_store(&senders[i].stop, false);
		(void)send_keys(&senders[i]);
	}
	before = 0;
	for (int i = 0; i < SENDERS; i++) {
		before += senders[i].count;
		rest_close(&senders[i].r);
	}
	assert_true(before > 20 * kills);
	assert_int_equal(stage_int(&stage, "SELECT COUNT(*) FROM tickets WHERE"
					   " subject LIKE 'kill %'"),
	    before);
	assert_int_equal(
	    stage_int(&stage, "SELECT COUNT(DISTINCT subject) FROM tickets"
			      " WHERE subject LIKE 'kill %'"),
	    before);
	assert_int_equal(stage_int(&stage, "SELECT COUNT(*) FROM idempotency"
					   " WHERE name LIKE 'kill-%'"),
	    before);
	stage_check_whole(&stage);
}

/* ---- the older routes ---- */

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static void
older__forms_and_json__do_the_same(void **state)
{
	int64_t n;

	(void)state;
	rest_must(&api, 201, "POST", "/ticket/new", FORM,
	    "subject=Impresora+%3Ca%3E&priority=5&urgency=&state=open");
	n = rest_int(&api, "number");
	assert_string_equal(rest_text(&api, "subject"), "Impresora <a>");
	assert_int_equal(rest_int(&api, "priority"), 5);
	rest_must(&api, 200, "POST", rest_at("/ticket", n, "/edit"), FORM,
	    "subject=%C3%91and%C3%BA");
	rest_must(&api, 200, "POST", rest_at("/ticket", n, "/edit"), "",
	    "{\"state\":\"solved\"}");
	assert_string_equal(rest_text(&api, "subject"), "Ñandú");
	rest_must(
	    &api, 200, "POST", rest_at("/ticket", n, "/delete"), FORM, "");
	rest_must(&api, 200, "GET", rest_ticket(n), "", NULL);
	assert_true(json_bool(api.doc, "is_deleted"));
	rest_must(&api, 422, "POST", "/ticket/new", FORM, "subject=");
	rest_must(&api, 422, "POST", "/ticket/new", FORM, "subject=a&nada=1");
	rest_must(&api, 400, "POST", "/ticket/new", FORM, "subject=%zz");
}

static void
older__page__is_safe_and_newest_first(void **state)
{
	const char *first, *second;

	(void)state;
	rest_make(&api, "Más <script>vieja</script>");
	rest_make(&api, "Más nueva & \\u001b[31mroja");
	rest_must(
	    &api, 200, "GET", "/mesa_ayuda", "Accept: text/html\r\n", NULL);
	assert_non_null(strstr(api.head.s, "text/html"));
	assert_non_null(strstr(api.head.s, "default-src 'none'"));
	assert_null(strstr(api.body.s, "<script>"));
	assert_null(strchr(api.body.s, 0x1b));
	first = strstr(api.body.s, "nueva &amp;");
	second = strstr(api.body.s, "&lt;script&gt;vieja");
	assert_true(first != NULL && second != NULL && first < second);
	rest_must(&api, 303, "POST", "/ticket/new",
	    "Accept: text/html\r\n" FORM, "subject=Desde+la+web");
	assert_non_null(strstr(api.head.s, "Location: /mesa_ayuda\r\n"));
}

/* ---- approvals ---- */

#define PASSWORD "azul-Zanja-92-molino"

static void
opdesk(const char *login, int wanted, const char *noun, const char *verb,
    const char *a, const char *b, const char *c, const char *e)
{
	struct str said = STR_INIT;
	int status = stage_opdesk(&stage, NULL, &said, "--operator", login,
	    "--yes", noun, verb, a, b, c, e, NULL);

	if (status != wanted)
		fail_msg("%s %s: %d: %s", noun, verb, status, said.s);
	str_free(&said);
}

static void
decide(
    int status, const char *login, const char *password, const char *decision)
{
	char body[256];

	str_format(body, sizeof(body),
	    "{\"id\":1,\"decision\":\"%s\",\"login\":\"%s\","
	    "\"password\":\"%s\"}",
	    decision, login, password);
	rest_must(&api, status, "POST", "/api/approvals", "", body);
}

static void
approvals__a_person_decides__and_nobody_his_own(void **state)
{
	char path[160];

	(void)state;
	stage_write(&stage, "pw", PASSWORD "\n");
	str_format(path, sizeof(path), "%s/pw", stage.dir);
	opdesk("irene", 0, "operator", "new", "berta", "--name", "Berta Ríos",
	    "--role=admin");
	opdesk("irene", 0, "operator", "password", "berta",
	    "--new-password-file", path, NULL);
	opdesk("irene", 0, "operator", "password", "irene",
	    "--new-password-file", path, NULL);
	opdesk("irene", 8, "retention", "set", "drafts", "60", NULL, NULL);
	rest_must(&api, 200, "GET", "/api/approvals?state=proposed", "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "approvals")), 1);
	rest_must(&api, 200, "GET", "/api/approvals/1", "", NULL);
	assert_string_equal(rest_text(&api, "operation"), "retention.set");
	decide(403, "berta", "wrong-password-here", "approve");
	decide(403, "nobody", PASSWORD, "approve");
	decide(403, "irene", PASSWORD, "approve");
	decide(422, "berta", PASSWORD, "refuse"); /* without a reason */
	decide(200, "berta", PASSWORD, "approve");
	assert_string_equal(rest_text(&api, "state"), "approved");
	assert_string_equal(rest_text(&api, "decider"), "Berta Ríos");
	decide(409, "berta", PASSWORD, "approve");
	rest_must(&api, 200, "GET", "/api/approvals?state=proposed", "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "approvals")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		tickets__through_their_life__each_step_is_one_event),
	    cmocka_unit_test(
		tickets__token_that_may_only_make_them__learns_the_number),
	    cmocka_unit_test(
		tickets__scope_for_a_part_is_missing__nothing_of_it_is_done),
	    cmocka_unit_test(tickets__fields_and_labels__are_checked_and_shown),
	    cmocka_unit_test(tickets__lists__show_each_once),
	    cmocka_unit_test(tickets__filter__is_that_of_the_console),
	    cmocka_unit_test(
		tickets__updated_since__brings_what_changed_and_what_went),
	    cmocka_unit_test(if_match__writers_at_once__lose_nothing),
	    cmocka_unit_test(
		if_match__another_version__gets_412_with_what_it_is),
	    cmocka_unit_test(
		key__same_request__same_answer_after_a_restart_too),
	    cmocka_unit_test(
		key__of_what_was_refused__is_free_for_the_next_try),
	    cmocka_unit_test(key__of_changes_and_comments__counts_too),
	    cmocka_unit_test(older__forms_and_json__do_the_same),
	    cmocka_unit_test(older__page__is_safe_and_newest_first),
	    cmocka_unit_test(approvals__a_person_decides__and_nobody_his_own),
	    cmocka_unit_test(
		key__daemon_killed_in_the_middle__each_is_done_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
