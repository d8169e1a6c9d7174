/*
 * Unit tests of syncd/channels/whatsapp_parse: every case of the protocol
 * (tests/fuzz/corpus/whatsapp/NAME.json, spelt as Meta spells) and what becomes
 * of it.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "syncd/channels/whatsapp_parse.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define AT (1789000000 * US_PER_SECOND)

static void
parse_case(const char *name, struct wa_post *post)
{
	struct str path = STR_INIT, body = STR_INIT;
	struct err err = ERR_INIT;

	str_addf(&path, "tests/fuzz/corpus/whatsapp/%s.json", name);
	if (fs_read(path.s, 1 << 20, &body, &err) != 0 ||
	    wa_parse(body.s, body.len, post, &err) != 0)
		fail_msg("%s: %s", name, err.text);
	str_free(&path);
	str_free(&body);
}

/* NULL means "". */
static void
same(const char *name, const char *what, const char *got, const char *want)
{
	if (want == NULL)
		want = "";
	if (got == NULL || strcmp(got, want) != 0)
		fail_msg("%s: %s is '%s', not '%s'", name, what, got, want);
}

/* ---- messages: one event each ---- */

struct message_case {
	const char *file;
	enum message_kind kind;
	const char *kind_name, *body, *detail, *reply_to;
	const char *media_id, *media_mime, *media_filename;
	int error_code;
};

/* clang-format off */
static const struct message_case messages[] = {
	{"text", MESSAGE_TEXT, "text", "No tengo internet\ndesde ayer 😀", .detail = ""},
	{"text_reply", MESSAGE_TEXT, "text", "sí", "", .reply_to = "wamid.OUT9"},
	{"text_forwarded", MESSAGE_TEXT, "text", "mira", .detail = "{\"context\":{\"forwarded\":true,\"frequently_forwarded\":true}}"},
	{"text_referral", MESSAGE_TEXT, "text", "hola", .detail = "{\"referral\":{\"source_url\":\"https://fb.me/x\",\"source_id\":\"1\",\"source_type\":\"ad\",\"headline\":\"Fibra\",\"body\":\"600 Mb\",\"media_type\":\"image\",\"image_url\":\"https://example.com/i\",\"ctwa_clid\":\"ARA\"}}"},
	{"text_product", MESSAGE_TEXT, "text", "¿hay?", "{\"context\":{\"from\":\"15550783881\",\"id\":\"wamid.P\",\"referred_product\":{\"catalog_id\":\"5\",\"product_retailer_id\":\"SKU-1\"}}}", .reply_to = "wamid.P"},
	{"text_identity", MESSAGE_TEXT, "text", "x", .detail = "{\"identity\":{\"acknowledged\":true,\"created_timestamp\":1602532300000,\"hash\":\"sQ0\"}}"},
	{"text_group", MESSAGE_TEXT, "text", "x", .detail = "{\"group_id\":\"GR1\"}"},
	{"text_no_body", MESSAGE_TEXT, "text", "[text]", .detail = ""},
	{"image", MESSAGE_IMAGE, "image", "el router", "{\"id\":\"7001\",\"mime_type\":\"image/jpeg\",\"sha256\":\"c2hh\",\"caption\":\"el router\",\"url\":\"https://lookaside.fbsbx.com/x\"}", .media_id = "7001", .media_mime = "image/jpeg"},
	{"video", MESSAGE_VIDEO, "video", "el router", "{\"id\":\"7001\",\"mime_type\":\"video/mp4\",\"sha256\":\"c2hh\",\"caption\":\"el router\",\"url\":\"https://lookaside.fbsbx.com/x\"}", .media_id = "7001", .media_mime = "video/mp4"},
	{"image_bare", MESSAGE_IMAGE, "image", "", "{\"id\":\"7001\",\"mime_type\":\"image/jpeg\",\"sha256\":\"c2hh\"}", .media_id = "7001", .media_mime = "image/jpeg"},
	{"audio", MESSAGE_AUDIO, "audio", "", "{\"id\":\"7002\",\"mime_type\":\"audio/ogg; codecs=opus\",\"sha256\":\"c2hh\",\"voice\":true}", .media_id = "7002", .media_mime = "audio/ogg; codecs=opus"},
	{"document", MESSAGE_DOCUMENT, "document", "../fac tura.pdf.exe", "{\"id\":\"7003\",\"mime_type\":\"application/pdf\",\"sha256\":\"c2hh\",\"filename\":\"../fac tura.pdf.exe\"}", .media_id = "7003", .media_mime = "application/pdf", .media_filename = "../fac tura.pdf.exe"},
	{"sticker", MESSAGE_STICKER, "sticker", "", "{\"id\":\"7004\",\"mime_type\":\"image/webp\",\"sha256\":\"c2hh\",\"animated\":false}", .media_id = "7004", .media_mime = "image/webp"},
	{"location", MESSAGE_LOCATION, "location", "📍 Oficina, Calle Mayor 1 (40.4168, -3.7038)", .detail = "{\"latitude\":40.4168,\"longitude\":-3.7038,\"name\":\"Oficina\",\"address\":\"Calle Mayor 1\"}"},
	{"location_bare", MESSAGE_LOCATION, "location", "📍 (40.4168, -3.7038)", .detail = "{\"latitude\":40.4168,\"longitude\":-3.7038}"},
	{"contacts", MESSAGE_CONTACTS, "contacts", "👤 Ana Gil: +34 600, ana@example.com; Fibra SA", .detail = "{\"contacts\":[{\"name\":{\"formatted_name\":\"Ana Gil\",\"first_name\":\"Ana\"},\"phones\":[{\"phone\":\"+34 600\",\"wa_id\":\"34600\",\"type\":\"CELL\"}],\"emails\":[{\"email\":\"ana@example.com\"}]},{\"org\":{\"company\":\"Fibra SA\"}}]}"},
	{"reaction", MESSAGE_REACTION, "reaction", "👍", "{\"message_id\":\"wamid.OUT1\",\"emoji\":\"👍\"}", .reply_to = "wamid.OUT1"},
	{"reaction_removed", MESSAGE_REACTION, "reaction", "", "{\"message_id\":\"wamid.OUT1\"}", .reply_to = "wamid.OUT1"},
	{"button_reply", MESSAGE_INTERACTIVE, "interactive", "Sí", "{\"type\":\"button_reply\",\"button_reply\":{\"id\":\"si\",\"title\":\"Sí\"}}", .reply_to = "wamid.OUT2"},
	{"list_reply", MESSAGE_INTERACTIVE, "interactive", "Fibra - 600 Mb", .detail = "{\"type\":\"list_reply\",\"list_reply\":{\"id\":\"f\",\"title\":\"Fibra\",\"description\":\"600 Mb\"}}"},
	{"nfm_reply", MESSAGE_INTERACTIVE, "interactive", "flow: Sent", .detail = "{\"type\":\"nfm_reply\",\"nfm_reply\":{\"name\":\"flow\",\"body\":\"Sent\",\"response_json\":\"[{\\\"a\\\":1}]\"}}"},
	{"call_permission", MESSAGE_INTERACTIVE, "interactive", "📞 accept", .detail = "{\"type\":\"call_permission_reply\",\"call_permission_reply\":{\"response\":\"accept\",\"expiration_timestamp\":1789000000}}"},
	{"interactive_missing", MESSAGE_INTERACTIVE, "interactive", "[interactive]", "{\"errors\":[{\"code\":131051,\"title\":\"Message type unknown\",\"error_data\":{\"details\":\"not supported\"}}]}", .error_code = 131051},
	{"button", MESSAGE_BUTTON, "button", "Más tarde", .detail = "{\"payload\":\"p1\",\"text\":\"Más tarde\"}"},
	{"order", MESSAGE_ORDER, "order", "🛒 para hoy: 2 × SKU-1 (10.5 EUR), 1 × SKU-2 (3 EUR)", .detail = "{\"catalog_id\":\"5\",\"text\":\"para hoy\",\"product_items\":[{\"product_retailer_id\":\"SKU-1\",\"quantity\":2,\"item_price\":10.5,\"currency\":\"EUR\"},{\"product_retailer_id\":\"SKU-2\",\"quantity\":\"1\",\"item_price\":\"3\",\"currency\":\"EUR\"}]}"},
	{"system_identity", MESSAGE_SYSTEM, "system", "identity", .detail = "{\"type\":\"customer_identity_changed\",\"body\":\"identity\",\"identity\":\"x\",\"wa_id\":\"34600111222\"}"},
	{"request_welcome", MESSAGE_OTHER, "request_welcome", "[request_welcome]", .detail = "{\"from\":\"34600111222\",\"id\":\"wamid.IN1\",\"timestamp\":\"1789000000\",\"type\":\"request_welcome\"}"},
	{"unsupported", MESSAGE_UNSUPPORTED, "unsupported", "[unsupported]", "{\"type\":\"poll\",\"errors\":[{\"code\":131051,\"title\":\"Message type unknown\",\"message\":\"Message type unknown\",\"error_data\":{\"details\":\"Message type is currently not supported.\"}}]}", .error_code = 131051},
	{"unknown", MESSAGE_UNSUPPORTED, "unknown", "[unknown]", "{\"errors\":[{\"code\":131060,\"title\":\"unavailable\"}]}", .error_code = 131060},
	{"future_type", MESSAGE_OTHER, "hologram", "[hologram]", .detail = "{\"from\":\"34600111222\",\"id\":\"wamid.IN1\",\"timestamp\":\"1789000000\",\"type\":\"hologram\",\"hologram\":{\"id\":9007199254740993,\"x\":[1,{\"y\":null}]}}"},
	{"no_type", MESSAGE_OTHER, "", "[unknown]", .detail = "{\"from\":\"34600111222\",\"id\":\"wamid.IN1\",\"timestamp\":\"1789000000\",\"text\":{\"body\":\"x\"}}"},
};
/* clang-format on */

static void
message__every_type__as_expected(void **state)
{
	struct wa_post post;

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct message_case *c = &messages[i];
		const struct wa_event *e;

		parse_case(c->file, &post);
		if (post.count != 1 || post.events[0].kind != WA_MESSAGE)
			fail_msg("%s: not one message", c->file);
		e = &post.events[0];
		if (e->message_kind != c->kind)
			fail_msg("%s: kind %d", c->file, e->message_kind);
		same(c->file, "kind_name", e->kind_name, c->kind_name);
		same(c->file, "body", e->body, c->body);
		same(c->file, "detail", e->detail, c->detail);
		same(c->file, "reply_to", e->reply_to, c->reply_to);
		same(c->file, "media_id", e->media_id, c->media_id);
		same(c->file, "media_mime", e->media_mime, c->media_mime);
		same(c->file, "filename", e->media_filename, c->media_filename);
		same(c->file, "id", e->id, "wamid.IN1");
		same(c->file, "number", e->number, "34600111222");
		same(c->file, "number_id", e->number_id, "100");
		same(c->file, "account_id", e->account_id, "900");
		assert_int_equal(e->error_code, c->error_code);
		assert_true(e->at_us == AT);
		assert_false(e->from_app);
		wa_post_clear(&post);
	}
}

/* ---- who ---- */

static void
sender__every_oddity__identified(void **state)
{
	static const struct {
		const char *file, *number, *user_id, *parent, *username, *name;
	} cases[] = {
	    {"text", "34600111222", "", "", "", "Lucía"},
	    {"user_only", "", "ES.13491208655302741918", "ES.ENT.77", "sol",
		"Sol"},
	    {"user_empty_from", "", "ES.1", "", "", "Sol"},
	    {"user_in_from", "", "ES.1", "", "", "Sol"},
	    {"user_and_number", "34600111222", "ES.1", "", "sol", "Sol"},
	    {"user_number_from_contact", "34600111222", "ES.1", "", "", ""},
	    {"plus_number", "34600111222", "", "", "", ""},
	    {"no_profile", "34600111222", "", "", "", ""},
	};
	struct wa_post post;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct wa_event *e;

		parse_case(cases[i].file, &post);
		assert_int_equal(post.count, 1);
		e = &post.events[0];
		assert_int_equal(e->kind, WA_MESSAGE);
		same(cases[i].file, "number", e->number, cases[i].number);
		same(cases[i].file, "user_id", e->user_id, cases[i].user_id);
		same(cases[i].file, "parent", e->parent_user_id,
		    cases[i].parent);
		same(cases[i].file, "username", e->username, cases[i].username);
		same(cases[i].file, "name", e->name, cases[i].name);
		wa_post_clear(&post);
	}
	parse_case("nobody", &post);
	assert_int_equal(post.count, 1);
	assert_int_equal(post.events[0].kind, WA_NOBODY);
	wa_post_clear(&post);
}

static void
user_id__form__told_apart(void **state)
{
	(void)state;
	assert_true(wa__is_user_id("US.13491208655302741918"));
	assert_true(wa__is_user_id("US.ENT.11815799212886844830"));
	assert_true(wa__is_user_id("ES.a"));
	assert_false(wa__is_user_id("ES."));
	assert_false(wa__is_user_id("es.1"));
	assert_false(wa__is_user_id("34600111222"));
	assert_false(wa__is_user_id(""));
	assert_false(wa__is_user_id("E"));
	assert_false(wa__is_user_id("ES.1-2"));
}

static void
time__bad_or_absent__zero(void **state)
{
	static const char *const bad[] = {"time_bad", "time_absent"};
	struct wa_post post;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		parse_case(bad[i], &post);
		assert_true(post.events[0].at_us == 0);
		wa_post_clear(&post);
	}
	parse_case("time_number", &post);
	assert_true(post.events[0].at_us == AT);
	wa_post_clear(&post);
}

/* ---- everything else ---- */

static void
status__every_word__as_expected(void **state)
{
	static const struct {
		const char *file, *status, *recipient, *callback, *text;
		int code;
	} cases[] = {
	    {"status_sent", "sent", "34600111222",
		"00112233445566778899aabbccddeeff", "", 0},
	    {"status_delivered", "delivered", "34600111222", "", "", 0},
	    {"status_read", "read", "34600111222", "", "", 0},
	    {"status_played", "played", "34600111222", "", "", 0},
	    {"status_failed", "failed", "", "",
		"Re-engagement message: Message failed to send because more "
		"than 24 hours have passed",
		131047},
	    {"status_group", "sent", "ES.9", "", "", 0},
	    {"status_user", "sent", "ES.9", "", "", 0},
	};
	struct wa_post post;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct wa_event *e;

		parse_case(cases[i].file, &post);
		assert_int_equal(post.count, 1);
		e = &post.events[0];
		assert_int_equal(e->kind, WA_STATUS);
		same(cases[i].file, "id", e->id, "wamid.OUT1");
		same(cases[i].file, "status", e->status, cases[i].status);
		same(cases[i].file, "to", e->recipient, cases[i].recipient);
		same(cases[i].file, "callback", e->callback, cases[i].callback);
		same(cases[i].file, "text", e->error_text, cases[i].text);
		assert_int_equal(e->error_code, cases[i].code);
		assert_true(e->at_us == AT);
		wa_post_clear(&post);
	}
}

static void
system__new_number__move_then_note_in_the_new_place(void **state)
{
	static const char *const files[] = {
	    "system_number", "system_number_old"};
	struct wa_post post;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		parse_case(files[i], &post);
		assert_int_equal(post.count, 2);
		assert_int_equal(post.events[0].kind, WA_PEER_CHANGED);
		assert_string_equal(post.events[0].old_number, "34600111222");
		assert_string_equal(post.events[0].new_number, "34600999888");
		assert_string_equal(post.events[0].new_user_id, "");
		assert_int_equal(post.events[1].kind, WA_MESSAGE);
		assert_string_equal(post.events[1].number, "34600999888");
		wa_post_clear(&post);
	}
	parse_case("system_user_id", &post);
	assert_int_equal(post.count, 2);
	assert_string_equal(post.events[0].old_user_id, "ES.111");
	assert_string_equal(post.events[0].new_user_id, "ES.222");
	assert_string_equal(post.events[0].new_number, "");
	assert_string_equal(post.events[1].user_id, "ES.222");
	wa_post_clear(&post);
	parse_case("user_id_update", &post);
	assert_int_equal(post.count, 1);
	assert_int_equal(post.events[0].kind, WA_PEER_CHANGED);
	assert_string_equal(post.events[0].old_number, "34600111222");
	assert_string_equal(post.events[0].old_user_id, "ES.1");
	assert_string_equal(post.events[0].new_user_id, "ES.2");
	wa_post_clear(&post);
}

static void
edit_and_revoke__name_the_original(void **state)
{
	struct wa_post post;

	(void)state;
	parse_case("edit", &post);
	assert_int_equal(post.count, 1);
	assert_int_equal(post.events[0].kind, WA_EDIT);
	assert_string_equal(post.events[0].original_id, "wamid.IN0");
	assert_string_equal(post.events[0].body, "corregido");
	assert_int_equal(post.events[0].message_kind, MESSAGE_TEXT);
	wa_post_clear(&post);
	parse_case("revoke", &post);
	assert_int_equal(post.events[0].kind, WA_REVOKE);
	assert_string_equal(post.events[0].original_id, "wamid.IN0");
	wa_post_clear(&post);
}

static void
fields__others__told_apart(void **state)
{
	static const struct {
		const char *file;
		enum wa_event_kind kind;
		const char *word, *body;
	} cases[] = {
	    {"value_errors", WA_VALUE_ERROR, "", ""},
	    {"account_update", WA_ACCOUNT, "ACCOUNT_VIOLATION", "SPAM"},
	    {"account_disabled", WA_ACCOUNT, "DISABLED_UPDATE", ""},
	    {"template_status", WA_TEMPLATE, "APPROVED", "NONE"},
	    {"unknown_field", WA_OTHER_FIELD, "", ""},
	    {"value_not_object", WA_OTHER_FIELD, "", ""},
	    {"no_id", WA_BROKEN, "", ""},
	    {"status_no_id", WA_BROKEN, "", ""},
	};
	struct wa_post post;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		parse_case(cases[i].file, &post);
		if (post.count != 1 || post.events[0].kind != cases[i].kind)
			fail_msg("%s", cases[i].file);
		same(cases[i].file, "word", post.events[0].kind_name,
		    cases[i].word);
		same(cases[i].file, "body", post.events[0].body, cases[i].body);
		if (cases[i].kind == WA_BROKEN)
			assert_true(post.events[0].problem[0] != '\0');
		wa_post_clear(&post);
	}
	parse_case("echo", &post);
	assert_int_equal(post.count, 1);
	assert_int_equal(post.events[0].kind, WA_MESSAGE);
	assert_true(post.events[0].from_app);
	assert_string_equal(post.events[0].number, "34600111222");
	assert_string_equal(post.events[0].user_id, "ES.1");
	assert_string_equal(post.events[0].body, "desde el móvil");
	wa_post_clear(&post);
	parse_case("other_object", &post);
	assert_false(post.is_whatsapp);
	assert_int_equal(post.count, 0);
	wa_post_clear(&post);
}

static void
post__many_entries__one_bad_part_loses_only_itself(void **state)
{
	struct wa_post post;

	(void)state;
	parse_case("many", &post);
	assert_int_equal(post.count, 5);
	assert_int_equal(post.events[0].kind, WA_BROKEN);
	assert_string_equal(post.events[1].body, "uno");
	assert_string_equal(post.events[2].body, "dos");
	assert_string_equal(post.events[3].number_id, "999");
	assert_int_equal(post.events[4].kind, WA_STATUS);
	wa_post_clear(&post);
}

static void
post__not_ours_to_read__an_error(void **state)
{
	static const char *const bad[] = {"", "x", "[]", "1", "{\"a\":1",
	    "{\"a\":1,\"a\":2}", "{\"a\":\"\\ud800\"}", "{}{}", "\"x\""};
	struct wa_post post;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct err)ERR_INIT;
		assert_int_equal(
		    wa_parse(bad[i], strlen(bad[i]), &post, &err), OD_EDATA);
		assert_true(err.text[0] != '\0');
	}
}

/* Any prefix and any single changed byte: an error or events, never more. */
static void
post__cut_and_changed__never_crashes(void **state)
{
	struct str body = STR_INIT;
	struct wa_post post;

	(void)state;
	assert_int_equal(
	    fs_read("tests/fuzz/corpus/whatsapp/many.json", 65536, &body, NULL),
	    0);
	for (size_t n = 0; n < body.len; n++)
		if (wa_parse(body.s, n, &post, NULL) == 0)
			fail_msg("a cut body was read (%zu)", n);
	for (size_t at = 0; at < body.len; at++) {
		const char was = body.s[at];
		static const char changes[] = "\"{}[]0:,x\xff";

		for (size_t c = 0; c < sizeof(changes); c++) {
			body.s[at] = changes[c];
			if (wa_parse(body.s, body.len, &post, NULL) == 0)
				wa_post_clear(&post);
		}
		body.s[at] = was;
	}
	str_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(message__every_type__as_expected),
	    cmocka_unit_test(sender__every_oddity__identified),
	    cmocka_unit_test(user_id__form__told_apart),
	    cmocka_unit_test(time__bad_or_absent__zero),
	    cmocka_unit_test(status__every_word__as_expected),
	    cmocka_unit_test(
		system__new_number__move_then_note_in_the_new_place),
	    cmocka_unit_test(edit_and_revoke__name_the_original),
	    cmocka_unit_test(fields__others__told_apart),
	    cmocka_unit_test(
		post__many_entries__one_bad_part_loses_only_itself),
	    cmocka_unit_test(post__not_ours_to_read__an_error),
	    cmocka_unit_test(post__cut_and_changed__never_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
