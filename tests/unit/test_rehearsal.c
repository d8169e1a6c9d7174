/*
 * The rehearsal provider against the WhatsApp adapter: real requests over
 * loopback, verdicts of what comes back, and statuses that reach a desk.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/loop.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/channels/whatsapp_parse.h"
#include "syncd/http/route.h"
#include "syncd/rehearse/provider.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define WAIT_US   (60 * US_PER_SECOND)
#define HEARD_MAX 64

struct heard { /* a status at the desk */
	char id[128], status[33], callback[64];
	int code;
};

struct fixture {
	uv_loop_t loop;
	struct http_client *client;
	struct router *router;
	struct http_server *desk;
	struct provider *provider;
	struct channel channel;
	struct channel_set set;
	char base[64], desk_url[64];
	struct heard heard[HEARD_MAX];
	size_t heard_count;
	int refuse; /* posts that the desk refuses first */
	int refused;
	int stopped;
	/* of the last request */
	bool is_done;
	struct channel_answer answer;
	struct str body;
};

static struct fixture *fx;
static char secret[] = "0123456789abcdef0123456789abcdef";
static char token[] = "EAAtest";

static void
h_whatsapp(struct http_req *req, void *data)
{
	struct channel_post post = {0};
	struct wa_post parsed;
	const char *which;

	(void)data;
	post.body = http_req_body(req, &post.body_len);
	post.signature = http_req_header(req, "X-Hub-Signature-256");
	post.signature_count =
	    http_req_header_count(req, "X-Hub-Signature-256");
	assert_int_equal(
	    whatsapp_verify(&fx->set, &post, &which), CHANNEL_TRUSTED);
	if (fx->refused < fx->refuse) {
		fx->refused++;
		http_reply_const(req, 503, NULL, "", 0);
		return;
	}
	assert_int_equal(wa_parse(post.body, post.body_len, &parsed, NULL), 0);
	for (size_t i = 0; i < parsed.count; i++) {
		struct heard *h = &fx->heard[fx->heard_count++];

		assert_true(fx->heard_count <= HEARD_MAX);
		assert_int_equal(parsed.events[i].kind, WA_STATUS);
		str_copy(h->id, sizeof(h->id), parsed.events[i].id);
		str_copy(h->status, sizeof(h->status), parsed.events[i].status);
		str_copy(h->callback, sizeof(h->callback),
		    parsed.events[i].callback);
		h->code = parsed.events[i].error_code;
	}
	wa_post_clear(&parsed);
	http_reply_const(req, 200, NULL, "", 0);
}

static const struct route desk_routes[] = {
    {"POST", "/whatsapp", 4096, ROUTE_OPEN, NULL, h_whatsapp, "hook"},
};

static int
setup(void **state)
{
	struct http_config config = {.listen = "127.0.0.1:0"};
	struct provider_options options;

	fx = xcalloc(1, sizeof(*fx));
	*state = fx;
	str_init(&fx->body);
	uv_loop_init(&fx->loop);
	assert_int_equal(http_client_new(&fx->loop, &fx->client, NULL), 0);
	fx->router = router_new();
	router_add(fx->router, desk_routes, 1, NULL);
	config.app = router_app(fx->router);
	assert_int_equal(
	    http_server_start(&fx->loop, &config, &fx->desk, NULL), 0);
	str_format(fx->desk_url, sizeof(fx->desk_url), "http://127.0.0.1:%d",
	    http_server_port(fx->desk));
	fx->channel = (struct channel){.id = "soporte",
	    .kind = CHANNEL_WHATSAPP,
	    .rehearsal = true,
	    .number_id = "100",
	    .account_id = "900",
	    .api_base = "http://127.0.0.1:1",
	    .api_version = "v23.0",
	    .app_secrets = {secret, NULL},
	    .access_token = token};
	fx->set = (struct channel_set){&fx->channel, 1};
	provider_defaults(&options);
	options.desk_url = fx->desk_url;
	options.channels = &fx->set;
	options.sent_ms = 1;
	options.delivered_ms = 20;
	options.read_ms = 40;
	options.slow_ms = 50;
	assert_int_equal(
	    provider_start(&fx->loop, &options, &fx->provider, NULL), 0);
	str_format(fx->channel.api_base, sizeof(fx->channel.api_base),
	    "http://127.0.0.1:%d", provider_port(fx->provider));
	return 0;
}

static void
on_stopped(void *data)
{
	(void)data;
	fx->stopped++;
}

static int
teardown(void **state)
{
	(void)state;
	provider_stop(fx->provider, on_stopped, NULL);
	http_server_stop(fx->desk, on_stopped, NULL);
	http_client_free(&fx->client);
	uv_run(&fx->loop, UV_RUN_DEFAULT);
	assert_int_equal(fx->stopped, 2);
	assert_int_equal(loop_finish(&fx->loop), 0);
	router_free(&fx->router);
	str_free(&fx->body);
	free(fx);
	return 0;
}

static void
on_tick(void *data)
{
	(void)data;
}

/* Turn the loop until cond() or the deadline. */
static void
wait_for(bool (*cond)(void), const char *what)
{
	struct loop_timer *tick = loop_timer_new(&fx->loop, on_tick, NULL);
	const int64_t end = clock_mono_us() + WAIT_US;

	loop_timer_start(tick, 20, 20);
	while (!cond() && clock_mono_us() < end)
		uv_run(&fx->loop, UV_RUN_ONCE);
	loop_timer_free(&tick);
	if (!cond())
		fail_msg("waited too long for %s", what);
}

static void
on_done(const struct http_response *r, void *data)
{
	(void)data;
	channel_answer_from(r, &fx->answer);
	str_clear(&fx->body);
	str_addn(&fx->body, fx->answer.body, fx->answer.body_len);
	fx->answer.body = fx->body.s;
	fx->answer.error = "it failed";
	fx->answer.app_usage = fx->answer.business_usage = NULL;
	fx->is_done = true;
}

static bool
is_done(void)
{
	return fx->is_done;
}

static void
begin(const struct channel_request *request, int first_byte_ms)
{
	struct http_request http = {.done = on_done};
	struct err err = ERR_INIT;

	channel_request_http(request, &http);
	http.first_byte_ms = first_byte_ms;
	fx->is_done = false;
	if (http_client_send(fx->client, &http, NULL, &err) != 0)
		fail_msg("%s", err.text);
}

static void
ask(const struct channel_request *request)
{
	begin(request, 0);
	wait_for(is_done, "an answer");
}

#define CALLBACK "00112233445566778899aabbccddeeff"

static struct channel_verdict
send_intent(const char *intent, int first_byte_ms)
{
	struct outbox_item item = {.kind = OUTBOX_MESSAGE, .attempts = 1};
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct channel_verdict v;
	struct err err = ERR_INIT;

	item.intent = xstrdup(intent);
	str_copy(item.callback, sizeof(item.callback), CALLBACK);
	if (whatsapp_build(&fx->channel, &item, &request, &err) != 0)
		fail_msg("%s", err.text);
	begin(&request, first_byte_ms);
	wait_for(is_done, "an answer");
	channel_request_clear(&request);
	whatsapp_judge(&item, &fx->answer, &v);
	free(item.intent);
	return v;
}

static struct channel_verdict
send_text(const char *text)
{
	char intent[256];

	str_format(intent, sizeof(intent),
	    "{\"to\":\"34600111222\",\"type\":\"text\",\"body\":\"%s\"}", text);
	return send_intent(intent, 0);
}

static size_t wanted;

static bool
has_heard(void)
{
	return fx->heard_count >= wanted;
}

static void
expect_statuses(size_t n, const char *const *words)
{
	wanted = n;
	wait_for(has_heard, "statuses");
	for (size_t i = 0; i < n; i++)
		assert_string_equal(fx->heard[i].status, words[i]);
}

static void
provider__a_text__three_signed_statuses(void **state)
{
	struct channel_verdict v = send_text("Hola, ¿sigue sin conexión?");

	(void)state;
	assert_int_equal(v.kind, VERDICT_SENT);
	assert_true(str_starts(v.provider_id, "wamid."));
	assert_string_equal(v.peer_id, "34600111222");
	expect_statuses(3, (const char *const[]){"sent", "delivered", "read"});
	assert_string_equal(fx->heard[0].id, v.provider_id);
	assert_string_equal(fx->heard[2].callback, CALLBACK);
	assert_int_equal(provider_sent_count(fx->provider), 1);
}

static void
provider__every_kind_we_build__taken(void **state)
{
	static const char *const intents[] = {
	    "{\"to_user\":\"ES.123456\",\"type\":\"text\",\"body\":\"x\"}",
	    "{\"to\":\"34600111222\",\"type\":\"image\",\"link\":"
	    "\"https://example.com/a.png\",\"body\":\"Pie\"}",
	    "{\"to\":\"34600111222\",\"type\":\"document\",\"link\":"
	    "\"https://example.com/a.pdf\",\"filename\":\"a.pdf\"}",
	    "{\"to\":\"34600111222\",\"type\":\"audio\",\"link\":"
	    "\"https://example.com/a.ogg\",\"body\":\"no caption\"}",
	    "{\"to\":\"34600111222\",\"type\":\"interactive\",\"body\":"
	    "\"¿Vale?\",\"buttons\":[{\"id\":\"1\",\"title\":\"Sí\"},"
	    "{\"id\":\"2\",\"title\":\"No\"}],\"reply_to\":\"wamid.A\"}",
	    "{\"to\":\"34600111222\",\"type\":\"template\",\"name\":"
	    "\"seguimiento_incidencia\",\"lang\":\"es\",\"values\":"
	    "[\"Lucía\",\"1042\"]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(intents) / sizeof(intents[0]); i++) {
		struct channel_verdict v = send_intent(intents[i], 0);

		if (v.kind != VERDICT_SENT)
			fail_msg("%s: %s", intents[i], v.text);
	}
	assert_int_equal(provider_sent_count(fx->provider),
	    sizeof(intents) / sizeof(intents[0]));
}

static void
provider__wrong_template__metas_errors(void **state)
{
	struct channel_verdict v;

	(void)state;
	v = send_intent("{\"to\":\"34600111222\",\"type\":\"template\","
			"\"name\":\"no_hay\",\"lang\":\"es\"}",
	    0);
	assert_int_equal(v.kind, VERDICT_DEAD);
	assert_int_equal(v.error_code, 132001);
	v = send_intent("{\"to\":\"34600111222\",\"type\":\"template\",\"name\""
			":\"seguimiento_incidencia\",\"lang\":\"es\"}",
	    0);
	assert_int_equal(v.error_code, 132000);
	assert_int_equal(provider_sent_count(fx->provider), 0);
}

static void
provider__wrong_token__channel_stops(void **state)
{
	static char other[] = "EAAother";
	struct channel mine = fx->channel;
	struct channel_verdict v;

	(void)state;
	/* The provider's copy keeps the right one. */
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct outbox_item item = {.kind = OUTBOX_MESSAGE, .attempts = 1};

	item.intent = xstrdup(
	    "{\"to\":\"34600111222\",\"type\":\"text\",\"body\":\"x\"}");
	mine.access_token = other;
	assert_int_equal(whatsapp_build(&mine, &item, &request, NULL), 0);
	ask(&request);
	whatsapp_judge(&item, &fx->answer, &v);
	assert_int_equal(v.kind, VERDICT_GIVE_BACK);
	assert_int_equal(v.channel, CHANNEL_STOPPED);
	assert_int_equal(v.error_code, 190);
	channel_request_clear(&request);
	free(item.intent);
}

static void
provider__orders__go_wrong_as_told(void **state)
{
	struct channel_verdict v;

	(void)state;
	v = send_text("#130429");
	assert_int_equal(v.kind, VERDICT_RETRY);
	assert_int_equal(v.channel, CHANNEL_PAUSED);
	v = send_text("#131056");
	assert_int_equal(v.kind, VERDICT_RETRY);
	assert_int_equal(v.wait_s, 1);
	v = send_text("#503");
	assert_int_equal(v.kind, VERDICT_RETRY);
	v = send_text("#cut-before");
	assert_int_equal(v.kind, VERDICT_UNCERTAIN);
	assert_int_equal(provider_sent_count(fx->provider), 0);
	v = send_text("#cut-after");
	assert_int_equal(v.kind, VERDICT_UNCERTAIN);
	assert_int_equal(provider_sent_count(fx->provider), 1);
	v = send_text("#nonsense");
	assert_int_equal(v.kind, VERDICT_UNCERTAIN);
	v = send_text("#slow");
	assert_int_equal(v.kind, VERDICT_SENT);
	v = send_intent("{\"to\":\"34600111222\",\"type\":\"text\",\"body\":"
			"\"#silence\"}",
	    100);
	assert_int_equal(v.kind, VERDICT_UNCERTAIN);
	assert_int_equal(provider_sent_count(fx->provider), 4);
	assert_true(provider_order(fx->provider, "500", 2));
	assert_false(provider_order(fx->provider, "no such", 1));
	assert_int_equal(send_text("a").kind, VERDICT_RETRY);
	assert_int_equal(send_text("b").kind, VERDICT_RETRY);
	assert_int_equal(send_text("c").kind, VERDICT_SENT);
}

static void
provider__outside_the_window__fails_later(void **state)
{
	struct channel_verdict v = send_text("#131047");

	(void)state;
	assert_int_equal(v.kind, VERDICT_SENT);
	expect_statuses(1, (const char *const[]){"failed"});
	assert_int_equal(fx->heard[0].code, 131047);
	assert_string_equal(fx->heard[0].id, v.provider_id);
}

static void
provider__disorder_and_duplicates__posted(void **state)
{
	(void)state;
	send_text("#disorder");
	expect_statuses(3, (const char *const[]){"read", "delivered", "sent"});
	fx->heard_count = 0;
	send_text("#duplicate");
	wanted = 6;
	wait_for(has_heard, "six statuses");
}

static void
provider__desk_is_away__posts_again(void **state)
{
	(void)state;
	fx->refuse = 1;
	send_text("#undelivered");
	expect_statuses(1, (const char *const[]){"sent"});
	assert_int_equal(fx->refused, 1);
}

static void
media__both_steps__bytes_as_promised(void **state)
{
	static const struct {
		const char *id;
		enum message_kind kind;
	} cases[] = {
	    {REHEARSAL_MEDIA_IMAGE, MESSAGE_IMAGE},
	    {REHEARSAL_MEDIA_AUDIO, MESSAGE_AUDIO},
	    {REHEARSAL_MEDIA_DOCUMENT, MESSAGE_DOCUMENT},
	};
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct whatsapp_media media;
	char hex[SHA256_HEX_SIZE];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(whatsapp_media_lookup(
				     &fx->channel, cases[i].id, &request, NULL),
		    0);
		ask(&request);
		assert_int_equal(fx->answer.status, 200);
		assert_int_equal(whatsapp_media_parse(
				     fx->body.s, fx->body.len, &media, NULL),
		    0);
		assert_int_equal(whatsapp_media_download(&fx->channel,
				     media.url, cases[i].kind, &request, NULL),
		    0);
		ask(&request);
		assert_int_equal(fx->answer.status, 200);
		sha256_hex(fx->body.s, fx->body.len, hex);
		assert_int_equal(whatsapp_media_check(&media, cases[i].kind,
				     (int64_t)fx->body.len, hex, NULL),
		    0);
		hex[0] = hex[0] == '0' ? '1' : '0';
		assert_int_equal(whatsapp_media_check(&media, cases[i].kind,
				     (int64_t)fx->body.len, hex, NULL),
		    OD_EDATA);
	}
	whatsapp_media_lookup(&fx->channel, "1", &request, NULL);
	ask(&request);
	assert_int_equal(fx->answer.status, 400);
	channel_request_clear(&request);
}

static void
templates__listed_by_pages__all_there(void **state)
{
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct message_template *rows = NULL;
	size_t count = 0;
	char after[513] = "";

	(void)state;
	assert_int_equal(
	    whatsapp_templates_request(&fx->channel, "", &request, NULL), 0);
	/* A page of two, then the rest. */
	str_clear(&request.url);
	str_addf(&request.url, "%s/v23.0/900/message_templates?limit=2",
	    fx->channel.api_base);
	ask(&request);
	assert_int_equal(whatsapp_templates_parse(fx->body.s, fx->body.len,
			     &rows, &count, after, NULL),
	    0);
	assert_int_equal(count, 2);
	assert_string_not_equal(after, "");
	assert_int_equal(
	    whatsapp_templates_request(&fx->channel, after, &request, NULL), 0);
	ask(&request);
	assert_int_equal(whatsapp_templates_parse(fx->body.s, fx->body.len,
			     &rows, &count, after, NULL),
	    0);
	assert_int_equal(count, 3);
	assert_string_equal(after, "");
	assert_string_equal(rows[0].name, "seguimiento_incidencia");
	assert_int_equal(rows[0].parameters, 2);
	assert_int_equal(rows[1].parameters, 3);
	assert_string_equal(rows[2].lang, "en");
	assert_string_equal(rows[2].status, "APPROVED");
	for (size_t i = 0; i < count; i++) {
		free(rows[i].body);
		free(rows[i].components);
	}
	free(rows);
	channel_request_clear(&request);
}

static void
channel_test__number_answers__a_sentence(void **state)
{
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct str sentence = STR_INIT;

	(void)state;
	whatsapp_test_request(&fx->channel, &request);
	ask(&request);
	assert_true(whatsapp_test_result(&fx->answer, &sentence));
	assert_non_null(strstr(sentence.s, "Empresa de ensayo"));
	str_clear(&request.url);
	str_addf(&request.url, "%s/v23.0/999", fx->channel.api_base);
	ask(&request);
	assert_false(whatsapp_test_result(&fx->answer, &sentence));
	channel_request_clear(&request);
	str_free(&sentence);
}

static void
control__sent__lists_requests(void **state)
{
	struct channel_request request = CHANNEL_REQUEST_INIT;

	(void)state;
	send_text("uno");
	str_addf(&request.url, "%s/rehearsal/sent", fx->channel.api_base);
	ask(&request);
	assert_int_equal(fx->answer.status, 200);
	assert_non_null(strstr(fx->body.s, "\"count\":1"));
	assert_non_null(strstr(fx->body.s, "\"body\":\"uno\""));
	request.method = "DELETE";
	ask(&request);
	assert_int_equal(fx->answer.status, 204);
	assert_int_equal(provider_sent_count(fx->provider), 0);
	channel_request_clear(&request);
}

static void
start__anywhere_but_loopback__refused(void **state)
{
	struct provider_options options;
	struct provider *p;

	(void)state;
	provider_defaults(&options);
	options.channels = &fx->set;
	options.listen = "0.0.0.0:0";
	assert_int_equal(
	    provider_start(&fx->loop, &options, &p, NULL), OD_EDATA);
	options.listen = "127.0.0.1:0";
	options.desk_url = "https://example.com";
	assert_int_equal(
	    provider_start(&fx->loop, &options, &p, NULL), OD_EDATA);
	assert_null(p);
	assert_true(provider_is_loopback("http://127.0.0.1:80"));
	assert_true(provider_is_loopback("[::1]:80"));
	assert_false(provider_is_loopback("http://127.0.0.1.example.com:80"));
	assert_false(provider_is_loopback("http://localhost:1@example.com:80"));
	assert_false(provider_is_loopback("https://graph.facebook.com"));
}

static void
builder__every_type__read_by_the_parser(void **state)
{
	static const enum message_kind kinds[] = {MESSAGE_TEXT, MESSAGE_IMAGE,
	    MESSAGE_AUDIO, MESSAGE_DOCUMENT, MESSAGE_LOCATION, MESSAGE_CONTACTS,
	    MESSAGE_BUTTON, MESSAGE_INTERACTIVE, MESSAGE_INTERACTIVE,
	    MESSAGE_REACTION, MESSAGE_TEXT, MESSAGE_TEXT, MESSAGE_UNSUPPORTED};
	struct str body = STR_INIT;
	struct wa_post post;
	char id[REHEARSAL_ID_SIZE];

	(void)state;
	for (int t = 0; t < REHEARSAL_TYPE_COUNT; t++) {
		const struct rehearsal_message in = {
		    .type = (enum rehearsal_type)t,
		    .number_id = "100",
		    .from = "34600111222",
		    .name = "Lucía / 🙂",
		    .text = "No tengo ñandú",
		    .address = "Calle Mayor 1",
		    .reply_to = "wamid.X",
		};

		assert_non_null(rehearsal_type_names[t]);
		str_clear(&body);
		rehearsal_message(&in, &body, id);
		for (size_t i = 0; i < body.len; i++)
			assert_true((unsigned char)body.s[i] < 0x80);
		assert_int_equal(wa_parse(body.s, body.len, &post, NULL), 0);
		assert_int_equal(post.count, 1);
		assert_string_equal(post.events[0].id, id);
		assert_string_equal(post.events[0].name, "Lucía / 🙂");
		assert_string_equal(post.events[0].number_id, "100");
		if (t == REHEARSAL_REVOKE)
			assert_int_equal(post.events[0].kind, WA_REVOKE);
		else if (t == REHEARSAL_EDIT)
			assert_int_equal(post.events[0].kind, WA_EDIT);
		else
			assert_int_equal(post.events[0].message_kind, kinds[t]);
		wa_post_clear(&post);
	}
	assert_null(rehearsal_type_names[REHEARSAL_TYPE_COUNT]);
	str_free(&body);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(provider__a_text__three_signed_statuses),
	    CASE(provider__every_kind_we_build__taken),
	    CASE(provider__wrong_template__metas_errors),
	    CASE(provider__wrong_token__channel_stops),
	    CASE(provider__orders__go_wrong_as_told),
	    CASE(provider__outside_the_window__fails_later),
	    CASE(provider__disorder_and_duplicates__posted),
	    CASE(provider__desk_is_away__posts_again),
	    CASE(media__both_steps__bytes_as_promised),
	    CASE(templates__listed_by_pages__all_there),
	    CASE(channel_test__number_answers__a_sentence),
	    CASE(control__sent__lists_requests),
	    CASE(start__anywhere_but_loopback__refused),
	    cmocka_unit_test(builder__every_type__read_by_the_parser),
	};

	http_client_global_init(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
