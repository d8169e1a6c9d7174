/*
 * Unit tests of common/mail_write: what it writes is read back by
 * common/mail, and by rules of its own.
 *
 * Turned red by: one_line not turning line ends into blanks (headers are
 * injected), add_encoded cutting inside a character, is_literal without its
 * look at trailing blanks.
 */
#include "common/mail_write.h"
#include "common/mail.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ID "0123456789abcdef@desk.example.org"

static const struct mail_new plain = {
    .from = "soporte@desk.example.org",
    .from_name = "Soporte",
    .to = "ana.perez@example.org",
    .to_name = "Ana Pérez",
    .subject = "Re: Impresora [#17]",
    .id = ID,
    .desk_id = "d1",
    .text = "Hola",
    .at_us = INT64_C(1772445723000000),
};

static int
count(const char *s, const char *part)
{
	int n = 0;

	for (; (s = strstr(s, part)) != NULL; s++)
		n++;
	return n;
}

/* What any server takes: ASCII, CR LF only in pairs, short lines. */
static void
check_bytes(const struct str *b)
{
	size_t line = 0;

	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->s[i];

		assert_true(c < 0x7f && (c >= ' ' || c == '\r' || c == '\n'));
		assert_int_equal(
		    c == '\r', i + 1 < b->len && b->s[i + 1] == '\n');
		line = c == '\n' ? 0 : line + 1;
		assert_true(line <= 998);
	}
	assert_int_equal(line, 0);
}

static void
round_trip(const struct mail_new *in, struct str *bytes, struct mail *m)
{
	struct err err = ERR_INIT;

	if (mail_write(in, bytes, &err) != 0)
		fail_msg("%s", err.text);
	check_bytes(bytes);
	if (mail_read(bytes->s, bytes->len, m, &err) != 0)
		fail_msg("%s", err.text);
}

static void
mail__that_is_written__is_read_as_it_was(void **state)
{
	const char *const refs[] = {"a@x.example", "b@x.example"};
	struct mail_new in = plain;
	struct str b = STR_INIT;
	struct mail m;

	(void)state;
	in.refs = refs;
	in.ref_count = 2;
	in.text = "Hola, ¿qué tal?\r\n\r\n.\nFrom here\ntrailing \t\n= 100 %\n";
	round_trip(&in, &b, &m);
	assert_string_equal(m.id, ID);
	assert_string_equal(m.from, in.from);
	assert_string_equal(m.from_name, in.from_name);
	assert_string_equal(m.subject, in.subject);
	assert_string_equal(m.desk_id, "d1");
	assert_int_equal(m.kind, MAIL_BY_PERSON);
	assert_int_equal(m.ref_count, 2);
	assert_string_equal(m.refs[0], "b@x.example");
	assert_string_equal(m.text.s,
	    "Hola, ¿qué tal?\n\n.\nFrom here\ntrailing \t\n= 100 %\n");
	assert_int_equal(mail_ticket_number(m.subject), 17);
	assert_non_null(
	    strstr(b.s, "Date: Mon, 02 Mar 2026 10:02:03 +0000\r\n"));
	assert_non_null(strstr(b.s, "In-Reply-To: <b@x.example>\r\n"));
	assert_null(strstr(b.s, "Auto-Submitted"));
	assert_null(strstr(b.s, "\r\n.\r\n"));
	assert_null(strstr(b.s, "\r\nFrom "));
	mail_free(&m);
	str_free(&b);
}

static void
mail__of_no_person__says_so(void **state)
{
	struct mail_new in = plain;
	struct str b = STR_INIT;
	struct mail m;

	(void)state;
	in.is_automatic = true;
	round_trip(&in, &b, &m);
	assert_int_equal(m.kind, MAIL_AUTOMATIC);
	mail_free(&m);
	str_free(&b);
}

/* Names and subjects that want to be headers, or that hide what they are. */
static void
header__from_outside__stays_one_header(void **state)
{
	static const char *const hostile[] = {"x\r\nBcc: all@example.org",
	    "x\nBcc: a@example.org\n\nbody", "x\rBcc: a@example.org",
	    "\"quoted\" \\ name", "x <y@example.org>",
	    "=?UTF-8?B?SG9sYQ==?=", "emoji 👩‍👩‍👧 ¡ñandú!",
	    "\xE2\x80\xA8"
	    "Bcc: a@example.org",
	    "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D "
	    "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 \xE2\x80\xAE"
	    "abc",
	    "\x01\x02\x7f bell \x1b[31m", "bytes \xff\xfe that are not",
	    "wordwithoutanyblankwordwithoutanyblankwordwithoutanyblank"
	    "wordwithoutanyblankwordwithoutanyblankwordwithoutanyblank",
	    "", " ", ",;:@()[]"};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct mail_new in = plain;
		struct mail_part part = {hostile[i], hostile[i], "x", 1};
		struct str b = STR_INIT;
		struct mail m;

		in.from_name = in.to_name = in.subject = hostile[i];
		in.desk_id = hostile[i];
		in.parts = &part;
		in.part_count = 1;
		round_trip(&in, &b, &m);
		assert_null(strstr(b.s, "\r\nBcc"));
		assert_int_equal(count(b.s, "\r\nSubject:"), 1);
		assert_int_equal(count(b.s, "\r\nMIME-Version"), 1);
		assert_string_equal(m.from, plain.from);
		assert_int_equal(m.file_count, 1);
		assert_int_equal(m.files[0].bytes.len, 1);
		if (i == 3 || i == 4 || i == 5 || i == 6) {
			assert_string_equal(m.subject, hostile[i]);
			if (i != 5)
				assert_string_equal(m.from_name, hostile[i]);
		}
		mail_free(&m);
		str_free(&b);
	}
}

static void
header__of_any_length__is_read_back(void **state)
{
	(void)state;
	for (int n = 1; n < 190; n += 7) {
		struct mail_new in = plain;
		struct str text = STR_INIT, b = STR_INIT;
		struct mail m;

		for (int i = 0; i < n; i++)
			str_add(&text, i % 5 == 4 ? " " : i % 2 ? "ñ" : "x");
		in.subject = text.s;
		round_trip(&in, &b, &m);
		assert_int_equal(strlen(m.subject) <= 200, 1);
		if (text.len <= 190)
			assert_memory_equal(
			    m.subject, text.s, text.len - (n % 5 == 0));
		mail_free(&m);
		str_free(&text);
		str_free(&b);
	}
}

static void
text__of_a_megabyte__is_read_back(void **state)
{
	static const char *const pieces[] = {
	    "a line of plain words without an end ", "ñandú ", "שלום ",
	    "日本語", "👍🏽"};

	(void)state;
	for (size_t k = 0; k < 5; k++) {
		struct mail_new in = plain;
		struct str text = STR_INIT, b = STR_INIT;
		struct mail m;

		while (text.len < 1 << 20)
			str_add(&text, pieces[k]);
		str_add(&text, ".\n");
		in.text = text.s;
		round_trip(&in, &b, &m);
		assert_int_equal(m.text.len, text.len);
		assert_string_equal(m.text.s, text.s);
		mail_free(&m);
		str_free(&text);
		str_free(&b);
	}
}

static void
files__go_along__with_names_and_bytes(void **state)
{
	char bytes[1000];
	const struct mail_part parts[] = {
	    {"Factura nº 17.pdf", "application/pdf", bytes, sizeof(bytes)},
	    {"../../etc/passwd", "text/x-nothing", "abc", 3},
	    {"empty", "image/png; x=y", "", 0},
	};
	struct mail_new in = plain;
	struct str b = STR_INIT;
	struct mail m;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	in.parts = parts;
	in.part_count = 3;
	round_trip(&in, &b, &m);
	assert_int_equal(m.file_count, 3);
	assert_string_equal(m.files[0].name, "Factura nº 17.pdf");
	assert_string_equal(m.files[0].type, "application/pdf");
	assert_int_equal(m.files[0].bytes.len, sizeof(bytes));
	assert_memory_equal(m.files[0].bytes.s, bytes, sizeof(bytes));
	assert_string_equal(m.files[2].type, "application/octet-stream");
	assert_string_equal(m.text.s, "Hola\n");
	mail_free(&m);
	str_free(&b);
}

static void
addresses__that_cannot_be__are_refused(void **state)
{
	static const char *const bad[] = {"", "a", "@", "a@", "@b", "a b@c",
	    "a@b c", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b>", "\"a\"@b", "a@@b",
	    "a@b@c", "ñ@example.org", "a@ñ.example", "a@[127.0.0.1]", "a@.b",
	    "a@-b", "a@b.", "a,b@c", "a@b,c@d"};
	static const char *const good[] = {"a@b", "a.b+c@sub.example.org",
	    "o'neil!#$%&*/=?^`{|}~@example.org"};
	struct str b = STR_INIT;
	char hint[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mail_new in = plain;
		struct err err = ERR_INIT;

		assert_false(mail_address_ok(bad[i]));
		in.to = bad[i];
		assert_int_equal(mail_write(&in, &b, &err), OD_EDATA);
		assert_int_equal(b.len, 0);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(mail_address_ok(good[i]));
	mail_address_hint("ana@example.org", hint, sizeof(hint));
	assert_string_equal(hint, "a***@example.org");
	mail_id_new("ana@example.org", hint, sizeof(hint));
	assert_string_equal(hint + 32, "@example.org");
}

static void
refs__that_are_no_ids__are_left_out(void **state)
{
	const char *refs[60] = {"sha256.00ff", "a b@c", "x>\r\nBcc: y@z", ""};
	struct mail_new in = plain;
	struct str b = STR_INIT;
	struct mail m;

	(void)state;
	in.refs = refs;
	in.ref_count = 4;
	round_trip(&in, &b, &m);
	assert_int_equal(m.ref_count, 0);
	assert_null(strstr(b.s, "References"));
	mail_free(&m);
	str_clear(&b);
	for (int i = 0; i < 60; i++)
		refs[i] = xasprintf("%d@example.org", i);
	in.ref_count = 60;
	round_trip(&in, &b, &m);
	assert_int_equal(m.ref_count, 20);
	assert_string_equal(m.refs[0], "59@example.org");
	mail_free(&m);
	for (int i = 0; i < 60; i++)
		free((char *)(uintptr_t)refs[i]);
	str_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mail__that_is_written__is_read_as_it_was),
	    cmocka_unit_test(mail__of_no_person__says_so),
	    cmocka_unit_test(header__from_outside__stays_one_header),
	    cmocka_unit_test(header__of_any_length__is_read_back),
	    cmocka_unit_test(text__of_a_megabyte__is_read_back),
	    cmocka_unit_test(files__go_along__with_names_and_bytes),
	    cmocka_unit_test(addresses__that_cannot_be__are_refused),
	    cmocka_unit_test(refs__that_are_no_ids__are_left_out),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
