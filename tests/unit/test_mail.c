/*
 * Unit tests of common/mail, common/charset and common/html_text: the mails of
 * tests/data/mail and what nobody should send.
 *
 * Turned red by: mail__tame left out (the groups within groups end libgmime),
 * last_said always at the start (answers between quoted lines are cut),
 * windows-1252 asked for as it is named, DEPTH_MAX of html_text not looked at.
 */
#include "common/mail.h"
#include "common/charset.h"
#include "common/fsutil.h"
#include "common/html_text.h"
#include "common/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
read_file(const char *name, struct mail *m)
{
	struct str path = STR_INIT, bytes = STR_INIT;
	struct err err = ERR_INIT;

	str_addf(&path, "tests/data/mail/%s.eml", name);
	if (fs_read(path.s, 1 << 20, &bytes, &err) != 0)
		fail_msg("%s", err.text);
	if (mail_read(bytes.s, bytes.len, m, &err) != 0)
		fail_msg("%s: %s", name, err.text);
	str_free(&path);
	str_free(&bytes);
}

static void
mail__of_every_kind__is_read(void **state)
{
	static const struct {
		const char *file, *id, *from, *name, *subject;
		enum mail_kind kind;
		size_t refs, files;
		const char *reply;
	} cases[] = {
	    {"01-plain", "a1b2c3@mail.example.org", "ana.perez@example.org",
		"Ana Pérez", "Impresora sin conexión", MAIL_BY_PERSON, 0, 0,
		"Buenos días:\n\nDesde ayer la impresora de la planta 2 no"
		" imprime nada.\n¿Pueden mirarlo?\n\nUn saludo,\nAna\n"},
	    {"02-reply-gmail", "d4e5f6@mail.example.org",
		"ana.perez@example.org", "Ana Pérez", "Re: Impresora",
		MAIL_BY_PERSON, 1, 0,
		"Ahora dice \"sin papel\", pero sí tiene."},
	    {"03-outlook-html", "HE1PR0101MB0001@example.org",
		"luis.gomez@example.org", "Gómez, Luis",
		"RE: [#NUMBER] Alta de usuario", MAIL_BY_PERSON, 0, 0,
		"Falta también el correo de la compañera – gracias."},
	    {"04-attachments", "f7a8@example.org", "marta.ruiz@example.org",
		"Marta Ruiz",
		"Factura con un error en el cálculo del IVA y además sin"
		" número de pedido",
		MAIL_BY_PERSON, 0, 3, "Va adjunta la factura."},
	    {"05-japanese", "jp1@example.org", "hanako.yamada@example.org",
		"山田花子", "お問い合わせ", MAIL_BY_PERSON, 0, 0,
		"プリンターが動きません。\n"},
	    {"06-latin1-undeclared", "raw8@example.org",
		"jose.nunez@example.org", "Jose Nunez", "Contraseña caducada",
		MAIL_BY_PERSON, 0, 0,
		"La contraseña caducó el día 3; cuesta 20 € cada vez.\n"},
	    {"07-vacation", "auto1@mail.example.org", "ana.perez@example.org",
		"Ana Perez", "Respuesta automatica: Re: Impresora",
		MAIL_AUTOMATIC, 1, 0,
		"Estoy de vacaciones hasta el 15 de marzo.\n"},
	    {"08-bounce", "20260302.BOUNCE@mx.example.org",
		"mailer-daemon@mx.example.org", "Mail Delivery System",
		"Undelivered Mail Returned to Sender", MAIL_BOUNCE, 1, 2, NULL},
	    {"09-list", "list9@example.org", "pedro.sanz@example.org",
		"Pedro Sanz", "[usuarios] Corte de red", MAIL_FROM_LIST, 0, 0,
		NULL},
	    {"10-flowed-forward", "fwd10@example.org", "eva.mora@example.org",
		"Eva Mora", "Fwd: Aviso", MAIL_BY_PERSON, 0, 1,
		"Reenvio un aviso del proveedor que llego ayer por la tarde y"
		" que nadie ha contestado todavia.\n\n-- \nEva Mora"},
	    {"12-inline-answers", "inline12@example.org",
		"ana.perez@example.org", "Ana Perez", "Re: Impresora",
		MAIL_BY_PERSON, 1, 0,
		"On Mon, 2 Mar 2026 at 10:02, Soporte"
		" <soporte@desk.example.org> wrote:\n> Que modelo es?\n"
		"Una LX-300.\n> Y desde cuando?\nDesde ayer.\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mail m;

		read_file(cases[i].file, &m);
		assert_string_equal(m.id, cases[i].id);
		assert_string_equal(m.from, cases[i].from);
		assert_string_equal(m.from_name, cases[i].name);
		assert_string_equal(m.subject, cases[i].subject);
		assert_int_equal(m.kind, cases[i].kind);
		assert_int_equal(m.ref_count, cases[i].refs);
		assert_int_equal(m.file_count, cases[i].files);
		str_trunc(&m.text, mail_reply_end(m.text.s));
		if (cases[i].reply != NULL)
			assert_string_equal(m.text.s, cases[i].reply);
		mail_free(&m);
	}
}

static void
mail__with_files__keeps_names_types_and_bytes(void **state)
{
	struct mail m;

	(void)state;
	read_file("04-attachments", &m);
	assert_string_equal(m.files[0].name, "logo.png");
	assert_string_equal(m.files[1].name, "Factura nº 17.pdf");
	assert_string_equal(m.files[1].type, "application/pdf");
	assert_int_equal(m.files[1].bytes.len, 2068);
	assert_memory_equal(m.files[1].bytes.s, "%PDF-1.4\n", 9);
	/* Its folders are nobody's. */
	assert_string_equal(m.files[2].name, "passwd");
	assert_string_equal(m.files[2].bytes.s, "pedido;importe\n17;120");
	mail_free(&m);
	/* What a server could not deliver is what it is about. */
	read_file("08-bounce", &m);
	assert_string_equal(m.refs[0], "a1b2c3@mail.example.org");
	mail_free(&m);
}

static void
mail__hostile__gives_safe_lines_and_valid_text(void **state)
{
	struct mail m;

	(void)state;
	read_file("14-hostile", &m);
	assert_null(strpbrk(m.subject, "\x1b\x07"));
	assert_null(strpbrk(m.from_name, "\x1b\x07"));
	assert_true(utf8_is_text(m.text.s, m.text.len));
	assert_null(strstr(m.text.s, "javascript"));
	assert_non_null(strstr(m.text.s, "http://example.org/"));
	mail_free(&m);
}

/* Repeated so often, each @ a number, between a head and an end. */
static int
read_repeated(const char *head, const char *piece, int times, const char *end)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct mail m;
	int rc;

	str_add(&text, head);
	for (int i = 0; i < times; i++)
		for (const char *p = piece; *p != '\0'; p++)
			if (*p == '@')
				str_addf(&text, "%d", i);
			else
				str_addc(&text, *p);
	str_add(&text, end);
	rc = mail_read(text.s, text.len, &m, &err);
	assert_int_equal(rc == 0, err.text[0] == '\0');
	mail_free(&m);
	str_free(&text);
	return rc;
}

static void
mail__too_large_deep_or_many__is_refused(void **state)
{
#define HEAD  "From: a@example.org\nMIME-Version: 1.0\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\n"
	(void)state;
	assert_int_equal(read_repeated("", "x", 1, ""), OD_EDATA);
	assert_int_equal(read_repeated("", "", 0, ""), OD_EDATA);
	assert_int_equal(read_repeated(MIXED, "\n--b\n\nx", 100, ""), OD_EDATA);
	assert_int_equal(read_repeated(MIXED, "\n--b\n\nx", 99, ""), 0);
	assert_int_equal(
	    read_repeated(HEAD,
		"Content-Type: multipart/mixed; boundary=b@\n\n--b@\n", 21,
		"\nx\n"),
	    OD_EDATA);
	assert_int_equal(
	    read_repeated(HEAD,
		"Content-Type: multipart/mixed; boundary=b@\n\n--b@\n", 20,
		"\nx\n"),
	    0);
	assert_int_equal(
	    read_repeated(HEAD,
		"Content-Type: multipart/mixed; boundary=b@\n\n--b@\n", 5000,
		"\nx\n"),
	    OD_EDATA);
	assert_int_equal(read_repeated(HEAD "\n\n", "0123456789abcdef@\n",
			     (int)(MAIL_BYTES_MAX / 16), ""),
	    OD_EDATA);
	assert_int_equal(
	    read_repeated(HEAD, "X-@: @\n", 30000, "\nx\n"), OD_EDATA);
	/* Inside a part, where no limit of a head is. */
	assert_int_equal(
	    read_repeated(MIXED "\n--b\n", "a:@\n", 210000, "\nx\n"), OD_EDATA);
}

/* Each of these ended libgmime, or took it minutes, as it is. */
static void
mail__addresses_that_nobody_has__are_read_in_time(void **state)
{
	static const char *const ends[] = {
	    "\n\nx\n", "\nContent-Type: text/plain\n\nx\n"};

	(void)state;
	assert_int_equal(read_repeated(HEAD "To: ", "a:", 60000, ends[0]), 0);
	assert_int_equal(
	    read_repeated(HEAD "Cc: ", "a:\n ", 20000, ends[0]), 0);
	assert_int_equal(read_repeated(HEAD "To: ", "a,", 100000, ends[0]), 0);
	assert_int_equal(
	    read_repeated(HEAD "Content-Type: message/rfc822\n\nBcc : ", "a:",
		60000, ends[1]),
	    0);
}

static void
reply_end__by_what_is_quoted__cuts_or_not(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
	    {"", ""},
	    {"Hola", "Hola"},
	    {"Hola\n\n> uno\n> dos\n", "Hola"},
	    {"> uno\nHola\n", "> uno\nHola\n"},
	    {"> uno\n", "> uno\n"}, /* nothing else: all of it */
	    {"Si\n\nOn Mon, Ana <a@example.org> wrote:\n> uno\n", "Si"},
	    {"Si\n\nOn Mon, 2 Mar 2026 at 10:02, Ana Maria Perez\n"
	     "<a@example.org> wrote:\n\n> uno\n\n-- \nAna\n",
		"Si"},
	    {"Si\n\nEl lun, 2 mar 2026 Ana escribió:\n> uno\n", "Si"},
	    {"Si\n\nOn Monday he wrote:\nthis and that\n",
		"Si\n\nOn Monday he wrote:\nthis and that\n"},
	    {"Si\n\n-----Mensaje original-----\nDe: x\nhola", "Si"},
	    {"Yes\n\n---- Original Message ----\nhola", "Yes"},
	    {"Yes\n________________________________\nFrom: A <a@b>\n"
	     "Sent: Monday\nTo: B\nSubject: x\n\nhola",
		"Yes"},
	    {"Sí\n\nDe: A\nEnviado el: lunes\nPara: B\nAsunto: x\n\nhola",
		"Sí"},
	    {"From: here to there\nit goes\n",
		"From: here to there\nit goes\n"},
	    {"a\n> q\nb\n> r\nc\n> s\n", "a\n> q\nb\n> r\nc"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = mail_reply_end(cases[i].text);

		if (n != strlen(cases[i].said) ||
		    strncmp(cases[i].text, cases[i].said, n) != 0)
			fail_msg("\"%.*s\" of \"%s\"", (int)n, cases[i].text,
			    cases[i].text);
	}
}

static void
ticket_number__in_brackets__is_read(void **state)
{
	(void)state;
	assert_int_equal(mail_ticket_number("Re: [#12] x"), 12);
	assert_int_equal(mail_ticket_number("[lista] Re: [Ticket #7]"), 7);
	assert_int_equal(mail_ticket_number("Re: #12 x"), 0);
	assert_int_equal(mail_ticket_number("[#] [#x] [#1a] [#0]"), 0);
	assert_int_equal(mail_ticket_number("[#1234567890123456789]"), 0);
	assert_int_equal(mail_ticket_number(""), 0);
}

static void
charset__of_a_table__becomes_utf8(void **state)
{
	static const struct {
		const char *set, *bytes, *want;
	} cases[] = {
	    {"utf-8", "a\xc3\xb1", "añ"},
	    {"UTF-8", "a\xf1", "a\xef\xbf\xbd"},
	    {NULL, "a\xc3\xb1", "añ"},
	    {NULL, "a\xf1 \x80", "añ €"},
	    {"us-ascii", "a\xf1", "añ"},
	    {"ISO-8859-1", "\x93x\x94", "“x”"}, /* as everybody means it */
	    {"iso-8859-15", "\xa4", "€"},
	    {"windows-1251", "\xcf", "П"},
	    {"koi8-r", "\xf0", "П"},
	    {"shift_jis", "\x83v", "プ"},
	    {"gb2312", "\xd6\xd0", "中"},
	    {"big5", "\xa4\xa4", "中"},
	    {"ks_c_5601-1987", "\xb0\xa1", "가"},
	    {"x-unknown", "\xf1", "ñ"},
	    {"utf-8//TRANSLIT", "\xf1", "ñ"},
	    {"euc-jp", "\xa5", "\xef\xbf\xbd"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out = STR_INIT;

		str_add(&out, "<");
		assert_true(charset_add(&out, cases[i].set, cases[i].bytes,
		    strlen(cases[i].bytes)));
		assert_string_equal(out.s + 1, cases[i].want);
		str_free(&out);
	}
}

static void
html__of_any_shape__is_text(void **state)
{
	static const struct {
		const char *html, *want;
	} cases[] = {
	    {"a<br>b<p>c</p>d", "a\nb\n\nc\n\nd"},
	    {"<b>a</b> <i>b</i>\n c", "a b c"},
	    {"&lt;&ntilde;&#233;&#x20ac;&amp;&nada;&", "<ñé€&&nada;&"},
	    {"<script>x</script>a<style>y</style>b", "ab"},
	    {"<title>a", "a"}, /* nothing ends it */
	    {"a<!-- b -->c<!doctype d>", "ac"},
	    {"a < b <3 <", "a < b <3 <"},
	    {"a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e",
		"a\n> b\n> c\n> > d\ne"},
	    {"<a href=\"https://x.example\">y</a>", "y <https://x.example>"},
	    {"<a href='https://x.example'>https://x.example</a>",
		"https://x.example"},
	    {"<a href=javascript:x>y</a>", "y"},
	    {"<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"},
	    {"<ul><li>a<li>b</ul>", "- a\n- b"},
	    {"<pre>a\n  b</pre>", "a\n  b"},
	    {"<a title=\"x>b", "b"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out = STR_INIT;

		assert_true(
		    html_text(&out, cases[i].html, strlen(cases[i].html)));
		assert_string_equal(out.s, cases[i].want);
		str_free(&out);
	}
}

static void
html__that_grows__stays_small(void **state)
{
	struct str html = STR_INIT, out = STR_INIT;

	(void)state;
	for (int i = 0; i < 20000; i++)
		str_add(&html, "<blockquote><br><br><br><br>x");
	assert_true(html_text(&out, html.s, html.len));
	assert_true(out.len < html.len * 3);
	str_free(&html);
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mail__of_every_kind__is_read),
	    cmocka_unit_test(mail__with_files__keeps_names_types_and_bytes),
	    cmocka_unit_test(mail__hostile__gives_safe_lines_and_valid_text),
	    cmocka_unit_test(mail__too_large_deep_or_many__is_refused),
	    cmocka_unit_test(mail__addresses_that_nobody_has__are_read_in_time),
	    cmocka_unit_test(reply_end__by_what_is_quoted__cuts_or_not),
	    cmocka_unit_test(ticket_number__in_brackets__is_read),
	    cmocka_unit_test(charset__of_a_table__becomes_utf8),
	    cmocka_unit_test(html__of_any_shape__is_text),
	    cmocka_unit_test(html__that_grows__stays_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
