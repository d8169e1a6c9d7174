/* mail_write - see mail_write.h. */
#include "common/mail_write.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/mail.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_QP   76
#define LINE_WISH     76  /* of a header */
#define ID_REFS_MAX   20  /* as many as readers need to find the thread */
#define NAME_MAX_SENT 200 /* bytes of a name or file's name */
#define SUBJECT_MAX   800
#define ENCODED_BYTES                                                          \
	42 /* of text in an encoded word, below 75 with base64                 \
	    */

/* ---- addresses and ids ---- */

bool
mail_address_ok(const char *address)
{
	const char *at = strrchr(address, '@');
	size_t n = strlen(address);

	if (at == NULL || at == address || at - address > 64 || n < 3 ||
	    n > MAIL_ADDRESS_MAX || at[1] == '\0' || at[1] == '.' ||
	    at[1] == '-' || address[n - 1] == '.')
		return false;
	for (const char *p = address; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("<>()[],;:\\\"", *p) ||
		    (*p == '@' && p != at))
			return false;
	for (const char *p = at + 1; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && *p != '.' && *p != '-' &&
		    *p != '_')
			return false;
	return true;
}

void
mail_address_hint(const char *address, char *dst, size_t size)
{
	const char *at = strrchr(address, '@');

	if (at == NULL)
		str_copy(dst, size, "***");
	else
		str_format(
		    dst, size, "%.*s***%s", at > address ? 1 : 0, address, at);
}

void
mail_id_new(const char *from, char *dst, size_t size)
{
	const char *at = strrchr(from, '@');
	char hex[33];

	random_hex(hex, 32);
	str_format(dst, size, "%s@%s", hex, at != NULL ? at + 1 : "localhost");
}

/* What may stand between < and > of References. */
static bool
is_id(const char *id)
{
	size_t n = strlen(id);

	if (n < 3 || n > MAIL_ID_MAX || strchr(id, '@') == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (id[i] <= ' ' || id[i] >= 0x7f || id[i] == '<' ||
		    id[i] == '>')
			return false;
	return true;
}

/* ---- headers ---- */

/* One line of valid UTF-8 without anything that ends or hides a line. */
static void
one_line(struct str *out, const char *s, size_t max)
{
	struct str mended = STR_INIT;
	size_t n = strlen(s), step;
	bool blank = true; /* also: none at the start */

	utf8_mend(&mended, s, n > max ? utf8_cut(s, n, max) : n);
	for (size_t i = 0; i < mended.len; i += step) {
		uint32_t cp;

		step = utf8_decode(mended.s + i, mended.len - i, &cp);
		if (utf8_cp_is_control(cp) || cp == 0x2028 || cp == 0x2029 ||
		    cp == ' ') {
			if (!blank)
				str_addc(out, ' ');
			blank = true;
			continue;
		}
		str_addn(out, mended.s + i, step);
		blank = false;
	}
	while (out->len > 0 && out->s[out->len - 1] == ' ')
		str_trunc(out, out->len - 1);
	str_free(&mended);
}

/* Whether it can stand as it is, folded at its blanks. */
static bool
is_plain(const char *s)
{
	size_t word = 0;

	for (; *s != '\0'; s++) {
		word = *s == ' ' ? 0 : word + 1;
		if ((*s < ' ' || *s >= 0x7f) || word > 60)
			return false;
		if (s[0] == '=' && s[1] == '?')
			return false;
	}
	return true;
}

/* Words of RFC 2047, each whole characters; a line each. */
static void
add_encoded(struct str *out, const char *s)
{
	size_t n = strlen(s), at = 0;

	while (at < n) {
		size_t take = utf8_cut(s + at, n - at, ENCODED_BYTES);
		char text[(ENCODED_BYTES + 2) / 3 * 4 + 1];

		base64_encode(text, s + at, take);
		str_addf(out, "%s=?UTF-8?B?%s?=", at > 0 ? "\r\n " : "", text);
		at += take;
	}
}

/* Blanks become the ends of lines where they get long. */
static void
add_folded(struct str *out, size_t used, const char *s)
{
	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		if (used > 1 && used + 1 + n > LINE_WISH) {
			str_add(out, "\r\n");
			used = 0;
		}
		str_addc(out, ' ');
		str_addn(out, s, n);
		used += n + 1;
		s += n;
		s += strspn(s, " ");
	}
}

static void
add_text_header(struct str *out, const char *name, const char *text, size_t max)
{
	struct str line = STR_INIT;

	one_line(&line, text, max);
	str_addf(out, "%s:", name);
	if (is_plain(line.s)) {
		add_folded(out, strlen(name) + 1, line.s);
	} else {
		str_addc(out, ' ');
		/* The first word shares its line with the header's name. */
		if (strlen(name) > 10)
			str_add(out, "\r\n ");
		add_encoded(out, line.s);
	}
	str_add(out, "\r\n");
	str_free(&line);
}

static void
add_mailbox(
    struct str *out, const char *name, const char *who, const char *address)
{
	struct str line = STR_INIT;

	one_line(&line, who != NULL ? who : "", NAME_MAX_SENT);
	str_addf(out, "%s: ", name);
	if (line.len > 0 && is_plain(line.s) && line.len < 60) {
		str_addc(out, '"');
		for (const char *p = line.s; *p != '\0'; p++) {
			if (*p == '"' || *p == '\\')
				str_addc(out, '\\');
			str_addc(out, *p);
		}
		str_add(out, "\"\r\n ");
	} else if (line.len > 0) {
		add_encoded(out, line.s);
		str_add(out, "\r\n ");
	}
	str_addf(out, "<%s>\r\n", address);
	str_free(&line);
}

static void
add_date(struct str *out, int64_t us)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t s = us / US_PER_SECOND, day = s / 86400, year;
	int month, date;

	s -= day * 86400;
	clock_date_from_days(day, &year, &month, &date);
	str_addf(out, "Date: %.3s, %02d %.3s %04lld %02d:%02d:%02d +0000\r\n",
	    days + day % 7 * 3, date, months + (ptrdiff_t)(month - 1) * 3,
	    (long long)year, (int)(s / 3600), (int)(s / 60 % 60),
	    (int)(s % 60));
}

static void
add_refs(struct str *out, const struct mail_new *m)
{
	size_t from =
	    m->ref_count > ID_REFS_MAX ? m->ref_count - ID_REFS_MAX : 0;
	const char *last = NULL;
	bool any = false;

	for (size_t i = 0; i < m->ref_count; i++)
		if (is_id(m->refs[i]))
			last = m->refs[i];
	if (last == NULL)
		return;
	str_addf(out, "In-Reply-To: <%s>\r\n", last);
	str_add(out, "References:");
	for (size_t i = from; i < m->ref_count; i++) {
		if (!is_id(m->refs[i]))
			continue;
		str_addf(out, "%s <%s>", any ? "\r\n" : "", m->refs[i]);
		any = true;
	}
	str_add(out, "\r\n");
}

static void
add_head(struct str *out, const struct mail_new *m)
{
	add_date(out, m->at_us);
	add_mailbox(out, "From", m->from_name, m->from);
	add_mailbox(out, "To", m->to_name, m->to);
	add_text_header(out, "Subject", m->subject, SUBJECT_MAX);
	str_addf(out, "Message-ID: <%s>\r\n", m->id);
	add_refs(out, m);
	if (m->desk_id[0] != '\0')
		add_text_header(out, "X-Opdesk-Desk", m->desk_id, 64);
	if (m->is_automatic)
		str_add(out, "Auto-Submitted: auto-generated\r\n");
	str_add(out, "MIME-Version: 1.0\r\n");
}

/* ---- bodies ---- */

static void
add_base64(struct str *out, const void *bytes, size_t n)
{
	const char *p = bytes;
	char line[77];

	str_reserve(out, n / 57 * 78 + 80);
	for (size_t at = 0; at < n; at += 57) {
		base64_encode(line, p + at, n - at < 57 ? n - at : 57);
		str_add(out, line);
		str_add(out, "\r\n");
	}
}

/* Text with lines that end with LF, valid and without control characters. */
static void
tidy(struct str *out, const char *s)
{
	struct str mended = STR_INIT;
	size_t step;

	utf8_mend(&mended, s, strlen(s));
	str_reserve(out, mended.len);
	for (size_t i = 0; i < mended.len; i += step) {
		uint32_t cp;

		step = utf8_decode(mended.s + i, mended.len - i, &cp);
		if (cp == '\r') {
			if (i + 1 < mended.len && mended.s[i + 1] == '\n')
				continue;
			str_addc(out, '\n');
		} else if (cp == '\n' || cp == '\t' ||
			   !utf8_cp_is_control(cp)) {
			str_addn(out, mended.s + i, step);
		}
	}
	while (out->len > 0 && out->s[out->len - 1] == '\n')
		str_trunc(out, out->len - 1);
	str_addc(out, '\n');
	str_free(&mended);
}

/*
 * "From " and a lone dot at the start of a line are encoded too: servers on
 * the way change them.
 */
static bool
is_literal(const char *s, size_t i, bool at_start)
{
	unsigned char c = (unsigned char)s[i];

	if (c == ' ' || c == '\t')
		return s[i + 1] != '\n';
	if (at_start && (c == '.' || strncmp(s + i, "From ", 5) == 0))
		return false;
	return c > ' ' && c < 0x7f && c != '=';
}

static void
add_quoted(struct str *out, const char *s, size_t n)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		bool literal = is_literal(s, i, used == 0);
		size_t need = literal ? 1 : 3;

		if (s[i] == '\n') {
			str_add(out, "\r\n");
			used = 0;
			continue;
		}
		/* A place is left for the "=" that breaks the line. */
		if (used + need > LINE_MAX_QP - 1) {
			str_add(out, "=\r\n");
			used = 0;
			literal = is_literal(s, i, true);
			need = literal ? 1 : 3;
		}
		if (literal)
			str_addc(out, s[i]);
		else
			str_addf(out, "=%02X", (unsigned)(unsigned char)s[i]);
		used += need;
	}
}

static void
add_text(struct str *out, const char *text)
{
	struct str t = STR_INIT;
	size_t high = 0;

	tidy(&t, text);
	for (size_t i = 0; i < t.len; i++)
		high += (unsigned char)t.s[i] >= 0x80;
	str_add(out, "Content-Type: text/plain; charset=UTF-8\r\n"
		     "Content-Transfer-Encoding: ");
	if (high > t.len / 4) {
		struct str lines = STR_INIT;

		str_add(out, "base64\r\n\r\n");
		/* Text has lines of the network inside base64 too. */
		for (size_t i = 0; i < t.len; i++) {
			if (t.s[i] == '\n')
				str_addc(&lines, '\r');
			str_addc(&lines, t.s[i]);
		}
		add_base64(out, lines.s, lines.len);
		str_free(&lines);
	} else {
		str_add(out, "quoted-printable\r\n\r\n");
		add_quoted(out, t.s, t.len);
	}
	str_free(&t);
}

static bool
is_type(const char *type)
{
	int slashes = 0;
	size_t n = 0;

	for (; type[n] != '\0'; n++) {
		slashes += type[n] == '/';
		if (!isalnum((unsigned char)type[n]) &&
		    strchr("/.+-_", type[n]) == NULL)
			return false;
	}
	return n >= 3 && n <= 127 && slashes == 1 && type[0] != '/' &&
	       type[n - 1] != '/' && strncmp(type, "multipart/", 10) != 0 &&
	       strncmp(type, "message/", 8) != 0;
}

static void
add_escaped(struct str *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		str_addf(out, isalnum(c) || c == '.' ? "%c" : "%%%02X", c);
	}
}

/* As RFC 2231 has it, in pieces of a line each, when it is not ASCII. */
static void
add_name(struct str *out, const char *name)
{
	struct str line = STR_INIT;
	bool is_ascii = true;
	int piece = 0;

	one_line(&line, name, NAME_MAX_SENT);
	if (line.len == 0)
		str_add(&line, "file");
	for (size_t i = 0; i < line.len; i++)
		is_ascii = is_ascii && (unsigned char)line.s[i] < 0x80;
	if (is_ascii)
		str_add(out, ";\r\n filename=\"");
	for (size_t i = 0; is_ascii && i < line.len; i++)
		str_addn(out,
		    strchr("\"\\/", line.s[i]) == NULL ? line.s + i : "_", 1);
	if (is_ascii)
		str_addc(out, '"');
	for (size_t at = 0; !is_ascii && at < line.len; piece++) {
		size_t n = utf8_cut(line.s + at, line.len - at, 18);

		str_addf(out, ";\r\n filename*%d*=%s", piece,
		    piece == 0 ? "UTF-8''" : "");
		add_escaped(out, line.s + at, n);
		at += n;
	}
	str_add(out, "\r\n");
	str_free(&line);
}

static void
add_part(struct str *out, const struct mail_part *p)
{
	str_addf(out,
	    "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment",
	    is_type(p->type) ? p->type : "application/octet-stream");
	add_name(out, p->name);
	str_add(out, "\r\n");
	add_base64(out, p->bytes, p->n);
}

int
mail_write(const struct mail_new *m, struct str *out, struct err *err)
{
	char boundary[41], hex[33];
	size_t sum = strlen(m->text) * 3;

	if (!mail_address_ok(m->from) || !mail_address_ok(m->to))
		return err_set(err, OD_EDATA,
		    "A mail cannot be sent from or to an address such as this");
	for (size_t i = 0; i < m->part_count; i++)
		sum += m->parts[i].n / 57 * 78 + 1000;
	if (sum > MAIL_BYTES_MAX)
		return err_set(err, OD_EDATA,
		    "The mail is larger than %u MiB with its files",
		    MAIL_BYTES_MAX >> 20);
	add_head(out, m);
	if (m->part_count == 0) {
		add_text(out, m->text);
		return 0;
	}
	/* "=_" is in no line of base64 or quoted-printable. */
	random_hex(hex, 32);
	str_format(boundary, sizeof(boundary), "=_opdesk%s", hex);
	str_addf(out,
	    "Content-Type: multipart/mixed;\r\n boundary=\"%s\"\r\n"
	    "\r\n--%s\r\n",
	    boundary, boundary);
	add_text(out, m->text);
	for (size_t i = 0; i < m->part_count; i++) {
		str_addf(out, "\r\n--%s\r\n", boundary);
		add_part(out, &m->parts[i]);
	}
	str_addf(out, "\r\n--%s--\r\n", boundary);
	return 0;
}
