/* mail_read - the parts of a mail; see mail.h. */
#include "common/charset.h"
#include "common/digest.h"
#include "common/html_text.h"
#include "common/mail_int.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
mail__is(const void *object, GType type)
{
	return object != NULL && mail__lib.type_check_instance_is_a(
				     (GTypeInstance *)(uintptr_t)object, type);
}

/* ---- files ---- */

static bool
is_token(const char *s)
{
	size_t n = strlen(s);

	for (const char *p = s; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("+-._", *p) == NULL)
			return false;
	return n > 0 && n < 60;
}

static void
type_of(GMimeObject *o, char *dst, size_t size)
{
	GMimeContentType *ct = mail__lib.object_get_content_type(o);
	const char *a =
	    ct != NULL ? mail__lib.content_type_get_media_type(ct) : NULL;
	const char *b =
	    ct != NULL ? mail__lib.content_type_get_media_subtype(ct) : NULL;

	if (a != NULL && b != NULL && is_token(a) && is_token(b))
		str_format(dst, size, "%s/%s", a, b);
	else
		str_copy(dst, size, "application/octet-stream");
	for (char *p = dst; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
}

static const char *
parameter(GMimeObject *o, const char *name)
{
	GMimeContentType *ct = mail__lib.object_get_content_type(o);
	const char *value =
	    ct != NULL ? mail__lib.content_type_get_parameter(ct, name) : NULL;

	return value != NULL ? value : "";
}

/* A name is a title here and never a path; whose folders it had is nothing. */
static const char *
base_name(const char *name)
{
	const char *base = name;

	for (const char *p = name; *p != '\0'; p++)
		if ((*p == '/' || *p == '\\') && p[1] != '\0')
			base = p + 1;
	return base;
}

static struct mail_file *
add_file(struct mail *m, const char *name, const char *type)
{
	struct mail_file *f;

	m->files = xreallocarray(m->files, m->file_count + 1, sizeof(*f));
	f = &m->files[m->file_count++];
	memset(f, 0, sizeof(*f));
	str_init(&f->bytes);
	text_safe_buf(f->name, sizeof(f->name), base_name(name));
	str_copy(f->type, sizeof(f->type), type);
	return f;
}

/* What a stream got, to out. */
static int
take_stream(GMimeStream *s, ssize_t rc, struct str *out, struct err *err)
{
	/* NOLINTNEXTLINE(cast-align): it was made as one */
	GByteArray *a =
	    mail__lib.stream_mem_get_byte_array((GMimeStreamMem *)(void *)s);
	bool ok = rc >= 0 && a != NULL && str_try_reserve(out, a->len);

	if (ok)
		str_addn(out, a->data, a->len);
	mail__lib.object_unref(s);
	return ok ? 0
	          : err_set(err, OD_EUNAVAIL,
			"A part of the mail cannot be read now");
}

static int
part_bytes(GMimeObject *o, struct str *out, struct err *err)
{
	/* NOLINTNEXTLINE(cast-align): the caller asked what it is */
	GMimeDataWrapper *content =
	    mail__lib.part_get_content((GMimePart *)(void *)o);
	GMimeStream *s;

	if (content == NULL)
		return 0;
	s = mail__lib.stream_mem_new();
	return take_stream(
	    s, mail__lib.data_wrapper_write_to_stream(content, s), out, err);
}

/* ---- text ---- */

static void
one_line_end(struct str *text, size_t from)
{
	size_t to = from;

	for (size_t i = from; i < text->len; i++) {
		if (text->s[i] == '\r' && i + 1 < text->len &&
		    text->s[i + 1] == '\n')
			continue;
		text->s[to] = text->s[i];
		if (text->s[to] == '\r')
			text->s[to] = '\n';
		to++;
	}
	if (to < text->len)
		str_trunc(text, to);
}

static bool
add_html(struct str *out, const char *charset, const struct str *bytes)
{
	struct str utf8 = STR_INIT;
	bool ok = charset_add(&utf8, charset, bytes->s, bytes->len) &&
	          html_text(out, utf8.s, utf8.len);

	str_free(&utf8);
	return ok;
}

static bool
add_plain(
    struct str *out, GMimeObject *o, const char *charset, struct str *bytes)
{
	struct str text = STR_INIT;
	bool ok = charset_add(&text, charset, bytes->s, bytes->len);

	if (ok)
		one_line_end(&text, 0);
	if (ok && strcasecmp(parameter(o, "format"), "flowed") == 0)
		mail__unflow(
		    &text, strcasecmp(parameter(o, "delsp"), "yes") == 0);
	if (ok && (ok = str_try_reserve(out, text.len + 2)))
		str_addn(out, text.s, text.len);
	str_free(&text);
	return ok;
}

/* One text after the other, an empty line between them. */
static int
add_text(struct mail *m, GMimeObject *o, bool is_html, struct err *err)
{
	const char *charset = parameter(o, "charset");
	struct str bytes = STR_INIT;
	bool ok;
	int rc;

	if ((rc = part_bytes(o, &bytes, err)) != 0) {
		str_free(&bytes);
		return rc;
	}
	if (bytes.len > MAIL_TEXT_MAX) {
		add_file(m, is_html ? "mail.html" : "mail.txt",
		    is_html ? "text/html" : "text/plain")
		    ->bytes = bytes;
		return 0;
	}
	if (m->text.len > 0)
		str_add(&m->text,
		    m->text.s[m->text.len - 1] == '\n' ? "\n" : "\n\n");
	ok = is_html ? add_html(&m->text, charset, &bytes)
	             : add_plain(&m->text, o, charset, &bytes);
	str_free(&bytes);
	return ok ? 0
	          : err_set(err, OD_EUNAVAIL,
			"There is no memory for the mail now");
}

/* ---- the parts ---- */

struct walk {
	struct mail *m;
	int parts, depth;
	bool is_report;
};

static int walk(struct walk *w, GMimeObject *o, struct err *err);

static bool
is_type(GMimeObject *o, const char *type)
{
	char t[129];

	type_of(o, t, sizeof(t));
	return strcmp(t, type) == 0;
}

/* An attachment by what it says, or by its name. */
static bool
is_attached(GMimeObject *o)
{
	const char *d = mail__lib.object_get_disposition(o);

	if (d != NULL && strcasecmp(d, "attachment") == 0)
		return true;
	/* NOLINTNEXTLINE(cast-align): it was asked what it is */
	return mail__is(o, mail__lib.part_get_type()) &&
	       mail__lib.part_get_filename((GMimePart *)(void *)o) != NULL;
}

static bool
is_text_of(GMimeObject *o, const char *type)
{
	return mail__is(o, mail__lib.part_get_type()) && !is_attached(o) &&
	       is_type(o, type);
}

static const char *
default_name(const char *type)
{
	static const char *const names[][2] = {
	    {"message/delivery-status", "delivery-status.txt"},
	    {"message/rfc822", "mail.eml"},
	    {"text/rfc822-headers", "headers.txt"},
	    {"text/calendar", "invitation.ics"},
	    {"text/plain", "text.txt"},
	    {"text/html", "text.html"},
	    {"application/pgp-signature", "signature.asc"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], type) == 0)
			return names[i][1];
	return "attachment";
}

static int
take_file(struct walk *w, GMimeObject *o, struct err *err)
{
	/* NOLINTNEXTLINE(cast-align): the caller asked what it is */
	const char *name = mail__lib.part_get_filename((GMimePart *)(void *)o);
	struct mail_file *f;
	char type[129];
	int rc;

	type_of(o, type, sizeof(type));
	f = add_file(w->m, name != NULL ? name : default_name(type), type);
	if ((rc = part_bytes(o, &f->bytes, err)) != 0)
		return rc;
	/* The mail that a server could not deliver: its headers alone. */
	if (w->is_report && strcmp(type, "text/rfc822-headers") == 0) {
		const char *p = strcasestr(f->bytes.s, "\nMessage-ID:");

		if (p == NULL &&
		    strncasecmp(f->bytes.s, "Message-ID:", 11) == 0)
			p = f->bytes.s - 1;
		if (p != NULL) {
			char *id = xstrndup(p + 12, strcspn(p + 12, "\n>") + 1);

			mail__add_refs(w->m, id);
			free(id);
		}
	}
	return 0;
}

/* A mail within the mail stays whole. */
static int
take_message(struct walk *w, GMimeObject *o, struct err *err)
{
	/* NOLINTNEXTLINE(cast-align): the caller asked what it is */
	GMimeMessage *inner =
	    mail__lib.message_part_get_message((GMimeMessagePart *)(void *)o);
	GMimeObject *object = (GMimeObject *)(void *)inner;
	const char *subject, *id;
	struct mail_file *f;
	GMimeStream *s;
	char name[201];

	if (inner == NULL)
		return 0;
	subject = mail__lib.object_get_header(object, "Subject");
	id = mail__lib.object_get_header(object, "Message-Id");
	str_format(name, sizeof(name), "%.150s.eml",
	    subject != NULL && subject[0] != '\0' ? subject : "mail");
	f = add_file(w->m, name, "message/rfc822");
	if (w->is_report && id != NULL)
		mail__add_refs(w->m, id);
	s = mail__lib.stream_mem_new();
	return take_stream(s, mail__lib.object_write_to_stream(object, NULL, s),
	    &f->bytes, err);
}

/* Whether there is text of that type in it, not too deep. */
static bool
/* NOLINTNEXTLINE(misc-no-recursion): MAIL_DEPTH_MAX deep at most */
holds(GMimeObject *o, const char *type, int depth)
{
	GMimeMultipart *mp = (GMimeMultipart *)(void *)o;

	if (!mail__is(o, mail__lib.multipart_get_type()))
		return is_text_of(o, type);
	for (int i = 0; depth < MAIL_DEPTH_MAX && i < MAIL_PARTS_MAX &&
			i < mail__lib.multipart_get_count(mp);
	     i++)
		if (holds(mail__lib.multipart_get_part(mp, i), type, depth + 1))
			return true;
	return false;
}

/* The same in several ways: plain text is best, then HTML. */
static int
/* NOLINTNEXTLINE(misc-no-recursion): MAIL_DEPTH_MAX deep at most */
take_one_of(struct walk *w, GMimeMultipart *mp, int count, struct err *err)
{
	static const char *const types[] = {"text/plain", "text/html"};
	int best = -1, rc = 0;

	for (size_t t = 0; best < 0 && t < 2; t++)
		for (int i = count - 1; best < 0 && i >= 0; i--)
			if (holds(mail__lib.multipart_get_part(mp, i), types[t],
				w->depth))
				best = i;
	for (int i = 0; rc == 0 && i < count; i++) {
		GMimeObject *o = mail__lib.multipart_get_part(mp, i);

		if (i == best || (!is_text_of(o, "text/html") &&
				     !is_text_of(o, "text/plain")))
			rc = walk(w, o, err);
		else
			w->parts++;
	}
	return rc;
}

static int
/* NOLINTNEXTLINE(misc-no-recursion): MAIL_DEPTH_MAX deep at most */
take_parts(struct walk *w, GMimeObject *o, struct err *err)
{
	GMimeMultipart *mp = (GMimeMultipart *)(void *)o;
	int count = mail__lib.multipart_get_count(mp), rc = 0;

	if (count > MAIL_PARTS_MAX || w->depth >= MAIL_DEPTH_MAX)
		count = 0;
	w->is_report = w->is_report || is_type(o, "multipart/report");
	w->depth++;
	if (is_type(o, "multipart/alternative"))
		rc = take_one_of(w, mp, count, err);
	else
		for (int i = 0; rc == 0 && i < count; i++)
			rc = walk(w, mail__lib.multipart_get_part(mp, i), err);
	w->depth--;
	return rc;
}

static int
check_limits(struct walk *w, GMimeObject *o, struct err *err)
{
	bool many = mail__is(o, mail__lib.multipart_get_type());

	if (w->depth > MAIL_DEPTH_MAX || (many && w->depth == MAIL_DEPTH_MAX))
		return err_set(err, OD_EDATA,
		    "The mail has parts within parts, more than %d deep;"
		    " send what it holds in another way",
		    MAIL_DEPTH_MAX);
	if (++w->parts > MAIL_PARTS_MAX ||
	    (many && mail__lib.multipart_get_count(
			 (GMimeMultipart *)(void *)o) > MAIL_PARTS_MAX))
		return err_set(err, OD_EDATA,
		    "The mail has more than %d parts; send it in several",
		    MAIL_PARTS_MAX);
	return 0;
}

static int
/* NOLINTNEXTLINE(misc-no-recursion): MAIL_DEPTH_MAX deep at most */
walk(struct walk *w, GMimeObject *o, struct err *err)
{
	int rc;

	if (o == NULL)
		return 0;
	if ((rc = check_limits(w, o, err)) != 0)
		return rc;
	if (mail__is(o, mail__lib.multipart_get_type()))
		return take_parts(w, o, err);
	if (mail__is(o, mail__lib.message_part_get_type()))
		return take_message(w, o, err);
	if (is_text_of(o, "text/plain"))
		return add_text(w->m, o, false, err);
	if (is_text_of(o, "text/html"))
		return add_text(w->m, o, true, err);
	return mail__is(o, mail__lib.part_get_type()) ? take_file(w, o, err)
	                                              : 0;
}

int
mail__body(struct mail *m, GMimeMessage *message, struct err *err)
{
	struct walk w = {.m = m};

	return walk(&w, mail__lib.message_get_mime_part(message), err);
}

/* ---- the whole ---- */

/* The "From " line that some programs put before a mail. */
static void
skip_envelope(const char **bytes, size_t *n)
{
	const char *end;

	if (*n < 5 || memcmp(*bytes, "From ", 5) != 0 ||
	    (end = memchr(*bytes, '\n', *n)) == NULL)
		return;
	*n -= (size_t)(end + 1 - *bytes);
	*bytes = end + 1;
}

static int
check_bytes(const char *bytes, size_t n, struct err *err)
{
	const char *colon = memchr(bytes, ':', n < 1000 ? n : 1000);
	const char *end = memmem(bytes, n, "\n\n", 2);
	const char *other = memmem(bytes, n, "\n\r\n", 3);

	if (end == NULL || (other != NULL && other < end))
		end = other;
	if (colon == NULL || memchr(bytes, '\n', n) == NULL)
		return err_set(err, OD_EDATA,
		    "This is no mail: it does not begin with headers");
	if ((end != NULL ? (size_t)(end - bytes) : n) > MAIL_HEAD_MAX)
		return err_set(err, OD_EDATA,
		    "The mail's headers are more than %u KiB",
		    MAIL_HEAD_MAX >> 10);
	return 0;
}

static int
read_tamed(struct mail *m, const char *bytes, size_t n, struct err *err)
{
	GMimeStream *s = mail__lib.stream_mem_new_with_buffer(bytes, n);
	GMimeParser *parser = mail__lib.parser_new_with_stream(s);
	GMimeMessage *message =
	    mail__lib.parser_construct_message(parser, NULL);
	int rc;

	mail__lib.object_unref(parser);
	mail__lib.object_unref(s);
	if (message == NULL)
		return err_set(err, OD_EDATA,
		    "This is no mail: it does not begin with headers");
	mail__head(m, (GMimeObject *)(void *)message);
	rc = mail__body(m, message, err);
	mail__lib.object_unref(message);
	return rc;
}

static int
read_message(struct mail *m, const char *bytes, size_t n, struct err *err)
{
	char *copy = try_alloc(n + 1);
	int rc;

	if (copy == NULL)
		return err_set(
		    err, OD_EUNAVAIL, "There is no memory for the mail now");
	memcpy(copy, bytes, n);
	if ((rc = mail__tame(copy, n, err)) == 0)
		rc = read_tamed(m, copy, n, err);
	free(copy);
	return rc;
}

int
mail_read(const char *bytes, size_t n, struct mail *out, struct err *err)
{
	char hex[SHA256_HEX_SIZE];
	int rc;

	memset(out, 0, sizeof(*out));
	str_init(&out->text);
	if (n > MAIL_BYTES_MAX)
		return err_set(err, OD_EDATA,
		    "The mail is larger than %u MiB; send it in several",
		    MAIL_BYTES_MAX >> 20);
	if ((rc = mail__load(err)) != 0)
		return rc;
	skip_envelope(&bytes, &n);
	if ((rc = check_bytes(bytes, n, err)) != 0 ||
	    (rc = read_message(out, bytes, n, err)) != 0)
		return rc;
	if (out->id[0] == '\0') {
		sha256_hex(bytes, n, hex);
		str_format(out->id, sizeof(out->id), "sha256.%s", hex);
	}
	return 0;
}

void
mail_free(struct mail *m)
{
	for (size_t i = 0; i < m->ref_count; i++)
		free(m->refs[i]);
	for (size_t i = 0; i < m->file_count; i++)
		str_free(&m->files[i].bytes);
	FREE(&m->refs);
	FREE(&m->files);
	m->ref_count = m->file_count = 0;
	str_free(&m->text);
}
