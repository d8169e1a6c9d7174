/*
 * framing - where a request ends must not be a matter of opinion.
 */
#include "syncd/http/framing.h"
#include <string.h>
#include <strings.h>

/* More than any head that is taken: a value this far off is elsewhere. */
#define HEAD_SPAN 65536

/* RFC 9110, tchar: all that a header's name may consist of. */
static bool
is_token(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= 0x20 || c >= 0x7f ||
		    strchr("\"(),/:;<=>?@[\\]{}", c) != NULL)
			return false;
	}
	return n > 0;
}

/* A value of tabs and anything from a space up, except DEL. */
static bool
is_value(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
is_host(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= 0x20 || c >= 0x7f ||
		    strchr("/\\?#@,\"<>{}|^`;", c) != NULL)
			return false;
	}
	return n > 0;
}

static bool
name_is(const char *name, size_t len, const char *what)
{
	return len == strlen(what) && strncasecmp(name, what, len) == 0;
}

static bool
parse_length(const char *s, size_t n, uint64_t *out)
{
	uint64_t v = 0;

	if (n == 0 || n > 18)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s[i] - '0');
	}
	*out = v;
	return true;
}

static void
read_header(struct framing *f, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	size_t whole_len = value_len;

	while (value_len > 0 && strchr(" \t", value[value_len - 1]) != NULL &&
	       value[value_len - 1] != '\0')
		value_len--;
	if (!is_token(name, name_len) || !is_value(value, value_len))
		f->is_bad = true;
	if (name_is(name, name_len, "content-length")) {
		f->lengths++;
		if (!parse_length(value, value_len, &f->length))
			f->is_bad = true;
	} else if (name_is(name, name_len, "transfer-encoding")) {
		f->encodings++;
		f->is_chunked = true;
		/* With a blank behind it the parser reads to the end. */
		if (!name_is(value, whole_len, "chunked"))
			f->is_bad = true;
	} else if (name_is(name, name_len, "host")) {
		f->hosts++;
		if (!is_host(value, value_len))
			f->is_bad = true;
	}
}

void
framing_start(struct framing *f, const char *version)
{
	f->next = (uintptr_t)version + strlen(version) + 2;
}

void
framing_line(struct framing *f, const char *method, uintptr_t target)
{
	if ((uintptr_t)method + strlen(method) + 1 != target)
		f->is_bad = true;
}

void
framing_end(struct framing *f, uintptr_t end)
{
	if (f->next + 2 != end)
		f->is_bad = true;
}

static bool
is_linked(const struct framing *f, const char *name, size_t name_len,
    const char *value)
{
	uintptr_t start = (uintptr_t)value;

	if (value == NULL || (uintptr_t)name != f->next ||
	    start <= f->next + name_len || start - f->next > HEAD_SPAN)
		return false;
	for (const char *p = name + name_len + 1; p < value; p++)
		if (*p != ' ' && *p != '\t')
			return false;
	return true;
}

void
framing_header(struct framing *f, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	f->headers++;
	if (f->is_bad || !is_linked(f, name, name_len, value)) {
		f->is_bad = true;
		return;
	}
	/* The last value has no name after it, but a second NUL. */
	if (value[value_len + 1] != '\0')
		f->is_bad = true;
	f->next = (uintptr_t)value + value_len + 2;
	read_header(f, name, name_len, value, value_len);
}

int
framing_verdict(
    const struct framing *f, const char *version, unsigned max_headers)
{
	if (f->headers > max_headers)
		return 431;
	if (f->is_bad || f->lengths > 1 || f->encodings > 1 ||
	    (f->lengths > 0 && f->encodings > 0) || f->hosts != 1)
		return 400;
	if (strcmp(version, "HTTP/1.1") == 0)
		return 0;
	if (strcmp(version, "HTTP/1.0") == 0)
		return f->encodings > 0 ? 400 : 0;
	return strncmp(version, "HTTP/", 5) == 0 ? 505 : 400;
}

bool
framing_target_ok(const char *uri, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)uri[i];

		if (c <= 0x20 || c >= 0x7f || c == '#')
			return false;
	}
	return n > 0;
}
