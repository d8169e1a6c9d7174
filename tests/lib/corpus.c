/*
 * corpus - cases kept as lines of text.
 */
#include "tests/lib/corpus.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define FILE_MAX ((size_t)1024 * 1024)
#define GOT_SIZE 4096

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *hit;

	hit = c == '\0' ? NULL : strchr(digits, c | 0x20);
	return hit == NULL ? -1 : (int)(hit - digits);
}

static bool decode(struct str *out, const char *s, size_t n, bool may_repeat);

/* "\*N{text}" at *s, behind the star. */
static bool
repeat(struct str *out, const char **s, const char *end)
{
	const char *open = memchr(*s, '{', (size_t)(end - *s)), *close;
	struct str once = STR_INIT;
	char digits[8];
	int64_t count;
	bool ok;

	close = open == NULL ? NULL : memchr(open, '}', (size_t)(end - open));
	if (close == NULL || (size_t)(open - *s) >= sizeof(digits))
		return false;
	memcpy(digits, *s, (size_t)(open - *s));
	digits[open - *s] = '\0';
	ok = str_to_int64(digits, 1, 1000000, &count) &&
	     decode(&once, open + 1, (size_t)(close - open - 1), false);
	for (int64_t i = 0; ok && i < count; i++)
		str_addn(out, once.s, once.len);
	str_free(&once);
	*s = close + 1;
	return ok;
}

static bool
decode(struct str *out, const char *s, size_t n, bool may_repeat)
{
	static const char from[] = "rnt\\", into[] = "\r\n\t\\";
	const char *end = s + n, *hit;

	while (s < end) {
		if (*s != '\\') {
			str_addc(out, *s++);
			continue;
		}
		if (end - ++s < 1)
			return false;
		hit = strchr(from, *s);
		if (hit != NULL && *s != '\0') {
			str_addc(out, into[hit - from]);
			s++;
		} else if (*s == 'x' && end - s >= 3 && hex(s[1]) >= 0 &&
			   hex(s[2]) >= 0) {
			str_addc(out, (char)(hex(s[1]) * 16 + hex(s[2])));
			s += 3;
		} else if (*s == '*' && may_repeat) {
			s++;
			if (!repeat(out, &s, end))
				return false;
		} else
			return false;
	}
	return true;
}

struct run {
	const char *file;
	corpus_fn fn;
	size_t cases, wrong;
	struct str names; /* "\nNAME\n" of each so far */
};

static void
run_case(struct run *r, const struct corpus_case *c)
{
	char *got = xcalloc(1, GOT_SIZE), *a, *b;

	r->fn(c, got, GOT_SIZE);
	if (strcmp(got, c->expected) != 0) {
		a = text_safe_dup(c->expected, TEXT_LINE);
		b = text_safe_dup(got, TEXT_LINE);
		print_error("%s:%d: %s:\n  expected %s\n  got      %s\n",
		    r->file, c->line, c->name, a, b);
		free(a);
		free(b);
		r->wrong++;
	}
	free(got);
}

/* One line of the file, which is none of its comments. */
static void
run_line(struct run *r, int line, const char *s, size_t n)
{
	struct str part[3] = {STR_INIT, STR_INIT, STR_INIT};
	struct str name = STR_INIT;
	struct corpus_case c = {.line = line};
	bool ok = true;

	for (int i = 0; i < 3 && ok; i++) {
		const char *tab = i == 2 ? s + n : memchr(s, '\t', n);
		size_t len = tab == NULL ? 0 : (size_t)(tab - s);

		ok = tab != NULL && decode(&part[i], s, len, true);
		if (ok && i < 2) {
			s += len + 1;
			n -= len + 1;
		}
	}
	str_addf(&name, "\n%s\n", part[1].s);
	if (!ok || part[0].len == 0 || part[1].len == 0) {
		print_error(
		    "%s:%d: not expected<TAB>name<TAB>input\n", r->file, line);
		r->wrong++;
	} else if (strstr(r->names.s, name.s) != NULL) {
		print_error("%s:%d: the name \"%s\" is there already\n",
		    r->file, line, part[1].s);
		r->wrong++;
	} else {
		str_add(&r->names, name.s);
		c.expected = part[0].s;
		c.name = part[1].s;
		c.input = part[2].s;
		c.len = part[2].len;
		r->cases++;
		run_case(r, &c);
	}
	str_free(&name);
	for (int i = 0; i < 3; i++)
		str_free(&part[i]);
}

void
corpus_run(const char *file, size_t least, corpus_fn fn)
{
	struct run r = {.fn = fn, .names = STR_INIT};
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	char path[256];
	const char *s, *end;

	str_format(path, sizeof(path), "tests/data/corpus/%s.txt", file);
	r.file = path;
	if (fs_read(path, FILE_MAX, &text, &err) != 0)
		fail_msg("%s", err.text);
	s = text.s;
	end = s + text.len;
	for (int line = 1; s < end; line++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((nl == NULL ? end : nl) - s);

		if (n > 0 && *s != '#')
			run_line(&r, line, s, n);
		s += n + (nl != NULL);
	}
	str_free(&text);
	str_free(&r.names);
	if (r.cases < least)
		fail_msg("%s has %zu cases, not %zu", path, r.cases, least);
	if (r.wrong > 0)
		fail_msg("%zu of %zu cases of %s", r.wrong, r.cases, path);
}
