/* mail_quote - what is said, and what is only quoted; see mail.h. */
#include "common/mail_int.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

#define HEAD_LINES  8 /* a block of headers before what was quoted */
#define WROTE_LINES 3 /* "On Monday, ... wrote:" may be broken */

struct line {
	const char *s;
	size_t n; /* without its end */
};

/* The line at s; false at the end of the text. */
static bool
line_at(const char *s, struct line *l)
{
	l->s = s;
	l->n = strcspn(s, "\n");
	while (l->n > 0 && isspace((unsigned char)l->s[l->n - 1]))
		l->n--;
	return *s != '\0';
}

static const char *
next_line(const char *s)
{
	s += strcspn(s, "\n");
	return *s == '\n' ? s + 1 : s;
}

static bool
is_quoted(const struct line *l)
{
	return l->n > 0 && l->s[0] == '>';
}

static bool
begins(const struct line *l, const char *const *words)
{
	const char *s = l->s;
	size_t n = l->n;

	/* Outlook writes "*From:*" when it makes text of its own HTML. */
	if (n > 0 && *s == '*') {
		s++;
		n--;
	}
	for (; *words != NULL; words++)
		if (n >= strlen(*words) &&
		    strncasecmp(s, *words, strlen(*words)) == 0)
			return true;
	return false;
}

static bool
ends(const struct line *l, const char *const *words)
{
	for (; *words != NULL; words++) {
		size_t n = strlen(*words);

		if (l->n >= n && strncasecmp(l->s + l->n - n, *words, n) == 0)
			return true;
	}
	return false;
}

/* "-----Original Message-----" */
static bool
is_ruled(const struct line *l)
{
	static const char *const words[] = {"original message",
	    "mensaje original", "forwarded message", "mensaje reenviado",
	    "mensagem original", "message d'origine",
	    "urspr\xc3\xbcngliche nachricht", NULL};
	struct line rest = *l;
	size_t rule = 0;

	while (rest.n > 0 && (*rest.s == '-' || *rest.s == ' ')) {
		rule += *rest.s == '-' ? 1 : 0;
		rest.s++;
		rest.n--;
	}
	return rule >= 2 && rest.n > 0 && rest.s[rest.n - 1] == '-' &&
	       begins(&rest, words);
}

/* From, date and subject, one below the other, as Outlook puts them. */
static bool
is_head_block(const char *s)
{
	static const char *const from[] = {"from:", "de:", "von:", NULL};
	static const char *const sent[] = {"sent:", "enviado:", "enviado el:",
	    "date:", "fecha:", "gesendet:", "envoy\xc3\xa9 :", NULL};
	static const char *const subject[] = {
	    "subject:", "asunto:", "betreff:", "objet :", "assunto:", NULL};
	bool has_sent = false;
	struct line l;

	if (!line_at(s, &l) || !begins(&l, from))
		return false;
	for (int i = 0; i < HEAD_LINES; i++) {
		s = next_line(s);
		if (!line_at(s, &l) || l.n == 0)
			return false;
		has_sent = has_sent || begins(&l, sent);
		if (has_sent && begins(&l, subject))
			return true;
	}
	return false;
}

/*
 * "On Monday Ana wrote:", perhaps on several lines, and a quotation behind
 * it.  *behind is where that begins.
 */
static bool
is_wrote(const char *s, const char **behind)
{
	static const char *const first[] = {
	    "on ", "el ", "em ", "le ", "am ", "a ", "en ", NULL};
	static const char *const last[] = {
	    "wrote:", "escribi\xc3\xb3:", "escribio:", "escreveu:",
	    "a \xc3\xa9"
	    "crit :",
	    "a \xc3\xa9"
	    "crit\xc2\xa0:",
	    "schrieb:", NULL};
	struct line l;

	if (!line_at(s, &l) || !begins(&l, first))
		return false;
	for (int i = 0; i < WROTE_LINES; i++) {
		if (!line_at(s, &l) || l.n == 0 || is_quoted(&l))
			return false;
		s = next_line(s);
		if (ends(&l, last)) {
			*behind = s;
			return true;
		}
	}
	return false;
}

/* From here on only quoted lines; a signature below them is no answer. */
static bool
only_quoted(const char *s)
{
	struct line l;
	size_t quoted = 0;

	for (; line_at(s, &l); s = next_line(s)) {
		if (l.n == 2 && memcmp(l.s, "--", 2) == 0)
			break;
		if (l.n > 0 && !is_quoted(&l))
			return false;
		quoted += is_quoted(&l) ? 1 : 0;
	}
	return quoted > 0;
}

/* The last line that is neither empty nor quoted, plus one line. */
static const char *
last_said(const char *text)
{
	const char *behind = text;
	struct line l;

	for (const char *s = text; line_at(s, &l); s = next_line(s)) {
		if (l.n == 2 && memcmp(l.s, "--", 2) == 0 && behind != text &&
		    only_quoted(behind))
			break;
		if (l.n > 0 && !is_quoted(&l))
			behind = next_line(s);
	}
	return behind;
}

/* A rule of underscores that Outlook draws before its block. */
static bool
is_rule(const struct line *l)
{
	size_t n = 0;

	while (n < l->n && l->s[n] == '_')
		n++;
	return n == l->n && n >= 10;
}

static size_t
said(const char *text, const char *end)
{
	size_t n = (size_t)(end - text);

	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	return n;
}

size_t
mail_reply_end(const char *text)
{
	const char *last = last_said(text), *end = NULL, *behind;
	struct line l;

	for (const char *s = text; end == NULL && line_at(s, &l);
	     s = next_line(s)) {
		if (is_ruled(&l) || is_head_block(s) ||
		    (is_rule(&l) && is_head_block(next_line(s))) ||
		    (is_wrote(s, &behind) && behind >= last &&
			only_quoted(behind)) ||
		    (s >= last && is_quoted(&l)))
			end = s;
	}
	if (end == NULL || said(text, end) == 0)
		return strlen(text);
	return said(text, end);
}

int64_t
mail_ticket_number(const char *subject)
{
	for (const char *p = strchr(subject, '['); p != NULL;
	     p = strchr(p + 1, '[')) {
		const char *d = p + 1 +
		                strspn(p + 1, "abcdefghijklmnopqrstuvwxyzABCDEF"
					      "GHIJKLMNOPQRSTUVWXYZ ");
		size_t n;
		int64_t number;
		char digits[20];

		if (*d != '#' || d - p > 20)
			continue;
		n = strspn(d + 1, "0123456789");
		if (n == 0 || n > 15 || d[1 + n] != ']')
			continue;
		memcpy(digits, d + 1, n);
		digits[n] = '\0';
		if (str_to_int64(digits, 1, INT64_MAX, &number))
			return number;
	}
	return 0;
}

/* ---- flowed text ---- */

struct flow {
	struct str *text;
	size_t to;   /* so much is written */
	size_t deep; /* of the line before */
	bool open;   /* it goes on */
};

static void
flow_line(struct flow *f, size_t from, size_t n, bool delete_space)
{
	char *s = f->text->s;
	size_t deep = 0, skip;
	bool signature;

	while (deep < n && s[from + deep] == '>')
		deep++;
	skip = deep < n && s[from + deep] == ' ' ? deep + 1 : deep;
	signature = n - skip == 3 && memcmp(s + from + skip, "-- ", 3) == 0;
	if (f->open && deep == f->deep && !signature) {
		memmove(s + f->to, s + from + skip, n - skip);
		f->to += n - skip;
	} else {
		if (f->open)
			s[f->to++] = '\n';
		/* A quoted line keeps its blank, it is read as one. */
		skip = deep > 0 ? 0 : skip;
		memmove(s + f->to, s + from + skip, n - skip);
		f->to += n - skip;
	}
	f->deep = deep;
	f->open = n > 0 && s[f->to - 1] == ' ' && !signature && n > skip;
	if (f->open && delete_space)
		f->to--;
}

void
mail__unflow(struct str *text, bool delete_space)
{
	struct flow f = {.text = text};
	size_t at = 0;

	while (at < text->len) {
		const char *end = memchr(text->s + at, '\n', text->len - at);
		size_t n =
		    end != NULL ? (size_t)(end - text->s) - at : text->len - at;

		flow_line(&f, at, n, delete_space);
		if (end != NULL && !f.open)
			text->s[f.to++] = '\n';
		at += n + 1;
	}
	str_trunc(text, f.to);
}
