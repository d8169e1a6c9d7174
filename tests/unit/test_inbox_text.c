/*
 * inbox_text - words and signs, and a thread as text.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "tui/screens/inbox_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1795255020000000LL /* Saturday 2026-11-21, 10:57 in Madrid */

static const struct zone *
madrid(void)
{
	const struct zone *zone = NULL;

	assert_int_equal(zone_get("Europe/Madrid", &zone, NULL), 0);
	return zone;
}

/* What fn appended must be this. */
#define assert_text(call, expected)                                            \
	do {                                                                   \
		struct str out = STR_INIT;                                     \
		call;                                                          \
		assert_string_equal(out.s, expected);                          \
		str_free(&out);                                                \
	} while (0)

static void
inbox_ticks__say__how_far_it_got(void **state)
{
	static const struct {
		enum message_state state;
		const char *text;
		enum role role;
	} rows[] = {
	    {MESSAGE_DUE, "·", ROLE_MUTED},
	    {MESSAGE_SENDING, "»", ROLE_MUTED},
	    {MESSAGE_SENT, "✓", ROLE_MUTED},
	    {MESSAGE_DELIVERED, "✓✓", ROLE_MUTED},
	    {MESSAGE_READ, "✓✓ read", ROLE_OK},
	    {MESSAGE_UNCERTAIN, "? nobody knows whether it left", ROLE_WARNING},
	    {MESSAGE_HELD, "‖ held back", ROLE_WARNING},
	    {MESSAGE_FAILED, "✗ not delivered", ROLE_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct message m = {.state = rows[i].state};
		enum role role;

		assert_text(inbox_ticks(&m, &out, &role), rows[i].text);
		assert_int_equal(role, rows[i].role);
	}
}

static void
inbox_ticks__say__nothing_of_incoming_and_notes(void **state)
{
	struct message in = {.inbound = true}, note = {.is_note = true};
	enum role role;

	(void)state;
	assert_text(inbox_ticks(&in, &out, &role), "");
	assert_text(inbox_ticks(&note, &out, &role), "");
}

static void
inbox_window__counts_down(void **state)
{
	enum role role;

	(void)state;
	assert_text(inbox_window(INT64_MAX, &out, &role), "");
	assert_text(
	    inbox_window(US_PER_DAY, &out, &role), "window: 24 h 00 min");
	assert_text(
	    inbox_window(5 * US_PER_HOUR + 61 * US_PER_SECOND, &out, &role),
	    "window: 5 h 01 min");
	assert_int_equal(role, ROLE_MUTED);
	assert_text(inbox_window(59 * US_PER_MINUTE, &out, &role),
	    "window: 59 min left");
	assert_int_equal(role, ROLE_WARNING);
	assert_text(
	    inbox_window(US_PER_SECOND, &out, &role), "window: 0 min left");
	assert_text(inbox_window(0, &out, &role), "window closed");
	assert_int_equal(role, ROLE_DANGER);
}

static void
inbox_day__is_that_of_the_zone(void **state)
{
	const struct zone *z = madrid();
	int64_t midnight = NOW - 10 * US_PER_HOUR - 57 * US_PER_MINUTE;

	(void)state;
	assert_text(inbox_day(z, midnight, NOW, &out), "Today");
	assert_text(inbox_day(z, midnight - 1, NOW, &out), "Yesterday");
	assert_text(inbox_day(z, midnight - US_PER_DAY - 1, NOW, &out),
	    "Thursday 19/11");
	assert_text(inbox_day(z, midnight - 365 * US_PER_DAY, NOW, &out),
	    "Friday 21/11/2025");
	assert_false(inbox_same_day(z, midnight, midnight - 1));
	assert_text(inbox_clock(z, midnight, &out), "00:00");
}

static void
inbox_size__is_short(void **state)
{
	(void)state;
	assert_text(inbox_size(999, &out), "999 bytes");
	assert_text(inbox_size(14300, &out), "14 kB");
	assert_text(inbox_size(2560000, &out), "2.6 MB");
}

static void
inbox_card__names_what_it_is(void **state)
{
	char detail[] = "{\"document\":{\"filename\":\"a.pdf\"}}", empty[] = "",
	     name[] = "{\"name\":\"aviso\"}", broken[] = "{";
	struct message m = {.kind = MESSAGE_IMAGE,
	    .file_id = 7,
	    .file_title = "luz.jpg",
	    .file_size = 48000,
	    .detail = empty};

	(void)state;
	assert_text(inbox_card(&m, &out), "[image] luz.jpg, 48 kB");
	m = (struct message){
	    .kind = MESSAGE_DOCUMENT, .inbound = true, .detail = detail};
	assert_text(inbox_card(&m, &out), "[document] a.pdf (not fetched yet)");
	m.detail = broken;
	assert_text(inbox_card(&m, &out), "[document] (not fetched yet)");
	m = (struct message){.kind = MESSAGE_TEMPLATE, .detail = name};
	assert_text(inbox_card(&m, &out), "[template] aviso");
	m = (struct message){
	    .kind = MESSAGE_OTHER, .detail = empty, .kind_name = "poll"};
	assert_text(inbox_card(&m, &out), "[message of another kind] poll");
	m = (struct message){.kind = MESSAGE_TEXT, .detail = empty};
	assert_text(inbox_card(&m, &out), "");
}

static void
inbox_preview__tells__who_spoke_last(void **state)
{
	struct conversation c = {
	    .preview = "Hola", .preview_kind = MESSAGE_TEXT};

	(void)state;
	assert_text(inbox_preview(&c, &out), "→ Hola");
	c.preview_inbound = true;
	assert_text(inbox_preview(&c, &out), "Hola");
	c.preview[0] = '\0';
	c.preview_kind = MESSAGE_IMAGE;
	assert_text(inbox_preview(&c, &out), "[image]");
	c.last_outbound_state = MESSAGE_FAILED;
	assert_text(inbox_preview(&c, &out), "✗ not delivered: [image]");
}

/* ---- the thread ---- */

static struct message
said(int64_t id, const char *body, int64_t at_us)
{
	static char empty[] = "";

	return (struct message){.id = id,
	    .kind = MESSAGE_TEXT,
	    .role = MESSAGE_BY_USER,
	    .inbound = true,
	    .at_us = at_us,
	    .body = (char *)(uintptr_t)body,
	    .detail = empty,
	    .error_text = empty,
	    .reactions = empty};
}

/* The text of the block that shows a record and holds what. */
static bool
has(const struct w_text *t, int64_t id, const char *what)
{
	for (size_t i = 0; i < t->block_count; i++) {
		const struct w_text_block *b = &t->blocks[i];
		char text[512];

		str_format(
		    text, sizeof(text), "%.*s", (int)b->len, t->text.s + b->at);
		if (b->id == id && strstr(text, what) != NULL)
			return true;
	}
	return false;
}

static void
inbox_thread__tells_notes_and_messages_apart(void **state)
{
	struct message rows[] = {
	    said(4, "Hola\033[2J", NOW), said(4, "ojo", NOW)};
	struct inbox_thread th = {.rows = rows, .count = 2};
	struct w_text t;

	(void)state;
	rows[1].is_note = true;
	rows[1].inbound = false;
	rows[1].role = MESSAGE_BY_OPERATOR;
	str_copy(rows[1].operator_name, 201, "Ana");
	w_text_init(&t);
	inbox__thread_build(&t, &th, madrid(), NOW, false);
	w_text_layout(&t, 40, 20);
	assert_true(has(&t, 4, "Customer 10:57"));
	assert_true(has(&t, 4, "Hola␛[2J"));
	assert_true(has(&t, -4, "INTERNAL NOTE · Ana 10:57"));
	assert_true(has(&t, -4, "ojo"));
	assert_false(has(&t, 4, "ojo"));
	assert_null(strchr(t.text.s, '\033'));
	w_text_free(&t);
}

static void
inbox_thread__shows__quotes_and_what_was_taken_back(void **state)
{
	struct message rows[] = {said(1, "¿Cuándo?", NOW - US_PER_DAY),
	    said(2, "secreto", NOW), said(3, "Mañana", NOW),
	    said(4, "Eso", NOW)};
	struct inbox_thread th = {.rows = rows, .count = 4};
	struct w_text t;

	(void)state;
	str_copy(rows[0].provider_id, 257, "wamid.A");
	rows[1].revoked_us = NOW;
	rows[2].edited_us = NOW;
	str_copy(rows[2].reply_to, 257, "wamid.A");
	str_copy(rows[3].reply_to, 257, "wamid.gone");
	w_text_init(&t);
	inbox__thread_build(&t, &th, madrid(), NOW, true);
	assert_true(has(&t, 2, "(deleted message)"));
	assert_null(strstr(t.text.s, "secreto"));
	assert_true(has(&t, 3, "> ¿Cuándo?"));
	assert_true(has(&t, 3, "(edited)"));
	assert_true(has(&t, 4, "> an older message"));
	assert_true(has(&t, 0, "Yesterday"));
	assert_true(has(&t, 0, "Today"));
	assert_true(has(&t, 0, "Older messages"));
	w_text_free(&t);
}

static void
inbox_thread__says__why_it_failed(void **state)
{
	char reason[] = "Message undeliverable";
	struct message rows[] = {said(1, "Hola", NOW)};
	struct inbox_thread th = {.rows = rows, .count = 1};
	struct w_text t;

	(void)state;
	rows[0].inbound = false;
	rows[0].role = MESSAGE_BY_OPERATOR;
	rows[0].state = MESSAGE_FAILED;
	rows[0].error_code = 131026;
	rows[0].error_text = reason;
	w_text_init(&t);
	inbox__thread_build(&t, &th, madrid(), NOW, false);
	/* Of a channel whose codes we do not know. */
	assert_true(
	    has(&t, 1, "131026: Message undeliverable (R tries again)"));
	w_text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(inbox_ticks__say__how_far_it_got),
	    cmocka_unit_test(inbox_ticks__say__nothing_of_incoming_and_notes),
	    cmocka_unit_test(inbox_window__counts_down),
	    cmocka_unit_test(inbox_day__is_that_of_the_zone),
	    cmocka_unit_test(inbox_size__is_short),
	    cmocka_unit_test(inbox_card__names_what_it_is),
	    cmocka_unit_test(inbox_preview__tells__who_spoke_last),
	    cmocka_unit_test(inbox_thread__tells_notes_and_messages_apart),
	    cmocka_unit_test(
		inbox_thread__shows__quotes_and_what_was_taken_back),
	    cmocka_unit_test(inbox_thread__says__why_it_failed),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
