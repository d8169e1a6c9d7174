/*
 * Unit tests of building sends and judging answers (whatsapp_build,
 * whatsapp_problem, whatsapp_judge), media and templates.
 */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "syncd/channels/whatsapp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char token[] = "EAAtest";
static const struct channel channel = {.id = "soporte",
    .kind = CHANNEL_WHATSAPP,
    .number_id = "100",
    .account_id = "900",
    .api_base = "https://graph.facebook.com",
    .api_version = "v23.0",
    .access_token = token};

#define CALLBACK "00112233445566778899aabbccddeeff"

static int
build(enum outbox_kind kind, const char *intent, struct channel_request *r)
{
	struct outbox_item item = {.kind = kind};
	struct err err = ERR_INIT;
	int rc;

	item.intent = xstrdup(intent);
	str_copy(item.callback, sizeof(item.callback), CALLBACK);
	rc = whatsapp_build(&channel, &item, r, &err);
	assert_int_equal(rc != 0, err.text[0] != '\0');
	free(item.intent);
	return rc;
}

#define HEAD(to)                                                               \
	"{\"messaging_product\":\"whatsapp\",\"recipient_type\":"              \
	"\"individual\"," to ","
#define TO   "\"to\":\"34600111222\""
#define BACK "\"biz_opaque_callback_data\":\"" CALLBACK "\","

static void
build__each_type__metas_request(void **state)
{
	static const struct {
		const char *intent, *body;
	} cases[] = {
	    {"{" TO ",\"type\":\"text\",\"body\":\"¿Sigue sin conexión?\"}",
		HEAD(TO) "\"type\":\"text\"," BACK
			 "\"text\":{\"body\":\"¿Sigue sin conexión?\","
			 "\"preview_url\":false}}"},
	    {"{\"to_user\":\"ES.1\",\"to\":\"\",\"type\":\"text\",\"body\":"
	     "\"x\",\"reply_to\":\"wamid.A\"}",
		HEAD("\"recipient\":\"ES.1\"") "\"type\":\"text\","
					       "\"context\":{\"message_id\":"
					       "\"wamid.A\"}," BACK
					       "\"text\":{\"body\":\"x\","
					       "\"preview_url\":false}}"},
	    {"{" TO ",\"to_user\":\"ES.1\",\"type\":\"image\",\"link\":"
	     "\"https://example.com/a\",\"body\":\"pie\"}",
		HEAD(TO) "\"type\":\"image\"," BACK
			 "\"image\":{\"link\":\"https://example.com/a\","
			 "\"caption\":\"pie\"}}"},
	    {"{" TO ",\"type\":\"audio\",\"link\":\"https://example.com/a\","
	     "\"body\":\"not for audio\"}",
		HEAD(TO) "\"type\":\"audio\"," BACK
			 "\"audio\":{\"link\":\"https://example.com/a\"}}"},
	    {"{" TO ",\"type\":\"document\",\"link\":\"https://example.com/"
	     "a\",\"filename\":\"a.pdf\"}",
		HEAD(TO) "\"type\":\"document\"," BACK
			 "\"document\":{\"link\":\"https://example.com/a\","
			 "\"filename\":\"a.pdf\"}}"},
	    {"{" TO ",\"type\":\"interactive\",\"body\":\"¿Vale?\","
	     "\"buttons\":[{\"id\":\"1\",\"title\":\"Sí\"}]}",
		HEAD(TO) "\"type\":\"interactive\"," BACK
			 "\"interactive\":{\"type\":\"button\",\"body\":"
			 "{\"text\":\"¿Vale?\"},\"action\":{\"buttons\":"
			 "[{\"type\":\"reply\",\"reply\":{\"id\":\"1\","
			 "\"title\":\"Sí\"}}]}}}"},
	    {"{" TO ",\"type\":\"template\",\"name\":\"cita\",\"lang\":"
	     "\"es\",\"values\":[\"Ana\",\"hoy\"]}",
		HEAD(TO) "\"type\":\"template\"," BACK
			 "\"template\":{\"name\":\"cita\",\"language\":"
			 "{\"code\":\"es\"},\"components\":[{\"type\":"
			 "\"body\",\"parameters\":[{\"type\":\"text\","
			 "\"text\":\"Ana\"},{\"type\":\"text\",\"text\":"
			 "\"hoy\"}]}]}}"},
	    {"{" TO ",\"type\":\"template\",\"name\":\"c\",\"lang\":\"es\","
	     "\"names\":[\"nombre\"],\"values\":[\"Ana\"]}",
		HEAD(
		    TO) "\"type\":\"template\"," BACK
			"\"template\":{\"name\":\"c\",\"language\":"
			"{\"code\":\"es\"},\"components\":[{\"type\":"
			"\"body\",\"parameters\":[{\"type\":\"text\","
			"\"parameter_name\":\"nombre\",\"text\":\"Ana\"}]}]}}"},
	};
	struct channel_request r = CHANNEL_REQUEST_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(build(OUTBOX_MESSAGE, cases[i].intent, &r), 0);
		assert_string_equal(r.body.s, cases[i].body);
		assert_string_equal(r.method, "POST");
		assert_string_equal(
		    r.url.s, "https://graph.facebook.com/v23.0/100/messages");
		assert_string_equal(r.bearer, token);
	}
	assert_int_equal(
	    build(OUTBOX_MARK_READ,
		"{\"type\":\"read\",\"message_id\":\"wamid.A\"}", &r),
	    0);
	assert_string_equal(r.body.s,
	    "{\"messaging_product\":\"whatsapp\",\"status\":\"read\","
	    "\"message_id\":\"wamid.A\"}");
	channel_request_clear(&r);
}

static void
build__what_cannot_be_sent__a_sentence(void **state)
{
	static const char *const bad[] = {
	    "",
	    "{}",
	    "{\"type\":\"text\",\"body\":\"nobody\"}",
	    "{" TO ",\"type\":\"text\",\"body\":\"\"}",
	    "{" TO ",\"type\":\"hologram\"}",
	    "{" TO ",\"type\":\"image\",\"link\":\"file:///etc/passwd\"}",
	    "{" TO ",\"type\":\"interactive\",\"body\":\"x\",\"buttons\":[]}",
	    "{" TO ",\"type\":\"interactive\",\"body\":\"x\",\"buttons\":"
	    "[{\"id\":\"1\",\"title\":\"a\"},{\"id\":\"2\",\"title\":\"a\"}]}",
	    "{" TO ",\"type\":\"interactive\",\"body\":\"x\",\"buttons\":"
	    "[{\"id\":\"1\",\"title\":\"123456789012345678901\"}]}",
	    "{" TO ",\"type\":\"template\",\"name\":\"\",\"lang\":\"es\"}",
	    "{" TO ",\"type\":\"template\",\"name\":\"a\",\"lang\":\"es\","
	    "\"values\":[1]}",
	};
	struct channel_request r = CHANNEL_REQUEST_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(build(OUTBOX_MESSAGE, bad[i], &r), OD_EDATA);
	assert_int_equal(
	    build(OUTBOX_MARK_READ, "{\"type\":\"read\"}", &r), OD_EDATA);
	channel_request_clear(&r);
}

static void
build__text_length__counted_in_characters(void **state)
{
	struct channel_request r = CHANNEL_REQUEST_INIT;
	struct str s = STR_INIT;

	(void)state;
	str_add(&s, "{" TO ",\"type\":\"text\",\"body\":\"");
	for (int i = 0; i < 4096; i++)
		str_add(&s, "ñ");
	str_add(&s, "\"}");
	assert_int_equal(build(OUTBOX_MESSAGE, s.s, &r), 0);
	str_trunc(&s, s.len - 2);
	str_add(&s, "x\"}");
	assert_int_equal(build(OUTBOX_MESSAGE, s.s, &r), OD_EDATA);
	str_free(&s);
	channel_request_clear(&r);
}

/* ---- verdicts ---- */

static struct channel_verdict
judge_as(enum outbox_kind kind, int attempts, struct channel_answer a)
{
	struct outbox_item item = {.kind = kind, .attempts = attempts};
	struct channel_verdict v;

	if (a.body == NULL)
		a.body = "";
	a.body_len = strlen(a.body);
	if (a.error == NULL)
		a.error = "";
	if (a.retry_after_s == 0)
		a.retry_after_s = -1;
	whatsapp_judge(&item, &a, &v);
	if (v.kind != VERDICT_SENT)
		assert_true(v.text[0] != '\0');
	return v;
}

static struct channel_verdict
judge_code(int attempts, int status, int code)
{
	char body[256];

	str_format(body, sizeof(body),
	    "{\"error\":{\"message\":\"(#%d) words\",\"type\":"
	    "\"OAuthException\",\"code\":%d,\"error_data\":{\"details\":"
	    "\"why\"},\"fbtrace_id\":\"x\"}}",
	    code, code);
	return judge_as(OUTBOX_MESSAGE, attempts,
	    (struct channel_answer){.status = status, .body = body});
}

static void
judge__success__ids_of_message_and_peer(void **state)
{
	struct channel_verdict v;

	(void)state;
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 200,
		.app_usage = "{\"call_count\":28,\"total_time\":25}",
		.business_usage =
		    "{\"900\":[{\"type\":\"whatsapp\",\"call_count\":71}]}",
		.body = "{\"messaging_product\":\"whatsapp\",\"contacts\":"
			"[{\"input\":\"5411\",\"wa_id\":\"54911\"}],"
			"\"messages\":[{\"id\":\"wamid.X\","
			"\"message_status\":\"accepted\"}]}"});
	assert_int_equal(v.kind, VERDICT_SENT);
	assert_string_equal(v.provider_id, "wamid.X");
	assert_string_equal(v.peer_id, "54911");
	assert_int_equal(v.usage_percent, 71);
	assert_int_equal(v.channel, CHANNEL_OK);
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 200,
		.body = "{\"contacts\":[{\"input\":\"ES.1\",\"user_id\":"
			"\"ES.1\"}],\"messages\":[{\"id\":\"wamid.X\"}]}"});
	assert_string_equal(v.peer_id, "ES.1");
	v = judge_as(OUTBOX_MARK_READ, 1,
	    (struct channel_answer){
		.status = 200, .body = "{\"success\":true}"});
	assert_int_equal(v.kind, VERDICT_SENT);
}

static void
judge__every_code_of_the_sheet__its_remedy(void **state)
{
	static const struct {
		int code;
		enum verdict_kind kind;
		enum channel_state channel;
	} cases[] = {
	    {0, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {190, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {3, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {10, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {200, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {299, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {131005, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {131000, VERDICT_RETRY, CHANNEL_OK},
	    {131016, VERDICT_RETRY, CHANNEL_OK},
	    {1, VERDICT_RETRY, CHANNEL_OK},
	    {2, VERDICT_RETRY, CHANNEL_OK},
	    {133004, VERDICT_RETRY, CHANNEL_OK},
	    {4, VERDICT_RETRY, CHANNEL_PAUSED},
	    {17, VERDICT_RETRY, CHANNEL_PAUSED},
	    {80007, VERDICT_RETRY, CHANNEL_PAUSED},
	    {33, VERDICT_DEAD, CHANNEL_OK},
	    {100, VERDICT_DEAD, CHANNEL_OK},
	    {131008, VERDICT_DEAD, CHANNEL_OK},
	    {131009, VERDICT_DEAD, CHANNEL_OK},
	    {368, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {131031, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {130429, VERDICT_RETRY, CHANNEL_PAUSED},
	    {130472, VERDICT_DEAD, CHANNEL_OK},
	    {130497, VERDICT_DEAD, CHANNEL_OK},
	    {131021, VERDICT_DEAD, CHANNEL_OK},
	    {131026, VERDICT_DEAD, CHANNEL_OK},
	    {131030, VERDICT_DEAD, CHANNEL_OK},
	    {131037, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {131042, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {131044, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {131045, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {131047, VERDICT_DEAD, CHANNEL_OK},
	    {131048, VERDICT_GIVE_BACK, CHANNEL_PAUSED},
	    {131049, VERDICT_DEAD, CHANNEL_OK},
	    {131050, VERDICT_DEAD, CHANNEL_OK},
	    {131051, VERDICT_DEAD, CHANNEL_OK},
	    {131052, VERDICT_RETRY, CHANNEL_OK},
	    {131053, VERDICT_RETRY, CHANNEL_OK},
	    {131056, VERDICT_RETRY, CHANNEL_OK},
	    {131057, VERDICT_RETRY, CHANNEL_OK},
	    {131062, VERDICT_DEAD, CHANNEL_OK},
	    {131063, VERDICT_DEAD, CHANNEL_OK},
	    {131064, VERDICT_DEAD, CHANNEL_OK},
	    {132000, VERDICT_DEAD, CHANNEL_OK},
	    {132001, VERDICT_DEAD, CHANNEL_OK},
	    {132005, VERDICT_DEAD, CHANNEL_OK},
	    {132007, VERDICT_DEAD, CHANNEL_OK},
	    {132008, VERDICT_DEAD, CHANNEL_OK},
	    {132012, VERDICT_DEAD, CHANNEL_OK},
	    {132015, VERDICT_DEAD, CHANNEL_OK},
	    {132016, VERDICT_DEAD, CHANNEL_OK},
	    {132068, VERDICT_DEAD, CHANNEL_OK},
	    {132069, VERDICT_RETRY, CHANNEL_OK},
	    {133016, VERDICT_GIVE_BACK, CHANNEL_PAUSED},
	    {135000, VERDICT_RETRY, CHANNEL_OK},
	    {137000, VERDICT_DEAD, CHANNEL_OK},
	    /* Not in the sheet: the HTTP status decides (400). */
	    {424242, VERDICT_DEAD, CHANNEL_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct channel_verdict v = judge_code(1, 400, cases[i].code);

		if (v.kind != cases[i].kind || v.channel != cases[i].channel)
			fail_msg("%d: verdict %d, channel %d", cases[i].code,
			    (int)v.kind, (int)v.channel);
		assert_int_equal(v.error_code, cases[i].code);
		assert_non_null(strstr(v.text, "why"));
		if (v.channel == CHANNEL_PAUSED)
			assert_true(v.pause_s > 0);
	}
}

static void
judge__repeated_failures__wait_longer_or_end(void **state)
{
	(void)state;
	/* Pair rate: 4^n seconds. */
	assert_int_equal(judge_code(1, 400, 131056).wait_s, 1);
	assert_int_equal(judge_code(2, 400, 131056).wait_s, 4);
	assert_int_equal(judge_code(3, 400, 131056).wait_s, 16);
	assert_int_equal(judge_code(4, 400, 131056).wait_s, 64);
	assert_int_equal(judge_code(10, 400, 131056).kind, VERDICT_DEAD);
	/* Once more only. */
	assert_int_equal(judge_code(2, 400, 131053).kind, VERDICT_DEAD);
	assert_int_equal(judge_code(2, 400, 135000).kind, VERDICT_DEAD);
	assert_int_equal(judge_code(2, 500, 131000).kind, VERDICT_RETRY);
	assert_int_equal(judge_code(2, 500, 131000).wait_s, -1);
	/* The number's rate: 2, 4, 8 ... 60 s for the whole channel. */
	assert_int_equal(judge_code(1, 429, 130429).pause_s, 2);
	assert_int_equal(judge_code(3, 429, 130429).pause_s, 8);
	assert_int_equal(judge_code(9, 429, 130429).pause_s, 60);
}

static void
judge__wait_told_by_headers__honoured(void **state)
{
	const char *body = "{\"error\":{\"code\":80007}}";
	struct channel_verdict v;

	(void)state;
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 400,
		.body = body,
		.business_usage =
		    "{\"900\":[{\"type\":\"whatsapp\",\"call_count\":100,"
		    "\"estimated_time_to_regain_access\":7}]}"});
	assert_int_equal(v.wait_s, 7 * 60);
	assert_int_equal(v.pause_s, 7 * 60);
	assert_int_equal(v.usage_percent, 100);
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){
		.status = 400, .body = body, .retry_after_s = 900});
	assert_int_equal(v.wait_s, 900);
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 503, .retry_after_s = 9999999});
	assert_int_equal(v.kind, VERDICT_RETRY);
	assert_int_equal(v.wait_s, 24 * 3600);
	/* Nonsense in the headers is no news. */
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 400,
		.body = body,
		.app_usage = "nonsense",
		.business_usage = "{\"900\":[7,null,{\"call_count\":-3}]}"});
	assert_int_equal(v.usage_percent, -1);
	assert_int_equal(v.wait_s, 60);
}

static void
judge__no_code__the_status_decides(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum verdict_kind kind;
	} cases[] = {
	    {500, "<html>", VERDICT_RETRY},
	    {502, "", VERDICT_RETRY},
	    {408, "{}", VERDICT_RETRY},
	    {425, "", VERDICT_RETRY},
	    {429, "", VERDICT_RETRY},
	    {302, "", VERDICT_RETRY},
	    {400, "{\"error\":{\"is_transient\":true}}", VERDICT_RETRY},
	    {400, "nonsense", VERDICT_DEAD},
	    {404, "", VERDICT_DEAD},
	    {403, "{\"error\":\"plain words\"}", VERDICT_DEAD},
	    {401, "", VERDICT_GIVE_BACK},
	    /* Taken, perhaps: never a second time. */
	    {200, "", VERDICT_UNCERTAIN},
	    {200, "<html>It works!</html>", VERDICT_UNCERTAIN},
	    {200, "{}", VERDICT_UNCERTAIN},
	    {200, "{\"messages\":[]}", VERDICT_UNCERTAIN},
	    {200, "{\"messages\":[{\"id\":7}]}", VERDICT_UNCERTAIN},
	    {200, "{\"messages\":[{\"id\":\"\"}]}", VERDICT_UNCERTAIN},
	    /* An error wins over the status. */
	    {200, "{\"error\":{\"code\":131047}}", VERDICT_DEAD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct channel_verdict v = judge_as(OUTBOX_MESSAGE, 1,
		    (struct channel_answer){
			.status = cases[i].status, .body = cases[i].body});

		if (v.kind != cases[i].kind)
			fail_msg("%d %s: %d", cases[i].status, cases[i].body,
			    (int)v.kind);
	}
}

static void
judge__no_answer__sent_nothing_or_uncertain(void **state)
{
	struct channel_verdict v;

	(void)state;
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){
		.outcome = HTTP_NOT_SENT, .error = "no route"});
	assert_int_equal(v.kind, VERDICT_RETRY);
	assert_non_null(strstr(v.text, "no route"));
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){
		.outcome = HTTP_UNKNOWN, .error = "it timed out"});
	assert_int_equal(v.kind, VERDICT_UNCERTAIN);
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.outcome = HTTP_TOO_LARGE, .status = 200});
	assert_int_equal(v.kind, VERDICT_UNCERTAIN);
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.outcome = HTTP_TOO_LARGE, .status = 503});
	assert_int_equal(v.kind, VERDICT_RETRY);
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.outcome = HTTP_CANCELLED});
	assert_int_equal(v.kind, VERDICT_UNCERTAIN);
}

static void
judge__details__in_any_form_and_safe(void **state)
{
	struct channel_verdict v;

	(void)state;
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 400,
		.body = "{\"error\":{\"code\":\"100\",\"error_data\":"
			"\"plain\",\"message\":\"m\"}}"});
	assert_int_equal(v.error_code, 100);
	assert_non_null(strstr(v.text, "plain"));
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 400,
		.body = "{\"error\":{\"code\":100,\"message\":"
			"\"\\u001b]0;x\\u0007\\u202eolleh\"}}"});
	assert_null(strchr(v.text, '\033'));
	assert_null(strchr(v.response, '\033'));
	assert_null(strstr(v.text, "\xe2\x80\xae"));
}

static void
judge__token_in_the_answer__is_not_kept(void **state)
{
	struct channel_verdict v;

	(void)state;
	v = judge_as(OUTBOX_MESSAGE, 1,
	    (struct channel_answer){.status = 401,
		.body = "{\"error\":{\"code\":190,\"message\":\"Malformed "
			"access token EAAGm0PX4ZCpsBA0123_-xyzZCZC.\"}}"});
	assert_non_null(strstr(v.text, "Malformed access token EAA."));
	assert_null(strstr(v.text, "0PX4"));
	assert_null(strstr(v.response, "0PX4"));
}

/* ---- media and templates ---- */

static void
download__token__goes_to_meta_only(void **state)
{
	static const char *const good[] = {
	    "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
	    "https://graph.facebook.com/x",
	    "https://mmg.whatsapp.net/x",
	};
	static const char *const bad[] = {
	    "http://lookaside.fbsbx.com/x",
	    "https://fbsbx.com.example.com/x",
	    "https://evilfbsbx.com/x",
	    "https://lookaside.fbsbx.com@example.com/x",
	    "https://example.com/?.fbsbx.com",
	    "https://example.com\\.fbsbx.com/",
	    "file:///etc/passwd",
	    "https://",
	    "",
	};
	struct channel_request r = CHANNEL_REQUEST_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(whatsapp_media_download(&channel, good[i],
				     MESSAGE_IMAGE, &r, NULL),
		    0);
		assert_string_equal(r.url.s, good[i]);
		assert_int_equal(r.max_body, 5 * 1024 * 1024);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(whatsapp_media_download(
				     &channel, bad[i], MESSAGE_IMAGE, &r, NULL),
		    OD_EDATA);
	assert_int_equal(
	    whatsapp_media_download(&channel, good[0], MESSAGE_TEXT, &r, NULL),
	    OD_EDATA);
	assert_int_equal(
	    whatsapp_media_lookup(&channel, "../100", &r, NULL), OD_EDATA);
	assert_int_equal(
	    whatsapp_media_lookup(&channel, "", &r, NULL), OD_EDATA);
	channel_request_clear(&r);
}

static void
media__answer__read_leniently(void **state)
{
	const char *body =
	    "{\"url\":\"https:\\/\\/lookaside.fbsbx.com\\/x\",\"mime_type\":"
	    "\"Image/JPEG; q=1\",\"sha256\":\"ABCDEF0123456789ABCDEF01234567"
	    "89ABCDEF0123456789ABCDEF0123456789\",\"file_size\":\"123\"}";
	struct whatsapp_media m;

	(void)state;
	assert_int_equal(whatsapp_media_parse(body, strlen(body), &m, NULL), 0);
	assert_string_equal(m.url, "https://lookaside.fbsbx.com/x");
	assert_string_equal(m.mime, "image/jpeg");
	assert_true(str_starts(m.sha256, "abcdef01"));
	assert_int_equal(m.size, 123);
	assert_int_equal(
	    whatsapp_media_check(&m, MESSAGE_IMAGE, 122, m.sha256, NULL),
	    OD_EDATA);
	assert_int_equal(
	    whatsapp_media_check(&m, MESSAGE_IMAGE, 123, m.sha256, NULL), 0);
	assert_int_equal(
	    whatsapp_media_check(&m, MESSAGE_IMAGE, 6 << 20, m.sha256, NULL),
	    OD_ELIMIT);
	assert_int_equal(whatsapp_media_parse("{}", 2, &m, NULL), OD_EDATA);
	assert_int_equal(whatsapp_media_parse("x", 1, &m, NULL), OD_EDATA);
}

static void
templates__values__each_counted_once(void **state)
{
	const char *body =
	    "{\"data\":[{\"name\":\"a\",\"language\":\"es\",\"status\":"
	    "\"APPROVED\",\"category\":\"UTILITY\",\"components\":[{\"type\":"
	    "\"HEADER\",\"text\":\"{{1}}\"},{\"type\":\"BODY\",\"text\":"
	    "\"{{1}} {{2}} {{1}} {{nombre}} {{\"}]},{\"name\":\"b\","
	    "\"language\":\"en\",\"status\":\"PAUSED\"},{\"no\":1},7]}";
	struct message_template *rows = NULL;
	size_t count = 0;
	char after[513];

	(void)state;
	assert_int_equal(whatsapp_templates_parse(
			     body, strlen(body), &rows, &count, after, NULL),
	    0);
	assert_int_equal(count, 2);
	assert_int_equal(rows[0].parameters, 3);
	assert_int_equal(rows[1].parameters, 0);
	assert_string_equal(rows[1].body, "");
	assert_string_equal(rows[1].components, "[]");
	assert_string_equal(after, "");
	for (size_t i = 0; i < count; i++) {
		free(rows[i].body);
		free(rows[i].components);
	}
	free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(build__each_type__metas_request),
	    cmocka_unit_test(build__what_cannot_be_sent__a_sentence),
	    cmocka_unit_test(build__text_length__counted_in_characters),
	    cmocka_unit_test(judge__success__ids_of_message_and_peer),
	    cmocka_unit_test(judge__every_code_of_the_sheet__its_remedy),
	    cmocka_unit_test(judge__repeated_failures__wait_longer_or_end),
	    cmocka_unit_test(judge__wait_told_by_headers__honoured),
	    cmocka_unit_test(judge__no_code__the_status_decides),
	    cmocka_unit_test(judge__no_answer__sent_nothing_or_uncertain),
	    cmocka_unit_test(judge__details__in_any_form_and_safe),
	    cmocka_unit_test(judge__token_in_the_answer__is_not_kept),
	    cmocka_unit_test(download__token__goes_to_meta_only),
	    cmocka_unit_test(media__answer__read_leniently),
	    cmocka_unit_test(templates__values__each_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
