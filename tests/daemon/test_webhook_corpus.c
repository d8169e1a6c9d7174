/*
 * Posts that are wrong in every way, to the real daemon: an exact status for
 * each, never 5xx, and the daemon goes on.  With a right signature the
 * content decides nothing: 200, and what cannot be read is a failed event
 * that can be replayed.
 *
 * The deliberate breaks: a reader that lets trailing bytes pass (json_parse
 * without its check of the end) turns signed__nonsense red; verify that takes
 * the first of two signatures turns unsigned__posts red.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/raw_events.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define BODY_MAX (4u << 20)

enum fate { UNREADABLE, READ, EITHER };

struct posted { /* what was answered with 200 and is to be found again */
	char digest[SHA256_HEX_SIZE];
	enum fate fate;
	char *name; /* owned */
};

static struct stage stage;
static struct posted posted[1000];
static size_t posted_count, cases;

static void
remember(const char *name, const struct str *body, enum fate fate)
{
	struct posted *p = &posted[posted_count++];

	assert_true(posted_count < sizeof(posted) / sizeof(posted[0]));
	sha256_hex(body->s, body->len, p->digest);
	p->fate = fate;
	p->name = xstrdup(name);
}

static void
post_signed(const char *name, const struct str *body, enum fate fate)
{
	int status = stage_hook(&stage, body->s, body->len);

	cases++;
	if (status != 200)
		fail_msg("%s: status %d, not 200", name, status);
	remember(name, body, fate);
}

/* A whole post whose message holds text between the two quotes as it is. */
static void
wrap(struct str *body, const char *text, size_t n)
{
	char id[REHEARSAL_ID_SIZE];

	rehearsal_id(id);
	str_clear(body);
	str_addf(body,
	    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":"
	    "\"104996122399160\",\"changes\":[{\"field\":\"messages\","
	    "\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":{"
	    "\"phone_number_id\":\"" STAGE_NUMBER_ID "\"},\"contacts\":[{"
	    "\"wa_id\":\"34600111222\",\"profile\":{\"name\":\"Eva\"}}],"
	    "\"messages\":[{\"from\":\"34600111222\",\"id\":\"%s\","
	    "\"timestamp\":\"1763700000\",\"type\":\"text\",\"text\":{"
	    "\"body\":\"",
	    id);
	str_addn(body, text, n);
	str_add(body, "\"}}]}}]}]}");
}

static void
cut_bodies(void)
{
	struct str whole = STR_INIT, body = STR_INIT;
	char name[64];

	wrap(&whole, "a", 1);
	for (size_t n = 0; n < whole.len; n += 7) {
		str_clear(&body);
		str_addn(&body, whole.s, n);
		snprintf(name, sizeof(name), "cut after %zu bytes", n);
		post_signed(name, &body, UNREADABLE);
	}
	str_free(&whole);
	str_free(&body);
}

/* Texts that no strict reader lets pass, each inside a string. */
static void
bad_strings(void)
{
	static const struct {
		const char *name, *text;
		size_t n; /* 0: a C string */
	} bad[] = {
	    {"NUL", "a\0b", 3},
	    {"escaped NUL", "a\\u0000b", 0},
	    {"bare control", "a\001b", 0},
	    {"bare newline", "a\nb", 0},
	    {"bare tab", "a\tb", 0},
	    {"bare ESC", "a\033[31m", 0},
	    {"continuation alone", "a\x80", 0},
	    {"lead alone", "a\xc3", 0},
	    {"lead and letter",
		"\xc3"
		"a",
		0},
	    {"overlong slash", "\xc0\xaf", 0},
	    {"overlong NUL", "\xc0\x80", 0},
	    {"overlong three", "\xe0\x80\xaf", 0},
	    {"overlong four", "\xf0\x80\x80\xaf", 0},
	    {"surrogate", "\xed\xa0\x80", 0},
	    {"pair in UTF-8", "\xed\xa0\xbd\xed\xb8\x80", 0},
	    {"above the last", "\xf4\x90\x80\x80", 0},
	    {"five bytes", "\xf8\x88\x80\x80\x80", 0},
	    {"FE", "\xfe", 0},
	    {"FF", "\xff\xff", 0},
	    {"Latin-1", "se\xf1or", 0},
	    {"three of four", "\xf0\x9f\x98", 0},
	    {"high surrogate alone", "\\ud83d", 0},
	    {"low surrogate alone", "\\ude00", 0},
	    {"two high", "\\ud83d\\ud83d", 0},
	    {"high and letter", "\\ud83dx", 0},
	    {"short escape", "\\u12", 0},
	    {"no hexadecimal", "\\u12g4", 0},
	    {"unknown escape", "\\x41", 0},
	    {"escaped quote missing", "a\"b", 0},
	    {"backslash at the end", "a\\", 0},
	};
	struct str body = STR_INIT;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wrap(&body, bad[i].text,
		    bad[i].n > 0 ? bad[i].n : strlen(bad[i].text));
		post_signed(bad[i].name, &body, UNREADABLE);
	}
	str_free(&body);
}

static void
odd_ends(void)
{
	static const struct {
		const char *name, *before, *after;
		size_t n; /* of after; 0: a C string */
		enum fate fate;
	} odd[] = {
	    {"blanks around", " \n\t", "\r\n ", 0, READ},
	    {"byte order mark", "\xef\xbb\xbf", "", 0, UNREADABLE},
	    {"NUL behind", "", "\0", 1, UNREADABLE},
	    {"NULs behind", "", "\0\0\0\0", 4, UNREADABLE},
	    {"brace behind", "", "}", 0, UNREADABLE},
	    {"comma behind", "", ",", 0, UNREADABLE},
	    {"another value", "", "{}", 0, UNREADABLE},
	    {"another after blank", "", " 1", 0, UNREADABLE},
	    {"letters behind", "", "abc", 0, UNREADABLE},
	    {"comment behind", "", "// x", 0, UNREADABLE},
	    {"comment before", "/* x */", "", 0, UNREADABLE},
	    {"letter before", "x", "", 0, UNREADABLE},
	    {"array around", "[", "]", 0, EITHER},
	    {"array half", "[", "", 0, UNREADABLE},
	    {"callback", "f(", ")", 0, UNREADABLE},
	    {"form feed", "\f", "", 0, UNREADABLE},
	    {"vertical tab", "", "\v", 0, UNREADABLE},
	    {"no-break space", "\xc2\xa0", "", 0, UNREADABLE},
	};
	struct str whole = STR_INIT, body = STR_INIT;

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		wrap(&whole, "hola", 4);
		str_clear(&body);
		str_add(&body, odd[i].before);
		str_addn(&body, whole.s, whole.len);
		str_addn(&body, odd[i].after,
		    odd[i].n > 0 ? odd[i].n : strlen(odd[i].after));
		post_signed(odd[i].name, &body, odd[i].fate);
	}
	str_free(&whole);
	str_free(&body);
}

/* Whole documents that are not what Meta sends. */
static void
other_documents(void)
{
	static const struct {
		const char *text;
		enum fate fate;
	} docs[] = {
	    {" ", UNREADABLE},
	    {"null", EITHER},
	    {"true", EITHER},
	    {"0", EITHER},
	    {"\"text\"", EITHER},
	    {"[]", EITHER},
	    {"{}", EITHER},
	    {"{\"object\":null}", EITHER},
	    {"{\"object\":1}", EITHER},
	    {"{\"object\":\"whatsapp_business_account\"}", EITHER},
	    {"{\"object\":\"whatsapp_business_account\",\"entry\":{}}", EITHER},
	    {"{\"object\":\"whatsapp_business_account\",\"entry\":[]}", EITHER},
	    {"{\"object\":\"whatsapp_business_account\",\"entry\":[1,null]}",
		EITHER},
	    {"{\"object\":\"whatsapp_business_account\",\"entry\":[{}]}",
		EITHER},
	    {"{\"object\":\"whatsapp_business_account\",\"entry\":[{"
	     "\"changes\":[{}]}]}",
		EITHER},
	    {"{\"object\":\"whatsapp_business_account\",\"entry\":[{"
	     "\"changes\":[{\"field\":\"messages\",\"value\":[]}]}]}",
		EITHER},
	    {"{'object':1}", UNREADABLE},
	    {"{object:1}", UNREADABLE},
	    {"{\"a\":1,}", UNREADABLE},
	    {"{\"a\" 1}", UNREADABLE},
	    {"{,}", UNREADABLE},
	    {"[1,]", UNREADABLE},
	    {"[,1]", UNREADABLE},
	    {"{\"a\":01}", UNREADABLE},
	    {"{\"a\":+1}", UNREADABLE},
	    {"{\"a\":.5}", UNREADABLE},
	    {"{\"a\":1.}", UNREADABLE},
	    {"{\"a\":1e}", UNREADABLE},
	    {"{\"a\":0x10}", UNREADABLE},
	    {"{\"a\":NaN}", UNREADABLE},
	    {"{\"a\":Infinity}", UNREADABLE},
	    {"{\"a\":1e999}", UNREADABLE},
	    {"{\"a\":True}", UNREADABLE},
	    {"{\"a\":nul}", UNREADABLE},
	    {"{\"a\":1,\"a\":2}", UNREADABLE},
	    {"{\"object\":\"x\",\"object\":\"whatsapp_business_account\"}",
		UNREADABLE},
	    {"{\"a\":1,\"\\u0061\":2}", UNREADABLE},
	    {"<xml/>", UNREADABLE},
	    {"object=whatsapp", UNREADABLE},
	};
	struct str body = STR_INIT;

	for (size_t i = 0; i < sizeof(docs) / sizeof(docs[0]); i++) {
		str_clear(&body);
		str_add(&body, docs[i].text);
		post_signed(docs[i].text, &body, docs[i].fate);
	}
	str_free(&body);
}

static void
nested(const char *open, const char *close, int depth, struct str *body)
{
	str_clear(body);
	for (int i = 0; i < depth; i++)
		str_add(body, open);
	str_add(body, "1");
	for (int i = 0; i < depth; i++)
		str_add(body, close);
}

static void
deep_and_huge(void)
{
	static const int depths[] = {33, 64, 1000, 100000};
	struct str body = STR_INIT, text = STR_INIT;
	char name[64];

	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
		snprintf(name, sizeof(name), "%d deep", depths[i]);
		nested("[", "]", depths[i], &body);
		post_signed(name, &body, UNREADABLE);
		nested("{\"a\":", "}", depths[i], &body);
		post_signed(name, &body, UNREADABLE);
		str_clear(&body);
		for (int k = 0; k < depths[i]; k++)
			str_addc(&body, '[');
		post_signed(name, &body, UNREADABLE);
	}
	str_clear(&body);
	str_addc(&body, '[');
	for (int i = 0; i < 100001; i++)
		str_add(&body, i > 0 ? ",1" : "1");
	str_addc(&body, ']');
	post_signed("too many values", &body, UNREADABLE);
	for (size_t i = 0; i < 256 * 1024 + 1; i++)
		str_addc(&text, 'x');
	wrap(&body, text.s, text.len);
	post_signed("a string over 256 KiB", &body, UNREADABLE);
	wrap(&body, text.s, 70000);
	post_signed("a long text", &body, EITHER);
	wrap(&body, "hola", 4);
	while (body.len < BODY_MAX)
		str_addc(&body, ' ');
	post_signed("4 MiB", &body, READ);
	str_addc(&body, ' ');
	cases++;
	assert_int_equal(stage_hook(&stage, body.s, body.len), 413);
	str_free(&body);
	str_free(&text);
}

/* Every member of a good post in turn becomes something else. */
static void
wrong_types(void)
{
	static const char *const members[] = {"object", "entry", "id",
	    "changes", "field", "value", "messaging_product", "metadata",
	    "phone_number_id", "contacts", "wa_id", "profile", "name",
	    "messages", "from", "timestamp", "type", "text", "body"};
	static const char *const values[] = {
	    "null", "true", "-1", "1e300", "\"\"", "\"x\"", "[]", "{}", "[[]]"};
	struct str whole = STR_INIT, body = STR_INIT;
	char name[96], member[64];

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		for (size_t k = 0; k < sizeof(values) / sizeof(values[0]);
		     k++) {
			const char *at;

			wrap(&whole, "hola", 4);
			snprintf(member, sizeof(member), "\"%s\":", members[i]);
			at = strstr(whole.s, member) + strlen(member);
			/* The rest goes to a member that nobody knows. */
			str_clear(&body);
			str_addn(&body, whole.s, (size_t)(at - whole.s));
			str_addf(&body, "%s,\"_\":%s", values[k], at);
			snprintf(name, sizeof(name), "%s%s", member, values[k]);
			post_signed(name, &body, EITHER);
		}
	str_free(&whole);
	str_free(&body);
}

static int64_t
state_of(struct desk *d, const struct posted *p)
{
	struct err err = ERR_INIT;
	int64_t state = -1;
	int rc = db_int(d->db, &state,
	    "SELECT state FROM raw_events WHERE digest = $1",
	    BINDS(b_text(p->digest)), &err);

	if (rc != 0 && rc != OD_ENOTFOUND)
		fail_msg("%s", err.text);
	return rc == 0 ? state : -1;
}

static void
check_fates(void)
{
	struct desk *d = stage_desk(&stage, NULL);

	for (size_t i = 0; i < posted_count; i++) {
		const struct posted *p = &posted[i];
		int64_t state = state_of(d, p);

		if (p->fate != EITHER &&
		    state !=
			(p->fate == READ ? RAW_EVENT_DONE : RAW_EVENT_FAILED))
			fail_msg("%s: the event's state is %lld", p->name,
			    (long long)state);
		free(posted[i].name);
	}
	desk_close(&d);
	posted_count = 0;
}

static void
signed__nonsense__is_kept_and_seen(void **state)
{
	(void)state;
	cut_bodies();
	bad_strings();
	odd_ends();
	other_documents();
	deep_and_huge();
	wrong_types();
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0));
	check_fates();
	assert_int_equal(stage_int(&stage, "SELECT count(*) FROM raw_events"
					   " WHERE state = 2 AND reason = ''"),
	    0);
	assert_true(cases >= 300);
	print_message("%zu signed posts\n", cases);
}

static void
unsigned__posts__are_refused(void **state)
{
	static const char *const formats[] = {"", "X-Hub-Signature-256:\r\n",
	    "X-Hub-Signature-256: sha256=\r\n", "X-Hub-Signature-256: %s\r\n",
	    "X-Hub-Signature-256: sha1=%s\r\n",
	    "X-Hub-Signature-256: SHA256=%s\r\n",
	    "X-Hub-Signature-256: sha256 =%s\r\n",
	    "X-Hub-Signature-256: sha256= %s\r\n",
	    "X-Hub-Signature-256: sha256=%s0\r\n",
	    "X-Hub-Signature-256: sha256=0%s\r\n",
	    "X-Hub-Signature-256: sha256=%s,\r\n",
	    "X-Hub-Signature-256: sha256=%.63s\r\n",
	    "X-Hub-Signature-256: sha256=%.32s\r\n",
	    "X-Hub-Signature-256: sha256=%.1s\r\n",
	    "X-Hub-Signature-256: sha256=%.63sg\r\n",
	    "X-Hub-Signature-256: sha256=0x%s\r\n",
	    "X-Hub-Signature-256: sha256=%s sha256=%s\r\n",
	    "X-Hub-Signature-256: sha256=%s,sha256=%s\r\n",
	    "X-Hub-Signature-256: sha256=%s\r\nX-Hub-Signature-256: sha256=%s"
	    "\r\n",
	    "X-Hub-Signature-256: sha256=0\r\nX-Hub-Signature-256: sha256=%s"
	    "\r\n",
	    "X-Hub-Signature-256: sha256=%s\r\nX-Hub-Signature-256: \r\n",
	    "X-Hub-Signature: sha256=%s\r\n", "X-Hub-Signature: sha1=%s\r\n",
	    "Authorization: sha256=%s\r\n", "X-Hub-Signature-2: sha256=%s\r\n",
	    "X-Hub-Signature-2561: sha256=%s\r\n"};
	char signature[REHEARSAL_SIGNATURE_SIZE];
	struct str headers = STR_INIT, body = STR_INIT;
	const char *hex;
	int64_t before = stage_int(&stage, "SELECT count(*) FROM raw_events");

	(void)state;
	wrap(&body, "sin firma", 9);
	rehearsal_sign(signature, STAGE_SECRET, body.s, body.len);
	hex = strchr(signature, '=') + 1;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const char *at = formats[i], *mark;
		int status;

		str_clear(&headers);
		while ((mark = strchr(at, '%')) != NULL) {
			int n = 64;

			str_addn(&headers, at, (size_t)(mark - at));
			if (mark[1] == '.')
				n = atoi(mark + 2);
			str_addn(&headers, hex, (size_t)n);
			at = strchr(mark, 's') + 1;
		}
		str_add(&headers, at);
		status = wire_call(stage.daemon_port, "POST", "/whatsapp",
		    headers.s, body.s, body.len, NULL);
		if (status != 401)
			fail_msg("%s: status %d", formats[i], status);
	}
	/* Signed with another secret; right, but for another body. */
	rehearsal_sign(signature, "another secret", body.s, body.len);
	str_clear(&headers);
	str_addf(&headers, "%s\r\n", signature);
	assert_int_equal(wire_call(stage.daemon_port, "POST", "/whatsapp",
			     headers.s, body.s, body.len, NULL),
	    401);
	rehearsal_sign(signature, STAGE_SECRET, body.s, body.len - 1);
	str_clear(&headers);
	str_addf(&headers, "%s\r\n", signature);
	assert_int_equal(wire_call(stage.daemon_port, "POST", "/whatsapp",
			     headers.s, body.s, body.len, NULL),
	    401);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM raw_events"), before);
	str_free(&headers);
	str_free(&body);
}

/* Requests that are no request; the body, if any, is "{}" and unsigned. */
static void
requests__that_are_none__have_exact_answers(void **state)
{
	static const struct {
		int status;
		const char *text;
	} requests[] = {
	    {404, "POST /whatsappx HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 2\r\n\r\n{}"},
	    {404, "POST /whatsapp/otro HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 2\r\n\r\n{}"},
	    {404, "GET /nada HTTP/1.1\r\nHost: a\r\n\r\n"},
	    {405, "PUT /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 2\r\n\r\n{}"},
	    {405, "DELETE /whatsapp HTTP/1.1\r\nHost: a\r\n\r\n"},
	    {400, "GET /whatsapp HTTP/1.1\r\nHost: a\r\n\r\n"},
	    {400, "GET /whatsapp?hub.mode=subscribe HTTP/1.1\r\n"
		  "Host: a\r\n\r\n"},
	    {403, "GET /whatsapp?hub.mode=subscribe&hub.verify_token=no"
		  "&hub.challenge=1 HTTP/1.1\r\nHost: a\r\n\r\n"},
	    {403, "GET /whatsapp?hub.mode=x&hub.verify_token=stage-verify"
		  "&hub.challenge=1 HTTP/1.1\r\nHost: a\r\n\r\n"},
	    {200, "GET /whatsapp?hub.mode=subscribe&hub.verify_token="
		  "stage-verify&hub.challenge=1158201444 HTTP/1.1\r\n"
		  "Host: a\r\n\r\n"},
	    {400, "POST /whatsapp HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"},
	    {400, "POST /whatsapp HTTP/1.1\r\nHost: a\r\nHost: b\r\n"
		  "Content-Length: 2\r\n\r\n{}"},
	    {400, "POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"},
	    {400, "POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: +2\r\n\r\n{}"},
	    {400, "POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: -2\r\n\r\n{}"},
	    {400, "POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
		  "2\r\n{}\r\n0\r\n\r\n"},
	    {400, "POST /whatsapp HTTP/1.1\r\nHost : a\r\n"
		  "Content-Length: 2\r\n\r\n{}"},
	    {401, "POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"},
	    {401, "POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 0\r\n\r\n"},
	    {413, "POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
		  "Content-Length: 999999999999\r\n\r\n{}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		int fd = wire_dial(stage.daemon_port), status;

		assert_true(fd >= 0);
		assert_true(
		    wire_send(fd, requests[i].text, strlen(requests[i].text)));
		status = wire_answer(fd, NULL);
		close(fd);
		if (status != requests[i].status)
			fail_msg("%s\nstatus %d, not %d", requests[i].text,
			    status, requests[i].status);
	}
}

static void
failed__event__is_read_after_the_fix(void **state)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct err err = ERR_INIT;
	struct str body = STR_INIT;
	int64_t id = 0;

	(void)state;
	wrap(&body, "vuelvo a entrar", 15);
	if (raw_event_receive(d, d->actor.tenant_id, "otro", body.s, body.len,
		&id, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
	assert_true(stage_wait_int(&stage,
	    "SELECT state FROM raw_events WHERE channel = 'otro'",
	    RAW_EVENT_FAILED));
	/* The channel comes back, and a person lets the event be read. */
	stage_conf(&stage, "",
	    "[channel otro]\nkind = whatsapp\ntenant = demo\n"
	    "phone_number_id = 99\napp_secret_file = app.secret\n"
	    "verify_token_file = verify.secret\n"
	    "access_token_file = access.secret\n"
	    "api_base = http://127.0.0.1:1\napi_version = v23.0\n");
	kill(stage.daemon, SIGHUP);
	d = stage_desk(&stage, "irene");
	/* Until the reload is done, it fails again. */
	for (int64_t until = clock_mono_us() + US_PER_MINUTE;;) {
		int rc = raw_event_replay(d, id, &err);

		if (rc != 0 && !stage_is_busy(rc, &err, until))
			fail_msg("%s", err.text);
		assert_true(stage_wait_int(&stage,
		    "SELECT count(*) FROM raw_events WHERE state = 0", 0));
		if (stage_int(&stage,
			"SELECT state FROM raw_events"
			" WHERE channel = 'otro'") == RAW_EVENT_DONE)
			break;
		assert_true(clock_mono_us() < until);
	}
	desk_close(&d);
	str_free(&body);
}

/* They are read as a group: one that fails must not cost the others. */
static void
failed__among_others__costs_them_nothing(void **state)
{
	static const struct {
		const char *channel, *text;
	} posts[] = {{"soporte", "Grupo 1"}, {"soporte", "Grupo 2"},
	    {"nadie", "Grupo 3"}, {"soporte", "Grupo 4"}};
	struct desk *d = stage_desk(&stage, NULL);
	int64_t tenant_id = d->actor.tenant_id, id;
	struct err err = ERR_INIT;
	struct str body = STR_INIT;

	(void)state;
	desk_act_as_system(d, tenant_id);
	assert_int_equal(db_batch_begin(d, &err), 0);
	for (int i = 0; i < 4; i++) {
		wrap(&body, posts[i].text, strlen(posts[i].text));
		assert_int_equal(
		    raw_event_receive(d, tenant_id, posts[i].channel, body.s,
			body.len, &id, &err),
		    0);
	}
	assert_int_equal(db_batch_end(d, &err), 0);
	desk_close(&d);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0));
	assert_int_equal(
	    stage_int(&stage,
		"SELECT count(*) FROM messages WHERE body LIKE 'Grupo %'"),
	    3);
	assert_int_equal(stage_int(&stage, "SELECT state FROM raw_events"
					   " WHERE channel = 'nadie'"),
	    RAW_EVENT_FAILED);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT value = (SELECT count(*) FROM raw_events WHERE"
		" state = 1) FROM counters WHERE name = 'raw_events_done'"),
	    1);
	str_free(&body);
}

/* Heads and bodies that never end stand beside one that works. */
static void
slow__connections__hold_nobody_up(void **state)
{
	static const char *const pieces[] = {"", "P", "POST /whatsapp HTT",
	    "POST /whatsapp HTTP/1.1\r\nHost: a\r\nX-Hub",
	    "POST /whatsapp HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n",
	    ("POST /whatsapp HTTP/1.1\r\nHost: a\r\n"
	     "Content-Length: 100\r\n\r\n{\"object\":")};
	int fds[48];
	char name[32];

	(void)state;
	for (int i = 0; i < 48; i++) {
		const char *piece = pieces[i % 6];

		fds[i] = wire_dial(stage.daemon_port);
		assert_true(fds[i] >= 0);
		assert_true(wire_send(fds[i], piece, strlen(piece)));
	}
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "Lento %d", i);
		/* One byte more for each of the slow ones. */
		for (int k = 3; k < 48; k += 6)
			(void)wire_send(fds[k], "a", 1);
		assert_int_equal(
		    stage_says(&stage, "34600999888", "Ana", name, NULL), 200);
	}
	for (int i = 0; i < 48; i++)
		close(fds[i]);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages WHERE body LIKE 'Lento %'", 100));
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	return 0;
}

static int
teardown(void **state)
{
	int status = stage_stop_daemon(&stage);

	(void)state;
	if (status != 0)
		fprintf(stderr, "the daemon ended with %d\n", status);
	stage_check_whole(&stage);
	stage_close(&stage);
	return status;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signed__nonsense__is_kept_and_seen),
	    cmocka_unit_test(unsigned__posts__are_refused),
	    cmocka_unit_test(requests__that_are_none__have_exact_answers),
	    cmocka_unit_test(failed__event__is_read_after_the_fix),
	    cmocka_unit_test(failed__among_others__costs_them_nothing),
	    cmocka_unit_test(slow__connections__hold_nobody_up),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
